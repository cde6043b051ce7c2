"""Plain columns as they are handed to the functions of this package: numbers aligned with the lowest age of each group.

What cannot be is refused with the place and what to do, because a sum over a hole or a NaN gives an index that looks like one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Ages = NDArray[np.int64]
#: A column: a list, a NumPy array, a Polars or pandas series.
Column = Sequence[float] | NDArray[Any]

#: Beyond this, whole people are lost in the sums of floating-point numbers.
MOST: Final = 1e15


def column(values: Column, name: str, *, negative: bool = False) -> Numbers:
    """The column as numbers, of shape (n,). Raises ValueError for what is no number, for none at all, below 0 and beyond `MOST`."""
    try:
        held = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{name}: not all of it are numbers ({fault}); of a group 5-9 give 5") from None
    if held.ndim != 1:
        raise ValueError(
            f"{name}: one column is wanted, this has the shape {held.shape}; take one sex and one area at a time"
        )
    if not held.size:
        raise ValueError(f"{name}: empty")
    bad = ~(np.abs(held) <= MOST) if negative else ~((held >= 0) & (held <= MOST))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        wanted = "a number" if negative else "0 or more, at most 1e15"
        raise ValueError(
            f"{name}: place {at} (counted from 0) is {held[at]:g}, wanted is {wanted}; give 0 where there is nobody"
        )
    return held


def aligned(values: Column, ages: Ages, name: str, *, negative: bool = False) -> Numbers:
    """A column as long as the ages. Raises ValueError otherwise."""
    held = column(values, name, negative=negative)
    if held.size != ages.size:
        raise ValueError(f"{name}: {held.size} values for {ages.size} ages; give one for each age or age group")
    return held


def one_or_column(values: float | Column, name: str) -> Numbers:
    """A single number as a column of one, a column as it is."""
    return column(np.atleast_1d(np.asarray(values)), name)


def lowest_ages(ages: Column) -> Ages:
    """The lowest age of each group in completed years, rising. Raises ValueError for parts of years and for disorder."""
    held = column(ages, "ages")
    if (held != np.floor(held)).any():
        raise ValueError("ages: completed years are wanted, without a fraction; give the lowest age of each group")
    if (np.diff(held) <= 0).any():
        at = int(np.flatnonzero(np.diff(held) <= 0)[0])
        raise ValueError(f"ages: {held[at + 1]:g} stands after {held[at]:g}; sort them, each once")
    return held.astype(np.int64)


def single_years(counts: Column, ages: Column, lowest: int, highest: int) -> tuple[Numbers, Ages]:
    """Counts of the single ages from `lowest` to `highest`, both included, and these ages.

    What else is there may be in wider groups. The highest may not be the open group: that is for the caller to know, since
    a column of lowest ages does not say so. Raises ValueError where an age is missing or a group is wider than a year.
    """
    years = lowest_ages(ages)
    held = aligned(counts, years, "counts")
    if lowest > highest:
        raise ValueError(f"lowest {lowest} is above highest {highest}")
    inside = (years >= lowest) & (years <= highest)
    wanted = np.arange(lowest, highest + 1)
    missing = np.setdiff1d(wanted, years[inside])
    if missing.size:
        raise ValueError(
            f"ages: {int(missing[0])} is missing; every single year from {lowest} to {highest} is wanted, with 0 where nobody is"
        )
    return held[inside], wanted


def five_year_groups(ages: Column, name: str = "ages") -> Ages:
    """Lowest ages of groups of five years that follow each other. Raises ValueError where one is wider or missing."""
    years = lowest_ages(ages)
    wrong = np.flatnonzero(np.diff(years) != 5)
    if wrong.size:
        at = int(wrong[0])
        raise ValueError(
            f"{name}: from {years[at]} to {years[at + 1]} are not five years; add up narrower groups (0 and 1-4, single years)"
        )
    if years[0] % 5:
        raise ValueError(f"{name}: groups of five years begin at 0, 5, 10…, not at {years[0]}")
    return years


def total_of(values: Numbers, what: str) -> float:
    """The sum as a denominator. Raises ValueError where it is 0, since what is divided by it is then undefined."""
    total = float(values.sum())
    if total <= 0:
        raise ValueError(f"nobody is {what}: undefined; take a wider range of ages or a greater area")
    return total
