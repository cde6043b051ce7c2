"""What a rule comes to in Python is what it comes to in the database of the register, SQLite or PostgreSQL."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from domicile.apps.quality import definitions
from domicile.core.editing import DIALECTS, Names, Type, parse, written
from domicile.core.editing.judging import judge

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 1)
COLUMNS = {"t": Type.TEXT, "u": Type.TEXT, "n": Type.NUMBER, "d": Type.DATE, "e": Type.DATE, "y": Type.BOOL}
TYPES = {
    Type.TEXT: "varchar(40)", Type.NUMBER: "double precision", Type.DATE: "date", Type.BOOL: "boolean",
}  # fmt: skip
ROWS: list[dict[str, Any]] = [
    dict(zip(COLUMNS, values, strict=True))
    for values in (
        ("王3", "王", 2.0, dt.date(2008, 2, 29), dt.date(2026, 2, 28), True),
        ("11010519491231002X", "b", 0.0, dt.date(1949, 12, 31), dt.date(2026, 3, 1), False),
        ("110105194912310021", "a'b\\", -1.5, dt.date(1900, 1, 1), None, None),
        ("77010119850230001X", None, 3.0, None, dt.date(2000, 2, 29), True),
        ("77010120000229001X", "？", None, dt.date(2000, 2, 29), dt.date(1999, 12, 31), False),
        ("110105491231002", "Ä", 1.0, dt.date(2030, 1, 1), dt.date(2008, 3, 1), None),
        (None, None, None, None, None, None),
    )
]
EXPRESSIONS = [
    "has_digit(t)", "number_birth(t) = d", "number_birth(t) is missing", "number_sex(t) = '2'", "number_checks(t)",
    "age(d, $today) >= 18", "days(d, e) > 0", "year(d) * 12 + month(d) - day(e) > n", "length(t) > length(u)",
    "part(t, 7, 4) = '1949'", "begins(t, u)",
    "contains(t, u)", "t < u", "t >= u", "t != u", "n / n = 1", "1 / n > 0", "-n < 1", "n in (2, 3)", "u in ('a''b\\', '王')",
    "t not in @sex", "d between e and $today", "y and n > 1", "y or n > 1", "not y", "(y and n > 1) is missing", "y = no",
    "d > date '2008-02-29'", "n between -2 and 1",
]  # fmt: skip


def test_the_database_of_the_register_agrees_with_python_row_for_row() -> None:
    dialect = DIALECTS["postgresql" if connection.vendor == "postgresql" else "sqlite"]
    lists = {"sex": frozenset({"1", "2"})}
    columns = ", ".join(f"{name} {TYPES[kind]}" for name, kind in COLUMNS.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE tried (place integer, {columns})")
        for place, row in enumerate(ROWS):
            cursor.execute("INSERT INTO tried VALUES (%s, %s, %s, %s, %s, %s, %s)", [place, *row.values()])
        for text in EXPRESSIONS:
            expression = parse(text, Names(COLUMNS, {"today": Type.DATE}, lists))
            given = {"today": TODAY}
            sql = written(expression, dialect, given)
            cursor.execute(f"SELECT {sql} FROM tried ORDER BY place".replace("%", "%%"), [])
            found = [None if value is None else bool(value) for (value,) in cursor.fetchall()]
            assert found == [judge(expression, given)(row.get) for row in ROWS], text
        cursor.execute("DROP TABLE tried")


def test_every_rule_is_written_for_the_database_of_the_register() -> None:
    """Each check is valid SQL there: it is asked of an empty table with its columns."""
    dialect = DIALECTS["postgresql" if connection.vendor == "postgresql" else "sqlite"]
    model, given = definitions.model(), definitions.given(TODAY)
    with connection.cursor() as cursor:
        for name, record in model.records.items():
            columns = ", ".join(f"{dialect.column(one)} {TYPES[kind]}" for one, kind in record.types().items())
            cursor.execute(f"CREATE TEMPORARY TABLE empty_{name} ({columns})")
        for check in definitions.checks():
            sql = written(model.inlined(check.of, check.fails), dialect, given)
            cursor.execute(f"SELECT 1 FROM empty_{check.of} WHERE {sql}".replace("%", "%%"), [])
            assert cursor.fetchall() == []
        for name in model.records:
            cursor.execute(f"DROP TABLE empty_{name}")
