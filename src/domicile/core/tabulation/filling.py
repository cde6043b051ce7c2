"""From the cells of a cube to its tables: whole arrays in which every category and every area has its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domicile.core.disclosure import BITS
from domicile.core.tabulation.model import Condition, Grouping, Table
from domicile.core.tabulation.planning import Axis, Cube

Whole = NDArray[np.int64]
_ROUND: Final = 2**BITS


@dataclass(frozen=True, eq=False)
class Cells:
    """The true cells of one table. They are secret, as are the sums of keys: only what `protecting` makes of them goes out.

    areas: the codes of its smallest areas, whole numbers, rising, shape (a,). The arrays have the shape (a, g1 + 1,
    g2 + 1, …): of each
    grouping its categories and, last, what is not stated. n: records; k: their keys' sum modulo 2**32. sums: by column the sum and
    how many records contribute. w: weights in units of 1 / WEIGHT_UNITS. r: shape (…, replicates).
    """

    areas: Whole
    n: Whole
    k: Whole
    sums: Mapping[str, tuple[Whole, Whole]] = field(default_factory=dict)
    w: Whole | None = None
    r: Whole | None = None


def fill(cube: Cube, columns: Mapping[str, NDArray[np.int64]], table: Table, areas: Whole | None = None) -> Cells:
    """One table from the cells of its cube, given as columns of equal length (`expressions.result_columns`).

    areas: all areas of the table's level, where some of them may have nobody; without it, those of the cube.
    Sums are exact: they stay below 2**53.
    """
    shrink = 10 ** (cube.digits - table.digits) if table.digits else 10**12
    area = columns["area"] // shrink if cube.digits > table.digits else columns["area"]
    keep = _kept(cube, columns, table)
    known = np.unique(area[keep]) if areas is None else areas
    place = np.searchsorted(known, area[keep])
    shape = [len(known)]
    for grouping in table.by:
        place = place * (len(grouping.categories) + 1) + _categories(cube, columns, grouping)[keep]
        shape.append(len(grouping.categories) + 1)
    size = int(np.prod(shape))

    def added(column: NDArray[np.int64]) -> Whole:
        found: Whole = np.bincount(place, weights=column[keep].astype(np.float64), minlength=size).astype(np.int64)
        return found.reshape(shape)

    r = None
    if cube.long:
        names = [name for name in columns if name[0] == "r" and name[1:].isdecimal()]
        r = np.stack([added(columns[name]) for name in names], axis=-1) if names else None
    return Cells(
        known, added(columns["n"]), added(columns["k"]) % _ROUND,
        {name: (added(columns[f"s_{name}"]), added(columns[f"b_{name}"])) for name in table.sums},
        added(columns["w"]) if cube.long else None, r,
    )  # fmt: skip


def _kept(cube: Cube, columns: Mapping[str, NDArray[np.int64]], table: Table) -> NDArray[np.bool_]:
    axes = {axis.column: axis for axis in cube.axes}

    def met(condition: Condition) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = axes[condition.column].holds(condition)[_classes(axes[condition.column], columns)]
        return found

    return reduce(and_, map(met, table.only), np.ones(len(columns["n"]), dtype=bool))


def _categories(cube: Cube, columns: Mapping[str, NDArray[np.int64]], grouping: Grouping) -> Whole:
    (axis,) = [one for one in cube.axes if one.column == grouping.column]
    found: Whole = axis.categories(grouping)[_classes(axis, columns)]
    return found


def _classes(axis: Axis, columns: Mapping[str, NDArray[np.int64]]) -> Whole:
    return columns[f"c_{axis.column}"]


def with_totals(array: Whole, groupings: int) -> Whole:
    """The array with a total behind the last category of each of its groupings, the axes behind the first (areas)."""
    for axis in range(1, groupings + 1):
        array = np.concatenate([array, array.sum(axis=axis, keepdims=True)], axis=axis)
    return array


def by_area(array: Whole, starts: Sequence[int]) -> Whole:
    """Areas added up, shape (len(starts), …): each from one start to before the next, the last to the end. Starts rise."""
    found: Whole = np.add.reduceat(array, np.asarray(starts), axis=0)
    return found
