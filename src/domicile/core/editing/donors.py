"""Who gives to whom: the donors of a hot deck, over whole columns. Sources: `imputing`."""

from __future__ import annotations

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
    """For each row: its donor or -1, how it was found, and how often the row itself gave."""

    rows: Numbers
    methods: NDArray[Any]
    used: Numbers


def numbered(columns: Sequence[NDArray[Any]], size: int) -> Numbers:
    """A number from 0 on for each row, the same for rows with the same values; in the order of the values where there is one."""
    found: Numbers = np.zeros(size, dtype=np.int64)
    width = 1
    for column in columns:
        codes = _codes(column)
        more = int(codes.max(initial=0)) + 1
        if width * more >= 2**62:
            found = np.unique(found, return_inverse=True)[1].astype(np.int64)
            width = int(found.max(initial=0)) + 1
        found, width = found * more + codes, width * more
    return found


def by_number(group: Numbers) -> Numbers:
    """The rows sorted by their number, equal ones as they stand; by halves of 16 bits, which NumPy sorts in one pass each."""
    top = int(group.max(initial=0))
    if top >= 2**32:
        return np.argsort(group, kind="stable")
    order = np.argsort((group & 0xFFFF).astype(np.uint16), kind="stable")
    if top >= 2**16:
        order = order[np.argsort((group >> 16).astype(np.uint16)[order], kind="stable")]
    return order


def _codes(column: NDArray[Any]) -> Numbers:
    found: Numbers
    if column.dtype.kind == "O":
        values = sorted(set(column.tolist()), key=_rank)
        place = {value: at for at, value in enumerate(values)}
        found = np.fromiter((place[one] for one in column.tolist()), dtype=np.int64, count=len(column))
    elif column.dtype.kind in "iub" and len(column) and int(column.max()) - int(column.min()) < 2**31:
        found = column.astype(np.int64) - int(column.min())
    else:
        found = np.unique(column, return_inverse=True)[1].astype(np.int64)
    return found


def _rank(value: Any) -> tuple[bool, str, Any]:
    """Numbers among numbers, texts among texts, None last."""
    if value is None:
        return True, "", 0
    return False, "" if isinstance(value, int | float) else type(value).__name__, value


def sequential_donors(
    group: Numbers, order: Numbers, lacks: Flags, gives: Flags, used: Numbers, max_uses: int | None
) -> Numbers:  # fmt: skip
    """For each row that lacks: the last row before it in `order` and in its group that gives, else the next behind it.

    `used` counts what each row gave, and goes on counting over calls.
    """
    size = len(order)
    if max_uses is not None:
        gives = gives & (used < max_uses)
    place = np.arange(size)
    in_order, giving = group[order], gives[order]
    at = np.flatnonzero(lacks[order])
    picked = np.maximum.accumulate(np.where(giving, place, -1))[at]
    alone = (picked < 0) | (in_order[picked] != in_order[at])
    if alone.any():
        behind = np.minimum.accumulate(np.where(giving, place, size)[::-1])[::-1][at[alone]]
        fits = (behind < size) & (in_order[np.minimum(behind, size - 1)] == in_order[at[alone]])
        picked[alone] = np.where(fits, behind, -1)
    found: Numbers = np.full(size, -1, dtype=np.int64)
    got = picked >= 0
    found[order[at[got]]] = order[picked[got]]
    if max_uses is None:
        used += np.bincount(found[found >= 0], minlength=size)
        return found
    asked = np.bincount(found[found >= 0], minlength=size) + used
    for number in np.unique(group[asked > max_uses]):
        rows = order[in_order == number]
        found[rows] = _limited(rows, lacks, gives, used, max_uses)
    used += np.bincount(found[found >= 0], minlength=size)
    return found


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
    group: Numbers, columns: Sequence[tuple[NDArray[Any], Flags, float]], lacks: Flags, gives: Flags, used: Numbers,
    max_uses: int | None, draw: np.random.Generator,
) -> Numbers:  # fmt: skip
    """For each row that lacks: the nearest row of its group that gives; of equally near ones that which gave least, then by lot.

    columns: of each its values, where it is missing, and its weight.
    """
    found: Numbers = np.full(len(group), -1, dtype=np.int64)
    measured = [_measured(values, absent, weight) for values, absent, weight in columns]
    order = by_number(group)
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        asking, giving = rows[lacks[rows]], rows[gives[rows]]
        if not len(asking) or not len(giving):
            continue
        asking = draw.permutation(asking)  # who comes first may choose: by lot
        lot = draw.random(len(giving))
        step = max(1, _CELLS // len(giving))
        for start in range(0, len(asking), step):
            part = asking[start : start + step]
            off = _distances(measured, part, giving)
            for at, row in enumerate(part):
                near = off[at]
                if max_uses is not None:
                    near = np.where(used[giving] < max_uses, near, np.inf)
                best = near.min()
                if np.isinf(best):
                    continue
                even = np.flatnonzero(near <= best + _EVEN)
                pick = giving[even[np.lexsort((lot[even], used[giving[even]]))[0]]]
                found[row] = pick
                used[pick] += 1
    return found


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
    return _Measure(_codes(values), absent, weight, 0.0)


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
