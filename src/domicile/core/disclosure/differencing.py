"""Cells of two tables whose people are nearly the same: what an outsider would subtract.

Cell keys give the same people the same noise, so that two figures that differ say that the people do. Where they can differ by a
few people only, that tells of these (docs/develop/disclosure.md); such pairs are looked for before tables are released.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class ClosePair(NamedTuple):
    """A cell of the one table and one of the other, and how many people are in one of them only."""

    one: int
    two: int
    differing: int


def close_pairs(one: ArrayLike, two: ArrayLike, fewer_than: int) -> list[ClosePair]:
    """The pairs of cells that differ by at least one and by fewer than so many people, and have somebody in common.

    one, two: shape (n,), the cell of each person in either table as a whole number from 0 on; -1 for who is in none of its cells.
    Give margins as tables of their own; sums of some cells that are no margin are not looked at. Two cells of nobody in common
    differ by all their people and are not compared. Goes through the people once for the two tables.
    Raises ValueError for arrays of other shapes and for codes below -1.
    """
    first, second = np.asarray(one, dtype=np.int64), np.asarray(two, dtype=np.int64)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(
            f"each person has a cell in either table: shapes {first.shape} and {second.shape} are not one length."
        )
    if min(int(first.min(initial=-1)), int(second.min(initial=-1))) < -1:
        raise ValueError("cells are whole numbers from 0 on, -1 for who is in none.")
    both = (first >= 0) & (second >= 0)
    width = int(second.max(initial=-1)) + 1
    pairs, shared = np.unique(first[both] * max(width, 1) + second[both], return_counts=True)
    left, right = pairs // max(width, 1), pairs % max(width, 1)
    sizes = np.bincount(first[first >= 0], minlength=1), np.bincount(second[second >= 0], minlength=1)
    differing = sizes[0][left] + sizes[1][right] - 2 * shared
    return [
        ClosePair(int(left[at]), int(right[at]), int(differing[at]))
        for at in np.flatnonzero((differing > 0) & (differing < fewer_than))
    ]
