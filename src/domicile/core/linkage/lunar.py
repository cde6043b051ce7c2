"""The lunar date of a day: papers of older people often carry the lunar birthday written as if it were a solar one.

`lunar_months.csv` holds the first day of each lunar month from December 1899 to February 2051 with its year, number and whether
it is a leap month. Source: the Chinese calendar of ICU 78, which reckons as GB/T 33661-2017 does.
"""

from __future__ import annotations

import csv
import datetime as dt
from bisect import bisect_right
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl


@cache
def _months() -> tuple[list[dt.date], list[int]]:
    """First days of the months, and for each year × 10,000 + month × 100."""
    with files("domicile.core.linkage").joinpath("lunar_months.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    days = [dt.date.fromisoformat(row["first_day"]) for row in rows]
    return days, [int(row["year"]) * 10_000 + int(row["month"]) * 100 for row in rows]


def lunar_numerals(day: dt.date) -> int | None:
    """The lunar date of a day as YYYYMMDD, a leap month like the month before it; None outside 1899-12-03 to 2051-02-10."""
    first, numerals = _months()
    at = bisect_right(first, day) - 1
    if at < 0 or at >= len(first) - 1:
        return None
    return numerals[at] + (day - first[at]).days + 1


def lunar_column(days: pl.Series) -> pl.Series:
    """`lunar_numerals` of a column of dates, as Int64."""
    first, numerals = _months()
    starts = np.array(first, dtype="datetime64[D]")
    values = days.to_physical().fill_null(-1_000_000).to_numpy().astype("datetime64[D]")
    at = np.searchsorted(starts, values, side="right") - 1
    within = (at >= 0) & (at < len(starts) - 1)
    safe = np.where(within, at, 0)
    found = np.array(numerals, dtype=np.int64)[safe] + (values - starts[safe]).astype(np.int64) + 1
    return pl.select(pl.when(pl.lit(pl.Series(within))).then(pl.lit(pl.Series(found)))).to_series().alias(days.name)
