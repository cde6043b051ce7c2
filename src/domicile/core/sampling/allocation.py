"""How many of each stratum are drawn: in proportion to its size, and at least so many of each."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import TypeVar

Stratum = TypeVar("Stratum", bound=Hashable)


def allocate(sizes: Mapping[Stratum, int], size: int, minimum: int) -> dict[Stratum, int]:
    """Return how many to draw of each stratum of `sizes` (stratum to number of records), about `size` together.

    Proportional allocation (Cochran, Sampling Techniques, 3rd ed. 1977, chapter 5) with a least number: every stratum
    gets `minimum`, or all it has; the others share what is left in proportion to their sizes, rounded by largest
    remainder, so that none is further than one record from its share. The sum is `size`, or all there is, or what the
    least numbers come to where that is more. The order of `sizes` decides only between equal remainders. Raises
    ValueError for a negative number.
    """
    if size < 0 or minimum < 0 or any(count < 0 for count in sizes.values()):
        raise ValueError("a sample has no negative numbers")
    least = {stratum: min(count, minimum) for stratum, count in sizes.items()}
    total = max(min(size, sum(sizes.values())), sum(least.values()))
    rate = _rate(sizes, least, total)
    exact = {stratum: max(rate * count, Fraction(least[stratum])) for stratum, count in sizes.items()}
    given = {stratum: int(share) for stratum, share in exact.items()}
    remainders = sorted(exact, key=lambda stratum: exact[stratum] - given[stratum], reverse=True)
    for stratum in remainders[: total - sum(given.values())]:
        given[stratum] += 1
    return given


def _rate(sizes: Mapping[Stratum, int], least: Mapping[Stratum, int], total: int) -> Fraction:
    """The one rate at which the strata above their least number are drawn, so that all together come to `total`."""
    free = {stratum for stratum, count in sizes.items() if count}
    while free:
        left = total - sum(least[stratum] for stratum in sizes if stratum not in free)
        rate = Fraction(left, sum(sizes[stratum] for stratum in free))
        short = {stratum for stratum in free if rate * sizes[stratum] < least[stratum]}
        if not short:
            return rate
        free -= short
    return Fraction(0)
