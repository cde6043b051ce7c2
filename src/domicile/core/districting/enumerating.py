"""Small parts, tried whole: whether any plan keeps the bounds, when the search found none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from domicile.core.districting.graph import Graph, Whole

#: Atoms of a part that is small enough, and sets of atoms that are looked at before it is given up.
SMALL: Final = 24
STEPS: Final = 200_000


class _TooMany(Exception):
    """The steps are used up."""


def found_whole(graph: Graph, atoms: Whole, areas: int, low: float, high: float) -> list[list[int]] | None:
    """The areas of a plan within the bounds (included) of the part that some atoms make; empty where there is no plan, None where
    it was too much to tell."""
    if len(atoms) > SMALL:
        return None
    place = {int(atom): index for index, atom in enumerate(atoms)}
    neighbours = [0] * len(atoms)
    for one, other in graph.edges.tolist():
        if one in place and other in place:
            neighbours[place[one]] |= 1 << place[other]
            neighbours[place[other]] |= 1 << place[one]
    weights = [float(graph.weights[atom]) for atom in atoms]
    try:
        plan = _divided((1 << len(atoms)) - 1, areas, weights, neighbours, (low, high), [STEPS])
    except _TooMany:
        return None
    return [[int(atoms[index]) for index in range(len(atoms)) if area >> index & 1] for area in plan or []]


def _divided(
    rest: int, areas: int, weights: list[float], neighbours: list[int], bounds: tuple[float, float], steps: list[int]
) -> list[int] | None:
    """Areas as bit sets: one around the first atom that is left, then the others of what remains."""
    if areas == 0:
        return None if rest else []
    if not rest:
        return None
    first = rest & -rest
    for area in _around(first, rest & ~first, weights, neighbours, bounds, steps):
        others = _divided(rest & ~area, areas - 1, weights, neighbours, bounds, steps)
        if others is not None:
            return [area, *others]
    return None


def _around(
    area: int, free: int, weights: list[float], neighbours: list[int], bounds: tuple[float, float], steps: list[int]
) -> Iterator[int]:
    """Every connected set within the bounds that holds `area` and else only `free` atoms, each once."""
    steps[0] -= 1
    if steps[0] < 0:
        raise _TooMany
    load = sum(weights[index] for index in range(len(weights)) if area >> index & 1)
    if load > bounds[1]:
        return
    if load >= bounds[0]:
        yield area
    beside = 0
    for index in range(len(weights)):
        if area >> index & 1:
            beside |= neighbours[index]
    beside &= free
    while beside:
        atom = beside & -beside
        beside ^= atom
        free ^= atom  # sets with this atom come now, those without it later
        yield from _around(area | atom, free, weights, neighbours, bounds, steps)
