"""A condition in the language of a phone's form, and as lists for a browser.

Conditions have three values (core/editing). A phone's form knows two, and takes an empty answer for no number: `yes` writes
what is true where the condition is surely so, `no` what is true where it is surely not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from domicile.core.editing.expressions import Binary, Column, Expression, Literal, Missing, Not, OneOf, columns_of

_OPPOSITE: Final = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
#: How a column is written, by its name.
Reference = Callable[[str], str]


def reference(name: str) -> str:
    """A question of an XLSForm."""
    return "${" + name + "}"


def yes(expression: Expression, column: Reference = reference) -> str:
    """XPath that is true where the condition is yes. Raises ValueError for what forms cannot write."""
    match expression:
        case Not(of):
            return no(of, column)
        case Missing(of):
            return f"{_value(of, column)} = ''"
        case OneOf(of, values):
            return _any(_value(of, column), "=", values, " or ")
        case Binary(("and" | "or") as sign, left, right):
            return f"({yes(left, column)} {sign} {yes(right, column)})"
        case Binary(sign, left, right) if sign in _OPPOSITE:
            return _compared(sign, left, right, column)
    raise ValueError(f"a form cannot ask for {expression}")


def no(expression: Expression, column: Reference = reference) -> str:
    """XPath that is true where the condition is no. Raises ValueError for what forms cannot write."""
    match expression:
        case Not(of):
            return yes(of, column)
        case Missing(of):
            return f"{_value(of, column)} != ''"
        case OneOf(of, values):
            return f"({_known(of, column)} and {_any(_value(of, column), '!=', values, ' and ')})"
        case Binary(("and" | "or") as sign, left, right):
            return f"({no(left, column)} {'or' if sign == 'and' else 'and'} {no(right, column)})"
        case Binary(sign, left, right) if sign in _OPPOSITE:
            return _compared(_OPPOSITE[sign], left, right, column)
    raise ValueError(f"a form cannot ask for {expression}")


def _any(what: str, sign: str, values: tuple[Any, ...], join: str) -> str:
    return "(" + join.join(f"{what} {sign} {_literal(one)}" for one in values) + ")"


def _compared(sign: str, left: Expression, right: Expression, column: Reference) -> str:
    """Nothing is like, below or above what is no number; only unlike has to be told that both are known."""
    written = f"{_value(left, column)} {sign} {_value(right, column)}"
    known = [_known(one, column) for one in (left, right) if columns_of(one)] if sign == "!=" else []
    return f"({' and '.join([*known, written])})"


def _known(expression: Expression, column: Reference) -> str:
    return " and ".join(f"{column(name)} != ''" for name in sorted(columns_of(expression)))


def _value(expression: Expression, column: Reference) -> str:
    match expression:
        case Literal(value):
            return _literal(value)
        case Column(name):
            return column(name)
        case Binary(("+" | "-" | "*") as sign, left, right):
            return f"({_value(left, column)} {sign} {_value(right, column)})"
    raise ValueError(f"a form cannot reckon {expression}")


def _literal(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else f"'{value}'"


def plain(expression: Expression) -> list[Any]:
    """The condition as nested lists, operator first: ["and", ["=", ["column", "kind"], ["value", 1]], …]."""
    match expression:
        case Literal(value):
            return ["value", value]
        case Column(name):
            return ["column", name]
        case Not(of):
            return ["not", plain(of)]
        case Missing(of):
            return ["missing", plain(of)]
        case OneOf(of, values):
            return ["in", plain(of), *values]
        case Binary(sign, left, right):
            return [sign, plain(left), plain(right)]
    raise ValueError(f"a page cannot ask for {expression}")
