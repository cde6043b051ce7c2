"""Keys that can be made anywhere: UUID version 7 (RFC 9562, section 5.7).

A version 7 key begins with the milliseconds since 1970, so that keys made later sort later and land at the end of
an index. Time and randomness come in as arguments; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

LARGEST_MILLISECOND: Final = (1 << 48) - 1
#: 12 bits beside the version and 30 bits below the variant count up within a sequence.
COUNTER_BITS: Final = 42
SEQUENCE_RANDOM_BYTES: Final = 16


def uuid7(unix_ms: int, random_bytes: Callable[[int], bytes]) -> UUID:
    """Return one version 7 key for the millisecond `unix_ms`.

    `random_bytes(n)` gives n bytes: `secrets.token_bytes` in the application, `random.Random(seed).randbytes` where
    the key must be repeatable. Raises ValueError when the millisecond does not fit in 48 bits.
    """
    _check_millisecond(unix_ms)
    tail = int.from_bytes(random_bytes(10), "big")
    rand_a = tail >> 68
    rand_b = tail & ((1 << 62) - 1)
    return UUID(int=(unix_ms << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b)


def sequence(unix_ms: int, count: int, rand: bytes) -> list[str]:
    """Return `count` strictly increasing version 7 keys as 32 lower-case hexadecimal characters without dashes.

    `rand` is at least 16 random bytes. All keys carry the millisecond `unix_ms`; the 42 bits after it hold a counter
    that starts at a random place in its lower half (RFC 9562, section 6.2, method 1), and the last 32 bits are
    random per key. Raises ValueError when `rand` is too short, or `count` is negative or does not fit.
    """
    _check_millisecond(unix_ms)
    if len(rand) < SEQUENCE_RANDOM_BYTES:
        raise ValueError(f"A sequence of keys needs {SEQUENCE_RANDOM_BYTES} random bytes, not {len(rand)}.")
    if not 0 <= count <= 1 << (COUNTER_BITS - 1):
        raise ValueError(f"A sequence holds 0 to 2**41 keys, not {count}.")
    if count == 0:
        return []
    start = int.from_bytes(rand[:6], "big") & ((1 << (COUNTER_BITS - 1)) - 1)
    counter = np.arange(start, start + count, dtype=np.uint64)
    high = np.uint64((unix_ms << 16) | (0x7 << 12)) | (counter >> np.uint64(30))
    low = np.uint64(1 << 63) | ((counter & np.uint64((1 << 30) - 1)) << np.uint64(32))
    generator = np.random.Generator(np.random.PCG64(int.from_bytes(rand, "big")))
    low |= generator.integers(0, 1 << 32, size=count, dtype=np.uint64)
    return _as_hex(high, low)


def _as_hex(high: NDArray[np.uint64], low: NDArray[np.uint64]) -> list[str]:
    words = np.empty((len(high), 2), dtype=">u8")
    words[:, 0] = high
    words[:, 1] = low
    text = words.tobytes().hex()
    return [text[at : at + 32] for at in range(0, len(text), 32)]


def _check_millisecond(unix_ms: int) -> None:
    if not 0 <= unix_ms <= LARGEST_MILLISECOND:
        raise ValueError(f"{unix_ms} is no millisecond since 1970 that fits a version 7 key.")
