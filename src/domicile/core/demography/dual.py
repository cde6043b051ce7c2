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


def chandrasekar_deming(cells: Cells, *, level: float = LEVEL) -> Estimate:
    """first * second / both, the estimate of Chandra Sekar & Deming (1949).

    Its variance is theirs, N q1 q2 / (p1 p2), with the shares read off the lists: first second (first - both)
    (second - both) / both^3. Raises ValueError where nobody is on both lists, since then there is no such estimate.
    """
    if not cells.both:
        raise ValueError("nobody stands on both lists: there is no such estimate; chapman gives one")
    number = cells.first * cells.second / cells.both
    variance = cells.first * cells.second * (cells.first - cells.both) * (cells.second - cells.both) / cells.both**3
    return _with_interval(number, variance, cells.seen, level)


def chapman(cells: Cells, *, level: float = LEVEL) -> Estimate:
    """(first + 1)(second + 1) / (both + 1) - 1, without bias where first + second is not below the true number.

    Chapman, Some properties of the hypergeometric distribution with applications to zoological sample censuses, University
    of California Publications in Statistics 1, 1951. The variance is that of Seber, The effects of trap response on tag
    recapture estimates, Biometrics 26, 1970: (first + 1)(second + 1)(first - both)(second - both) / ((both + 1)^2 (both + 2)).
    """
    above = (cells.first + 1) * (cells.second + 1)
    number = above / (cells.both + 1) - 1
    variance = (
        above * (cells.first - cells.both) * (cells.second - cells.both) / ((cells.both + 1) ** 2 * (cells.both + 2))
    )
    return _with_interval(number, variance, cells.seen, level)


def stratified(strata: Iterable[Cells], *, level: float = LEVEL) -> Estimate:
    """The sum of Chapman's estimates of strata that divide the set; variances add up, since strata are independent.

    Chandra Sekar & Deming (1949) divide so that inside a stratum all are alike to a list: what they had in common among
    strata then no longer makes the sum too small. Without strata the number is 0.
    """
    found = [(cells.seen, chapman(cells, level=level)) for cells in strata]
    number, variance = (math.fsum(getattr(one, name) for _seen, one in found) for name in ("number", "variance"))
    return _with_interval(number, variance, sum(seen for seen, _one in found), level)


def _with_interval(number: float, variance: float, seen: int, level: float) -> Estimate:
    """The interval under which the number on neither list has a log-normal distribution.

    Chao, Estimating the population size for capture-recapture data with unequal catchability, Biometrics 43, 1987,
    section 3: [seen + missed / c, seen + missed * c] with c = exp(z sqrt(log(1 + variance / missed^2))). It never falls
    below what was seen, and is as skew as such numbers are. Where nobody is missed it has no width.
    """
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    missed = number - seen
    if missed <= 0 or variance <= 0:
        return Estimate(max(number, float(seen)), variance, max(number, float(seen)), max(number, float(seen)), seen)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    c = math.exp(z * math.sqrt(math.log1p(variance / missed**2)))
    return Estimate(number, variance, seen + missed / c, seen + missed * c, seen)
