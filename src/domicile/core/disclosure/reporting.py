"""What protection costs a table, and what it leaves: said before the table is released.

Measures: Shlomo, Statistical disclosure control methods for census frequency tables (International Statistical Review 75, 2007),
for distances and Hellinger's; the shares are those of the R package cellKey (`ck_cnt_measures`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from domicile.core.disclosure.totals import Totals


@dataclass(frozen=True, slots=True)
class LossReport:
    """One table before and after, cells with totals unless said otherwise; cells left out count only in `hidden`.

    changed: share of the published cells that differ, in [0, 1]. mean_difference, greatest_difference: of the absolute differences,
    in units of the table. mean_share: of the absolute differences by the value, over cells above 0. hellinger: between the
    published inner cells before and after, each divided by their sum: 0 where the proportions are the same, at most 1.
    additive: whether the published totals are the sums of the published parts, with greatest_gap between them.
    small: inner cells of 1 … `below` - 1 before; small_as_they_were: how many of those are published unchanged. small_after: inner
    cells that are published as such a number; small_true: of how many of them that is the truth.
    false_zeros: cells published as 0 that are not.
    """

    cells: int
    hidden: int
    changed: float
    mean_difference: float
    greatest_difference: float
    mean_share: float
    hellinger: float
    additive: bool
    greatest_gap: float
    small: int
    small_as_they_were: int
    small_after: int
    small_true: int
    false_zeros: int


def loss_report(before: ArrayLike, after: ArrayLike, totals: Totals, *, below: int = 3) -> LossReport:
    """before, after: of the shape `totals.shape`; NaN after where a cell is left out. Raises ValueError for other shapes."""
    true, told = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if true.shape != totals.shape or told.shape != totals.shape:
        raise ValueError(f"tables with totals have the shape {totals.shape}, not {true.shape} and {told.shape}.")
    shown = ~np.isnan(told)
    off = np.abs(told - true)[shown]
    positive = true[shown] > 0
    inner = np.zeros(totals.shape, dtype=bool)
    inner[tuple(slice(0, length) for length in totals.inner)] = True
    inside = inner & shown
    small, small_after = inner & (true >= 1) & (true < below), inside & (told >= 1) & (told < below)
    gap = _gap(totals, told)
    return LossReport(
        cells=true.size,
        hidden=int((~shown).sum()),
        changed=float((off > 0).mean()) if off.size else 0.0,
        mean_difference=float(off.mean()) if off.size else 0.0,
        greatest_difference=float(off.max(initial=0.0)),
        mean_share=float((off[positive] / true[shown][positive]).mean()) if positive.any() else 0.0,
        hellinger=hellinger(true[inside], told[inside]),
        additive=gap < 1e-6 * max(1.0, float(np.nanmax(told, initial=0.0))),
        greatest_gap=gap,
        small=int(small.sum()),
        small_as_they_were=int((small & (told == true)).sum()),
        small_after=int(small_after.sum()),
        small_true=int((small_after & (told == true)).sum()),
        false_zeros=int(((told == 0) & (true > 0)).sum()),
    )


def hellinger(before: ArrayLike, after: ArrayLike) -> float:
    """Hellinger's distance between two lists of counts as proportions, in [0, 1]; 0 where both are empty, 1 where one is."""
    one, two = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if not one.sum() or not two.sum():
        return 0.0 if one.sum() == two.sum() else 1.0
    return min(1.0, math.sqrt(float(((np.sqrt(one / one.sum()) - np.sqrt(two / two.sum())) ** 2).sum()) / 2))


def _gap(totals: Totals, told: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """The greatest difference between a published total and the sum of its parts, where all of them are published."""
    sums = totals.sums()
    known = ~np.isnan(told.ravel())
    whole = abs(sums) @ (~known).astype(float) == 0
    off = np.abs(sums @ np.where(known, told.ravel(), 0.0))
    return float(off[whole].max(initial=0.0))
