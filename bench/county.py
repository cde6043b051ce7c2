"""A register of a given size to measure reading on, filled as users fill theirs: by importing the official layouts."""

from __future__ import annotations

import tempfile
from pathlib import Path

COUNTY = "770101"


def fill(size: int) -> None:
    """Import the areas, grids and `size` people of a synthetic county; nothing where the register holds people already.

    The people come in one transaction, so a fill that was stopped leaves nobody. Raises RuntimeError when people were
    left out.
    """
    from django.db import connection

    from bench.import_ import TODAY, _sheets, load_ground, operator
    from domicile.apps.exchange import batches
    from domicile.apps.people.models import Person

    if Person.objects.exists():
        return
    with tempfile.TemporaryDirectory(prefix="bench-county-") as name:
        folder = Path(name)
        _sheets(size, folder)
        load_ground(folder)
        batch = batches.upload(operator(), "people.csv", folder / "住户人口信息采集表.csv")
        batch = batches.commit(operator(), batches.check(batch, today=TODAY))
    if connection.vendor == "postgresql":  # the throwaway cluster has no autovacuum, which does this within a minute
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    held = Person.objects.count()
    if held < size * 0.97:
        raise RuntimeError(f"only {held} of {size} people came in: {batch.report}")
