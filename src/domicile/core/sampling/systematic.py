"""A systematic sample with a random start, which anybody can draw again from the ordered frame and the seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence


def start(seed: int, interval: int, stratum: str = "") -> int:
    """Return the random start of a stratum, 0 <= start < interval: SHA-256 of `seed:stratum` as a number, modulo the interval.

    The remainder prefers no start by more than 1 in 2**240.
    """
    if interval < 1:
        raise ValueError("an interval is a whole number of at least 1")
    return int(hashlib.sha256(f"{seed}:{stratum}".encode()).hexdigest(), 16) % interval


def systematic(seed: int, interval: int, strata: Sequence[str]) -> Iterator[bool]:
    """Yield for each unit of a frame, in its order, whether it is drawn. `strata` names the stratum of each unit in that order.

    Within a stratum every `interval`-th unit is drawn from the random start on (Cochran, Sampling Techniques, 3rd edition, 1977,
    section 8.1; Madow and Madow, Annals of Mathematical Statistics 15, 1944). Every unit has the probability 1/interval, whatever
    the size of its stratum, so that each drawn one stands for `interval` units. One stratum for all gives the plain
    systematic sample. A stratum may come back later in the frame: it goes on counting.
    Raises ValueError for an interval below 1.
    """
    if interval < 1:
        raise ValueError("an interval is a whole number of at least 1")
    starts: dict[str, int] = {}
    seen: dict[str, int] = {}
    for stratum in strata:
        if stratum not in starts:
            starts[stratum], seen[stratum] = start(seed, interval, stratum), 0
        yield seen[stratum] % interval == starts[stratum]
        seen[stratum] += 1
