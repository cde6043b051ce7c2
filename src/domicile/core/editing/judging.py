"""Judges an expression on one record, with three values: yes, no, and undecided (None) where something is missing.

`and`, `or` and `not` are Kleene's: no and undecided is no, yes or undecided is yes. That is also what SQL does.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

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
    Value,
)
from domicile.core.editing.functions import FUNCTIONS

#: Reads a column of the record at hand.
Read = Callable[[str], Any]
Judge = Callable[[Read], Any]
_PLAIN: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": lambda one, two: one / two if two else None,
}  # fmt: skip


def judge(expression: Expression, parameters: Mapping[str, Value]) -> Judge:
    """A function that judges one record: it is given a function that reads a column, and gives the value or None.

    Raises KeyError where a parameter is not given.
    """
    match expression:
        case Literal(value):
            return lambda read: value
        case Column(name):
            return lambda read: read(name)
        case Parameter(name):
            given = plain(parameters[name])
            return lambda read: given
        case Not(of):
            inner = judge(of, parameters)
            return lambda read: None if (found := inner(read)) is None else not found
        case Negative(of):
            inner = judge(of, parameters)
            return lambda read: None if (found := inner(read)) is None else -found
        case Missing(of):
            inner = judge(of, parameters)
            return lambda read: inner(read) is None
        case OneOf(of, values):
            inner, held = judge(of, parameters), frozenset(values)
            return lambda read: None if (found := inner(read)) is None else found in held
        case Binary(sign, left, right):
            return _binary(sign, judge(left, parameters), judge(right, parameters))
        case Call(name, arguments):
            return _call(FUNCTIONS[name].judge, [judge(one, parameters) for one in arguments])


def plain(value: Any) -> Value:
    """A value as the language counts: whole numbers become doubles."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _binary(sign: str, left: Judge, right: Judge) -> Judge:
    if sign in ("and", "or"):
        decides = sign == "or"

        def joined(read: Read) -> Any:
            one = left(read)
            if one is decides:
                return decides
            two = right(read)
            if two is decides:
                return decides
            return None if one is None or two is None else not decides

        return joined
    counted = _PLAIN[sign]

    def compared(read: Read) -> Any:
        one, two = left(read), right(read)
        return None if one is None or two is None else counted(one, two)

    return compared


def _call(function: Callable[..., Any], arguments: list[Judge]) -> Judge:
    def called(read: Read) -> Any:
        values = [argument(read) for argument in arguments]
        return None if any(value is None for value in values) else function(*values)

    return called
