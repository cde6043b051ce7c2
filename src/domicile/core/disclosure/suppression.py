"""Leaves out the cells of a table that give somebody away, and as few others as it takes that nobody can reckon them.

Small tables exactly: the integer program of Fischetti and Salazar (Journal of the American Statistical Association 95, 2000) by
their cuts, one for each cell that a choice leaves unprotected. Large ones cell by cell: the cheapest change of the table that
moves a cell as far as it needs (Kelly, Golden and Assad, Networks 22, 1992; Massell, Cell suppression and audit programs used for
economic magnitude data, U.S. Census Bureau RR2001-01). Whatever was chosen, `audit` proves it before it is given back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from domicile.core.disclosure.auditing import Flags, audit
from domicile.core.disclosure.choosing import Problem, UnprotectedCell, cheapest, exactly, in_turn
from domicile.core.disclosure.entropy import Floats
from domicile.core.disclosure.sensitive import dominance_level, few, p_percent_level
from domicile.core.disclosure.totals import Cell, Groups, Totals

_EXACT_CELLS: Final = 300
_EXACT_PRIMARY: Final = 25
#: How many rounds of cuts are spent: a table of two axes takes about ten, one of three axes forty or more.
_ROUNDS: Final = {"exact": 400, "auto": 40}
METHODS: Final = ("auto", "exact", "greedy")


@dataclass(frozen=True, eq=False)
class Suppression:
    """A table as it may be published. All arrays have the shape of the table with totals (`Totals`).

    values: what is published; NaN where it is left out. primary: left out because it gives somebody away; secondary: left out to
    protect those. lower, upper: what an outsider can reckon (audit). least, most: how far down and up that has to reach of primary
    cells; NaN elsewhere. optimal: proved to be the cheapest choice.
    """

    totals: Totals
    values: Floats
    primary: Flags
    secondary: Flags
    lower: Floats
    upper: Floats
    least: Floats
    most: Floats
    optimal: bool

    @property
    def suppressed(self) -> Flags:
        return self.primary | self.secondary

    def unprotected(self) -> list[Cell]:
        """The primary cells that can be reckoned too closely: none, or `suppress` would have refused."""
        slack = 1e-6 * np.maximum(1.0, np.abs(self.most))
        bad = self.primary & ((self.lower > self.least + slack) | (self.upper < self.most - slack))
        return [tuple(int(one) for one in cell) for cell in np.argwhere(bad)]


def suppress(
    values: ArrayLike | None = None, *, counts: ArrayLike | None = None,
    contributions: Mapping[Cell, Sequence[float]] | None = None, threshold: float = 0,
    dominance: tuple[int, float] | None = None, p_percent: float | None = None, primary: ArrayLike | None = None,
    groups: Groups | None = None, protection: float = 0.1, at_least: float = 1.0, cost: str | ArrayLike = "values",
    zeros: bool = False, keep: ArrayLike | None = None, method: str = "auto",
) -> Suppression:  # fmt: skip
    """Choose what to leave out of a table of sums or counts, and prove that it protects.

    values: the table without totals, any number of axes, no value below 0; or left out where `contributions` give it.
    counts: the same shape, how many contributors each cell has. Without it, those of `contributions`, or the values themselves.
    contributions: the single contributions to each inner cell by its position, as (0, 2): [30.0, 12.5].
    threshold: cells of fewer contributors (but of some) are sensitive. dominance=(n, k): where the n largest contributions are more
        than k percent. p_percent: where the second largest contributor can tell the largest within p percent. primary: further
        cells, flags of the shape without or with totals.
    groups: for each axis its subtotals (`totals.Groups`); a total of each axis there always is.
    protection, at_least: an outsider's interval reaches from every primary cell down and up by this share of its value, by this
        much, and by what its rule asks, whichever is most; down to 0 at the least.
    cost: what a cell left out costs: "values", "cells" (each 1), or numbers of the shape with totals.
    zeros: whether cells of 0 may be left out to protect others. An outsider often knows that nobody is there: usually not.
    keep: cells that are never left out to protect others, flags of the shape with totals; for totals that are known anyhow.
    method: "exact", "greedy", or "auto": exact up to 300 cells with 25 primary ones, unless it takes long.

    Raises ValueError naming the cell where input is wrong or a cell cannot be protected.
    """
    table, behind, totals = _table(values, counts, contributions, groups)
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {method}.")
    whole, many = totals.added(table), totals.added(behind)
    first, level = _primary(totals, many, contributions, threshold, dominance, p_percent, primary)
    reach = np.maximum(np.maximum(level, protection * whole), at_least)
    price = _price(cost, whole)
    open_cells = ~first & ~_kept(keep, totals) & ((whole > 0) | zeros)
    problem = Problem.of(totals, whole, first, open_cells, price, np.minimum(reach, whole), reach)
    small = whole.size <= _EXACT_CELLS and int(first.sum()) <= _EXACT_PRIMARY
    try:
        chosen, optimal = _chosen(problem, method, small)
    except UnprotectedCell as found_out:
        raise ValueError(_unprotected(problem.cell(found_out.number), zeros)) from None
    hidden = first | chosen.reshape(whole.shape)
    lower, upper = audit(whole, hidden, totals)
    least, most = np.where(first, whole - np.minimum(reach, whole), np.nan), np.where(first, whole + reach, np.nan)
    found = Suppression(
        totals, np.where(hidden, np.nan, whole), first, hidden & ~first, lower, upper, least, most, optimal
    )
    if bad := found.unprotected():
        raise ValueError(_unprotected(bad[0], zeros))
    return found


def _table(
    values: ArrayLike | None, counts: ArrayLike | None, contributions: Mapping[Cell, Sequence[float]] | None, groups: Groups | None
) -> tuple[Floats, Floats, Totals]:  # fmt: skip
    """Values and counts of the inner cells."""
    if values is None:
        if not contributions:
            raise ValueError("suppress wants values, or contributions that add up to them.")
        shape = tuple(int(one) + 1 for one in np.max(np.array(list(contributions)), axis=0))
        values = np.zeros(shape)
        for cell, some in contributions.items():
            values[cell] = sum(some)
    table = np.asarray(values, dtype=float)
    wrong = ~np.isfinite(table) | (table < 0)
    if wrong.any():
        cell = tuple(int(one) for one in np.argwhere(wrong)[0])
        raise ValueError(f"Cell {cell} holds {table[cell]}: a table to protect holds numbers from 0 on.")
    if counts is not None:
        behind = np.asarray(counts, dtype=float)
    elif contributions is not None:
        behind = np.zeros(table.shape)
        for cell, some in contributions.items():
            behind[cell] = len(some)
    else:
        behind = table
    if behind.shape != table.shape:
        raise ValueError(f"values have the shape {table.shape} and counts {behind.shape}.")
    return table, behind, Totals.of(table.shape, groups)


def _primary(
    totals: Totals, many: Floats, contributions: Mapping[Cell, Sequence[float]] | None, threshold: float,
    dominance: tuple[int, float] | None, p_percent: float | None, given: ArrayLike | None,
) -> tuple[Flags, Floats]:  # fmt: skip
    """Which cells give somebody away, and how far above its value each must be able to lie for its rule."""
    first = np.vectorize(lambda count: few(count, threshold), otypes=[bool])(many)
    level = np.zeros(totals.shape)
    if dominance is not None or p_percent is not None:
        if contributions is None:
            raise ValueError("dominance and p_percent look at single contributions: give contributions.")
        for cell, some in totals.gathered(contributions).items():
            if dominance is not None:
                level[cell] = max(level[cell], dominance_level(some, *dominance))
            if p_percent is not None:
                level[cell] = max(level[cell], p_percent_level(some, p_percent))
    first |= level > 0
    if given is not None:
        flags = np.asarray(given, dtype=bool)
        if flags.shape == totals.inner and flags.shape != totals.shape:
            first[tuple(slice(0, length) for length in totals.inner)] |= flags
        elif flags.shape == totals.shape:
            first |= flags
        else:
            raise ValueError(
                f"primary has the shape {flags.shape}; give {totals.inner}, or {totals.shape} with totals."
            )
    return first, level


def _kept(keep: ArrayLike | None, totals: Totals) -> Flags:
    found = np.zeros(totals.shape, dtype=bool) if keep is None else np.asarray(keep, dtype=bool)
    if found.shape != totals.shape:
        raise ValueError(f"keep has the shape {found.shape}; the table with totals has {totals.shape}.")
    return found


def _price(cost: str | ArrayLike, whole: Floats) -> Floats:
    if isinstance(cost, str):
        if cost not in ("values", "cells"):
            raise ValueError(f"cost is values, cells, or a number for each cell, not {cost}.")
        # An empty cell that is left out costs something too.
        return (
            np.maximum(whole, 1e-3 * max(float(whole.max(initial=0.0)), 1.0))
            if cost == "values"
            else np.ones(whole.shape)
        )
    price = np.asarray(cost, dtype=float)
    if price.shape != whole.shape or not (price > 0).all():
        raise ValueError(f"cost is a number above 0 for each cell of the table with totals, shape {whole.shape}.")
    return price


def _chosen(problem: Problem, method: str, small: bool) -> tuple[Flags, bool]:
    """The further cells to leave out, and whether no cheaper ones would do."""
    if not problem.needs:
        return np.zeros(problem.size, dtype=bool), True
    if method == "exact" or (method == "auto" and small):
        found = exactly(problem, _ROUNDS[method])
        if found is not None:
            return found, True
        if method == "exact":
            raise ValueError("The exact choice was given up after too many rounds; take method='greedy'.")
    return cheapest(problem, in_turn(problem)), False


def _unprotected(cell: Cell, zeros: bool) -> str:
    ways = "publish less detail there, keep less, ask for less protection" + (
        "" if zeros else ", or let empty cells be left out (zeros=True)"
    )
    return f"Cell {cell} of the table with totals cannot be protected, whatever else is left out: {ways}."
