"""How each engine writes what the engines write differently: names, values, days, texts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from domicile.core.editing.functions import CHECKS, DIGITS, WEIGHTS, YEARS

_CHECKED: Final = "{n} IS NOT NULL AND length({n}) = 18 AND {digits}"


@dataclass(frozen=True)
class Dialect:
    """One engine's SQL.

    `real`: its double. `integer`: its 64 bit whole number. `quote`: the mark around names. `divide`: whole division of {a}
    by {b}. `part_of`: a part of a day as a whole number, with {part} and {day}. `day_of`: the day that year {y}, month {m}
    and day {d} make, for parts that are known to make one. `days`: whole days from {a} to {b}. `has`: whether {text} has
    one of the characters {chars}. `within`: whether {text} contains {part}. `is_number`: whether a text of 18 places is
    17 digits and a digit or X. `plain_numbers`: columns of numbers hold nothing but numbers, so that they are compared with whole
    numbers as they stand.
    """

    name: str
    real: str
    integer: str
    quote: str
    divide: str
    part_of: str
    day_of: str
    days: str
    has: str
    within: str
    is_number: str
    collate: str = ""
    backslash: bool = False
    plain_numbers: bool = False

    def column(self, name: str, table: str = "") -> str:
        """A column's name."""
        quoted = f"{self.quote}{name}{self.quote}"
        return f"{table}.{quoted}" if table else quoted

    def value(self, value: str | float | dt.date | bool | None, kind: str = "") -> str:
        """A value written out. `kind` names its type where it is missing."""
        if value is None:
            types = {"number": self.real, "date": "DATE", "yes/no": "BOOLEAN"}
            return f"CAST(NULL AS {types.get(kind, 'VARCHAR(1)' if self.name == 'spark' else 'TEXT')})"
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, dt.date):
            return f"'{value}'" if self.name == "sqlite" else f"DATE '{value}'"
        if isinstance(value, int | float):
            return f"CAST({float(value)!r} AS {self.real})"
        text = value.replace("\\", "\\\\") if self.backslash else value
        return "'" + text.replace("'", "''" if not self.backslash else "\\'") + "'"

    def number(self, sql: str) -> str:
        """A whole number or decimal as a double."""
        return f"CAST({sql} AS {self.real})"

    def part(self, part: str, day: str) -> str:
        return self.part_of.format(part=part, day=day)

    def call(self, name: str, arguments: Sequence[str]) -> str:
        """A function of functions.FUNCTIONS."""
        return _CALLS[name](self, *arguments)


DUCKDB: Final = Dialect(
    "duckdb", "DOUBLE", "BIGINT", '"', "({a} // {b})", "{part}({day})", "make_date({y}, {m}, {d})",
    "date_diff('day', {a}, {b})", "regexp_matches({text}, '[{chars}]')", "contains({text}, {part})",
    "regexp_full_match({n}, '[0-9]{{17}}[0-9X]')", plain_numbers=True,
)  # fmt: skip
POSTGRESQL: Final = Dialect(
    "postgresql", "DOUBLE PRECISION", "BIGINT", '"', "({a} / {b})", "extract({part} FROM {day})",
    "make_date({y}::int, {m}::int, {d}::int)", "({b} - {a})", "({text} ~ '[{chars}]')", "(strpos({text}, {part}) > 0)",
    "({n} ~ '^[0-9]{{17}}[0-9X]$')", collate=' COLLATE "C"',
)  # fmt: skip
SQLITE: Final = Dialect(
    "sqlite", "REAL", "INTEGER", '"', "({a} / {b})", "CAST(substr({day}, {at}, {count}) AS INTEGER)",
    "printf('%04d-%02d-%02d', {y}, {m}, {d})", "(julianday({b}) - julianday({a}))", "({text} GLOB '*[{chars}]*')",
    "(instr({text}, {part}) > 0)", "({n} GLOB '" + "[0-9]" * 17 + "[0-9X]')",
)  # fmt: skip
# Java's $ also stands before a last line feed, \z does not.
SPARK: Final = Dialect(
    "spark", "DOUBLE", "BIGINT", "`", "({a} div {b})", "{part}({day})", "make_date({y}, {m}, {d})", "datediff({b}, {a})",
    "({text} RLIKE '[{chars}]')", "contains({text}, {part})", "({n} RLIKE '^[0-9]{{17}}[0-9X]\\\\z')", backslash=True,
)  # fmt: skip
DIALECTS: Final = {one.name: one for one in (DUCKDB, POSTGRESQL, SQLITE, SPARK)}
_PLACES: Final = {"year": (1, 4), "month": (6, 2), "day": (9, 2)}


def _part(dialect: Dialect, part: str, day: str) -> str:
    at, count = _PLACES[part]
    return f"CAST({dialect.part_of.format(part=part, day=day, at=at, count=count)} AS {dialect.integer})"


def _age(it: Dialect, birth: str, on: str) -> str:
    """Years between, less one where the day of the year is not reached yet."""
    reached = (
        f"{_part(it, 'month', on)} * 100 + {_part(it, 'day', on)} "
        f"< {_part(it, 'month', birth)} * 100 + {_part(it, 'day', birth)}"
    )
    return it.number(f"{_part(it, 'year', on)} - {_part(it, 'year', birth)} - CASE WHEN {reached} THEN 1 ELSE 0 END")


def _well_formed(it: Dialect, number: str) -> str:
    return it.is_number.format(n=number)


def _number_birth(it: Dialect, number: str) -> str:
    year, month, day = (
        f"CAST(substr({number}, {at}, {count}) AS {it.integer})" for at, count in ((7, 4), (11, 2), (13, 2))
    )
    leap = f"({year} % 4 = 0 AND ({year} % 100 <> 0 OR {year} % 400 = 0))"
    longest = f"CASE WHEN {month} = 2 THEN CASE WHEN {leap} THEN 29 ELSE 28 END WHEN {month} IN (4, 6, 9, 11) THEN 30 ELSE 31 END"
    made = it.day_of.format(y=year, m=month, d=day)
    return (
        f"CASE WHEN {_well_formed(it, number)} THEN CASE WHEN {year} BETWEEN {YEARS[0]} AND {YEARS[1]} "
        f"AND {month} BETWEEN 1 AND 12 AND {day} BETWEEN 1 AND {longest} THEN {made} END END"
    )


def _number_sex(it: Dialect, number: str) -> str:
    odd = f"CAST(substr({number}, 17, 1) AS {it.integer}) % 2 = 1"
    return f"CASE WHEN {_well_formed(it, number)} THEN CASE WHEN {odd} THEN '1' ELSE '2' END END"


def _number_checks(it: Dialect, number: str) -> str:
    """The 17 digits are read as one whole number, and taken apart by division: quicker than 17 parts of a text."""
    whole = f"CAST(substr({number}, 1, 17) AS {it.integer})"
    digits = [f"({it.divide.format(a=whole, b=10 ** (16 - place))} % 10)" for place in range(17)]
    total = " + ".join(f"{weight} * {digit}" for digit, weight in zip(digits, WEIGHTS, strict=True))
    check = f"substr('{CHECKS}', CAST(({total}) % 11 AS INTEGER) + 1, 1)"
    return f"CASE WHEN {_well_formed(it, number)} THEN substr({number}, 18, 1) = {check} END"


_CALLS: Final[dict[str, Callable[..., str]]] = {
    "age": _age,
    "days": lambda it, one, two: it.number(it.days.format(a=one, b=two)),
    "year": lambda it, day: it.number(_part(it, "year", day)),
    "month": lambda it, day: it.number(_part(it, "month", day)),
    "day": lambda it, day: it.number(_part(it, "day", day)),
    "length": lambda it, text: it.number(f"length({text})"),
    "part": lambda it, text, at, count: f"substr({text}, CAST({at} AS INTEGER), CAST({count} AS INTEGER))",
    "begins": lambda it, text, head: f"(substr({text}, 1, CAST(length({head}) AS INTEGER)) = {head})",
    "contains": lambda it, text, part: it.within.format(text=text, part=part),
    "has_digit": lambda it, text: it.has.format(text=text, chars=DIGITS),
    "number_birth": _number_birth,
    "number_sex": _number_sex,
    "number_checks": _number_checks,
}
