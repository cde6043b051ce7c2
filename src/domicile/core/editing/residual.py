"""What an edit still asks when some fields are known and the others are open: constants folded away, three values kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping

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
    columns_of,
)
from domicile.core.editing.judging import judge, plain

YES = Literal(True, Type.BOOL)
NO = Literal(False, Type.BOOL)


def residual(
    expression: Expression, known: Mapping[str, Value], parameters: Mapping[str, Value], blank: Collection[str] = ()
) -> Expression:  # fmt: skip
    """The expression with known fields (None is a known blank) put in; fields that are not in `known` are open.

    An open field will get a value, so that it is not missing, but for those in `blank`, which may be left blank.
    """

    def inner(part: Expression) -> Expression:
        return residual(part, known, parameters, blank)

    match expression:
        case Literal():
            return expression
        case Parameter(name, kind):
            return Literal(plain(parameters[name]), kind)
        case Column(name, kind):
            return Literal(plain(known[name]), kind) if name in known else expression
        case Missing(of):
            part = inner(of)
            if isinstance(part, Literal):
                return _bool(part.value is None)
            return Missing(part) if columns_of(part) & set(blank) else NO
        case Not(of):
            return negated(inner(of))
        case Binary(sign, left, right, kind):
            if sign in ("and", "or"):
                return joined(sign, inner(left), inner(right))
            one, two = inner(left), inner(right)
            return _folded(Binary(sign, one, two, kind), one, two)
        case Negative(of):
            part = inner(of)
            return _folded(Negative(part), part)
        case OneOf(of, values):
            part = inner(of)
            return _folded(OneOf(part, values), part)
        case Call(name, arguments, kind):
            some = tuple(inner(one) for one in arguments)
            return _folded(Call(name, some, kind), *some)


def negated(expression: Expression) -> Expression:
    """Not of it; literals at once."""
    if isinstance(expression, Literal):
        return expression if expression.value is None else _bool(not expression.value)
    return expression.of if isinstance(expression, Not) else Not(expression)


def joined(sign: str, left: Expression, right: Expression) -> Expression:
    """`left and right`, `left or right`, by Kleene where one of them is decided."""
    decides, other = (YES, NO) if sign == "or" else (NO, YES)
    if decides in (left, right):
        return decides
    if left in (other, right):
        return right
    if right == other:
        return left
    return Binary(sign, left, right, Type.BOOL)


def _folded(made: Expression, *parts: Expression) -> Expression:
    """The value where all parts are values; undecided where one of them is a blank."""
    if any(isinstance(part, Literal) and part.value is None for part in parts):
        return Literal(None, made.type)
    if not all(isinstance(part, Literal) for part in parts):
        return made
    return Literal(judge(made, {})(lambda name: None), made.type)


def _bool(value: bool) -> Literal:
    return YES if value else NO
