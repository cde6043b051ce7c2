"""Honoraria: visits or completed tasks at their rates, to the cent. How a visit came out is no argument of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from domicile.core.policy.parameters import PolicyError, parameter

#: What is paid for, in the order in which it happens.
KINDS: Final = ("visit", "entry", "accepted")
#: For what a rate is paid once: a visit to a door, whatever it answers, or each task.
VISIT, TASK = "visit", "task"
CENT: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class OwnRate:
    """A rate that an area (`scope`, 2 to 15 digits) has set for itself, from a day on."""

    scope: str
    kind: str
    since: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """So many pieces of a kind at a rate, and what they come to."""

    kind: str
    rate: Decimal
    count: int
    amount: Decimal


def cents(amount: Decimal) -> Decimal:
    """The amount with two places; PolicyError for one that has more, for a sum of such would not come out even."""
    kept = amount.quantize(CENT)
    if kept != amount:
        raise PolicyError(f"{amount} yuan has parts of a cent.")
    return kept


def rate(kind: str, place_code: str, on: date, own: Iterable[OwnRate] = ()) -> Decimal:
    """The rate of a kind at a place on a day: of the nearest area that set one, its latest; else the shipped one."""
    held = [
        row for row in own if row.kind == kind and row.since <= on and place_code.startswith(row.scope) and row.scope
    ]
    if held:
        return cents(max(held, key=lambda row: (len(row.scope), row.since)).amount)
    shipped = parameter("honoraria.rates", on).get(kind)
    if shipped is None:
        raise PolicyError(f"honoraria.yaml has no rate for '{kind}'.")
    return cents(Decimal(str(shipped)))


def unit(kind: str, on: date) -> str:
    """For what the rate of a kind is paid once on a day: VISIT or TASK. PolicyError where the table says neither."""
    held = parameter("honoraria.units", on).get(kind)
    if held not in {VISIT, TASK}:
        raise PolicyError(f"honoraria.yaml has no unit 'visit' or 'task' for '{kind}'.")
    return str(held)


def lines(pieces: Iterable[tuple[str, Decimal]]) -> tuple[Line, ...]:
    """Pieces (kind, rate) as lines, by kind and rate."""
    counted: Counter[tuple[str, Decimal]] = Counter((kind, cents(at)) for kind, at in pieces)
    order = sorted(counted, key=lambda key: (KINDS.index(key[0]), key[1]))
    return tuple(Line(kind, at, counted[kind, at], at * counted[kind, at]) for kind, at in order)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The sum, with two places."""
    return sum(amounts, Decimal("0.00")).quantize(CENT)


def payable_from(end: date) -> date:
    """From which day on the pay of a month that ended before `end` can be reckoned: the time of its review is over then."""
    return end + timedelta(days=parameter("honoraria.review_days", end))


def money(counts: Mapping[str, int], place_code: str, on: date, own: Iterable[OwnRate] = ()) -> Decimal:
    """What so many pieces of each kind come to on one day at one place."""
    own = tuple(own)
    return total(rate(kind, place_code, on, own) * count for kind, count in counts.items())
