"""METIS repaired by a simple boundary pass, as often as the time allows: what bench/partition.py is held against."""

from __future__ import annotations

import itertools
import time
from typing import Any

import numpy as np
import pymetis

from domicile.core.synth.street_graph import StreetGraph

#: Thousandths above the mean that METIS is told to stay within, in turn.
IMBALANCES = (10, 20, 30, 49)
PASSES = 40


def best(town: StreetGraph, areas: int, seconds: float, first_seed: int) -> dict[str, Any]:
    """The best plan of each setting within five in a hundred (None where no run had one), and how many runs there were.

    Both edge weights that METIS may be given, one each and shared borders, are tried in turn for both settings.
    """
    sources = np.concatenate([town.edges[:, 0], town.edges[:, 1]])
    targets = np.concatenate([town.edges[:, 1], town.edges[:, 0]])
    order = np.lexsort((targets, sources))
    starts = np.concatenate([[0], np.cumsum(np.bincount(sources, minlength=len(town.people)))])
    borders = (
        np.maximum(np.round(np.concatenate([town.borders, town.borders])[order] * 10), 1).astype(np.int64).tolist()
    )
    graph = pymetis.CSRAdjacency(starts, targets[order])
    row = targets[order].tolist()
    neighbours = [row[start:end] for start, end in itertools.pairwise(starts.tolist())]
    people = town.people.tolist()
    found: dict[str, Any] = {"runs": 0, "sound": 0, "cuts": None, "compact": None}
    begin = time.perf_counter()
    run = -1
    while time.perf_counter() - begin < seconds or run < 0:
        run += 1
        options = pymetis.Options(contig=1, ufactor=IMBALANCES[run // 2 % len(IMBALANCES)], seed=first_seed + run)
        plan = pymetis.part_graph(
            areas, graph, vweights=people, eweights=None if run % 2 else borders, options=options, recursive=False
        )
        labels = repaired(list(plan.vertex_part), areas, people, neighbours)
        found["runs"] += 1
        if labels is None:
            continue
        found["sound"] += 1
        cuts, shape = figures(town, np.array(labels), areas)
        found["cuts"] = min(cuts, found["cuts"] or cuts)
        found["compact"] = max(shape, found["compact"] or shape)
    return found


def figures(town: StreetGraph, labels: np.ndarray, areas: int) -> tuple[int, float]:
    """Cut edges, and the mean of Polsby-Popper; counted here, apart from the product."""
    cut = labels[town.edges[:, 0]] != labels[town.edges[:, 1]]
    inner = np.bincount(labels[town.edges[~cut, 0]], town.borders[~cut], areas)
    outline = np.bincount(labels, town.perimeters, areas) - 2 * inner
    return int(cut.sum()), float((4 * np.pi * np.bincount(labels, town.surfaces, areas) / outline**2).mean())


def repaired(labels: list[int], areas: int, people: list[int], neighbours: list[list[int]]) -> list[int] | None:
    """Atoms at the border of an area out of bounds move over it while that brings weights nearer; None where it is not enough."""
    loads = np.bincount(labels, people, areas).tolist()
    mean = sum(people) / areas
    low, high = 0.95 * mean, 1.05 * mean

    def out(load: float) -> float:
        return max(load - high, low - load, 0.0)

    for _ in range(PASSES):
        wrong = {area for area, load in enumerate(loads) if out(load)}
        if not wrong:
            return labels
        moved = False
        for atom, row in enumerate(neighbours):
            old = labels[atom]
            choices = {labels[other] for other in row} - {old}
            if old not in wrong and not choices & wrong:
                continue
            for new in sorted(choices, key=lambda area: -sum(labels[other] == area for other in row)):
                weight = people[atom]
                gain = out(loads[old]) + out(loads[new]) - out(loads[old] - weight) - out(loads[new] + weight)
                if gain > 1e-9 and _holds(atom, old, labels, neighbours):
                    labels[atom] = new
                    loads[old] -= weight
                    loads[new] += weight
                    moved = True
                    break
        if not moved:
            return None
    return None


def _holds(atom: int, old: int, labels: list[int], neighbours: list[list[int]]) -> bool:
    same = {other for other in neighbours[atom] if labels[other] == old}
    if not same:
        return False
    stack = [same.pop()]
    seen = {atom, stack[0]}
    while stack and same:
        for other in neighbours[stack.pop()]:
            if labels[other] == old and other not in seen:
                seen.add(other)
                same.discard(other)
                stack.append(other)
    return not same
