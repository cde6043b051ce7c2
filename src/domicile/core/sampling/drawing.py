"""A simple random sample that anybody can repeat with the seed and the keys, in any language, without this program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def rank(seed: int, key: str) -> str:
    """Return where a key stands in the order of a seed: the SHA-256 of `seed:key` in hexadecimal digits."""
    return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest()


def draw(seed: int, keys: Iterable[str], count: int) -> list[str]:
    """Return `count` of the keys, or all there are: those that come first in the order of the seed, in that order.

    A sample without replacement by permanent random numbers (Ohlsson, in Cox et al., Business Survey Methods, 1995): the
    keys get numbers that nobody can foresee without the seed, and the smallest are drawn. Each set of `count` keys is as
    likely as any other over the seeds; the order in which the keys come decides nothing. Raises ValueError for a negative
    count and for a key twice.
    """
    listed = list(keys)
    if count < 0 or len(set(listed)) != len(listed):
        raise ValueError("a sample has no negative size, and a frame holds each key once")
    return sorted(listed, key=lambda key: rank(seed, key))[:count]
