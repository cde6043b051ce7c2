"""Intervals of a share, after Wilson."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of shares, 0 <= low <= high <= 1."""

    low: float
    high: float


def quantile(level: float) -> float:
    """Return the number of standard errors on each side at a level such as 0.95 (1.96). Raises ValueError."""
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    return NormalDist().inv_cdf((1 + level) / 2)


def wilson(share: float, trials: float, level: float) -> Interval:
    """Return the score interval of an observed `share` of `trials` at a level such as 0.95.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927), 209-212; method 3
    of R. G. Newcombe, Statistics in Medicine 17 (1998), 857-872; without correction for continuity. `trials` may be an
    effective number, which need not be whole. Of no trials nothing is known: [0, 1]. Raises ValueError for a share outside
    [0, 1] or a negative number of trials.
    """
    if not 0 <= share <= 1 or trials < 0:
        raise ValueError(f"{share} of {trials} is no share")
    if trials == 0:
        return Interval(0.0, 1.0)
    z2 = quantile(level) ** 2
    middle = share + z2 / (2 * trials)
    half = math.sqrt(z2 * (share * (1 - share) + z2 / (4 * trials)) / trials)
    scale = 1 + z2 / trials
    low = 0.0 if share == 0 else max(0.0, (middle - half) / scale)
    high = 1.0 if share == 1 else min(1.0, (middle + half) / scale)
    return Interval(low, high)


def needed(share: float, target: float, level: float) -> float:
    """Return from how many trials on the interval of an unchanged `share` leaves `target` out; infinite at the target.

    The interval holds the target as long as (share - target)² <= z² target (1 - target) / trials: Wilson's inequality
    solved for the trials. Raises ValueError for a target that is not between 0 and 1.
    """
    if not 0 < target < 1:
        raise ValueError("a target lies between 0 and 1")
    if share == target:
        return math.inf
    return quantile(level) ** 2 * target * (1 - target) / (share - target) ** 2
