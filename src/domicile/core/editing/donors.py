"""Who gives to whom: the donors of a hot deck, over whole columns. Sources: `imputing`."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]
#: Distances that are looked at at once.
_CELLS: Final = 4_000_000
_EVEN: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Donors:
    """Who found a donor: their rows, rising; the donor of each; and how it was found, a number of `words`."""

    rows: Numbers
    donors: Numbers
    methods: NDArray[np.int8]
    words: list[str]


def numbered(columns: Sequence[NDArray[Any]], size: int) -> NDArray[Any]:
    """A number from 0 on for each row, the same for rows with the same values; in the order of the values where there is one.

    In the narrowest of 16, 32 and 64 bits that holds it: narrow numbers are sorted and compared much faster.
    """
    found: NDArray[Any] = np.zeros(size, dtype=np.uint16)
    width = 1
    for column in columns:
        codes, more = _codes(column)
        if width * more >= 2**62:
            found = np.unique(found, return_inverse=True)[1].astype(np.int64)
            width = int(found.max(initial=0)) + 1
        width *= more
        kind = np.dtype(np.uint16 if width < 2**16 else np.uint32 if width < 2**32 else np.int64)
        found = np.multiply(found, more, dtype=kind, casting="unsafe") + codes.astype(kind)
    return found


def by_number(group: NDArray[Any]) -> Numbers:
    """The rows sorted by their number, equal ones as they stand; by halves of 16 bits, which NumPy sorts in one pass each."""
    if group.dtype == np.uint16:
        return np.argsort(group, kind="stable")
    top = int(group.max(initial=0))
    if top >= 2**32:
        return np.argsort(group, kind="stable")
    order = np.argsort((group & 0xFFFF).astype(np.uint16), kind="stable")
    if top >= 2**16:
        order = order[np.argsort((group >> 16).astype(np.uint16)[order], kind="stable")]
    return order


def _codes(column: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """A number for each value, and how many there are at most."""
    found: NDArray[Any]
    if column.dtype.kind == "O":
        values = sorted(set(column.tolist()), key=_rank)
        place = {value: at for at, value in enumerate(values)}
        found = np.fromiter((place[one] for one in column.tolist()), dtype=np.int64, count=len(column))
    elif column.dtype.kind in "iub" and len(column) and int(column.max()) - int(column.min()) < 2**31:
        least, most = int(column.min()), int(column.max())
        found = (
            column
            if least == 0
            else column - column.dtype.type(least)
            if most - least < 2**15
            else column.astype(np.int64) - least
        )
        return found, most - least + 1
    elif column.dtype.kind == "f" and (whole := _whole(column)) is not None:
        return whole
    else:
        found = np.unique(column, return_inverse=True)[1].astype(np.int64)
    return found, int(found.max(initial=0)) + 1


def _whole(column: NDArray[Any]) -> tuple[NDArray[Any], int] | None:
    """Whole numbers in a narrow range that in a column of floats, missing ones behind all; None where there are others."""
    absent = np.isnan(column)
    if absent.all():
        return np.zeros(len(column), dtype=np.uint16), 1
    least, most = np.nanmin(column), np.nanmax(column)
    if not -(2**14) < least <= most < 2**14:
        return None
    filled = np.where(absent, most + 1, column)
    found = filled.astype(np.int16)
    if not np.array_equal(found, filled):
        return None
    return found - np.int16(least), int(most - least) + 2


def _rank(value: Any) -> tuple[bool, str, Any]:
    """Numbers among numbers, texts among texts, None last."""
    if value is None:
        return True, "", 0
    return False, "" if isinstance(value, int | float) else type(value).__name__, value


def sequential_donors(
    group: NDArray[Any], order: Numbers, lacks: Flags, gives: Flags | None
) -> tuple[Numbers, Numbers]:
    """Each row that lacks with the last row before it in `order` and in its group that gives, else the next behind it.

    gives None: all that do not lack. Rows without such a donor are left out; the rows stand in `order`. It looks at those that lack
    alone: they are few.
    """
    at = np.flatnonzero(lacks[order])
    size = len(order)
    if gives is None:  # before a run of those that lack, and behind it, stand rows that give
        starts = np.flatnonzero(np.diff(at, prepend=-2) != 1)
        runs = np.diff(np.append(starts, len(at)))
        before = np.repeat(at[starts] - 1, runs)
        behind = np.repeat(at[starts] + runs, runs)
    else:
        giving = np.flatnonzero(gives[order])
        place = np.searchsorted(giving, at)
        ends = np.concatenate([[-1], giving, [size]])
        before, behind = ends[place], ends[place + 1]
    rows = order[at]
    mine = group[rows]
    first = order[np.maximum(before, 0)]
    fits = (before >= 0) & (group[first] == mine)
    second = order[np.minimum(behind, size - 1)]
    got = fits | ((behind < size) & (group[second] == mine))
    return rows[got], np.where(fits, first, second)[got]


def limited_donors(
    group: NDArray[Any], order: Numbers, lacks: Flags, gives: Flags, used: Numbers, max_uses: int
) -> tuple[Numbers, Numbers]:  # fmt: skip
    """The same where no row gives more than `max_uses` times; `used` counts what each gave, and goes on counting over calls."""
    size = len(order)
    gives = gives & (used < max_uses)
    rows, donors = sequential_donors(group, order, lacks, gives)
    found: Numbers = np.full(size, -1, dtype=np.int64)
    found[rows] = donors
    asked = np.bincount(donors, minlength=size) + used
    over = np.unique(group[asked > max_uses])
    if len(over):
        in_order = group[order]
        starts, ends = np.searchsorted(in_order, over), np.searchsorted(in_order, over, side="right")
        for start, end in zip(starts, ends, strict=True):
            some = order[start:end]
            found[some] = _limited(some, lacks, gives, used, max_uses)
    taken = np.flatnonzero(found >= 0)
    used += np.bincount(found[taken], minlength=size)
    return taken, found[taken]


def _limited(rows: Numbers, lacks: Flags, gives: Flags, used: Numbers, max_uses: int) -> Numbers:
    """The same within one group, where no row gives more than `max_uses` times in all: who comes late takes one farther off."""
    found: Numbers = np.full(len(rows), -1, dtype=np.int64)
    left = {int(row): max_uses - int(used[row]) for row in rows if gives[row]}
    for way in (range(len(rows)), range(len(rows) - 1, -1, -1)):
        passed: list[int] = []
        for at in way:
            row = int(rows[at])
            if left.get(row, 0) > 0:
                passed.append(row)
            if lacks[row] and found[at] < 0 and passed:
                found[at] = passed[-1]
                left[passed[-1]] -= 1
                if not left[passed[-1]]:
                    passed.pop()
    return found


def nearest_donors(
    group: NDArray[Any], columns: Sequence[tuple[NDArray[Any], Flags, float]], lacks: Flags, gives: Flags, used: Numbers,
    max_uses: int | None, draw: np.random.Generator,
) -> Numbers:  # fmt: skip
    """For each row that lacks: the nearest row of its group that gives; of equally near ones that which gave least, then by lot.

    columns: of each its values, where it is missing, and its weight. Rows alike in all of them are one: distances are reckoned
    between kinds of rows, and each kind keeps its donors in the order in which they are to give.
    """
    found: Numbers = np.full(len(group), -1, dtype=np.int64)
    measured = [_measured(values, absent, weight) for values, absent, weight in columns]
    kind = numbered([part for one in measured for part in (one.values, one.absent)], len(group))
    order = by_number(group)
    for rows in np.split(order, np.flatnonzero(np.diff(group[order].astype(np.int64))) + 1):
        asking, giving = rows[lacks[rows]], rows[gives[rows]]
        if not len(asking) or not len(giving):
            continue
        asking = draw.permutation(asking)  # who comes first may choose: by lot
        lot = draw.random(len(giving))
        _share(found, asking, giving, lot, kind, measured, used, max_uses)
    return found


def _share(
    found: Numbers, asking: Numbers, giving: Numbers, lot: NDArray[np.float64], kind: NDArray[Any], measured: Sequence[_Measure],
    used: Numbers, max_uses: int | None,
) -> None:  # fmt: skip
    """Give each of `asking` a donor, in their order."""
    kinds, first, of_giver = np.unique(kind[giving], return_index=True, return_inverse=True)
    _wanted, asker, of_asker = np.unique(kind[asking], return_index=True, return_inverse=True)
    waiting: list[list[tuple[int, float, int]]] = [[] for _ in kinds]
    for at, row, chance in zip(of_giver.tolist(), giving.tolist(), lot.tolist(), strict=True):
        if max_uses is None or used[row] < max_uses:
            waiting[at].append((int(used[row]), chance, row))
    for one in waiting:
        heapq.heapify(one)
    step = max(1, _CELLS // len(kinds))
    ranked: dict[int, tuple[Numbers, NDArray[np.float64]]] = {}
    for place, row in zip(of_asker.tolist(), asking.tolist(), strict=True):
        if place not in ranked:  # as many kinds at once as fit into memory
            part = np.arange(place // step * step, min(place // step * step + step, len(asker)))
            far = _distances(measured, asking[asker[part]], giving[first])
            for at, off in zip(part.tolist(), far, strict=True):
                near = np.argsort(off, kind="stable")
                ranked[at] = near, off[near]
        found[row] = _next(*ranked[place], waiting, used, max_uses)


def _next(
    near: Numbers, off: NDArray[np.float64], waiting: list[list[tuple[int, float, int]]], used: Numbers, max_uses: int | None
) -> int:  # fmt: skip
    """The donor of the nearest kinds that gave least, then by lot; -1 where none is left."""
    best, at = np.inf, -1
    for place, far in zip(near.tolist(), off.tolist(), strict=True):
        if far > best + _EVEN:
            break
        if waiting[place] and (at < 0 or waiting[place][0] < waiting[at][0]):
            best, at = min(best, far), place
    if at < 0:
        return -1
    times, chance, row = heapq.heappop(waiting[at])
    used[row] += 1
    if max_uses is None or times + 1 < max_uses:
        heapq.heappush(waiting[at], (times + 1, chance, row))
    return row


@dataclass(frozen=True, eq=False)
class _Measure:
    values: NDArray[Any]
    absent: Flags
    weight: float
    span: float  # 0: equal or not


def _measured(values: NDArray[Any], absent: Flags, weight: float) -> _Measure:
    if values.dtype.kind in "iuf":
        numbers = values.astype(float)
        known = numbers[~absent]
        span = float(known.max() - known.min()) if len(known) else 1.0
        return _Measure(np.where(absent, 0.0, numbers), absent, weight, span or 1.0)
    return _Measure(_codes(values)[0], absent, weight, 0.0)


def _distances(measured: Sequence[_Measure], asking: Numbers, giving: Numbers) -> NDArray[np.float64]:
    """Gower's distances, shape (asking, giving), in [0, 1]; 1 where two rows have nothing known in common."""
    off, weights = np.zeros((len(asking), len(giving))), np.zeros((len(asking), len(giving)))
    for one in measured:
        mine, theirs = one.values[asking][:, None], one.values[giving][None, :]
        part = np.abs(mine - theirs) / one.span if one.span else (mine != theirs).astype(float)
        known = ~(one.absent[asking][:, None] | one.absent[giving][None, :])
        off += np.where(known, part * one.weight, 0.0)
        weights += known * one.weight
    return np.where(weights > 0, off / np.where(weights > 0, weights, 1.0), 1.0)
