"""The score of a month: shares of work into points, points into a score, by the dated formula of assessment.yaml.

Exact arithmetic: the same shares give the same score on every machine. What was found at the doors is no argument of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, Final

from domicile.core.policy.parameters import PolicyError, parameter

#: Measures that count what was wrong.
WRONG: Final = frozenset({"back_check_error"})
COUNTED, NOTHING, TOO_FEW = "counted", "nothing", "too_few"


@dataclass(frozen=True, slots=True)
class Part:
    """One measure of a score: `part` of `whole`, its points of 100, and the weight with which it counts.

    `state`: `counted`; `nothing` was measured; or `too_few` things were. Only what is counted has points and a weight.
    """

    measure: str
    part: int
    whole: int
    state: str
    points: Decimal | None
    weight: Decimal


@dataclass(frozen=True, slots=True)
class Score:
    """A score of 0 to 100 with its parts in the order of the formula; None where nothing was measured."""

    value: Decimal | None
    parts: tuple[Part, ...]


def measures(on: date) -> Mapping[str, Mapping[str, Any]]:
    """The measures of the formula in force on a day, by name."""
    found: Mapping[str, Mapping[str, Any]] = parameter("assessment.measures", on)
    return found


def score(shares: Mapping[str, tuple[int, int]], on: date) -> Score:
    """The score of the shares (part, whole) by the formula in force on a day. Unknown names count nothing.

    Weights of measures that were not taken are shared out among the others in proportion. Raises PolicyError for a
    formula that cannot be followed, ValueError for a share that is none.
    """
    if parameter("assessment.missing", on) != "shared":
        raise PolicyError("assessment.missing: only 'shared' is known.")
    places = Decimal(1).scaleb(-parameter("assessment.score_places", on))
    formula = measures(on)
    states = {name: _state(rule, shares.get(name, (0, 0))) for name, rule in formula.items()}
    whole = sum(rule["weight"] for name, rule in formula.items() if states[name] == COUNTED)
    total, parts = Fraction(0), []
    for name, rule in formula.items():
        part, of = shares.get(name, (0, 0))
        points, weight = None, Fraction(0)
        if states[name] == COUNTED:
            exact = _points(rule, Fraction(part, of))
            points, weight = _rounded(exact, places), Fraction(100 * rule["weight"], whole)
            total += exact * weight / 100
        parts.append(Part(name, part, of, states[name], points, _rounded(weight, places)))
    return Score(_rounded(total, places) if whole else None, tuple(parts))


def _state(rule: Mapping[str, Any], share: tuple[int, int]) -> str:
    part, whole = share
    if not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no share")
    return NOTHING if not whole else TOO_FEW if whole < rule["least"] else COUNTED


def _points(rule: Mapping[str, Any], share: Fraction) -> Fraction:
    """Points of 100: all from `full` on, none at `none`, evenly between them, in whichever direction the two lie."""
    full, none = Fraction(str(rule["full"])), Fraction(str(rule["none"]))
    return 100 * max(Fraction(0), min(Fraction(1), (share - none) / (full - none)))


def _rounded(value: Fraction, places: Decimal) -> Decimal:
    exact = Fraction(value) / Fraction(places)
    # Half up, on the fraction itself: no digit is lost before.
    whole = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return (Decimal(whole) * places).quantize(places, ROUND_HALF_UP)
