"""Rows as they stand on the sheets: a row for every person, and more than one for some."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl

from domicile.core.synth.error_model import parameters, rate
from domicile.core.synth.lexicon import Ints, stream
from domicile.core.synth.places import DWELLING_USES

HERE = "本户"
AFTER_ALL = 1000  # line within a block at which added rows stand
REMARKS = ["周末在家", "行动不便，需上门办理", "白天上班，晚上可联系", "听力不好，请大声敲门", "养狗，注意安全"]
REMARK_RATE = 0.004
RECORD_COLUMNS = [
    "record_id", "person_id", "block", "dwelling", "address", "grid", "phone", "name", "relation", "sex", "birth_date",
    "education", "marital", "registered_address", "document_type", "document_number", "inflow_date", "inflow_reason",
    "workers", "remark",
]  # fmt: skip


@dataclass
class Ledger:
    """Planted errors, collected as plain tuples and turned into a frame at the end."""

    rows: list[tuple[str, int, int | None, int | None, int | None, str, str | None, str | None]] = field(
        default_factory=list
    )

    def add(
        self,
        kind: str,
        person: int,
        record: int | None,
        *,
        other_person: int | None = None,
        other_record: int | None = None,
        column: str = "",
        before: str | None = None,
        after: str | None = None,
    ) -> None:
        """One planted error; `before` is what is true, `after` what stands on the row."""
        self.rows.append((kind, person, other_person, record, other_record, column, before, after))

    def frame(self) -> pl.DataFrame:
        """The ledger sorted by kind, person and row."""
        schema = {
            "kind": pl.String,
            "person_id": pl.Int64,
            "other_person_id": pl.Int64,
            "record_id": pl.Int64,
            "other_record_id": pl.Int64,
            "field": pl.String,
            "before": pl.String,
            "after": pl.String,
        }
        frame = pl.DataFrame(self.rows, schema=schema, orient="row")
        return (
            frame.sort("kind", "person_id", "record_id", "field")
            .with_row_index("error_id")
            .cast({"error_id": pl.Int64})
        )


def share_of(count: int, share: float, eligible: Ints, rng: np.random.Generator) -> Ints:
    """round(count × share) different rows out of the eligible ones, ascending; all of them when there are fewer."""
    wanted = min(round(count * share), len(eligible))
    return np.sort(rng.choice(eligible, wanted, replace=False)) if wanted else np.zeros(0, dtype=np.int64)


def write_down(
    people: pl.DataFrame, households: pl.DataFrame, dwellings: pl.DataFrame, workers: pl.Series, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All rows in the order of the sheets, and the added ones among them.

    `workers` holds a name for each row of `dwellings`. The second frame has a row for every added record: record_id,
    kind and first_record (the row of the same person that stands where the person lives).
    """
    rng = stream(seed, "records")
    base = people.select(
        "person_id", "dwelling", "phone", "name", "relation", "sex", "birth_date", "education", "marital",
        pl.col("registered_address").fill_null(HERE),
        "document_type", "document_number", "inflow_date", "inflow_reason", "since",
        pl.col("household_id").alias("block"),
        pl.int_range(pl.len()).alias("line"),
        pl.lit(None, dtype=pl.String).alias("added"),
    )  # fmt: skip
    added = [_moved(base, households, dwellings, rng), _duplicates(base, households, dwellings, rng)]
    everything = pl.concat([base, *added], how="diagonal").with_columns(pl.col("line").cast(pl.Int64))
    everything = everything.sort("dwelling", "block", "line", maintain_order=True)
    where = everything["dwelling"].to_numpy()
    remark = np.where(rng.random(len(everything)) < REMARK_RATE, rng.integers(1, len(REMARKS) + 1, len(everything)), 0)
    everything = everything.with_columns(
        pl.int_range(pl.len(), dtype=pl.Int64).alias("record_id"),
        dwellings["address"].gather(where).alias("address"),
        dwellings["grid"].gather(where).alias("grid"),
        workers.gather(where).alias("workers"),
        pl.Series(["", *REMARKS]).gather(remark).replace("", None).alias("remark"),
    )
    first = everything.filter(pl.col("added").is_null()).select("person_id", pl.col("record_id").alias("first_record"))
    extra = everything.filter(pl.col("added").is_not_null()).select(
        "record_id", "person_id", pl.col("added").alias("kind")
    )
    return everything.select(RECORD_COLUMNS), extra.join(first, on="person_id", maintain_order="left")


def _moved(
    base: pl.DataFrame, households: pl.DataFrame, dwellings: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """Households that also stand at the (now vacant) dwelling that they left."""
    vacant = dwellings.filter(pl.col("use") == DWELLING_USES["vacant"])["dwelling"].to_numpy()
    families = households.filter(~pl.col("collective"))["household_id"].to_numpy()
    chosen = share_of(len(households), rate("records", "moved_address"), families, rng)[: len(vacant)]
    old = rng.permutation(vacant)[: len(chosen)]
    moves = pl.DataFrame({"block": chosen, "old": old, "new_block": len(households) + np.arange(len(chosen))})
    copies = base.join(moves.cast(pl.Int64), on="block", maintain_order="left")
    return copies.with_columns(
        pl.col("old").alias("dwelling"), pl.col("new_block").alias("block"), pl.lit("moved_address").alias("added")
    ).drop("old", "new_block")


def _duplicates(
    base: pl.DataFrame, households: pl.DataFrame, dwellings: pl.DataFrame, rng: np.random.Generator
) -> pl.DataFrame:
    """People who also stand on the sheet of another household: of kin or of a landlord."""
    eligible = base.filter((pl.col("relation") != "02") & pl.col("name").is_not_null())["person_id"].to_numpy()
    chosen = share_of(len(base), rate("records", "duplicate"), eligible, rng)
    copies = base[chosen]
    if len(households) < 2 or not len(chosen):
        return copies.clear()
    own = copies["block"].to_numpy()
    host = (own + rng.integers(1, len(households), len(own))) % len(households)
    home = dwellings["address"].gather(copies["dwelling"].to_numpy())
    kin = pl.Series(np.where(rng.random(len(own)) < 0.7, 97, 99)).cast(pl.String)
    return copies.with_columns(
        pl.Series("block", host),
        households["dwelling"].gather(host).alias("dwelling"),
        (pl.int_range(pl.len()) + AFTER_ALL + len(base)).alias("line"),
        pl.when(pl.col("registered_address") == HERE)
        .then(pl.lit(home))
        .otherwise("registered_address")
        .alias("registered_address"),
        # Registered elsewhere than on this sheet, they are asked since when.
        pl.coalesce("inflow_date", "since").alias("inflow_date"),
        pl.lit(None, dtype=pl.String).alias("phone"),
        kin.alias("relation"),
        pl.lit("duplicate").alias("added"),
    )


def faults_on_added(kind: str) -> dict[str, float]:
    """Faults that added rows of a kind carry besides: fault → rate."""
    names = {"number_missing": "missing_number", "name_homophone": "homophone", "birth_slip": "day_off_by_one"}
    return {names[key]: float(value) for key, value in parameters("records", kind).items() if key in names}
