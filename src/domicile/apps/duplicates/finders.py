"""Which engine looks for duplicates: each by the name of the option `--engine`."""

import datetime as dt
from typing import Any

from domicile.apps.duplicates.searching import Find, Progress, Result


def duckdb(people: Any, today: dt.date, progress: Progress) -> Result:
    """On this machine. `people`: the table `people` of a snapshot, as a polars frame."""
    from domicile.engines.linkage import find_duplicates

    found = find_duplicates(people, today=today, progress=progress)
    counts = found.counts
    return Result(
        found.pairs.to_pylist(), found.prior, str(getattr(found.model, "name", "")), sum(counts.records), counts.compared,
        counts.left_out,
    )  # fmt: skip


FINDERS: dict[str, Find] = {"duckdb": duckdb}
