"""A plan to begin with: METIS on each connected part, or a given plan, mended until every area is one piece."""

from __future__ import annotations

from collections import deque

import numpy as np
import pymetis

from domicile.core.districting.graph import Floats, Graph, Whole, parts
from domicile.core.districting.sizes import Sizes

#: Thousandths by which METIS may leave the mean above; it minds no lower bound.
IMBALANCE = 30
#: METIS counts in whole numbers: of weights altogether, and of the longest border.
TOTAL, LONGEST = 500_000_000, 10_000


def begun(graph: Graph, sizes: Sizes, lengths: Floats | None, seed: int) -> Whole:
    """Labels (n,), 0 … total - 1, of as many contiguous areas as are asked for. Lengths (m,) of borders, or one each."""
    labels = np.full(graph.atoms, -1, dtype=np.int64)
    order = np.argsort(sizes.parts, kind="stable")
    ends = np.searchsorted(sizes.parts[order], np.arange(len(sizes.areas) + 1))
    first = 0
    for part, count in enumerate(sizes.areas.tolist()):
        atoms = order[ends[part] : ends[part + 1]]
        labels[atoms] = first + (_metis(graph, atoms, lengths, count, seed) if count > 1 else 0)
        first += count
    labels[sizes.alone] = first + np.arange(int(sizes.alone.sum()))
    return mended(graph, sizes, labels)


def _metis(graph: Graph, atoms: Whole, lengths: Floats | None, count: int, seed: int) -> Whole:
    """Karypis and Kumar, A fast and high quality multilevel scheme for partitioning irregular graphs, SIAM Journal on Scientific
    Computing 20, 1998, 359-392; with `contig`."""
    part, cut = subgraph(graph, atoms, lengths)
    starts, targets, borders = part.rows(cut)
    weights = part.weights if part.weights.any() else np.ones(part.atoms)
    whole = np.maximum(np.round(weights * (TOTAL / weights.sum())), 0).astype(np.int64)
    edges = None
    if lengths is not None:
        longest = float(borders.max()) or 1.0
        edges = np.maximum(np.round(borders * (LONGEST / longest)), 1).astype(np.int64).tolist()
    options = pymetis.Options(contig=1, ufactor=IMBALANCE, seed=seed % 2**31)
    found = pymetis.part_graph(
        count,
        pymetis.CSRAdjacency(starts, targets),
        vweights=whole.tolist(),
        eweights=edges,
        options=options,
        recursive=False,
    )
    return np.asarray(found.vertex_part, dtype=np.int64)


def subgraph(graph: Graph, atoms: Whole, lengths: Floats | None = None) -> tuple[Graph, Floats | None]:
    """The graph of some atoms (sorted), renumbered, without land; and the lengths of its edges."""
    place = np.full(graph.atoms, -1, dtype=np.int64)
    place[atoms] = np.arange(len(atoms))
    pairs = place[graph.edges]
    inner = (pairs >= 0).all(axis=1)
    return Graph(graph.weights[atoms], pairs[inner], None), None if lengths is None else lengths[inner]


def mended(graph: Graph, sizes: Sizes, labels: Whole) -> Whole:
    """The same plan with every area in one piece, as many areas in each part as it should have, and every atom in one.

    The heaviest piece of an area keeps its label; the others, and atoms with the label -1, go to the lightest area beside
    them. Then the lightest areas are dissolved, or the heaviest ones divided, until the numbers are right.
    """
    labels = _separate(sizes, labels)
    pieces = parts(graph.atoms, graph.edges, labels)
    loads = np.bincount(pieces, graph.weights)
    first = np.unique(pieces, return_index=True)[1]
    best: dict[int, int] = {}
    for piece in np.lexsort((np.arange(len(loads)), -loads)).tolist():
        best.setdefault(int(labels[first[piece]]), piece)
    kept = np.isin(pieces, [piece for label, piece in best.items() if label >= 0])
    plan = _Plan(graph, sizes, np.where(kept, labels, -1))
    plan.grow()
    for part, count in enumerate(sizes.areas.tolist()):
        plan.number(part, count)
    return np.array(plan.labels, dtype=np.int64)


def _separate(sizes: Sizes, labels: Whole) -> Whole:
    """No label in two parts, or on an oversized atom and elsewhere: the others get new ones."""
    labels = labels.copy()
    fresh = int(labels.max(initial=-1)) + 1
    alone = np.flatnonzero(sizes.alone)
    for atom in alone.tolist():
        if labels[atom] < 0 or (labels == labels[atom]).sum() > 1:
            labels[atom] = fresh
            fresh += 1
    ours = (labels >= 0) & ~sizes.alone
    pairs, inverse = np.unique(np.column_stack([labels[ours], sizes.parts[ours]]), axis=0, return_inverse=True)
    again = np.concatenate([[False], pairs[1:, 0] == pairs[:-1, 0]]) if len(pairs) else np.zeros(0, dtype=bool)
    names = np.where(again, fresh + np.cumsum(again) - 1, pairs[:, 0])
    labels[ours] = names[inverse]
    return labels


class _Plan:
    """Areas as sets of atoms, for the few changes that mending makes."""

    def __init__(self, graph: Graph, sizes: Sizes, labels: Whole) -> None:
        starts, targets, _ = graph.rows()
        cuts = starts.tolist()
        row = targets.tolist()
        self.neighbours = [row[cuts[atom] : cuts[atom + 1]] for atom in range(graph.atoms)]
        self.weights: list[float] = graph.weights.tolist()
        self.parts: list[int] = sizes.parts.tolist()
        self.labels: list[int] = labels.tolist()
        self.members: dict[int, set[int]] = {}
        for atom, label in enumerate(self.labels):
            if label >= 0:
                self.members.setdefault(label, set()).add(atom)
        self.fresh = max(self.members, default=-1) + 1
        self.areas: dict[int, set[int]] = {}
        for label, atoms in self.members.items():
            part = self.parts[next(iter(atoms))]
            self.areas.setdefault(part, set()).add(label)

    def load(self, label: int) -> float:
        return sum(self.weights[atom] for atom in sorted(self.members[label]))

    def grow(self) -> None:
        """Give the atoms without an area to the lightest area beside them; a part without any becomes one."""
        for atom, part in enumerate(self.parts):
            if part >= 0 and not self.areas.get(part):
                self._new({atom}, part)
        loads = {label: self.load(label) for label in self.members}
        waiting = deque(atom for atom, label in enumerate(self.labels) if label < 0)
        while waiting:
            atom = waiting.popleft()
            near = {
                self.labels[other]
                for other in self.neighbours[atom]
                if self.labels[other] >= 0 and self.parts[other] == self.parts[atom]
            }
            if not near:
                waiting.append(atom)
                continue
            label = min(near, key=lambda label: (loads[label], label))
            self.labels[atom] = label
            self.members[label].add(atom)
            loads[label] += self.weights[atom]

    def number(self, part: int, count: int) -> None:
        """Dissolve or divide until a part has so many areas."""
        areas = self.areas[part]
        while len(areas) > count:
            self._dissolve(min(areas, key=lambda label: (self.load(label), label)), part)
        while len(areas) < count:
            divisible = [label for label in areas if len(self.members[label]) > 1]
            self._divide(max(divisible, key=lambda label: (self.load(label), len(self.members[label]), -label)), part)

    def _new(self, atoms: set[int], part: int) -> None:
        for atom in atoms:
            self.labels[atom] = self.fresh
        self.members[self.fresh] = atoms
        self.areas.setdefault(part, set()).add(self.fresh)
        self.fresh += 1

    def _dissolve(self, label: int, part: int) -> None:
        """Into the lightest area beside it."""
        near = {
            self.labels[other]
            for atom in self.members[label]
            for other in self.neighbours[atom]
            if self.labels[other] != label and self.parts[other] == part
        }
        host = min(near, key=lambda other: (self.load(other), other))
        for atom in self.members[label]:
            self.labels[atom] = host
        self.members[host] |= self.members.pop(label)
        self.areas[part].discard(label)

    def _divide(self, label: int, part: int) -> None:
        """At the edge of a tree in breadth that leaves the two sides most alike."""
        atoms = self.members[label]
        root = min(atoms)
        order, parent = [root], {root: -1}
        for atom in order:
            for other in self.neighbours[atom]:
                if other in atoms and other not in parent:
                    parent[other] = atom
                    order.append(other)
        below = {atom: (self.weights[atom], 1) for atom in atoms}
        for atom in reversed(order[1:]):
            load, number = below[parent[atom]]
            below[parent[atom]] = (load + below[atom][0], number + below[atom][1])
        whole, all_atoms = below[root]
        top = min(
            order[1:], key=lambda atom: (abs(whole - 2 * below[atom][0]), abs(all_atoms - 2 * below[atom][1]), atom)
        )
        branch = {top}
        for atom in order:
            if parent[atom] in branch:
                branch.add(atom)
        self.members[label] = atoms - branch
        self._new(branch, part)
