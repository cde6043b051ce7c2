"""Dual-system estimates: the number of people or events from two lists that each name some of them.

The estimates say what they say only where all of this holds (Chandra Sekar & Deming, On a method of estimating birth and
death rates and the extent of registration, Journal of the American Statistical Association 44, 1949, pages 101-115):

1. both lists speak of the same closed set: one area, one period, nobody came in or went out between them;
2. being on one list makes it neither more nor less likely to be on the other. Where those missed by one are rather missed
   by the other too, the number comes out too small. Dividing into strata that are alike inside lessens that;
3. whoever stands on both is found on both: a pair that was missed makes the number too great, a wrong pair too small;
4. neither list names anybody who does not belong to the set, and nobody twice.

All intervals are of the error by chance alone. They say nothing about what follows where one of the four does not hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np

from domicile.core.demography.tables import Column, one_or_column

LEVEL: Final = 0.95


@dataclass(frozen=True, slots=True)
class Cells:
    """How many stand on the first list, on the second, and on both. Raises ValueError for what cannot be."""

    first: int
    second: int
    both: int

    def __post_init__(self) -> None:
        if not 0 <= self.both <= min(self.first, self.second):
            raise ValueError(f"of {self.first} and {self.second} there cannot be {self.both} on both lists")

    @property
    def seen(self) -> int:
        """How many stand on one list at least."""
        return self.first + self.second - self.both

    @property
    def first_coverage(self) -> float | None:
        """The share of those on the second list that the first one has too; None where the second is empty."""
        return self.both / self.second if self.second else None

    @property
    def second_coverage(self) -> float | None:
        """The share of those on the first list that the second one has too; None where the first is empty."""
        return self.both / self.first if self.first else None


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimated number, its variance, and the interval [low, high] at the level asked for. None is below `seen`."""

    number: float
    variance: float
    low: float
    high: float
    seen: int

    @property
    def missed(self) -> float:
        """How many stand on neither list."""
        return max(0.0, self.number - self.seen)


def chandrasekar_deming(cells: Cells, *, level: float = LEVEL, interval: str = "stable") -> Estimate:
    """first * second / both, the estimate of Chandra Sekar & Deming (1949).

    Its variance is theirs, N q1 q2 / (p1 p2), with the shares read off the lists: first second (first - both)
    (second - both) / both^3. Raises ValueError where nobody is on both lists, since then there is no such estimate.
    """
    if not cells.both:
        raise ValueError("nobody stands on both lists: there is no such estimate; chapman gives one")
    return _estimate([_plain(cells)], level, interval)


def chapman(cells: Cells, *, level: float = LEVEL, interval: str = "stable") -> Estimate:
    """(first + 1)(second + 1) / (both + 1) - 1, without bias where first + second is not below the true number.

    Chapman, Some properties of the hypergeometric distribution with applications to zoological sample censuses, University
    of California Publications in Statistics 1, 1951. The variance is that of Seber, The effects of trap response on tag
    recapture estimates, Biometrics 26, 1970: (first + 1)(second + 1)(first - both)(second - both) / ((both + 1)^2 (both + 2)).
    """
    return _estimate([_corrected(cells)], level, interval)


def stratified(
    strata: Iterable[Cells], *, method: str = "chapman", level: float = LEVEL, interval: str = "stable"
) -> Estimate:
    """The sum of the estimates of strata that divide the set; variances add up, since strata are independent.

    Chandra Sekar & Deming (1949) divide so that inside a stratum all are alike to a list: what they had in common among
    strata then no longer makes the sum too small. Without strata the number is 0. Raises ValueError for another method than
    "chapman" and "chandrasekar_deming", and where the latter has no estimate of a stratum, with its place (counted from 0).
    """
    if method not in METHODS:
        raise ValueError(f"method: {method!r}; give one of {', '.join(METHODS)}")
    held = list(strata)
    for at, cells in enumerate(held):
        if method == "chandrasekar_deming" and not cells.both:
            raise ValueError(f"stratum {at}: nobody stands on both lists; join it with another, or take chapman")
    return _estimate([METHODS[method](cells) for cells in held], level, interval)


def dual_system(
    first: float | Column,
    second: float | Column,
    both: float | Column,
    *,
    method: str = "chapman",
    level: float = LEVEL,
    interval: str = "stable",
) -> Estimate:
    """How many there are, when `first` stand on one list, `second` on another, and `both` on both of them.

    Each is a whole number, or a column of shape (k,) with one for each of k strata that divide the set (areas, ages and sexes):
    then the estimate is the sum over the strata. A census and its post-enumeration survey in the same sample areas are such
    lists, once erroneous inclusions are taken off each. `method`: "chapman" or "chandrasekar_deming", the functions of these
    names, which tell formulas and sources. `level`: of the interval, between 0 and 1. `interval`: "stable" or "log_normal":

    - "stable" rests on the variance of the number on neither list, missed + r missed^2: the first part is the chance by which
      people escape both lists, the second that of the estimate. It is even on the scale on which such a variance is the same
      everywhere, asinh(sqrt(r missed)) (F. J. Anscombe, The transformation of Poisson, binomial and negative-binomial data,
      Biometrika 35, 1948), and covers as often as it says also where both lists have nearly everybody;
    - "log_normal" is A. Chao's (Estimating the population size for capture-recapture data with unequal catchability,
      Biometrics 43, 1987): seen + missed / c to seen + missed c, c = exp(z sqrt(log(1 + variance / missed^2))). It is the
      one often printed; where fewer than about ten are missed it covers far less often than it says.

    Both never fall below what was seen, and have no width where one list has all of the other.

    Raises ValueError for what is below 0, no whole number (numbers that a sample was weighted up to have another variance), for
    more on both lists than on one, for strata of unequal number, and, by "chandrasekar_deming", for nobody on both.
    """
    columns = [one_or_column(one, name) for one, name in ((first, "first"), (second, "second"), (both, "both"))]
    if len({held.size for held in columns}) > 1:
        sizes = ", ".join(str(held.size) for held in columns)
        raise ValueError(f"strata: {sizes} numbers of first, second, both; give as many of each")
    for held, name in zip(columns, ("first", "second", "both"), strict=True):
        if (held != np.floor(held)).any():
            at = int(np.flatnonzero(held != np.floor(held))[0])
            raise ValueError(
                f"{name}: {held[at]:g} at place {at} is no whole number; counted people are wanted, not weighted ones"
            )
    strata = (Cells(*(int(count) for count in row)) for row in zip(*columns, strict=True))
    return stratified(strata, method=method, level=level, interval=interval)


@dataclass(frozen=True, slots=True)
class _Part:
    """Of one stratum: how many were seen, how many are missed, the variance, and by how much it is above the missed.

    All come straight from the four cells: as differences of great numbers they would be lost where few are missed.
    """

    seen: int
    missed: float
    variance: float
    excess: float


def _plain(cells: Cells) -> _Part:
    one, other, both = cells.first - cells.both, cells.second - cells.both, cells.both
    variance = cells.first * cells.second * one * other / both**3
    return _Part(cells.seen, one * other / both, variance, one * other * (both * (one + other) + one * other) / both**3)


def _corrected(cells: Cells) -> _Part:
    one, other, more = cells.first - cells.both, cells.second - cells.both, cells.both + 1
    below = more**2 * (more + 1)
    variance = (cells.first + 1) * (cells.second + 1) * one * other / below
    return _Part(
        cells.seen, one * other / more, variance, one * other * (more * (one + other - 1) + one * other) / below
    )


METHODS: Final = {"chapman": _corrected, "chandrasekar_deming": _plain}


def _estimate(parts: list[_Part], level: float, interval: str) -> Estimate:
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    if interval not in {"stable", "log_normal"}:
        raise ValueError(f"interval: {interval!r}; give 'stable' or 'log_normal'")
    seen = sum(part.seen for part in parts)
    missed, variance, excess = (
        math.fsum(getattr(part, name) for part in parts) for name in ("missed", "variance", "excess")
    )
    if missed <= 0:
        return Estimate(float(seen), variance, float(seen), float(seen), seen)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    if interval == "log_normal":
        c = math.exp(z * math.sqrt(math.log1p(variance / missed**2)))
        low, high = missed / c, missed * c
    else:
        low, high = _stable(missed, max(excess, 0.0) / missed**2, z)
    return Estimate(seen + missed, variance, seen + low, seen + high, seen)


def _stable(missed: float, r: float, z: float) -> tuple[float, float]:
    """Both ends of what goes with a variance of missed + r missed^2; as r goes to 0 the scale is the square root."""
    if r * missed < 1e-8:
        middle = math.sqrt(missed)
        return max(0.0, middle - z / 2) ** 2, (middle + z / 2) ** 2
    middle, reach = math.asinh(math.sqrt(r * missed)), z * math.sqrt(r) / 2
    return math.sinh(max(0.0, middle - reach)) ** 2 / r, math.sinh(middle + reach) ** 2 / r
