"""A made-up town as a division sees it: buildings along streets, the land around each, and who borders on whom.

Blocks of uneven size stand between bent streets; buildings stand in rows along the sides of each block, houses close to each
other, taller ones further apart. To a building belongs the land that is nearer to it than to any other (its Voronoi cell), so
that borders run along streets and along the backs of yards. Nothing in it is taken from a real place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Voronoi

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

#: Metres: from the middle of a street to the fronts beside it, and the border that two neighbours share at least.
SETBACK = 9.0
LEAST_BORDER = 1.0
#: Kinds of block: how often, metres of front a building, fewest and most people in one (both included).
KINDS = ((0.72, 13.0, 0, 11), (0.22, 24.0, 6, 28), (0.06, 40.0, 15, 60))


@dataclass(frozen=True, slots=True)
class StreetGraph:
    """Places (n, 2) in metres, people (n,), pairs that border (m, 2) and by how many metres (m,), land in square metres (n,) and
    its outline in metres (n,), the block that each building stands in (n,)."""

    places: Floats
    people: Whole
    edges: Whole
    borders: Floats
    surfaces: Floats
    perimeters: Floats
    blocks: Whole


def street_graph(buildings: int, *, seed: int) -> StreetGraph:
    """A town of exactly so many buildings, always the same one for one seed. Raises ValueError for fewer than four."""
    if buildings < 4:
        raise ValueError(f"a town needs four buildings, not {buildings}")
    draw = np.random.default_rng([seed, 7])
    places, people, blocks = _built(buildings, draw)
    kept = np.sort(draw.permutation(len(places))[:buildings])
    places, people, blocks = places[kept], people[kept], blocks[kept]
    edges, borders, surfaces, perimeters = _cells(places)
    return StreetGraph(places, people, edges, borders, surfaces, perimeters, blocks)


def _built(buildings: int, draw: np.random.Generator) -> tuple[Floats, Whole, Whole]:
    """Somewhat more buildings than asked for."""
    across = max(1, round((buildings / 20) ** 0.5))
    while True:
        xs = np.concatenate([[0.0], np.cumsum(draw.uniform(70, 190, across))])
        ys = np.concatenate([[0.0], np.cumsum(draw.uniform(60, 130, across))])
        places, people, blocks = [], [], []
        for column in range(across):
            for row in range(across):
                kind = draw.choice(len(KINDS), p=[kind[0] for kind in KINDS])
                rows = _sides(xs[column : column + 2], ys[row : row + 2], KINDS[kind][1], draw)
                places.append(rows)
                people.append(draw.integers(KINDS[kind][2], KINDS[kind][3] + 1, len(rows)))
                blocks.append(np.full(len(rows), column * across + row))
        if sum(map(len, places)) >= buildings * 1.02:
            return _bent(np.concatenate(places)), np.concatenate(people), np.concatenate(blocks)
        across += 1


def _sides(xs: Floats, ys: Floats, front: float, draw: np.random.Generator) -> Floats:
    """Places along the four sides of a block."""
    inside = np.array([SETBACK, -SETBACK])
    (left, right), (bottom, top) = xs + inside, ys + inside
    along = np.arange(left + front / 2, right, front)
    up = np.arange(bottom + 1.5 * front, top - front, front)
    rows = np.concatenate([
        np.column_stack([along, np.full_like(along, bottom)]), np.column_stack([along, np.full_like(along, top)]),
        np.column_stack([np.full_like(up, left), up]), np.column_stack([np.full_like(up, right), up]),
    ])  # fmt: skip
    return np.asarray(rows + draw.normal(0, front / 12, rows.shape), dtype=np.float64)


def _bent(places: Floats) -> Floats:
    """Streets that are not quite straight."""
    x, y = places.T
    return np.column_stack([x + 25 * np.sin(y / 310), y + 25 * np.sin(x / 370)])


def _cells(places: Floats) -> tuple[Whole, Floats, Floats, Floats]:
    """Voronoi cells within the box around all places, which mirrors of the places near its sides make."""
    count = len(places)
    low, high = places.min(axis=0) - SETBACK, places.max(axis=0) + SETBACK
    near = 300.0
    mirrors = []
    for axis in (0, 1):
        for side in (low, high):
            image = places[np.abs(places[:, axis] - side[axis]) < near].copy()
            image[:, axis] = 2 * side[axis] - image[:, axis]
            mirrors.append(image)
    cells: Any = Voronoi(np.concatenate([places, *mirrors]))
    pairs = np.asarray(cells.ridge_points, dtype=np.int64)
    ends = np.array([ridge if len(ridge) == 2 else (-1, -1) for ridge in cells.ridge_vertices], dtype=np.int64)
    ours = (pairs.min(axis=1) < count) & (ends.min(axis=1) >= 0)
    pairs, (start, end) = pairs[ours], cells.vertices[ends[ours]].transpose(1, 0, 2)
    lengths = np.hypot(*(end - start).T)
    surfaces, perimeters = np.zeros(count), np.zeros(count)
    for side in (0, 1):
        one = pairs[:, side]
        mine = one < count
        to_start, to_end = start[mine] - places[one[mine]], end[mine] - places[one[mine]]
        np.add.at(surfaces, one[mine], np.abs(to_start[:, 0] * to_end[:, 1] - to_start[:, 1] * to_end[:, 0]) / 2)
        np.add.at(perimeters, one[mine], lengths[mine])
    inner = (pairs.max(axis=1) < count) & (lengths >= LEAST_BORDER)
    edges = np.sort(pairs[inner], axis=1)
    order = np.lexsort((edges[:, 1], edges[:, 0]))
    return edges[order], lengths[inner][order], surfaces, perimeters
