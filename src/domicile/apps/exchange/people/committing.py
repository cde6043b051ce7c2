"""Write staged people inside one transaction, part by part."""

import datetime as dt
from typing import Any

import polars as pl

from domicile.apps.exchange import staging, tables
from domicile.apps.exchange.journal import Journal
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.people import changing, matching, registering, writing
from domicile.apps.exchange.people.places import on_file
from domicile.core.policy.parameters import parameter

PEOPLE_AT_ONCE = 25_000  # what bounds the memory of a commit


def write(journal: Journal, batch: Batch, tell: Any) -> dict[str, int]:
    """Insert what is new, change what differs; returns created, changed, unchanged."""
    connection, total, done = journal.connection, int(batch.report["rows"]), 0
    tell("read", 0, total)
    places = on_file(staging.read(batch.pk, "places"), connection)
    remarks = _remarks(journal.at.date())
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    with tables.without_indexes(connection, writing.SCATTERED, total):
        tell("write", 0, total)
        places = writing.write_places(journal, places, writing.grid_ids(connection))
        for part in staging.parts(batch.pk, "part"):
            tell("write", done, total)
            rows = registering.with_heads(matching.matched(part, places, connection))
            new = _with_households(rows, connection)
            new = writing.write_households(journal, new)
            with tables.behind(connection) as writer:
                for some in new.iter_slices(PEOPLE_AT_ONCE):
                    writing.write_people(journal, writer, some, remarks)
            changing.write_changes(journal, rows.filter(pl.col("_fate") == "changed"))
            for name in counts:
                counts[name] += int((rows["_fate"] == name).sum())
            done += part.height
        tell("index", done, total)
    return counts


def _with_households(rows: pl.DataFrame, connection: Any) -> pl.DataFrame:
    """New rows with the households on file that they join: those of persons of the same household of the file.

    A housemate who is registered elsewhere brings nobody into the registered household there.
    """
    joined = rows.group_by("household").agg(
        pl.col("_f_living_id").drop_nulls().first().alias("living_id"),
        pl.col("_shared").first().alias("registered_id"),
    )
    apart = [name for name in rows.columns if name.startswith("_f_") or name in {"_head_here", "_head", "_shared"}]
    new = rows.filter(pl.col("_fate") == "created").drop(apart)
    new = new.join(joined, on="household", how="left", maintain_order="left")
    return changing.without_second_heads(new, connection)


def _remarks(today: dt.date) -> writing.Remarks:
    months = int(parameter("retention.remark_months", on=today))
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return writing.Remarks(today, dt.date(year, month + 1, min(today.day, 28)))
