"""Writes an expression as SQL: what it gives there for a row is what `judging` gives for the same record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from domicile.core.editing.dialects import Dialect
from domicile.core.editing.expressions import (
    Binary,
    Call,
    Column,
    Expression,
    Literal,
    Missing,
    Negative,
    Not,
    OneOf,
    Parameter,
    Type,
    Value,
)

COMPARED: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})


def _whole(value: Value) -> bool:
    """Whether a literal is a whole number that every engine's integers hold."""
    return isinstance(value, float | int) and not isinstance(value, bool) and value == int(value) and abs(value) < 2**31


def written(expression: Expression, dialect: Dialect, parameters: Mapping[str, Value], table: str = "") -> str:
    """SQL of one expression over the columns of `table`; parameters stand in it as values.

    Yes, no and undecided are TRUE, FALSE and NULL. Raises KeyError where a parameter is not given.
    """

    def sql(part: Expression) -> str:
        match part:
            case Literal(value, kind):
                return dialect.value(value, kind.value)
            case Column(name, kind):
                column = dialect.column(name, table)
                return dialect.number(column) if kind is Type.NUMBER else column
            case Parameter(name, kind):
                return dialect.value(parameters[name], kind.value)
            case Not(of):
                return f"(NOT {sql(of)})"
            case Negative(of):
                return f"(- {sql(of)})"
            case Missing(of):
                return f"({sql(of)} IS NULL)"
            case OneOf(Column(name, Type.NUMBER), values) if dialect.plain_numbers and all(map(_whole, values)):
                return f"({dialect.column(name, table)} IN ({', '.join(str(int(one)) for one in values)}))"  # type: ignore[arg-type]
            case OneOf(of, values):
                return f"({sql(of)} IN ({', '.join(dialect.value(one) for one in values)}))"
            case Binary(sign, Column(name, Type.NUMBER), Literal(value)) if (
                dialect.plain_numbers and sign in COMPARED and _whole(value)
            ):
                # As it stands, a column is compared several times as fast as its double, and may be passed over by its bounds.
                return f"({dialect.column(name, table)} {'<>' if sign == '!=' else sign} {int(value)})"  # type: ignore[arg-type]
            case Binary(sign, left, right):
                return _binary(sign, sql(left), sql(right), dialect, text=left.type is Type.TEXT)
            case Call(name, arguments):
                return dialect.call(name, [sql(one) for one in arguments])

    return sql(expression)


def _binary(sign: str, left: str, right: str, dialect: Dialect, *, text: bool) -> str:
    if sign == "/":
        return f"({left} / nullif({right}, {dialect.value(0.0)}))"
    operator = {"and": "AND", "or": "OR", "!=": "<>"}.get(sign, sign)
    collate = dialect.collate if text and sign in ("<", "<=", ">", ">=") else ""
    return f"({left} {operator} {right}{collate})"
