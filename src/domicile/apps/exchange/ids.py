"""Fresh ids for rows that are written in bulk."""

import os
import time

import polars as pl

from domicile.core.ids import SEQUENCE_RANDOM_BYTES, sequence


def new_ids(count: int) -> pl.Series:
    """Fresh ids, ascending, as 32 hex characters."""
    return pl.Series(
        "id", sequence(time.time_ns() // 1_000_000, count, os.urandom(SEQUENCE_RANDOM_BYTES)), dtype=pl.String
    )
