"""Rows that stand at an address: their dwellings, found in the register or new."""

import uuid
from typing import Any

import polars as pl

from domicile.apps.common.ids import new_id
from domicile.apps.exchange import issues, staging
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.people.locating import Gazetteer, located
from domicile.apps.exchange.people.pipeline import PLACE, PLACE_SCHEMA
from domicile.apps.exchange.people.places import settled
from domicile.apps.exchange.people.values import trimmed
from domicile.apps.exchange.small.book import Book, Held, defaults, held
from domicile.apps.places.models import Dwelling

Numbers = dict[tuple[str, int], int | None]
READ = {"_sheet": pl.String, "_row": pl.UInt32, "address": pl.String, "grid": pl.String}


def located_rows(batch: Batch, scopes: tuple[str, ...]) -> tuple[pl.DataFrame, Numbers, list[pl.DataFrame]]:
    """The distinct places of a file, the number of its place for each row (sheet, row), and findings."""
    columns = {name: batch.column_map.get(name, "") for name in ("address", "grid")}
    parts = [
        part.select(
            "_sheet",
            "_row",
            *(
                (pl.col(header) if header in part.columns else pl.lit(None, dtype=pl.String)).alias(name)
                for name, header in columns.items()
            ),
        )
        for part in staging.parts(batch.pk, "raw")
    ]
    rows = trimmed(pl.concat(parts) if parts else pl.DataFrame(schema=READ), ["address", "grid"])
    found = [issues.where(rows, pl.col("address").is_null(), "address_missing", "address")]
    places, findings = located(rows.with_row_index("household"), Gazetteer.load(scopes))
    found.append(findings)
    sound = places.filter(pl.all_horizontal(pl.col(PLACE).is_not_null()))
    known = sound.unique(PLACE, keep="first", maintain_order=True).with_row_index("place")
    known = known.select(*PLACE_SCHEMA).cast(PLACE_SCHEMA)  # type: ignore[arg-type]
    numbered = places.select("_sheet", "_row", *PLACE).join(
        known.select("place", *PLACE), on=PLACE, how="left", maintain_order="left"
    )
    settled_places, findings = settled(known, scopes)
    found.append(findings)
    numbers = {(sheet, row): place for sheet, row, place in numbered.select("_sheet", "_row", "place").rows()}
    return settled_places, numbers, found


def by_number(places: pl.DataFrame) -> dict[int, dict[str, Any]]:
    """Each place by its number in the file; `places` as people.places.on_file gives them."""
    return {row["place"]: row for row in places.drop("_sheet", "_row", "file_code", strict=False).to_dicts()}


def dwellings_of(book: Book, rows: list[dict[str, Any]]) -> list[tuple[Held, bool]]:
    """The dwelling of each row, and whether this row is the first to speak of a new one."""
    keys = {uuid.UUID(row["dwelling_id"]) for row in rows if row.get("stood")}
    known = {row["id"].hex: row for row in held(Dwelling, "pk", keys)}
    found = []
    for row in rows:
        if row.get("stood"):
            found.append((known[row["dwelling_id"]], False))
            continue
        key = ("dwelling", row["place"]) if row["place"] is not None else ("nowhere", len(found))
        new = key not in book.made
        if new:
            made = uuid.UUID(row["dwelling_id"]) if row.get("dwelling_id") else new_id()
            book.made[key] = {"id": made} | defaults(Dwelling)
        found.append((book.made[key], new))
    return found
