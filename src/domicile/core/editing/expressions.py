"""The parts of an expression, as the parser leaves them: typed, and knowing where they stand."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterator
from dataclasses import dataclass

#: What a record may hold in a column; None is missing.
Value = str | float | dt.date | bool | None


class Type(enum.Enum):
    """Kinds of values. A number is a double on every engine, so that all of them count alike."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOL = "yes/no"


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the expression itself; `value` None is `missing`."""

    value: Value
    type: Type


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the record."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Parameter:
    """`$name`: a value that is given when the rules run."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Not:
    """`not x`."""

    of: Expression
    type: Type = Type.BOOL


@dataclass(frozen=True, slots=True)
class Negative:
    """`-x`."""

    of: Expression
    type: Type = Type.NUMBER


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`; the operator is one of and, or, =, !=, <, <=, >, >=, +, -, *, /."""

    operator: str
    left: Expression
    right: Expression
    type: Type


@dataclass(frozen=True, slots=True)
class OneOf:
    """`x in (…)` or `x in @list`: whether a text or number is one of some."""

    of: Expression
    values: tuple[Value, ...]
    type: Type = Type.BOOL


@dataclass(frozen=True, slots=True)
class Missing:
    """`x is missing`: always yes or no."""

    of: Expression
    type: Type = Type.BOOL


@dataclass(frozen=True, slots=True)
class Call:
    """A function of functions.FUNCTIONS with its arguments."""

    name: str
    arguments: tuple[Expression, ...]
    type: Type


Expression = Literal | Column | Parameter | Not | Negative | Binary | OneOf | Missing | Call


def parts(expression: Expression) -> Iterator[Expression]:
    """The expression and all within it."""
    yield expression
    match expression:
        case Not() | Negative() | OneOf() | Missing():
            yield from parts(expression.of)
        case Binary():
            yield from parts(expression.left)
            yield from parts(expression.right)
        case Call():
            for argument in expression.arguments:
                yield from parts(argument)


def columns_of(expression: Expression) -> frozenset[str]:
    """The names of the columns that it reads."""
    return frozenset(part.name for part in parts(expression) if isinstance(part, Column))


def parameters_of(expression: Expression) -> frozenset[str]:
    """The names of the parameters that it reads."""
    return frozenset(part.name for part in parts(expression) if isinstance(part, Parameter))
