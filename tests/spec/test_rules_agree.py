"""One definition of rules, several engines: what a record comes to in Python is what its row comes to in SQL."""

import datetime as dt
import sqlite3
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domicile.core.editing import DUCKDB, SQLITE, Model, Names, Records, Script, Type, parse, read_checks, read_model
from domicile.core.editing.judging import judge
from domicile.core.editing.writing import written
from domicile.engines.rules import run_rules

TODAY = dt.date(2026, 3, 1)
GIVEN = {"today": TODAY, "grown": 18}
LISTS = {"relation": frozenset({"02", "10", "20"})}
PARAMETERS = {"today": Type.DATE, "grown": Type.NUMBER}
REGISTER = """
records:
  household:
    table: households
    key: household_id
    columns: {household_id: text, dwelling_id: text, kind: text}
    derived:
      heads: {count: person, by: household_id, where: "relation = '02'"}
      members: {count: person, by: household_id}
      head_born: {least: person, take: born, by: household_id, where: "relation = '02'"}
      sexes: {distinct: person, take: sex, by: household_id}
      last_name: {greatest: person, take: name, by: household_id}
      grown_members: {count: person, by: household_id, where: "age >= $grown"}
      other_head_here: {count: person, by: dwelling_id, of: dwelling_id, where: "relation = '02'"}
  person:
    table: people
    key: person_id
    columns: {person_id: text, household_id: text, dwelling_id: text, relation: text, sex: text, name: text, number: text,
              born: date, children: number}
    derived:
      age: {value: "age(born, $today)", stored: yes}
      fits: {value: "number_birth(number) = born and number_checks(number)", stored: yes}
      younger_than_head: {value: "days(head_born, born)"}
      head_born: {look: household, by: household_id, take: head_born}
      heads: {look: household, by: household_id, take: heads}
      same_number: {count: person, by: number, of: number}
      oldest_child: {least: tie, take: child_born, by: parent_id, where: "kind = 'birth'"}
      child_head_born: {greatest: tie, take: child_head_born, by: parent_id}
  tie:
    key: tie_id
    columns: {tie_id: text, child_id: text, parent_id: text, kind: text}
    derived:
      child_born: {look: person, by: child_id, take: born}
      child_head_born: {look: person, by: child_id, take: head_born}
      gap: {value: "days(parent_born, child_born)"}
      parent_born: {look: person, by: parent_id, take: born}
"""
CHECKS = [
    ("person", "birth", "born <= $today"),
    ("person", "head", "relation = '02' or younger_than_head > 0"),
    ("person", "one", "heads = 1 and same_number <= 1"),
    ("person", "number", "fits"),
    ("person", "age", "age < 100 or fits"),
    ("person", "sex", "number_sex(number) = sex"),
    ("person", "child", "oldest_child is missing or days(born, oldest_child) / children > 1"),
    ("person", "far", "child_head_born >= born"),
    ("household", "heads", "heads = 1 and members between 1 and 3"),
    ("household", "grown", "grown_members > 0 or kind != 'family'"),
    ("household", "names", "last_name > 'b' and sexes <= 1"),
    ("household", "others", "other_head_here - heads = 0"),
    ("tie", "gap", "gap > 0"),
]
days = st.dates(dt.date(1890, 1, 1), dt.date(2030, 12, 31)) | st.sampled_from(
    [TODAY, dt.date(2008, 2, 29), dt.date(2008, 3, 1)]
)
ids = st.sampled_from(["h1", "h2", "h3"])
numbers = st.sampled_from(
    ["11010519491231002X", "110105194912310021", "77010119850230001X", "770101850304001", "E1234567", "77010100000304001X",
     "770101198503040019", "77010119850304002X", "77010120000229001x"]
)  # fmt: skip
texts = st.sampled_from(["a", "b", "王", "王3", "Ä", "欧阳·x", "𠮷", "a'b\\", "？", "~"])
relations = st.sampled_from(["02", "10", "20", "99"])


def maybe(some: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | some


def rows(key: str, names: list[str], **columns: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    one = st.fixed_dictionaries({name: maybe(column) for name, column in columns.items()})
    return st.lists(one, max_size=len(names)).map(
        lambda found: [{key: name, **row} for name, row in zip(names, found, strict=False)]
    )


people = rows(
    "person_id", ["p1", "p2", "p3", "p4", "p5", "p6"], household_id=ids, dwelling_id=st.sampled_from(["d1", "d2"]),
    relation=relations, sex=st.sampled_from(["1", "2"]), name=texts, number=numbers, born=days, children=st.integers(0, 3),
)  # fmt: skip
households = rows(
    "household_id",
    ["h1", "h2", "h3"],
    dwelling_id=st.sampled_from(["d1", "d2"]),
    kind=st.sampled_from(["family", "collective"]),
)
ties = rows(
    "tie_id", ["t1", "t2", "t3"], child_id=st.sampled_from(["p1", "p2", "p9"]), parent_id=st.sampled_from(["p1", "p3"]),
    kind=st.sampled_from(["birth", "step"]),
)  # fmt: skip


def register() -> tuple[Model, list[Any]]:
    model = read_model(yaml.safe_load(REGISTER), "register.yaml", PARAMETERS, LISTS)
    said = {"zh": "某", "en": "some"}
    content = [
        {
            "code": f"{of}.{code}",
            "of": of,
            "severity": "error",
            "name": said,
            "holds": holds,
            "explain": said,
            "cure": said,
        }
        for of, code, holds in CHECKS
    ]
    return model, read_checks(content, "checks.yaml", model)


def arrow(model: Model, record: str, found: list[dict[str, Any]]) -> pa.Table:
    types = {Type.TEXT: pa.string(), Type.DATE: pa.date32(), Type.NUMBER: pa.int32(), Type.BOOL: pa.bool_()}
    schema = pa.schema([(name, types[kind]) for name, kind in model.records[record].columns.items()])
    return pa.Table.from_pylist(found, schema=schema)


def in_python(model: Model, checks: list[Any], tables: Mapping[str, Any]) -> dict[tuple[str, str], set[str]]:
    records = Records(model, tables, GIVEN)
    found: dict[tuple[str, str], set[str]] = {}
    for check in checks:
        key = model.records[check.of].key
        judged = {row[key]: records.judged(check.of, row, check.fails) for row in tables[check.of]}
        found[check.code, "failed"] = {name for name, value in judged.items() if value is True}
        found[check.code, "undecided"] = {name for name, value in judged.items() if value is None}
    return found


@settings(max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(people, households, ties)
def test_a_register_comes_to_the_same_in_python_and_in_duckdb(people: Any, households: Any, ties: Any) -> None:
    model, checks = register()
    tables = {"person": people, "household": households, "tie": ties}
    expected = in_python(model, checks, tables)
    by_table = {model.records[name].table: arrow(model, name, found) for name, found in tables.items()}
    for found in run_rules(model, checks, GIVEN, lambda table, _columns: by_table[table].to_reader()):
        code = found.check.code
        assert set(found.rows.column(0).to_pylist()) == expected[code, "failed"], code
        assert found.failed == len(expected[code, "failed"]), code
        assert found.undecided == len(expected[code, "undecided"]), code
        assert found.asked == len(tables[found.check.of])


@settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(people, households, ties)
def test_a_register_comes_to_the_same_in_sqlite(people: Any, households: Any, ties: Any) -> None:
    model, checks = register()
    tables = {"person": people, "household": households, "tie": ties}
    expected = in_python(model, checks, tables)
    script = Script(model, checks, SQLITE, GIVEN)
    engine = sqlite3.connect(":memory:")
    for name, found in tables.items():
        record = model.records[name]
        columns = list(record.columns)
        engine.execute(f"CREATE TABLE {record.table} ({', '.join(columns)})")
        plain = [[str(row[one]) if isinstance(row[one], dt.date) else row[one] for one in columns] for row in found]
        engine.executemany(f"INSERT INTO {record.table} VALUES ({', '.join('?' * len(columns))})", plain)
    for statement in script.preparing():
        engine.execute(statement.create())
    for check in checks:
        key = model.records[check.of].key
        assert {row[0] for row in engine.execute(script.failing(check, [key]))} == expected[check.code, "failed"], (
            check.code
        )
    engine.close()


# --- expressions of any shape

COLUMNS = {
    "t": Type.TEXT,
    "u": Type.TEXT,
    "n": Type.NUMBER,
    "m": Type.NUMBER,
    "d": Type.DATE,
    "e": Type.DATE,
    "y": Type.BOOL,
}
record = st.fixed_dictionaries(
    {
        "t": maybe(texts | numbers), "u": maybe(texts), "n": maybe(st.integers(-5, 5)),
        "m": maybe(st.integers(-5, 5) | st.floats(-3, 3, width=16)), "d": maybe(days), "e": maybe(days), "y": maybe(st.booleans()),
    }
)  # fmt: skip


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def joined(*shapes: str) -> Any:
    """Expressions of these shapes: T, N, D and Y stand for one of that type."""

    def deeper(shape: str, kinds: dict[str, Any]) -> st.SearchStrategy[str]:
        wanted = [one for one in shape if one in kinds]
        return st.tuples(*(kinds[one] for one in wanted)).map(
            lambda given: "".join(next(it) if one in kinds else one for it in [iter(given)] for one in shape)
        )

    return lambda kinds: st.one_of([deeper(shape, kinds) for shape in shapes])


text = st.sampled_from(["t", "u"]) | texts.map(quoted)
number = st.sampled_from(["n", "m", "$grown"]) | st.integers(-3, 3).map(str)
number = st.recursive(
    number | joined("age(D, D)", "days(D, D)", "length(T)", "year(D)", "month(D)", "day(D)")(
        {"D": st.sampled_from(["d", "e", "$today"]), "T": text}
    ),
    lambda inner: joined("(N + N)", "(N - N)", "(N * N)", "(N / N)", "- N")({"N": inner}), max_leaves=4,
)  # fmt: skip
text = text | joined("part(T, 2, 3)", "number_sex(T)")({"T": text})
day = st.sampled_from(["d", "e", "$today", "date '2008-02-29'", "number_birth(t)"])
yes = joined(
    "T = T", "T != T", "T < T", "T >= T", "N = N", "N < N", "N <= N", "D = D", "D > D", "T in ('a', 'b', '王')",
    "T not in @relation", "N in (1, 2)", "D between D and D", "T is missing", "D is known", "has_digit(T)", "begins(T, T)",
    "contains(T, T)", "number_checks(T)", "y", "yes", "N between N and N",
)({"T": text, "N": number, "D": day})  # fmt: skip
condition = st.recursive(
    yes, lambda inner: joined("(Y and Y)", "(Y or Y)", "not (Y)", "(Y) is missing")({"Y": inner}), max_leaves=6
)


@settings(max_examples=200, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(condition, st.lists(record, min_size=1, max_size=8))
def test_any_expression_comes_to_the_same_in_python_and_in_duckdb(shape: str, found: list[dict[str, Any]]) -> None:
    import duckdb

    expression = parse(shape, Names(COLUMNS, PARAMETERS, LISTS))
    judged = judge(expression, GIVEN)
    one_by_one = [
        judged(lambda name, row=row: float(row[name]) if name in "nm" and row[name] is not None else row[name])
        for row in found
    ]
    types = {Type.TEXT: pa.string(), Type.DATE: pa.date32(), Type.NUMBER: pa.float64(), Type.BOOL: pa.bool_()}
    table = pa.Table.from_pylist(found, schema=pa.schema([(name, types[kind]) for name, kind in COLUMNS.items()]))
    with duckdb.connect() as engine:
        engine.register("rows", table)
        as_a_set = [
            row[0] for row in engine.execute(f"SELECT {written(expression, DUCKDB, GIVEN)} FROM rows").fetchall()
        ]
    assert as_a_set == one_by_one, shape
