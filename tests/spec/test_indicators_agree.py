"""The counts of the indicators come to the same in the register's database, in DuckDB and on Spark, and by hand."""

from collections.abc import Callable
from typing import Any

import pytest

from domicile.apps.indicators import counting, expecting
from domicile.apps.indicators.measuring import measures
from domicile.apps.snapshots.taking import snapshot
from domicile.core.indicators import definitions
from domicile.core.indicators.counting import Counted, counts, uncounted
from tests.spec import indicator_register
from tests.spec.indicator_register import TODAY, YEAR, here, in_python, sums

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def over_a_snapshot(count: Callable[..., list[Counted]], **options: Any) -> list[Counted]:
    tables = ("people", "documents", "spells", "events", "checks")
    with snapshot(counting.MACHINE, job="indicators", today=TODAY, tables=tables, numbers=False) as taken:
        return count(counting.wanted(YEAR), counting.given(TODAY, YEAR), taken.reader, **options)


def figures(counted: list[Counted]) -> set[tuple[Any, ...]]:
    rows = measures(counted, TODAY)
    found = {(one.key, one.community, one.month, one.source, one.numerator, one.denominator, one.units) for one in rows}
    assert len(found) == len(rows)
    return found


def test_the_register_counts_what_is_counted_by_hand() -> None:
    indicator_register.fill()
    counted, expected = here(), in_python()
    found = sums(counted)
    assert {key: found[key] for key in expected} == dict(expected)
    assert min(expected.values()) > 0
    assert set(found) == set(counts())


def test_duckdb_counts_a_snapshot_as_the_register_counts_itself() -> None:
    from domicile.engines import indicators

    indicator_register.fill()
    counted, held = over_a_snapshot(indicators.count), here()
    assert set(counted) == set(held)
    assert figures(counted) == figures(held)


def test_spark_counts_a_snapshot_as_the_register_counts_itself(spark: Any) -> None:
    from domicile.engines.spark import indicators

    indicator_register.fill()
    counted, held = over_a_snapshot(indicators.count, on=spark), here()
    assert set(counted) == set(held)
    assert figures(counted) == figures(held)


def test_every_indicator_is_counted_somewhere_or_says_why_not() -> None:
    for definition in definitions().values():
        needed = {definition.key}
        if definition.kind == "expected":
            needed = {expecting.PEOPLE, expecting.KEYS[definition.subject][0]}
        elif definition.subject in counting.KINDS:
            needed = {counting.HAPPENED}
        assert needed <= set(counts()) or definition.key in uncounted(), definition.key
    assert not set(uncounted()) & set(counts())
