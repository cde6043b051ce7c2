"""Resident numbers in bulk: GB 11643 with the check character of ISO 7064 MOD 11-2."""

from __future__ import annotations

import numpy as np
import polars as pl

from domicile.core.synth.lexicon import Ints, pick

CHECK_CHARACTERS = list("10X98765432")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
SERIALS_A_DAY = 499  # for each sex: 001, 003 … 997 and 002, 004 … 998


def check_index(body: Ints) -> Ints:
    """Index into CHECK_CHARACTERS for each 17-digit body (as integers)."""
    rest = body.copy()
    total = np.zeros_like(rest)
    for weight in reversed(WEIGHTS):
        rest, digit = np.divmod(rest, 10)
        total += weight * digit
    return total % 11


def ranks(keys: Ints) -> Ints:
    """For each row its rank (0, 1, …) among the rows of the same key, in row order."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(ordered)])
    result = np.empty(len(keys), dtype=np.int64)
    result[order] = np.arange(len(keys)) - np.repeat(starts, lengths)
    return result


def serials(county: Ints, birth: Ints, sex: Ints) -> Ints:
    """Serials (1…998), unique for each county, birth date (YYYYMMDD) and sex; odd for men.

    Raises ValueError when more than 499 people share all three.
    """
    key = (county * 100_000_000 + birth) * 2 + (sex == 1)
    rank = ranks(key)
    if len(rank) and int(rank.max()) >= SERIALS_A_DAY:
        raise ValueError("more than 499 people of one sex born on one day in one county: make a smaller county")
    # Start anywhere in the day, so that serials do not all begin at 001.
    start = (birth * 2654435761 + county) % SERIALS_A_DAY
    slot = (start + rank) % SERIALS_A_DAY
    return slot * 2 + np.where(sex == 1, 1, 2)


def resident_numbers(county: Ints, birth: Ints, serial: Ints) -> pl.Series:
    """18-character numbers from the 6-digit county part, birth date (YYYYMMDD) and serial."""
    body = (county * 100_000_000 + birth) * 1000 + serial
    return pl.Series("", body).cast(pl.String) + pick(CHECK_CHARACTERS, check_index(body))
