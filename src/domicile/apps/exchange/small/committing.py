"""Write the staged rows of a small layout, in the caller's transaction."""

from typing import Any

import polars as pl

from domicile.apps.exchange import staging
from domicile.apps.exchange.journal import Journal
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.people.places import on_file
from domicile.apps.exchange.people.writing import grid_ids, write_places
from domicile.apps.exchange.small.book import Book
from domicile.apps.exchange.small.checking import written
from domicile.apps.exchange.small.kinds import KINDS


def write(journal: Journal, batch: Batch, tell: Any) -> dict[str, int]:
    """Create and change; returns created, changed, unchanged."""
    book, kind, done, total = Book(journal.actor, journal), KINDS[batch.layout], 0, int(batch.report["rows"])
    for rows in written(batch, _places(journal, batch, makes=kind.makes_dwellings)):
        tell("write", done, total)
        kind.write(book, rows)
        book.write()
        done += len(rows)
    return dict(book.counts)


def _places(journal: Journal, batch: Batch, *, makes: bool) -> pl.DataFrame:
    """The places of the file with their dwellings, made where the layout is about dwellings."""
    if not staging.exists(batch.pk, "places"):
        return pl.DataFrame()
    places = on_file(staging.read(batch.pk, "places"), journal.connection)
    return write_places(journal, places, grid_ids(journal.connection)) if makes else places
