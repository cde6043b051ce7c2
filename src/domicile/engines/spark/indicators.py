"""Counts what the indicators are made of on a Spark cluster. The definitions and the SQL are those of core.indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domicile.core.editing import SPARK, Value
from domicile.core.indicators.counting import Count, Counted, Counting
from domicile.engines.scripts import Load
from domicile.engines.spark.scripts import prepared
from domicile.engines.spark.session import Connected


def count(wanted: Iterable[Count], given: Mapping[str, Value], load: Load, *, on: Connected) -> list[Counted]:
    """As engines.indicators.count, on a cluster: the workers count, and numbers alone come back."""
    counting = Counting(wanted, SPARK, given)
    with prepared(counting, load, on=on):
        found: list[Counted] = []
        for query in counting.queries():
            rows = on.arrow(query.sql)
            found += query.read(zip(*(column.to_pylist() for column in rows.columns), strict=True))
        return found
