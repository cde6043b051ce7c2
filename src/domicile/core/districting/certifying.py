"""What a plan is worth: balance, contiguity, compactness, changes, and how much better any plan could be."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import coo_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from domicile.core.districting.bounding import fewest_cuts
from domicile.core.districting.graph import Floats, Graph, Unusable, Whole, checked, labelled, parts
from domicile.core.districting.sizes import Impossible, Sizes, sized


@dataclass(frozen=True, slots=True)
class Certificate:
    """A plan in figures. Areas are named by their labels, rows of `areas` are in the order of `names`.

    names (k,): labels; weights (k,): of each area; mean, low, high: what was asked for, bounds included.
    out_of_bounds: labels that are outside and not exempt; exempt: an oversized atom alone, or a whole part below the bound.
    broken: labels that are not in one piece (or cross a line, which is the same). reasons: what forbids the bounds.
    cut_edges: open edges between areas; cut_length: their borders in metres; both without lines. polsby_popper (k,): 4 pi
    surface / perimeter squared, 1 for a circle. changed_atoms, changed_weight: what is not in the area that continues its
    old one. fewest_cut_edges: no plan within the bounds has fewer (None where it was not asked for); least_imbalance: no plan
    has a smaller greatest distance from the mean, as a share of it.
    """

    names: Whole
    weights: Floats
    mean: float
    low: float
    high: float
    out_of_bounds: tuple[int, ...]
    exempt: tuple[int, ...]
    broken: tuple[int, ...]
    reasons: tuple[str, ...]
    cut_edges: int
    cut_length: float | None
    polsby_popper: Floats | None
    changed_atoms: int | None
    changed_weight: float | None
    fewest_cut_edges: int | None
    least_imbalance: float

    @property
    def areas(self) -> int:
        """How many there are."""
        return len(self.names)

    @property
    def sound(self) -> bool:
        """Every area in one piece and within the bounds, or exempt."""
        return not self.out_of_bounds and not self.broken

    @property
    def lightest(self) -> float:
        """The weight of the lightest area that is not exempt."""
        return float(self._judged.min(initial=math.inf))

    @property
    def heaviest(self) -> float:
        """The weight of the heaviest area that is not exempt."""
        return float(self._judged.max(initial=-math.inf))

    @property
    def imbalance(self) -> float:
        """The greatest distance from the mean, as a share of it; 0 where nothing weighs anything."""
        judged = self._judged
        return float(np.abs(judged - self.mean).max(initial=0.0) / self.mean) if self.mean else 0.0

    @property
    def mean_polsby_popper(self) -> float | None:
        """Over all areas, each alike."""
        return None if self.polsby_popper is None else float(self.polsby_popper.mean())

    @property
    def least_polsby_popper(self) -> float | None:
        """Of the least compact area."""
        return None if self.polsby_popper is None else float(self.polsby_popper.min())

    @property
    def _judged(self) -> Floats:
        return np.asarray(self.weights[~np.isin(self.names, self.exempt)], dtype=np.float64)


def evaluate(
    labels: ArrayLike, weights: ArrayLike, edges: ArrayLike, *, areas: int | None = None, size: float | None = None,
    tolerance: float = 0.05, bounds: tuple[float, float] | None = None, borders: ArrayLike | None = None,
    surfaces: ArrayLike | None = None, perimeters: ArrayLike | None = None, regions: ArrayLike | None = None,
    barred: ArrayLike | None = None, given: ArrayLike | None = None, bound: bool = False,
) -> Certificate:  # fmt: skip
    """The certificate of a plan (n,), drawn by `partition`, by hand or by anything else. Arguments as in `partition`.

    Without `areas` and `size` the plan is held against its own number of areas. `bound` also tells how few cut edges any plan
    could have, which takes a second for each ten thousand atoms. Raises Unusable and Impossible.
    """
    graph = checked(
        weights, edges, borders=borders, surfaces=surfaces, perimeters=perimeters, regions=regions, barred=barred
    )
    plan = labelled(labels, graph.atoms)
    if not graph.atoms:
        raise Unusable("weights: there are no atoms")
    before = None if given is None else labelled(given, graph.atoms, "given")
    if areas is None and size is None:
        areas = len(np.unique(plan))
    return certified(graph, plan, areas, size, tolerance, bounds, before, bound)


def certified(
    graph: Graph, plan: Whole, areas: int | None, size: float | None, tolerance: float,
    bounds: tuple[float, float] | None, given: Whole | None, bound: bool,
) -> Certificate:  # fmt: skip
    """The same of a graph that was checked."""
    names, label = np.unique(plan, return_inverse=True)
    loads = np.bincount(label, graph.weights).astype(np.float64)
    try:
        sizes = sized(graph, areas, size, tolerance, bounds)
    except Impossible:
        # A plan by hand may have fewer areas than there are parts. It is broken, which is what its certificate says.
        sizes = sized(graph, None, float(graph.weights.sum()) / len(names) or 1.0, tolerance, bounds)
    alone = np.bincount(label, minlength=len(names)) == 1
    part_load = np.bincount(sizes.parts[~sizes.alone], graph.weights[~sizes.alone], len(sizes.areas))
    first = np.unique(label, return_index=True)[1]
    part = sizes.parts[first]
    exempt = alone & sizes.alone[first]
    small = np.flatnonzero(part >= 0)
    small = small[sizes.exempt[part[small]]]
    exempt[small] = loads[small] >= part_load[part[small]]
    pieces = parts(graph.atoms, graph.edges, label)
    broken = np.bincount(label[np.unique(pieces, return_index=True)[1]], minlength=len(names)) > 1
    outside = ((loads < sizes.low) | (loads > sizes.high)) & ~exempt
    cut = label[graph.edges[:, 0]] != label[graph.edges[:, 1]]
    length = None if graph.land is None else float(graph.land.borders[cut].sum())
    atoms, weight = (None, None) if given is None else _changed(graph.weights, label, given)
    return Certificate(
        names, loads, sizes.mean, sizes.low, sizes.high, _named(names[outside]), _named(names[exempt]), _named(names[broken]),
        sizes.reasons, int(cut.sum()), length, _shapes(graph, label, cut), atoms, weight,
        fewest_cuts(graph, sizes) if bound else None, _least_imbalance(graph, sizes),
    )  # fmt: skip


def _named(labels: Whole) -> tuple[int, ...]:
    return tuple(int(label) for label in labels)


def _shapes(graph: Graph, label: Whole, cut: Whole) -> Floats | None:
    """Polsby and Popper, The third criterion: compactness as a procedural safeguard, Yale Law & Policy Review 9, 1991, 301."""
    if graph.land is None:
        return None
    inner = np.bincount(label[graph.edges[~cut, 0]], graph.land.borders[~cut], label.max() + 1)
    outline = np.bincount(label, graph.land.perimeters) - 2 * inner
    land = np.bincount(label, graph.land.surfaces)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(outline > 0, 4 * math.pi * land / outline**2, 0.0)


def continued(weights: Floats, label: Whole, given: Whole) -> dict[int, int]:
    """Which area (its number in `label`) continues which given one: each at most one, most weight in all, then most atoms."""
    known = given >= 0
    olds, old = np.unique(given[known], return_inverse=True)
    count = int(label.max()) + 1
    if not len(olds):
        return {}
    # Each given area also has a partner that stands for nobody, so that a full matching always exists.
    shared = coo_array((weights[known] + 1e-6, (old, label[known])), shape=(len(olds), count)).tocsr().tocoo()
    rows = np.concatenate([shared.row, np.arange(len(olds))])
    columns = np.concatenate([shared.col, count + np.arange(len(olds))])
    worth = np.concatenate([shared.data, np.full(len(olds), 1e-9)])
    matrix = coo_array((worth, (rows, columns)), shape=(len(olds), count + len(olds))).tocsr()
    left, right = min_weight_full_bipartite_matching(matrix, maximize=True)
    return {int(area): int(olds[row]) for row, area in zip(left, right, strict=True) if area < count}


def _changed(weights: Floats, label: Whole, given: Whole) -> tuple[int, float]:
    """Atoms of a given area that are not in the one that continues it, and their weight."""
    goes_on = continued(weights, label, given)
    stays = np.array([goes_on.get(area, -1) for area in range(int(label.max()) + 1)], dtype=np.int64)[label] == given
    moved = ~stays & (given >= 0)
    return int(moved.sum()), float(weights[moved].sum())


def _least_imbalance(graph: Graph, sizes: Sizes) -> float:
    """See Certificate.least_imbalance: of a part's own mean, and of an atom that is above the mean and cannot be shared."""
    if not sizes.mean:
        return 0.0
    ours = ~sizes.exempt
    loads = np.bincount(sizes.parts[~sizes.alone], graph.weights[~sizes.alone], len(sizes.areas))
    distance = np.abs(loads[ours] / sizes.areas[ours] - sizes.mean)
    heaviest = float(graph.weights[~sizes.alone].max(initial=0.0))
    return float(max(distance.max(initial=0.0), heaviest - sizes.mean, 0.0) / sizes.mean)
