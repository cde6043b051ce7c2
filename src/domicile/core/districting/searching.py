"""The search over the whole town: pieces of it side by side, cut anew each round so that no seam stays."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pymetis

from domicile.core.districting.annealing import Cooling, Piece, annealed
from domicile.core.districting.graph import Flags, Floats, Graph, Whole, joined
from domicile.core.districting.starting import subgraph

#: Atoms in a piece, about. It does not follow the number of workers, so that a plan does not either.
PIECE: Final = 6_000
#: Rounds of the main search; each cuts the town into other pieces and goes on where the last one stopped.
ROUNDS: Final = 4
HOT, COLD, LENIENT, STRICT = 1.0, 0.2, 0.5, 20.0
#: Repair: rounds, how many areas around one out of bounds are searched with it, and how.
REPAIRS: Final = 12
HOPS: Final = 2
REPAIR = Cooling(sweeps=150, hot=0.6, cold=0.2, lenient=6.0, strict=60.0)


@dataclass(frozen=True, slots=True)
class Task:
    """A graph with the bounds (k,) of each area, what is sought, and the plan that few should leave (n,) with its worth for each
    unit of weight."""

    graph: Graph
    low: Floats
    high: Floats
    compact: bool
    keep: tuple[Whole, float] | None
    seed: int

    def out(self, labels: Whole) -> Floats:
        """How far each area (k,) is out of its bounds."""
        loads = np.bincount(labels, self.graph.weights, len(self.low))
        return np.maximum(np.maximum(loads - self.high, self.low - loads), 0.0)


def searched(task: Task, labels: Whole, sweeps: int, workers: int) -> Whole:
    """A better plan (n,) than the one given. The same for one seed, whatever the number of workers."""
    with _pool(workers, task.graph.atoms) as pool:
        steps = HOT * (COLD / HOT) ** np.linspace(0, 1, ROUNDS + 1)
        prices = LENIENT * (STRICT / LENIENT) ** np.linspace(0, 1, ROUNDS + 1)
        each = max(1, sweeps // ROUNDS)
        for number in range(ROUNDS):
            cooling = Cooling(
                each, float(steps[number]), float(steps[number + 1]), float(prices[number]), float(prices[number + 1])
            )
            groups = _groups(task, labels, number)
            labels = _round(task, labels, groups, cooling, number, pool)
        return _repaired(task, labels, pool)


def _repaired(task: Task, labels: Whole, pool: Executor | None) -> Whole:
    """Areas that are still out of bounds are searched again with those around them; what came nearer to the bounds is kept."""
    for number in range(REPAIRS):
        out = task.out(labels)
        if not out.any():
            break
        groups = _around(task, labels, out > 0, HOPS + number // 4)
        warmer = replace(REPAIR, hot=REPAIR.hot * (1 + number / 4), sweeps=REPAIR.sweeps * (1 + number // 4))
        found = _round(task, labels, groups, warmer, ROUNDS + number, pool)
        after = task.out(found)
        for group in groups:
            if after[group].sum() <= out[group].sum():
                inside = np.isin(labels, group)
                labels = np.where(inside, found, labels)
    return labels


@contextmanager
def _pool(workers: int, atoms: int) -> Iterator[Executor | None]:
    """Processes where there is more than one piece to give them."""
    if workers < 2 or atoms <= PIECE:
        yield None
        return
    # A process that has threads must not be copied: each worker starts anew.
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


def _round(
    task: Task, labels: Whole, groups: list[Whole], cooling: Cooling, number: int, pool: Executor | None
) -> Whole:
    """One search in each group of areas (no two groups share one)."""
    prepared = [_piece(task, labels, group) for group in groups]
    pieces, atoms = [piece for piece, _ in prepared], [members for _, members in prepared]
    seeds = [[task.seed, number, index] for index in range(len(groups))]
    coolings = [cooling] * len(groups)
    found = (map if pool is None else pool.map)(annealed, pieces, coolings, seeds)
    labels = labels.copy()
    for group, members, result in zip(groups, atoms, found, strict=True):
        labels[members] = group[result]
    return labels


def _piece(task: Task, labels: Whole, group: Whole) -> tuple[Piece, Whole]:
    """What a search of some areas sees, and which atoms those are."""
    graph = task.graph
    area = np.full(len(task.low), -1, dtype=np.int64)
    area[group] = np.arange(len(group))
    atoms = np.flatnonzero(area[labels] >= 0)
    inner, borders = subgraph(graph, atoms, None if graph.land is None or not task.compact else graph.land.borders)
    starts, targets, lengths = inner.rows(borders)
    shapes = None
    if task.compact and graph.land is not None:
        shapes = (graph.land.surfaces[atoms], graph.land.perimeters[atoms])
    keep = None
    if task.keep is not None:
        before = task.keep[0][atoms]
        known = (before >= 0) & (before < len(area))
        keep = (np.where(known, area[np.where(known, before, 0)], -1), task.keep[1])
    piece = Piece(
        starts,
        targets,
        lengths,
        inner.weights,
        area[labels[atoms]],
        task.low[group],
        task.high[group],
        shapes,
        keep,
    )
    return piece, atoms


def _groups(task: Task, labels: Whole, number: int) -> list[Whole]:
    """The areas in groups of about PIECE atoms, that METIS makes of the graph of areas; others in each round."""
    count = -(-task.graph.atoms // PIECE)
    if count < 2 or len(task.low) < 2 * count:
        return [np.arange(len(task.low))]
    starts, targets, weights = neighbours(task.graph, labels, len(task.low))
    sizes = np.bincount(labels, minlength=len(task.low)).tolist()
    options = pymetis.Options(seed=(task.seed + number) % 2**31)
    adjacency = pymetis.CSRAdjacency(starts, targets)
    found = pymetis.part_graph(
        count + number % 2, adjacency, vweights=sizes, eweights=weights.tolist(), options=options
    )
    group = np.asarray(found.vertex_part)
    return [members for part in range(count + number % 2) if len(members := np.flatnonzero(group == part))]


def neighbours(graph: Graph, labels: Whole, areas: int) -> tuple[Whole, Whole, Whole]:
    """Areas beside areas, row by row, and how many edges lie between."""
    sides = labels[graph.edges]
    sides = np.sort(sides[sides[:, 0] != sides[:, 1]], axis=1)
    keys, counts = np.unique(sides[:, 0] * areas + sides[:, 1], return_counts=True)
    pairs = np.column_stack([keys // areas, keys % areas])
    starts, targets, weights = Graph(np.zeros(areas), pairs, None).rows(counts.astype(np.float64))
    return starts, targets, weights.astype(np.int64)


def _around(task: Task, labels: Whole, out: Flags, hops: int) -> list[Whole]:
    """Groups of areas around those out of bounds; groups that would share an area are one."""
    starts, targets, _ = neighbours(task.graph, labels, len(task.low))
    sources = np.repeat(np.arange(len(out)), np.diff(starts))
    chosen = out.copy()
    for _ in range(hops):
        wider = chosen.copy()
        wider[targets[chosen[sources]]] = True
        chosen = wider
    inner = chosen[sources] & chosen[targets]
    group = joined(len(out), np.column_stack([sources[inner], targets[inner]]))
    return [np.flatnonzero((group == name) & chosen) for name in np.unique(group[chosen])]
