"""The choice of further cells to leave out: as an integer program with cuts, or cell by cell. Sources: `suppression`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from domicile.core.disclosure.auditing import Flags, lowest
from domicile.core.disclosure.entropy import Floats
from domicile.core.disclosure.totals import Cell, Totals

_NEAR: Final = 1e-6
#: More checks than this are not spent on taking cells back that others made needless.
_CHECKS: Final = 4000


class UnprotectedCell(Exception):
    """A cell that cannot be protected, whatever is left out."""

    def __init__(self, number: int) -> None:
        self.number = number


@dataclass(frozen=True, eq=False)
class Problem:
    """What has to be protected, flat and in units in which the largest cell is 10,000.

    needs: (cell, +1 or -1, how far it must be able to move that way). A table that an outsider may take for the true one differs
    from it by y with sums @ y = 0 and -values <= y <= room in cells that are left out.
    """

    totals: Totals
    sums: Any
    values: Floats
    first: Flags
    open: Flags
    price: Floats
    needs: tuple[tuple[int, float, float], ...]
    room: float

    @classmethod
    def of(
        cls, totals: Totals, whole: Floats, first: Flags, open_cells: Flags, price: Floats, down: Floats, up: Floats
    ) -> Problem:  # fmt: skip
        unit = max(float(whole.max(initial=0.0)), 1.0) / 1e4
        needs = []
        for cell in np.flatnonzero(first):
            needs += [(int(cell), 1.0, up.flat[cell] / unit), (int(cell), -1.0, down.flat[cell] / unit)]
        kept = tuple(need for need in needs if need[2] > 0)
        room = 2e4 + 2 * max((need[2] for need in kept), default=0.0)
        return cls(
            totals, totals.sums(), whole.ravel() / unit, first.ravel(), open_cells.ravel(), price.ravel(),
            tuple(sorted(kept, key=lambda need: -need[2])), room,
        )  # fmt: skip

    @property
    def size(self) -> int:
        return len(self.values)

    def cell(self, number: int) -> Cell:
        return tuple(int(one) for one in np.unravel_index(number, self.totals.shape))

    def farthest(self, hidden: Flags, cell: int, sign: float) -> tuple[float, Floats]:
        """How far the cell can move with these cells left out, and the multipliers of the sums that prove it."""
        aim = np.zeros(self.size)
        aim[cell] = -sign
        found = lowest(
            aim, self.sums, np.zeros(self.sums.shape[0]), np.where(hidden, -self.values, 0.0), np.where(hidden, self.room, 0.0)
        )  # fmt: skip
        if found is None:  # y = 0 keeps all conditions
            raise RuntimeError("HiGHS found no table beside the true one, which is one.")
        return -found[0], found[2]

    def short(self, chosen: Flags) -> int | None:
        """The first cell that cannot move as far as it needs with these left out besides the primary ones."""
        hidden = self.first | chosen
        for cell, sign, need in self.needs:
            if self.farthest(hidden, cell, sign)[0] < need - _NEAR * max(1.0, need):
                return cell
        return None


def exactly(problem: Problem, rounds: int) -> Flags | None:
    """The cheapest choice, by cuts; None where it takes more rounds. Raises UnprotectedCell."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    cuts: list[Floats] = []
    ends: list[float] = []
    bounds = Bounds(problem.first.astype(float), (problem.first | problem.open).astype(float))
    price = np.where(problem.first, 0.0, problem.price)
    price = price / max(float(price.max()), 1e-9)
    for _ in range(rounds):
        rules = LinearConstraint(np.array(cuts), np.array(ends), np.inf) if cuts else ()
        found = milp(
            price, integrality=np.ones(problem.size), bounds=bounds, constraints=rules, options={"mip_rel_gap": 0.0}
        )
        if found.x is None:
            if (hopeless := problem.short(problem.open)) is not None:
                raise UnprotectedCell(hopeless)
            return None
        hidden = np.asarray(found.x) > 0.5
        broken = 0
        for cell, sign, need in problem.needs:
            reach, proof = problem.farthest(hidden, cell, sign)
            if reach < need - _NEAR * max(1.0, need):
                cuts.append(_cut(problem, cell, sign, need, proof))
                ends.append(1.0 - 1e-7)
                broken += 1
        if not broken:
            return hidden & ~problem.first
    return None


def _cut(problem: Problem, cell: int, sign: float, need: float, proof: Floats) -> Floats:
    """What any choice must have for this cell: the dual of how far it moves, whose bounds are 0 of published cells.

    No cell counts for more than the whole need, since one that is left out is left out once.
    """
    slack = -(problem.sums.T @ proof)
    slack[cell] -= sign
    weight = np.where(slack < 0, -slack * problem.room, slack * problem.values)
    weight[np.abs(slack) < 1e-9] = 0.0
    found: Floats = np.minimum(weight / need, 1.0)
    return found


def in_turn(problem: Problem) -> Flags:
    """Cell by cell, the neediest first: the cheapest change of the table that moves it far enough; what changes is left out.

    Raises UnprotectedCell.
    """
    from scipy.sparse import hstack

    hidden = problem.first.copy()
    both = hstack([problem.sums, -problem.sums], format="csr")
    for cell, sign, need in problem.needs:
        cost = np.where(hidden, 0.0, problem.price)
        may = hidden | problem.open
        most = np.concatenate([np.where(may, problem.room, 0.0), np.where(may, problem.values, 0.0)])
        least = np.zeros(2 * problem.size)
        at = cell if sign > 0 else cell + problem.size
        other = cell + problem.size if sign > 0 else cell
        least[at], most[at], most[other] = need, max(need, most[at]), 0.0
        found = lowest(np.concatenate([cost, cost]), both, np.zeros(both.shape[0]), least, most)
        if found is None:
            raise UnprotectedCell(cell)
        moved = np.abs(found[1][: problem.size] - found[1][problem.size :])
        hidden |= moved > _NEAR * max(1.0, need)
    return hidden & ~problem.first


def cheapest(problem: Problem, chosen: Flags) -> Flags:
    """The choice without what others made needless, the dearest tried first, where that takes no endless time."""
    kept = chosen.copy()
    if int(kept.sum()) * len(problem.needs) > _CHECKS:
        return kept
    for cell in sorted(np.flatnonzero(chosen), key=lambda one: -problem.price[one]):
        kept[cell] = False
        if problem.short(kept) is not None:
            kept[cell] = True
    return kept
