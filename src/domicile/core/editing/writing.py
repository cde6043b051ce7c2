"""Writes an expression as SQL: what it gives there for a row is what `judging` gives for the same record."""

from __future__ import annotations

from collections.abc import Mapping

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
            case OneOf(of, values):
                return f"({sql(of)} IN ({', '.join(dialect.value(one) for one in values)}))"
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
