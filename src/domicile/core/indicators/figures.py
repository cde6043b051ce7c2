"""A figure with how sure it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from domicile.core.sampling.wilson import quantile, wilson


@dataclass(frozen=True, slots=True)
class Figure:
    """`numerator` of `denominator`, and the closed interval [low, high] of their ratio; None where it cannot be told.

    A coverage may lie above 1: more are on file than were published.
    """

    numerator: float
    denominator: float
    low: float | None
    high: float | None

    @property
    def ratio(self) -> float:
        """The numerator of the denominator."""
        return self.numerator / self.denominator


def share(numerator: int, denominator: int, level: float, *, units: int | None = None) -> Figure | None:
    """Return a share of counted things with Wilson's interval at a level such as 0.95; None of nothing.

    `units` is the number of independent trials where the things hang together (items of one record); by default each is one.
    Raises ValueError where the numerator is no part of the denominator.
    """
    if not 0 <= numerator <= denominator:
        raise ValueError(f"{numerator} is no part of {denominator}")
    if denominator == 0:
        return None
    found = wilson(numerator / denominator, denominator if units is None else units, level)
    return Figure(numerator, denominator, found.low, found.high)


def coverage(
    registered: int, published: float, level: float, *, events: bool, relative_error: float | None = None
) -> Figure | None:
    """Return what is on file of what was published, with an interval at a level such as 0.95; None of nothing published.

    Registered `events` of a period (births, deaths) vary by chance as a Poisson count: Byar's limits (N. E. Breslow,
    N. E. Day, Statistical Methods in Cancer Research II, 1987, equation 2.13). A stock of people does not.
    `relative_error` is the standard error of the published figure as a share of it, where it was published with it. Both
    are put together on the scale of logarithms by the distances from the ratio (G. Y. Zou, A. Donner, Construction of
    confidence limits about effect measures, Statistics in Medicine 27 (2008), 1693-1702, the MOVER for a ratio of
    independent estimates). With neither the interval is not known. Raises ValueError for negative numbers.
    """
    if registered < 0 or published < 0 or (relative_error is not None and relative_error < 0):
        raise ValueError("counts and their errors are not negative")
    if published == 0:
        return None
    if not events and relative_error is None:
        return Figure(registered, published, None, None)
    low, high = byar(registered, level) if events else (float(registered), float(registered))
    spread = quantile(level) * (relative_error or 0.0)
    if registered == 0:
        return Figure(0, published, 0.0, high / published * math.exp(spread))
    down = math.hypot(math.log(registered / low), spread) if low else math.inf
    up = math.hypot(math.log(high / registered), spread)
    ratio = registered / published
    return Figure(registered, published, ratio * math.exp(-down), ratio * math.exp(up))


def byar(count: int, level: float) -> tuple[float, float]:
    """Return Byar's limits of the mean of a Poisson count (Breslow and Day 1987, equation 2.13), (0, about 3.7) of none at 0.95."""
    z = quantile(level)
    more = count + 1
    high = more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3
    if count == 0:
        return 0.0, high
    return count * max(0.0, 1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3, high
