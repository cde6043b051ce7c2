"""From raw parts to staged parts: households kept whole, every value normalised, every finding collected."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from domicile.apps.exchange import issues
from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.people.grouping import grouped, household_faults
from domicile.apps.exchange.people.locating import Gazetteer, located
from domicile.apps.exchange.people.values import ENDS_ROUNDED, normalised, trimmed
from domicile.apps.vault.bulk import blind_column

COLUMNS = [column.name for column in LAYOUTS["people"].columns]
MANY_ROUNDED = 0.01  # share of the numbers of a file
PLACE = ["community_code", "building_key", "dwelling_key"]
# What a row says, whatever file or line it stands on: the digest of a batch is made of these.
CONTENT = [
    "name", "relation", "sex", "birth_date", "birth_precision", "education", "marital", "registration", "registered_text",
    "document_kind", "document_number", "finding", "inflow_date", "inflow_reason", "remark",
]  # fmt: skip


@dataclass
class Collected:
    """What the pipeline leaves besides its parts."""

    places: pl.DataFrame = field(default_factory=pl.DataFrame)
    findings: list[pl.DataFrame] = field(default_factory=list)
    numbers: list[pl.DataFrame] = field(default_factory=list)  # document_blind, _sheet, _row
    rows: int = 0
    households: int = 0
    digest: str = ""


def run(
    raw: Iterator[pl.DataFrame], column_map: dict[str, str], gazetteer: Gazetteer, today: dt.date, found: Collected
) -> Iterator[pl.DataFrame]:
    """Yield staged parts; `found` is filled on the way and complete at the end.

    A staged row has `_sheet`, `_row`, `household` (number in the file), `place` (row number in `found.places`), and the
    values under the names of the register.
    """
    content, known = hashlib.sha256(), _no_places()
    for part in _whole_households(_named(raw, column_map), found):
        staged, places = _stage(part, gazetteer, today, found)
        staged, known = _numbered(staged, places, known)
        flat = staged.select(
            *CONTENT,
            *PLACE,
            "grid_code",
            pl.col("phones").list.eval(pl.element().struct.field("number")).list.join(","),
        )
        content.update(flat.write_csv(include_header=False).encode())
        found.rows += staged.height
        yield staged.drop(*PLACE, "grid_code")
    found.places = known
    found.findings.append(_twice(found.numbers))
    found.findings = _rounded(found)
    found.digest = content.hexdigest()


def _named(raw: Iterator[pl.DataFrame], column_map: dict[str, str]) -> Iterator[pl.DataFrame]:
    for part in raw:
        yield part.select(
            "_sheet",
            "_row",
            "_break",
            *(
                pl.col(column_map[name]).alias(name)
                if column_map.get(name) in part.columns
                else pl.lit(None, dtype=pl.String).alias(name)
                for name in COLUMNS
            ),
        )


def _whole_households(parts: Iterator[pl.DataFrame], found: Collected) -> Iterator[pl.DataFrame]:
    """Rows in parts that end where a household ends: the last household of a part waits for the next."""
    carry: pl.DataFrame | None = None
    for part in parts:
        both = trimmed(part if carry is None else pl.concat([carry, part]), COLUMNS)
        marked, findings = grouped(both)
        starts = marked["_first"].arg_true()
        cut = int(starts[-1]) if len(starts) > 1 else 0
        if cut == 0:
            carry = both
            continue
        last = marked["_row"][cut], marked["_sheet"][cut]
        at = int(both.select(((pl.col("_row") == last[0]) & (pl.col("_sheet") == last[1])).arg_true().first()).item())
        carry = both.slice(at)
        found.findings.append(_before(findings, both.slice(0, at)))
        yield marked.slice(0, cut)
    if carry is not None:
        marked, findings = grouped(carry)
        found.findings.append(findings)
        if marked.height:
            yield marked


def _before(findings: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The findings about these rows: those about the rest are made again with the next part."""
    keys = rows.select(pl.col("_sheet").alias("sheet"), pl.col("_row").alias("row"))
    return findings.join(keys, on=["sheet", "row"], how="semi")


def _stage(
    part: pl.DataFrame, gazetteer: Gazetteer, today: dt.date, found: Collected
) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = part.with_columns((pl.col("_first").cum_sum() - 1 + found.households).cast(pl.UInt32).alias("household"))
    found.households = int(rows["household"][-1]) + 1
    rows = rows.with_columns(pl.col("sex").alias("sex_typed"))
    values, findings = normalised(rows, today)
    found.findings.append(findings)
    found.findings.append(household_faults(values))
    heads = rows.filter(pl.col("_first")).select("household", "address", "grid", "_sheet", "_row")
    places, findings = located(heads, gazetteer)
    found.findings.append(findings)
    values = _with_blinds(values)
    found.numbers.append(
        values.filter(pl.col("document_blind").is_not_null()).select("document_blind", "_sheet", "_row")
    )
    drop = ["_break", "_first", "address", "grid", "workers"]
    return values.drop(drop), places


def _with_blinds(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the blind indexes of numbers and phones."""
    return rows.with_columns(
        blind_column("document", rows["document_number"]).alias("document_blind"),
    )


PLACE_SCHEMA: dict[str, Any] = {
    "place": pl.UInt32, "community_code": pl.String, "building_key": pl.String, "dwelling_key": pl.String,
    "grid_code": pl.String, "address": pl.String, "street": pl.String, "plate": pl.String, "building": pl.String,
    "unit": pl.String, "room": pl.String, "_sheet": pl.String, "_row": pl.UInt32,
}  # fmt: skip


def _no_places() -> pl.DataFrame:
    return pl.DataFrame(schema=PLACE_SCHEMA)


def _numbered(rows: pl.DataFrame, places: pl.DataFrame, known: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give every row the number of its dwelling; dwellings not yet known are added. Rows in no known place have null."""
    sound = places.filter(pl.all_horizontal(pl.col(PLACE).is_not_null()))
    fresh = sound.join(known, on=PLACE, how="anti").unique(PLACE, keep="first", maintain_order=True)
    fresh = fresh.with_columns((pl.int_range(pl.len()) + known.height).cast(pl.UInt32).alias("place"))
    known = pl.concat([known, fresh.select(*PLACE_SCHEMA).cast(PLACE_SCHEMA)])  # type: ignore[arg-type]
    of_household = places.select("household", *PLACE, "grid_code").join(
        known.select("place", *PLACE), on=PLACE, how="left", maintain_order="left"
    )
    return rows.join(of_household, on="household", how="left", maintain_order="left"), known


def _rounded(found: Collected) -> list[pl.DataFrame]:
    """Settle numbers that end in 000 and do not check: an error where they are many, for then the column was rounded."""
    ends = sum(int((frame["code"] == ENDS_ROUNDED).sum()) for frame in found.findings)
    numbers = sum(frame.height for frame in found.numbers)
    code = "number_looks_rounded" if ends > MANY_ROUNDED * numbers else "number_checksum"
    return [frame.with_columns(pl.col("code").replace(ENDS_ROUNDED, code)) for frame in found.findings]


def _twice(numbers: list[pl.DataFrame]) -> pl.DataFrame:
    """A finding for each row whose document number stands on another row of the file as well."""
    if not numbers:
        return issues.empty()
    together = pl.concat(numbers)
    again = together.filter(pl.col("document_blind").is_duplicated())
    first = again.group_by("document_blind", maintain_order=True).agg(pl.col("_row").alias("_rows"))
    marked = again.join(first, on="document_blind", how="left", maintain_order="left")
    others = pl.col("_rows").list.head(5).cast(pl.List(pl.String)).list.join(", ")
    return issues.where(marked, issues.EVERY, "number_twice", "document_number", detail=others)
