"""Noise that hangs on who is counted: record keys, cell keys, and the noise that a p-table has for them.

Each person has a record key, a number in [0, 2**BITS) that nobody can tell without the secret seed. The cell key is the sum of
the record keys of those counted in a cell modulo 2**BITS, and picks the noise from the row of the p-table for the count. So
the same people have the same noise in every table and on every engine: everything after the key is whole numbers.

Sources: as in `ptable`; record keys that are numbers of a fixed size and added modulo that size are those of the Australian
Bureau of Statistics (Fraser and Wooton 2005; Marley and Leaver 2011).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domicile.core.disclosure.ptable import BITS, PTable

_ROUND: Final = 2**BITS
_LEAST_SEED: Final = 16
_USE: Final = b"domicile record key 1\x00"
_COLUMN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")


def record_keys(seed: bytes, people: Iterable[str]) -> NDArray[np.int64]:
    """The record keys, shape (n,), of people who are told by an id that stays the same in all tables of a census.

    The first 32 bits of HMAC-SHA-256 (RFC 2104, FIPS 180-4) of the id under the seed. The seed is secret, made at random once
    for a census, never changed while its tables are published (two seeds are two draws of the noise, whose mean is nearer to
    the truth), and destroyed with the answers. Raises ValueError for a seed under 16 bytes.
    """
    if len(seed) < _LEAST_SEED:
        raise ValueError(
            f"The seed of the record keys has {len(seed)} bytes; make one of 32 at random and keep it secret."
        )
    digests = b"".join(hmac.digest(seed, _USE + person.encode(), "sha256")[: BITS // 8] for person in people)
    found: NDArray[np.int64] = np.frombuffer(digests, dtype=">u4").astype(np.int64)
    return found


def cell_keys(keys: ArrayLike, cells: ArrayLike, count: int) -> NDArray[np.int64]:
    """The cell keys, shape (count,), of record keys of shape (n,) whose cells are `cells`, whole numbers in [0, count)."""
    found: NDArray[np.int64] = np.zeros(count, dtype=np.int64)
    np.add.at(found, np.asarray(cells), np.asarray(keys, dtype=np.int64))
    found %= _ROUND
    return found


def apply_cell_key(counts: ArrayLike, keys: ArrayLike, ptable: PTable) -> NDArray[np.int64]:
    """Counts with their noise, in the shape of `counts`.

    counts: whole numbers from 0 on, of any shape, how many people each cell has.
    keys: the same shape. Whole numbers: sums of record keys, of which the remainder modulo 2**BITS counts. Fractions: cell keys
        as fractions of 1, of which the part behind the point counts, as in the R package cellKey.
    The noise is v where the key is in [lower, upper) of `ptable.transitions()`. Totals are counts like others: give them their own
    count and key; they are not the sums of what has noise.

    Raises ValueError naming the first cell at fault.
    """
    given, found = np.asarray(counts), np.asarray(keys)
    if given.shape != found.shape:
        raise ValueError(f"counts have the shape {given.shape} and keys {found.shape}; each cell needs one key.")
    whole = given.astype(np.int64)
    wrong = (whole != given) | (whole < 0)
    if wrong.any():
        place = tuple(int(one) for one in np.argwhere(wrong)[0])
        raise ValueError(
            f"Cell {place} holds {given[place]}: cell keys are for counts of people, whole numbers from 0 on."
        )
    if found.dtype.kind == "f":
        if not np.isfinite(found).all():
            place = tuple(int(one) for one in np.argwhere(~np.isfinite(found))[0])
            raise ValueError(f"Cell {place} has no key.")
        part = np.floor((found - np.floor(found)) * _ROUND).astype(np.int64) % _ROUND
    elif found.dtype.kind in "iu":
        part = (found % _ROUND).astype(np.int64)
    else:
        raise ValueError("keys are whole numbers or fractions of 1.")
    rows = np.minimum(whole, ptable.last)
    noise = np.empty(whole.shape, dtype=np.int64)
    for row in np.unique(rows):
        at = rows == row
        noise[at] = np.searchsorted(ptable.thresholds[row], part[at], side="right") - ptable.D
    return whole + noise


def cell_key_sql(ptable: PTable, count: str, keys: str) -> str:
    """The same lookup as an SQL expression: the count with its noise.

    count: the column with the count of a cell. keys: the column with the sum of its record keys, as whole numbers. Nothing but
    comparisons, sums and remainders of whole numbers, which DuckDB, Spark, PostgreSQL and SQLite all reckon alike:

        SELECT area, <expression> FROM (SELECT area, count(*) AS n, sum(record_key) AS k FROM people GROUP BY area)

    Raises ValueError when a name is no plain column.
    """
    for name in (count, keys):
        if not _COLUMN.fullmatch(name):
            raise ValueError(f"{name} is no name of a column; name the count and the sum of keys in a subquery first.")
    key = f"({keys} % {_ROUND})"
    lines = []
    for i in range(1, ptable.last + 1):
        head = f"WHEN {count} >= {i}" if i == ptable.last else f"WHEN {count} = {i}"
        lines.append(f"{head} THEN {count} + {_noise_sql(ptable, i, key)}")
    return f"CASE WHEN {count} = 0 THEN 0 {' '.join(lines)} END"


def _noise_sql(ptable: PTable, i: int, key: str) -> str:
    """CASE WHEN key < threshold THEN noise …, of the noises that the count i can have."""
    ends, last = [], 0
    for place, end in enumerate(ptable.thresholds[i]):
        if end > last:
            ends.append((int(end), place - ptable.D))
            last = int(end)
    if len(ends) == 1:
        return str(ends[0][1])
    cases = " ".join(f"WHEN {key} < {end} THEN {noise}" for end, noise in ends[:-1])
    return f"(CASE {cases} ELSE {ends[-1][1]} END)"
