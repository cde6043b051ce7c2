"""From the true cells of a table to what may be published of it, with what that costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domicile.core.disclosure import LossReport, PTable, Totals, apply_cell_key, loss_report, suppress
from domicile.core.tabulation.areas import Division, Run, Shown, places
from domicile.core.tabulation.expressions import WEIGHT_UNITS
from domicile.core.tabulation.filling import Cells, Whole, by_area, with_totals
from domicile.core.tabulation.model import Table

Floats = NDArray[np.float64]
#: The marks of an estimate, from the most certain on; the last one is not shown at all.
QUALITY: Final = ("", "A", "B", "C", "X")


@dataclass(frozen=True)
class Rules:
    """What protects: the p-table of counts, how many must contribute to a sum, the records behind an estimate, the
    marks' limits."""

    ptable: PTable
    least_contributors: int
    least_records: int
    good: float
    fair: float


@dataclass(frozen=True, eq=False)
class Measure:
    """One figure of each cell, NaN where it is not shown."""

    name: str
    values: Floats


@dataclass(frozen=True, eq=False)
class Told:
    """A table as it may be published. The arrays have the shape (areas, g1, g2, …): of each grouping its categories,
    what is not stated
    where there is any (`unstated`), and last the total.

    marks: of estimates the place in QUALITY. loss: what protection costs, of the table's smallest areas.
    """

    table: Table
    areas: tuple[Shown, ...]
    unstated: tuple[bool, ...]
    measures: tuple[Measure, ...]
    marks: NDArray[np.int8] | None = None
    loss: LossReport | None = None
    withheld: int = 0
    notes: tuple[str, ...] = field(default=())


def protect(table: Table, cells: Cells, division: Division, rules: Rules) -> Told:
    """Areas brought together, noise on every count and every total by its own key, sums and estimates left out where
    they must be."""
    shown = division.of(table.digits)
    runs = places(shown, cells.areas, table.digits, division.areas)
    by = len(table.by)

    def added(array: Whole) -> Whole:
        return _summed(with_totals(array, by), runs)

    unstated = tuple(bool(cells.n.take(-1, axis=axis + 1).any()) for axis in range(by))
    if table.sums:
        return _of_sums(table, cells, shown, runs, unstated, rules)
    true = added(cells.n)
    told = apply_cell_key(true, added(cells.k), rules.ptable)
    if cells.w is not None and cells.r is not None:
        return _of_estimates(table, shown, unstated, (true, told, added(cells.w), added(cells.r)), rules)
    loss = _loss(table, true, told, shown)
    values = _without_empty(told.astype(np.float64), unstated)
    return Told(table, tuple(shown), unstated, (Measure("count", values),), loss=loss)


def _summed(array: Whole, runs: Sequence[Run]) -> Whole:
    """Areas added up by runs of places; runs of one level follow each other and cover all, so that each level is one pass."""
    found, begin = [], 0
    while begin < len(runs):
        end = begin + 1
        while end < len(runs) and runs[end][0] > runs[end - 1][1]:
            end += 1
        found.append(by_area(array, [first for first, _ in runs[begin:end]]))
        begin = end
    return np.concatenate(found)


def _without_empty(values: Floats, unstated: Sequence[bool]) -> Floats:
    """Without the places of what is not stated, where that is nobody anywhere."""
    for axis, some in enumerate(unstated, start=1):
        if not some:
            values = np.delete(values, -2, axis=axis)
    return values


def _smallest(table: Table, shown: Sequence[Shown]) -> list[int]:
    return [place for place, area in enumerate(shown) if area.digits == max(table.digits, 0)] or [0]


def _loss(table: Table, true: Whole, told: Whole, shown: Sequence[Shown]) -> LossReport:
    """Of the smallest areas and the total of each category over them."""
    some = _smallest(table, shown)
    before, after = true[some].astype(float), told[some].astype(float)
    inner = (len(some), *(size - 1 for size in before.shape[1:]))
    whole = before.sum(axis=0, keepdims=True), after.sum(axis=0, keepdims=True)
    return loss_report(np.concatenate([before, whole[0]]), np.concatenate([after, whole[1]]), Totals.of(inner))


def _of_estimates(
    table: Table, shown: Sequence[Shown], unstated: tuple[bool, ...], given: tuple[Whole, Whole, Whole, Whole], rules: Rules
) -> Told:  # fmt: skip
    """Weighted totals. The noise of the number of records, times the mean weight of a record, is that of the estimate (Thompson,
    Broadfoot and Elazar 2013, section 4); its variance is added to that of the sample, which is
    4 / R times the sum of squared differences of replicates to the estimate: here each differs by r / sqrt(2)."""
    true, told, weights, signed = given
    weight = weights / WEIGHT_UNITS
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(true > 0, weight / np.maximum(true, 1), 0.0)
        estimate = np.rint(told * mean)
        sampling = 2 / signed.shape[-1] * ((signed / WEIGHT_UNITS) ** 2).sum(axis=-1)
        variances = np.array([one.variance for one in rules.ptable.moments()])
        error = np.sqrt(sampling + variances[np.minimum(true, rules.ptable.last)] * mean**2)
        share = np.where(estimate > 0, error / np.maximum(estimate, 1), 0.0)
    marks = np.select(
        [told == 0, told < rules.least_records, share <= rules.good, share <= rules.fair], [0, 4, 1, 2], 3
    )
    hidden = marks == QUALITY.index("X")
    figures = (
        Measure("estimate", np.where(hidden, np.nan, estimate)),
        Measure("error", np.where(hidden, np.nan, np.ceil(error))),
    )
    shape = [Measure(one.name, _without_empty(one.values, unstated)) for one in figures]
    kept = _without_empty(marks.astype(np.float64), unstated).astype(np.int8)
    zero = kept == 0
    shape[1].values[zero] = 0.0
    return Told(table, tuple(shown), unstated, tuple(shape), kept, _loss(table, true, told, shown), int(hidden.sum()))


def _of_sums(
    table: Table, cells: Cells, shown: Sequence[Shown], runs: Sequence[Run], unstated: tuple[bool, ...], rules: Rules
) -> Told:  # fmt: skip
    measures, withheld, notes = [], 0, []
    some = _smallest(table, shown)
    upper = [place for place in range(len(shown)) if place not in set(some)]
    # Where one area holds all, it is the total; the others are subtotals of those that lie in them.
    whole = next((place for place in upper if runs[place] == (runs[some[0]][0], runs[some[-1]][1])), None)
    within = [place for place in upper if place != whole]
    groups = [
        [at for at, place in enumerate(some) if runs[one][0] <= runs[place][0] and runs[place][1] <= runs[one][1]]
        for one in within
    ]
    order = np.empty(len(shown), dtype=np.int64)
    order[some], order[within] = np.arange(len(some)), len(some) + np.arange(len(within))
    if whole is not None:
        order[whole] = len(some) + len(within)
    for column, (total, behind) in cells.sums.items():
        inner = _summed(total, [runs[place] for place in some]), _summed(behind, [runs[place] for place in some])
        try:
            kept = suppress(
                inner[0], counts=inner[1], threshold=rules.least_contributors,
                groups=[groups, *([()] * len(table.by))],
            )  # fmt: skip
            values, hidden = kept.values[order], int(kept.suppressed.sum())
        except ValueError as problem:
            # Too few areas to hide one behind another: nothing of this column goes out.
            shape = (len(shown), *(size + 1 for size in inner[0].shape[1:]))
            values, hidden = np.full(shape, math.nan), int(np.prod(shape))
            notes.append(f"{column}: {problem}")
        measures.append(Measure(column, _without_empty(values, unstated)))
        withheld += hidden
    return Told(table, tuple(shown), unstated, tuple(measures), withheld=withheld, notes=tuple(notes))
