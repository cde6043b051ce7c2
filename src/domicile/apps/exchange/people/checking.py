"""Check a batch of people: stage its parts and places, and say what a commit would do."""

import datetime as dt
from typing import Any

import polars as pl
from django.db import connections

from domicile.apps.exchange import issues, staging
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.people import matching, pipeline
from domicile.apps.exchange.people.locating import Gazetteer
from domicile.apps.exchange.people.places import inside, on_file, settled


def stage(batch: Batch, today: dt.date) -> tuple[dict[str, Any], list[pl.DataFrame], str]:
    """Counts for the report, findings, and the digest of the content."""
    scopes = tuple(batch.report.get("scopes", []))
    found = pipeline.Collected()
    parts = pipeline.run(staging.parts(batch.pk, "raw"), batch.column_map, Gazetteer.load(scopes), today, found)
    for number, part in enumerate(parts):
        staging.write(batch.pk, f"part-{number:04d}", part)
    places, findings = settled(found.places, scopes)
    found.findings.append(findings)
    staging.write(batch.pk, "places", places)
    counts = {"rows": found.rows, "households": found.households, "dwellings": places.height}
    counts |= _foreseen(batch, inside(places, scopes), scopes, found)
    return counts, [frame for frame in found.findings if frame.height] or [issues.empty()], found.digest


def _foreseen(batch: Batch, places: pl.DataFrame, scopes: tuple[str, ...], found: pipeline.Collected) -> dict[str, int]:
    """What a commit would create, change and leave as it is, by what the register holds now at `places`.

    Rows elsewhere count as created: whether they are on file is not told.
    """
    connection = connections["default"]
    located = on_file(places, connection)
    counts = {"created": 0, "changed": 0, "unchanged": 0}
    for part in staging.parts(batch.pk, "part"):
        rows = matching.matched(part, located, connection)
        for name in counts:
            counts[name] += int((rows["_fate"] == name).sum())
        found.findings.append(matching.findings(rows, connection, scopes))
    return counts
