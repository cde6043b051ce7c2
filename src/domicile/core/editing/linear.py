"""Whether numbers and days can be found for conditions on them: alternatives one by one, each a system of linear conditions.

A day is the number of its day. A condition is sum(weights) + constant {<=, <, =} 0.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from domicile.core.editing.errors import RuleError
from domicile.core.editing.expressions import (
    Binary,
    Call,
    Column,
    Expression,
    Literal,
    Negative,
    Not,
    OneOf,
    Type,
    Value,
)

#: How far beyond a strict end a number lies that is not whole, in shares of the larger numbers at hand.
_BEYOND: Final = 1e-6
#: By what share two numbers may differ that are reckoned in different ways.
_ROUNDED: Final = 1e-9
_TURNED: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}
_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class NotLinear(RuleError):
    """A condition on numbers or days that is not linear."""


@dataclass(frozen=True)
class Linear:
    """sum(weights[name] * name) + constant."""

    weights: Mapping[str, float] = field(default_factory=dict)
    constant: float = 0.0

    def plus(self, other: Linear, times: float = 1.0) -> Linear:
        names = {**self.weights, **other.weights}
        sums = {name: self.weights.get(name, 0.0) + times * other.weights.get(name, 0.0) for name in names}
        return Linear({name: weight for name, weight in sums.items() if weight}, self.constant + times * other.constant)

    def times(self, factor: float) -> Linear:
        return Linear({name: weight * factor for name, weight in self.weights.items()}, self.constant * factor)


@dataclass(frozen=True)
class Condition:
    """`left` sign 0; the sign is one of <=, <, =."""

    left: Linear
    sign: str


Alternatives = Iterator[tuple[Condition, ...]]


def alternatives(expression: Expression, wanted: bool = True) -> Alternatives:
    """The systems of conditions of which one makes the expression yes (or, not `wanted`, no). Raises NotLinear."""
    match expression:
        case Literal(value):
            if value is None or bool(value) is wanted:
                yield ()
        case Not(of):
            yield from alternatives(of, not wanted)
        case Binary("and" | "or" as sign, left, right):
            if (sign == "and") is wanted:
                for one in alternatives(left, wanted):
                    for two in alternatives(right, wanted):
                        yield one + two
            else:
                yield from alternatives(left, wanted)
                yield from alternatives(right, wanted)
        case Binary(sign, left, right) if sign in _TURNED:
            yield from _compared(sign if wanted else _TURNED[sign], left, right)
        case OneOf(of, values):
            found: Expression = Literal(False, Type.BOOL)
            for value in values:
                found = Binary("or", found, Binary("=", of, Literal(value, of.type), Type.BOOL), Type.BOOL)
            yield from alternatives(found, wanted)
        case _:
            raise NotLinear("this condition is not linear")


def _compared(sign: str, left: Expression, right: Expression) -> Alternatives:
    if isinstance(left, Literal) and not isinstance(right, Literal):
        left, right, sign = right, left, _FLIPPED[sign]
    if isinstance(left, Binary) and left.operator == "/" and not isinstance(left.right, Literal):
        yield from _ratio(sign, left, right)
        return
    if isinstance(left, Call) and left.name in ("age", "year") and isinstance(right, Literal):
        yield from _years(sign, left, right)
        return
    yield from _signed(sign, linear(left).plus(linear(right), -1.0))


def _signed(sign: str, left: Linear) -> Alternatives:
    if sign == "!=":
        yield (Condition(left, "<"),)
        yield (Condition(left.times(-1.0), "<"),)
    else:
        yield (
            Condition(left if sign in ("<", "<=", "=") else left.times(-1.0), {">": "<", ">=": "<="}.get(sign, sign)),
        )


def _ratio(sign: str, left: Binary, right: Expression) -> Alternatives:
    """a / b sign c: with b above 0, a sign c b; with b below 0 the other way round."""
    end = linear(right)
    if end.weights:
        raise NotLinear("a ratio is compared with a number")
    over, under = linear(left.left), linear(left.right)
    for way, turned in ((1.0, sign), (-1.0, _FLIPPED[sign])):
        for one in _signed(turned, over.plus(under, -end.constant)):
            yield (Condition(under.times(-way), "<"), *one)


def _years(sign: str, call: Call, right: Literal) -> Alternatives:
    """age(x, day) or age(day, x) or year(x) with one open day: as days between which x lies."""
    if sign == "!=":
        yield from _years("<", call, right)
        yield from _years(">", call, right)
        return
    if sign == "=":
        for low in _years(">=", call, right):
            for high in _years("<=", call, right):
                yield low + high
        return
    years = right.value
    if not isinstance(years, float):
        raise NotLinear("years are numbers")
    # At least k years, for whole k: > k is from the next whole number on, < k is not at least k rounded up.
    at_least = math.floor(years) + 1 if sign in (">", "<=") else math.ceil(years)
    turned = sign in ("<", "<=")
    first, *more = call.arguments
    if call.name == "year":
        yield from _signed(
            "<" if turned else ">=", linear(first).plus(Linear({}, -float(dt.date(at_least, 1, 1).toordinal())))
        )
        return
    last = more[0]
    if isinstance(last, Literal) and isinstance(last.value, dt.date):
        # Born by that day so many years before; 29 February counts as 28 where there is none.
        end = _moved(last.value, -at_least, late=False)
        yield from _signed(">" if turned else "<=", linear(first).plus(Linear({}, -float(end))))
    elif isinstance(first, Literal) and isinstance(first.value, dt.date):
        end = _moved(first.value, at_least, late=True)
        yield from _signed("<" if turned else ">=", linear(last).plus(Linear({}, -float(end))))
    else:
        raise NotLinear("of an age, one of the two days is known")


def _moved(day: dt.date, years: int, late: bool) -> int:
    """The number of the day so many years off. Of 29 February: 1 March where `late`, else 28 February."""
    year = min(max(day.year + years, 1), 9999)
    try:
        return day.replace(year=year).toordinal()
    except ValueError:
        return dt.date(year, 3, 1).toordinal() - (not late)


def linear(expression: Expression) -> Linear:
    """The expression as a sum. Raises NotLinear."""
    match expression:
        case Literal(value, _):
            if isinstance(value, dt.date):
                return Linear({}, float(value.toordinal()))
            if isinstance(value, float | int) and not isinstance(value, bool):
                return Linear({}, float(value))
        case Column(name, Type.NUMBER | Type.DATE):
            return Linear({name: 1.0})
        case Negative(of):
            return linear(of).times(-1.0)
        case Binary("+" | "-" as sign, left, right):
            return linear(left).plus(linear(right), 1.0 if sign == "+" else -1.0)
        case Binary("*", left, right):
            one, two = linear(left), linear(right)
            if not one.weights or not two.weights:
                return two.times(one.constant) if not one.weights else one.times(two.constant)
        case Binary("/", left, right):
            under = linear(right)
            if not under.weights and under.constant:
                return linear(left).times(1 / under.constant)
        case Call("days", (first, last), _):
            return linear(last).plus(linear(first), -1.0)
        case _:
            pass
    raise NotLinear("this is no sum of fields")


def solved(system: Collection[Condition], whole: Collection[str]) -> dict[str, float] | None:
    """Values of the fields that keep all conditions; those in `whole` are whole numbers. None where there are none."""
    names = sorted({name for one in system for name in one.left.weights})
    if any(not one.left.weights and not _kept(one) for one in system):
        return None
    open_ones = [one for one in system if one.left.weights]
    if len(names) <= 1:
        return _on_a_line(names[0], open_ones, names[0] in whole) if names else {}
    return _in_space(names, open_ones, whole)


def _kept(one: Condition) -> bool:
    value = one.left.constant
    return abs(value) <= _ROUNDED if one.sign == "=" else value <= _ROUNDED if one.sign == "<=" else value < 0


def _on_a_line(name: str, system: list[Condition], whole: bool) -> dict[str, float] | None:
    low, high, low_open, high_open = -math.inf, math.inf, False, False
    for one in system:
        weight = one.left.weights[name]
        end = -one.left.constant / weight
        if abs(end - round(end)) < _ROUNDED * max(1.0, abs(end)):
            end = float(round(end))
        strict = one.sign == "<"
        if (one.sign == "=" or weight > 0) and (end < high or (end == high and strict)):
            high, high_open = end, strict
        if (one.sign == "=" or weight < 0) and (end > low or (end == low and strict)):
            low, low_open = end, strict
    if whole:
        low = math.floor(low) + 1 if low_open else math.ceil(low) if math.isfinite(low) else low
        high = math.ceil(high) - 1 if high_open else math.floor(high) if math.isfinite(high) else high
        low_open = high_open = False
    if low > high and not (low_open or high_open) and low - high <= _ROUNDED * max(1.0, abs(low)):
        low = high  # two ways of reckoning the same end
    if low > high or (low == high and (low_open or high_open)):
        return None
    if math.isfinite(low) and math.isfinite(high):
        return {name: low if not low_open else high if not high_open else (low + high) / 2}
    if math.isfinite(low):
        return {name: low + low_open}
    return {name: high - high_open if math.isfinite(high) else 0.0}


def _in_space(names: list[str], system: list[Condition], whole: Collection[str]) -> dict[str, float] | None:
    """By HiGHS, as far from the strict ends as it goes, up to 1."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    strict = [one.sign == "<" for one in system]
    weights = [[one.left.weights.get(name, 0.0) for name in names] for one in system]
    matrix = np.column_stack([np.array(weights), np.array(strict, dtype=float)])
    ends = np.array([-one.left.constant for one in system])
    least = np.where([one.sign == "=" for one in system], ends, -np.inf)
    aim = np.zeros(len(names) + 1)
    aim[-1] = -1.0
    found = milp(
        aim, integrality=np.array([float(name in whole) for name in names] + [0.0]),
        bounds=Bounds(np.array([-np.inf] * len(names) + [0.0]), np.array([np.inf] * len(names) + [1.0])),
        constraints=LinearConstraint(matrix, least, ends), options={"mip_rel_gap": 0.0},
    )  # fmt: skip
    if found.x is None:
        return None
    if any(strict) and found.x[-1] < _BEYOND:
        return None
    # What HiGHS finds is near the ends to 1e-7 or so: what is nearly whole is whole.
    return {name: _near_whole(float(value), name in whole) for name, value in zip(names, found.x, strict=False)}


def _near_whole(value: float, whole: bool) -> float:
    return float(round(value)) if whole or abs(value - round(value)) <= _BEYOND * max(1.0, abs(value)) else value


def as_value(kind: Type, number: float) -> Value:
    """A number as the language has it: a day where the field holds days."""
    return dt.date.fromordinal(min(max(round(number), 1), dt.date.max.toordinal())) if kind is Type.DATE else number
