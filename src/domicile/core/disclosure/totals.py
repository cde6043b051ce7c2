"""Tables with their totals and subtotals, and the sums that hold between their cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from domicile.core.disclosure.entropy import Floats

#: Of each axis: its subtotals, each as the positions that it adds up. They may lie in each other or overlap.
Groups = Sequence[Sequence[Sequence[int]]]
Cell = tuple[int, ...]


@dataclass(frozen=True)
class Totals:
    """Which cells a table of the shape `inner` has when its totals stand in it.

    Each axis has its own positions first, then its subtotals in the order of `groups`, then its total: the table with two rows and
    three columns becomes one of three rows and four columns.
    """

    inner: Cell
    groups: tuple[tuple[tuple[int, ...], ...], ...]

    @classmethod
    def of(cls, inner: Sequence[int], groups: Groups | None = None) -> Totals:
        """Raises ValueError where a subtotal names a position that the axis has not, or one twice."""
        given = groups if groups is not None else [()] * len(inner)
        if len(given) != len(inner):
            raise ValueError(f"groups are given for {len(given)} axes; the table has {len(inner)}.")
        for axis, (length, some) in enumerate(zip(inner, given, strict=True)):
            for group in some:
                if not group or len(set(group)) != len(group) or not set(group) <= set(range(length)):
                    raise ValueError(
                        f"Axis {axis}: a subtotal names positions in 0 … {length - 1}, each once, not {group}."
                    )
        return cls(tuple(inner), tuple(tuple(tuple(group) for group in some) for some in given))

    @property
    def shape(self) -> Cell:
        """The shape with totals."""
        return tuple(length + len(some) + 1 for length, some in zip(self.inner, self.groups, strict=True))

    def behind(self, axis: int, place: int) -> tuple[int, ...]:
        """The positions that stand behind one of an axis: itself, or those that a subtotal or the total adds up."""
        length = self.inner[axis]
        if place < length:
            return (place,)
        return (*self.groups[axis], tuple(range(length)))[place - length]

    def added(self, inner: ArrayLike) -> Floats:
        """The table with its totals, of one without."""
        found = np.asarray(inner, dtype=float)
        if found.shape != self.inner:
            raise ValueError(f"a table of the shape {self.inner} is wanted, not {found.shape}.")
        for axis, length in enumerate(self.inner):
            more = [
                found.take(self.behind(axis, place), axis=axis).sum(axis=axis)
                for place in range(length, self.shape[axis])
            ]
            found = np.concatenate([found, np.stack(more, axis=axis)], axis=axis)
        return found

    def cells(self) -> Iterator[tuple[Cell, list[Cell]]]:
        """Each cell with the inner cells behind it."""
        for cell in np.ndindex(*self.shape):
            yield cell, list(product(*(self.behind(axis, place) for axis, place in enumerate(cell))))

    def gathered(self, contributions: Mapping[Cell, Sequence[float]]) -> dict[Cell, list[float]]:
        """The contributions to each cell, the greatest first, of those to the inner cells."""
        return {
            cell: sorted((one for part in behind for one in contributions.get(part, ())), reverse=True)
            for cell, behind in self.cells()
        }

    def sums(self) -> Any:
        """The sums that hold: a sparse matrix (scipy.sparse.csr_array), shape (sums, cells), with A @ table.ravel() = 0."""
        from scipy.sparse import csr_array

        numbers = np.arange(int(np.prod(self.shape))).reshape(self.shape)
        rows, columns, signs, row = [], [], [], 0
        for axis, length in enumerate(self.inner):
            for place in range(length, self.shape[axis]):
                parts = numbers.take(self.behind(axis, place), axis=axis)
                whole = np.expand_dims(numbers.take(place, axis=axis), axis)
                block = np.moveaxis(np.concatenate([whole, parts], axis=axis), axis, -1).reshape(
                    -1, parts.shape[axis] + 1
                )
                rows.append(np.repeat(np.arange(row, row + len(block)), block.shape[1]))
                columns.append(block.ravel())
                signs.append(np.tile([1.0] + [-1.0] * parts.shape[axis], len(block)))
                row += len(block)
        entries = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
        return csr_array(entries, shape=(row, numbers.size))
