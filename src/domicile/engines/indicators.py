"""Counts what the indicators are made of, over a snapshot, in DuckDB. The definitions and the SQL are those of core.indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domicile.core.editing import DUCKDB, Value
from domicile.core.indicators.counting import Count, Counted, Counting
from domicile.engines.scripts import MEMORY_MB, Load, prepared


def count(
    wanted: Iterable[Count], given: Mapping[str, Value], load: Load, *, memory_mb: int = MEMORY_MB
) -> list[Counted]:
    """What these counts come to, group by group, in no order. `given` stands for `$names`; `load` gives the plain tables.

    Raises duckdb.OutOfMemoryException where `memory_mb` is too little: nothing is written to a disk.
    """
    counting = Counting(wanted, DUCKDB, given)
    with prepared(counting, load, memory_mb=memory_mb) as engine:
        return [one for query in counting.queries() for one in query.read(engine.execute(query.sql).fetchall())]
