"""The graph that is divided: atoms (buildings, or stairwells of large ones), who borders on whom, and the land of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


class Unusable(ValueError):
    """What was given is no graph that can be divided; the message names the argument, the row and what to do."""


@dataclass(frozen=True, slots=True)
class Land:
    """What compactness is told from: land (n,) in square metres and its outline (n,) in metres, shared borders (m,) in metres."""

    surfaces: Floats
    perimeters: Floats
    borders: Floats


@dataclass(frozen=True, slots=True)
class Graph:
    """Weights (n,) and the open edges (m, 2), each once with the smaller atom first, in order. No open edge leads from one
    region into another or over a barred border: what is contiguous here crosses no line."""

    weights: Floats
    edges: Whole
    land: Land | None

    @property
    def atoms(self) -> int:
        """How many there are."""
        return len(self.weights)

    def without(self, atoms: Flags) -> Graph:
        """The same atoms and no edge of those that are marked (n,)."""
        kept = ~atoms[self.edges].any(axis=1)
        land = None if self.land is None else Land(self.land.surfaces, self.land.perimeters, self.land.borders[kept])
        return Graph(self.weights, self.edges[kept], land)

    def rows(self, lengths: Floats | None = None) -> tuple[Whole, Whole, Floats]:
        """Neighbours row by row: where the row of an atom begins (n + 1,), neighbours (2m,), and a length (2m,) or one each."""
        lengths = np.ones(len(self.edges)) if lengths is None else lengths
        sources = np.concatenate([self.edges[:, 0], self.edges[:, 1]])
        targets = np.concatenate([self.edges[:, 1], self.edges[:, 0]])
        order = np.lexsort((targets, sources))
        starts = np.zeros(self.atoms + 1, dtype=np.int64)
        np.cumsum(np.bincount(sources, minlength=self.atoms), out=starts[1:])
        return starts, targets[order], np.concatenate([lengths, lengths])[order]


def joined(count: int, edges: Whole) -> Whole:
    """The connected part (count,) of each atom, numbered by its first atom's order."""
    matrix = coo_array((np.ones(len(edges), dtype=np.int8), (edges[:, 0], edges[:, 1])), shape=(count, count))
    return np.asarray(connected_components(matrix, directed=False)[1], dtype=np.int64)


def parts(count: int, edges: Whole, labels: Whole) -> Whole:
    """The connected parts (count,) that remain where an edge joins only atoms of one label."""
    return joined(count, edges[labels[edges[:, 0]] == labels[edges[:, 1]]])


def checked(
    weights: ArrayLike, edges: ArrayLike, *, borders: ArrayLike | None = None, surfaces: ArrayLike | None = None,
    perimeters: ArrayLike | None = None, regions: ArrayLike | None = None, barred: ArrayLike | None = None,
) -> Graph:  # fmt: skip
    """The graph of plain arrays; see `partition` for what they are. Raises Unusable."""
    loads = _numbers("weights", weights, None)
    count = len(loads)
    pairs = np.asarray(edges)
    if pairs.size == 0:
        pairs = np.zeros((0, 2), dtype=np.int64)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise Unusable(
            f"edges: pairs of atoms are wanted, whole numbers of the shape (m, 2), not {pairs.dtype} {pairs.shape}"
        )
    pairs = pairs.astype(np.int64)
    _first_wrong(
        "edges", (pairs < 0).any(axis=1) | (pairs >= count).any(axis=1), f"an atom that is not among 0 to {count - 1}"
    )
    _first_wrong("edges", pairs[:, 0] == pairs[:, 1], "an atom that borders on itself")
    lengths = np.ones(len(pairs)) if borders is None else _numbers("borders", borders, len(pairs))
    closed = np.zeros(len(pairs), dtype=bool) if barred is None else np.asarray(barred)
    if closed.shape != (len(pairs),) or closed.dtype != np.bool_:
        raise Unusable(
            f"barred: one truth value for each of {len(pairs)} edges is wanted, not {closed.dtype} {closed.shape}"
        )
    if regions is not None:
        names = np.asarray(regions)
        if names.shape != (count,):
            raise Unusable(f"regions: one for each of {count} atoms is wanted, not {names.shape}")
        closed = closed | (names[pairs[:, 0]] != names[pairs[:, 1]])
    pairs, lengths = _once(pairs[~closed], lengths[~closed], count)
    if (surfaces is None) != (perimeters is None):
        raise Unusable("surfaces and perimeters: both or neither")
    land = None
    if surfaces is not None and perimeters is not None:
        if borders is None:
            raise Unusable("borders: compactness needs the length of each shared border beside surfaces and perimeters")
        land = Land(_numbers("surfaces", surfaces, count), _numbers("perimeters", perimeters, count), lengths)
    return Graph(loads, pairs, land)


def labelled(labels: ArrayLike, count: int, name: str = "labels") -> Whole:
    """One whole number an atom. Raises Unusable."""
    found = np.asarray(labels)
    if found.shape != (count,) or (count and found.dtype.kind not in "iu"):
        raise Unusable(f"{name}: a whole number for each of {count} atoms is wanted, not {found.dtype} {found.shape}")
    return found.astype(np.int64)


def _once(pairs: Whole, lengths: Floats, count: int) -> tuple[Whole, Floats]:
    """Each pair once, its borders added up."""
    keys, inverse = np.unique(pairs.min(axis=1) * count + pairs.max(axis=1), return_inverse=True)
    added = np.bincount(inverse, lengths, len(keys)).astype(np.float64)
    return np.column_stack([keys // max(count, 1), keys % max(count, 1)]), added


def _numbers(name: str, values: ArrayLike, count: int | None) -> Floats:
    found: Any = np.asarray(values)
    if found.ndim != 1 or (count is not None and len(found) != count) or (found.size and found.dtype.kind not in "iuf"):
        wanted = "of numbers" if count is None else f"of {count} numbers"
        raise Unusable(f"{name}: a row {wanted} is wanted, not {found.dtype} {found.shape}")
    numbers: Floats = found.astype(np.float64)
    _first_wrong(name, ~np.isfinite(numbers) | (numbers < 0), "a number that is missing, endless or negative")
    return numbers


def _first_wrong(name: str, wrong: Flags | np.bool_, what: str) -> None:
    if np.any(wrong):
        raise Unusable(f"{name}: row {int(np.argmax(wrong))} has {what}")
