"""The signs by which a replicate differs from the sample: variances without a fraction, alike on every engine."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from domicile.core.demography import replicate_factors


def signs(households: Sequence[str], replicates: int) -> pa.Table:
    """`drawn`, `d0`, `d1`, …: for each drawn household, in the order of drawing, -1, 0 or 1 a replicate.

    The factors of successive differences are 1 + (a - b) / sqrt(8) with a, b of -1 and 1
    (core.demography.replicate_factors); so they are
    1 + d / sqrt(2), and the sum of weights times d, whole numbers, has all that the variance needs.
    Raises ValueError where a household is drawn twice, or fewer than two are.
    """
    if len(set(households)) < len(households):
        raise ValueError("A household stands twice among those of the long form.")
    factors = replicate_factors(len(households), replicates=replicates)
    found = np.rint((factors - 1) * math.sqrt(2)).astype(np.int8)
    columns = {f"d{place}": found[:, place] for place in range(replicates)}
    return pa.table({"drawn": pa.array(households, pa.string()), **columns})
