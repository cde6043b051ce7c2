"""Rules on a Spark of two workers come to what they come to in Python and in DuckDB: expressions, registers, the rules shipped."""

import datetime as dt
import random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench.rules_data import write_tables
from domicile.apps.quality import definitions
from domicile.core.editing import SPARK, Names, Type, parse
from domicile.core.editing.judging import judge
from domicile.core.editing.writing import written
from domicile.engines.rules import loaded as loaded_here
from tests.spec.test_rules_agree import (
    COLUMNS,
    GIVEN,
    LISTS,
    PARAMETERS,
    TODAY,
    arrow,
    condition,
    in_python,
    record,
    register,
)

NUMBERS = ["11010519491231002X", "110105194912310021", "77010119850230001X", "770101850304001", "E1234567", "77010100000304001X",
           "770101198503040019", "77010119850304002X", "77010120000229001x", "11010519491231002X\n"]  # fmt: skip
TEXTS = ["a", "b", "王", "王3", "Ä", "欧阳·x", "𠮷", "a'b\\", "？", "~"]


def a_register(seed: int) -> dict[str, list[dict[str, Any]]]:
    """People, households and ties with values of every kind, of whom a tenth is missing."""
    draw = random.Random(seed)

    def some(values: list[Any]) -> Any:
        return None if draw.random() < 0.1 else draw.choice(values)

    homes, dwellings = [f"h{n}" for n in range(60)], [f"d{n}" for n in range(40)]
    days = [dt.date(1890, 1, 1) + dt.timedelta(days=draw.randrange(51_000)) for _ in range(80)]
    days += [TODAY, dt.date(2008, 2, 29), dt.date(2008, 3, 1), dt.date(1949, 12, 31)]
    people = [
        {
            "person_id": f"p{n}", "household_id": some(homes), "dwelling_id": some(dwellings), "sex": some(["1", "2"]),
            "relation": some(["02", "10", "20", "99"]), "name": some(TEXTS), "number": some(NUMBERS), "born": some(days),
            "children": some([0, 1, 2, 3]),
        }
        for n in range(200)
    ]  # fmt: skip
    households = [
        {"household_id": home, "dwelling_id": some(dwellings), "kind": some(["family", "collective"])} for home in homes
    ]
    persons = [f"p{n}" for n in range(220)]
    ties = [
        {"tie_id": f"t{n}", "child_id": some(persons), "parent_id": some(persons), "kind": some(["birth", "step"])}
        for n in range(150)
    ]
    return {"person": people, "household": households, "tie": ties}


def test_a_register_comes_to_the_same_in_python_and_on_spark(spark: Any) -> None:
    from domicile.engines.spark.rules import loaded

    model, checks = register()
    tables = a_register(7)
    expected = in_python(model, checks, tables)
    by_table = {model.records[name].table: arrow(model, name, found) for name, found in tables.items()}
    with loaded(model, checks, GIVEN, lambda table, _columns: by_table[table].to_reader(), on=spark) as asked:
        for found in asked.run():
            code = found.check.code
            failed = found.rows.column(0).to_pylist()
            assert set(failed) == expected[code, "failed"], code
            assert (found.failed, found.undecided) == (len(failed), len(expected[code, "undecided"])), code
            assert len(failed) == len(set(failed))
            assert found.asked == len(tables[found.check.of])


@settings(
    max_examples=4, derandomize=True, database=None, phases=[Phase.generate], deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(st.lists(condition, min_size=25, max_size=25), st.lists(record, min_size=8, max_size=8))
def test_any_expression_comes_to_the_same_in_python_and_on_spark(
    spark: Any, shapes: list[str], found: list[dict[str, Any]]
) -> None:
    """Many expressions are asked in one query."""
    expressions = [parse(shape, Names(COLUMNS, PARAMETERS, LISTS)) for shape in shapes]
    types = {Type.TEXT: pa.string(), Type.DATE: pa.date32(), Type.NUMBER: pa.float64(), Type.BOOL: pa.bool_()}
    schema = pa.schema([("row", pa.int32()), *((name, types[kind]) for name, kind in COLUMNS.items())])
    spark.table("rows", pa.Table.from_pylist([{"row": at, **one} for at, one in enumerate(found)], schema=schema))
    asked = ", ".join(f"{written(one, SPARK, GIVEN)} AS e{place}" for place, one in enumerate(expressions))
    answers = spark.arrow(f"SELECT {asked} FROM rows ORDER BY row").to_pylist()
    for place, (shape, expression) in enumerate(zip(shapes, expressions, strict=True)):
        judged = judge(expression, GIVEN)
        one_by_one = [
            judged(lambda name, row=row: float(row[name]) if name in "nm" and row[name] is not None else row[name])
            for row in found
        ]
        assert [row[f"e{place}"] for row in answers] == one_by_one, shape


def test_the_rules_shipped_find_the_same_on_spark_as_here(spark: Any, tmp_path: Any) -> None:
    from domicile.engines.spark.rules import loaded

    write_tables(tmp_path, 600, 3, TODAY)
    model, given_ = definitions.model(), definitions.given(TODAY)
    held = {name: pq.read_table(path) for path in tmp_path.glob("*.parquet") for name in [path.stem]}
    checks = [check for check in definitions.checks() if _can_be_asked(check, held)]
    assert len(checks) >= 60

    def load(table: str, columns: Any) -> pa.RecordBatchReader:
        return held[table].select(columns).to_reader()

    with loaded_here(model, checks, given_, load) as asked:
        expected = {found.check.code: found for found in asked.run()}
    with loaded(model, checks, given_, load, on=spark) as asked:
        for found in asked.run():
            one = expected.pop(found.check.code)
            assert (found.asked, found.failed, found.undecided) == (one.asked, one.failed, one.undecided), (
                one.check.code
            )
            assert sorted(found.rows.column(0).to_pylist()) == sorted(one.rows.column(0).to_pylist()), one.check.code
    assert not expected


def _can_be_asked(check: Any, held: dict[str, pa.Table]) -> bool:
    """Whether the synthetic tables have all that a check needs."""
    from domicile.core.editing import Script

    wanted = Script(definitions.model(), [check], SPARK, definitions.given(TODAY)).tables()
    return all(table in held and set(columns) <= set(held[table].column_names) for table, columns in wanted.items())


def test_columns_that_are_kept_come_along_and_may_be_asked_for_twice(spark: Any) -> None:
    from domicile.engines.spark.rules import loaded

    model, checks = register()
    tables = a_register(9)
    by_table = {model.records[name].table: arrow(model, name, found) for name, found in tables.items()}
    kept = {"person": ["household_id", "person_id"]}
    some = [check for check in checks if check.of == "person"][:2]
    with loaded(model, some, GIVEN, lambda table, _columns: by_table[table].to_reader(), on=spark, kept=kept) as asked:
        rows = next(iter(asked.run())).rows
    assert rows.column_names == ["person_id", "household_id", "person_id"]
    homes = {row["person_id"]: row["household_id"] for row in tables["person"]}
    assert rows.num_rows > 0
    assert all(
        homes[key] == home for key, home in zip(rows.column(0).to_pylist(), rows.column(1).to_pylist(), strict=True)
    )
    assert rows.column(0).to_pylist() == rows.column(2).to_pylist()
