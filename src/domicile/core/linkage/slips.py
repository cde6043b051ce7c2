"""Numbers of which a broken one may be a slip: those one slip away whose check character fits, found by arithmetic, not by
trying.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from domicile.core.codes.identity import CHECK_CHARACTERS, WEIGHTS

_DIGITS: Final = 17


def corrections(numbers: pl.Series) -> pl.DataFrame:
    """The sound numbers one slip away from each of `numbers` (18 places, whose check character does not fit).

    Returns `at` (UInt32, the place in `numbers`) and `number`, at most 35 rows a number: for each of the 17 digits the one
    digit that makes the check character fit, if there is one; another check character; two neighbours exchanged, the check
    character among them.
    """
    if numbers.is_empty():
        return pl.DataFrame(schema={"at": pl.UInt32, "number": pl.String})
    signs = np.frombuffer("".join(numbers).encode("ascii"), dtype=np.uint8).reshape(len(numbers), 18)
    digits = (signs[:, :_DIGITS] - ord("0")).astype(np.int64)
    weights = np.array(WEIGHTS, dtype=np.int64)
    total = digits @ weights % 11
    # CHECK_CHARACTERS[r] is the character due where the weighted sum leaves r.
    remainders = np.array(
        [CHECK_CHARACTERS.index(chr(sign)) if chr(sign) in CHECK_CHARACTERS else -1 for sign in range(256)]
    )
    due = remainders[signs[:, 17]]
    found_at: list[np.ndarray] = []
    found: list[np.ndarray] = []
    for place in range(_DIGITS):
        inverse = pow(int(weights[place]), -1, 11)
        digit = (digits[:, place] + (due - total) * inverse) % 11
        fits = np.flatnonzero((digit < 10) & (digit != digits[:, place]) & (due >= 0))
        changed = signs[fits].copy()
        changed[:, place] = digit[fits] + ord("0")
        found_at.append(fits)
        found.append(changed)
    for place in range(_DIGITS - 1):
        gain = (digits[:, place + 1] - digits[:, place]) * (weights[place] - weights[place + 1])
        fits = np.flatnonzero((total + gain - due) % 11 == 0)
        fits = fits[(digits[fits, place] != digits[fits, place + 1]) & (due[fits] >= 0)]
        changed = signs[fits].copy()
        changed[:, [place, place + 1]] = changed[:, [place + 1, place]]
        found_at.append(fits)
        found.append(changed)
    # The last digit and the check character, where that is a digit too.
    check = signs[:, 17].astype(np.int64) - ord("0")
    gain = (check - digits[:, 16]) * weights[16]
    fits = np.flatnonzero((check >= 0) & (check < 10) & ((total + gain) % 11 == remainders[signs[:, 16]]))
    fits = fits[signs[fits, 16] != signs[fits, 17]]
    changed = signs[fits].copy()
    changed[:, [16, 17]] = changed[:, [17, 16]]
    found_at.append(fits)
    found.append(changed)
    last = signs.copy()
    last[:, 17] = np.frombuffer(CHECK_CHARACTERS.encode(), dtype=np.uint8)[total]
    found_at.append(np.arange(len(numbers)))
    found.append(last)
    text = np.ascontiguousarray(np.concatenate(found)).view("S18").ravel().astype("U18")
    return pl.DataFrame(
        {"at": pl.Series(np.concatenate(found_at)).cast(pl.UInt32), "number": pl.Series(text.tolist())}
    ).unique()
