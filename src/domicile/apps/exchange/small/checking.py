"""Check a batch of a small layout, and stage its rows."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any

import polars as pl
from django.db import connections

from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange import issues, staging
from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.people.places import inside, on_file
from domicile.apps.exchange.small import addresses
from domicile.apps.exchange.small.book import Book
from domicile.apps.exchange.small.kinds import KINDS
from domicile.apps.exchange.small.reading import Ground, Row

ROW = {"_sheet": pl.String, "_row": pl.UInt32, "place": pl.UInt32}


def stage(batch: Batch, today: dt.date) -> tuple[dict[str, Any], list[pl.DataFrame], str]:
    """Counts for the report, findings, and the digest of the content."""
    scopes = tuple(batch.report.get("scopes", []))
    kind, ground, found, content = KINDS[batch.layout], Ground(scopes, today), [], hashlib.sha256()
    places = pl.DataFrame()
    if "address" in batch.column_map:
        places, numbers, findings = addresses.located_rows(batch, scopes)
        staging.write(batch.pk, "places", places)
        found += findings
    else:
        numbers = {}
    names = sorted({*kind.stored, *(column.name for column in LAYOUTS[batch.layout].columns)})
    total = 0
    for number, rows in enumerate(_parts(batch, numbers)):
        kind.check(rows, ground)
        records = [
            {"_sheet": row.sheet, "_row": row.number, "place": row.place}
            | {name: row.values.get(name, "") for name in names}
            for row in rows
        ]
        frame = pl.DataFrame(records, schema=ROW | dict.fromkeys(names, pl.String))
        staging.write(batch.pk, f"part-{number:04d}", frame)
        content.update(frame.drop(*ROW).write_csv(include_header=False).encode())
        found.append(issues.from_rows(finding for row in rows for finding in row.findings))
        total += len(rows)
    content.update(places.drop("_sheet", "_row", strict=False).write_csv(include_header=False).encode())
    book = Book(Viewer(None, "", "", scopes, ""))
    places = inside(places, scopes) if places.height else places  # what stands elsewhere is not told
    for part in written(batch, places.pipe(on_file, connections["default"]) if places.height else places):
        kind.write(book, part)
        book.write()
    return {"rows": total} | dict(book.counts), found, content.hexdigest()


def written(batch: Batch, places: pl.DataFrame) -> Iterator[list[dict[str, Any]]]:
    """The staged rows part by part, each with its place: what the register holds at its address, or is to hold."""
    by_number = addresses.by_number(places)
    for part in staging.parts(batch.pk, "part"):
        # A row in no known place has an error: it is foreseen as new.
        yield [row | by_number.get(row["place"], {}) for row in part.drop("_sheet", "_row").to_dicts()]


def _parts(batch: Batch, numbers: dict[tuple[str, int], int | None]) -> Iterator[list[Row]]:
    for part in staging.parts(batch.pk, "raw"):
        rows = []
        for record in part.iter_rows(named=True):
            cells = {name: record.get(header) or "" for name, header in batch.column_map.items()}
            at = record["_sheet"], record["_row"]
            rows.append(Row(*at, cells, place=numbers.get(at)))
        yield rows
