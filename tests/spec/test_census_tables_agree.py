"""The tables of a census come to the same by hand, in DuckDB and on Spark."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from domicile.core.tabulation import Cube, Table, cubes, declared_set, fill
from domicile.core.tabulation.planning import Axis
from domicile.engines.tabulation import FILES, check, counted, on_duckdb, same
from tests import census_records

REPLICATES = 8


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    census_records.write(folder, 6000, per_community=400)
    return folder


@pytest.fixture(scope="module")
def plan(records: Path) -> list[Cube]:
    made = declared_set().tables.values()
    plan = cubes(made, dict.fromkeys(FILES, 10**6))
    assert sorted(table.code for cube in plan for table in cube.tables) == sorted(table.code for table in made)
    check(records, plan)
    return plan


def test_spark_comes_to_the_same_cells_as_duckdb(records: Path, plan: list[Cube], spark: Any) -> None:
    from domicile.engines.spark.tabulation import OnSpark

    there = OnSpark(spark, records, replicates=REPLICATES)
    with on_duckdb(records, replicates=REPLICATES) as here:
        for of in FILES:
            one, two = here.areas(of), there.areas(of)
            assert sorted(zip(*(one[name] for name in ["area", "n", "k"]), strict=True)) == sorted(
                zip(*(two[name] for name in ["area", "n", "k"]), strict=True)
            )
        for cube in plan:
            assert same(cube, here.cube(cube), there.cube(cube), REPLICATES), cube


def test_every_table_is_what_is_counted_by_hand(records: Path, plan: list[Cube]) -> None:
    people = {of: pl.read_parquet(records / f"{of}.parquet") for of in FILES}
    with on_duckdb(records, replicates=REPLICATES) as engine:
        for cube, columns in counted(engine, plan):
            for table in cube.tables:
                found = fill(cube, columns, table)
                expected = dict(by_hand(table, people[table.of]))
                told = {place: int(found.n[place]) for place in map(tuple, np.argwhere(found.n).tolist())}
                assert {place: one[0] for place, one in expected.items()} == told, table.code
                for place, (_, keys, *sums) in expected.items():
                    assert found.k[place] == keys % 2**32
                    assert [int(found.sums[column][0][place]) for column in table.sums] == sums
                assert len(told) > (0 if table.by else -1)
                if table.long:
                    assert found.w is not None
                    assert np.array_equal(found.w, found.n * 100_000)


def test_a_cube_that_cannot_be_counted_ends_the_row_of_them(records: Path, plan: list[Cube]) -> None:
    base = replace(plan[2].base, name="base_without", columns=(*plan[2].base.columns, "nothing"))
    with on_duckdb(records, replicates=REPLICATES) as engine:
        told = counted(engine, [*plan[:2], replace(plan[2], base=base), *plan[3:]])
        assert [next(told)[0], next(told)[0]] == plan[:2]
        with pytest.raises(duckdb.BinderException, match="nothing"):
            next(told)
        assert [cube for cube, _columns in counted(engine, plan[:3])] == plan[:3]


@pytest.mark.parametrize(
    "axis",
    [
        Axis(
            "age", False, False, classes=(frozenset({1, 2}), frozenset({30}), frozenset({300}))
        ),  # too far apart for a list
        Axis("age", False, False, classes=(frozenset({1, 7}), frozenset({30}))),
        Axis("age", True, False, edges=(5, 30, 2000)),
        Axis("age", True, False, edges=(5, 30, 60)),
    ],
)
def test_classes_are_those_of_the_single_values(records: Path, plan: list[Cube], axis: Axis) -> None:
    whole = replace(next(cube for cube in plan if "P03" in {one.code for one in cube.tables}), only=())
    years = Axis("age", True, False, edges=tuple(range(101)))
    with on_duckdb(records, replicates=REPLICATES) as engine:
        one, two = (engine.cube(replace(whole, digits=0, axes=(by,))) for by in (years, axis))
    held = np.zeros(axis.size + 1, dtype=np.int64)
    np.add.at(held, axis.classes_of(one["c_age"]), one["n"])
    told = np.zeros(axis.size + 1, dtype=np.int64)
    told[two["c_age"]] = two["n"]
    assert np.array_equal(held, told)


def by_hand(table: Table, rows: pl.DataFrame) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The cells of a table from single records, one after the other."""
    kept: dict[tuple[int, ...], list[int]] = {}
    areas: set[int] = set()
    for row in rows.iter_rows(named=True):
        if table.long and row["form"] != "long":
            continue
        if not any(all(meets(row, one) for one in some) for some in table.universe.alternatives):
            continue
        if not all(meets(row, one) for one in table.only):
            continue
        area = int(row["area"][: table.digits])
        areas.add(area)
        place = [area]
        for grouping in table.by:
            value = row[grouping.column]
            value = value[:1] if grouping.text and value is not None else value
            inside = [
                number
                for number, one in enumerate(grouping.categories)
                if value is not None
                and (value in one.values if one.values else one.low <= value and (one.high is None or value < one.high))
            ]
            place.append(inside[0] if inside else len(grouping.categories))
        cell = kept.setdefault(tuple(place), [0, 0, *(0 for _ in table.sums)])
        cell[0] += 1
        cell[1] += row["record_key"]
        for number, column in enumerate(table.sums, start=2):
            cell[number] += row[column] or 0
    order = sorted(areas)
    for place, cell in kept.items():
        yield (order.index(place[0]), *place[1:]), tuple(cell)


def meets(row: dict[str, Any], condition: Any) -> bool:
    value = row[condition.column]
    if value is None:
        return False
    if condition.values:
        return value in condition.values
    return (condition.low is None or value >= condition.low) and (condition.high is None or value < condition.high)
