"""The graph of a place from where its buildings stand: who is a neighbour of whom, which land belongs to which building.

To a building belongs the land that is nearer to it than to any other (Voronoi 1908), within the outline of the place. Where
streets are known, buildings are neighbours along them; where none are, those whose lands touch are. Nobody is one over a line
that must not be crossed.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely.geometry import LineString, MultiPoint
from shapely.geometry.base import BaseGeometry

from domicile.core.districting.graph import Flags, Floats, Unusable, Whole

#: Metres of a degree of latitude on a sphere of the earth's volume (as areas.checks reckons).
METRES_PER_DEGREE: Final = 111_320.0
#: Metres: land around the outermost buildings, the border that neighbours share at least, how far from its street a building is.
AROUND: Final = 30.0
LEAST_BORDER: Final = 1.0
FROM_STREET: Final = 120.0
#: Metres: buildings nearer to each other than the first stand at one place and are set about the second apart.
SAME, APART = 0.5, 1.0
#: How shapely numbers these kinds of geometry.
POLYGON, MULTIPOLYGON = 3, 6


@dataclass(frozen=True, slots=True)
class Plane:
    """A local plane around a place: metres east and north of `longitude`, `latitude`; good to a thousandth within a town."""

    longitude: float
    latitude: float

    def metres(self, degrees: ArrayLike) -> Floats:
        """(n, 2) longitude and latitude to metres."""
        found = np.asarray(degrees, dtype=np.float64)
        return (found - [self.longitude, self.latitude]) * self._scale

    def degrees(self, ground: BaseGeometry) -> BaseGeometry:
        """A geometry in metres, in degrees."""
        made: BaseGeometry = shapely.transform(
            ground, lambda points: points / self._scale + [self.longitude, self.latitude]
        )
        return made

    def ground(self, degrees: BaseGeometry) -> BaseGeometry:
        """A geometry in degrees, in metres."""
        made: BaseGeometry = shapely.transform(degrees, self.metres)
        return made

    @property
    def _scale(self) -> Floats:
        return np.array([METRES_PER_DEGREE * np.cos(np.radians(self.latitude)), METRES_PER_DEGREE])


@dataclass(frozen=True, slots=True)
class Town:
    """What `partition` takes, and what a map draws.

    points (n, 2): where each atom stands, in metres of `plane`; placed (n,): whether that is known, or assumed beside a neighbour.
    edges (m, 2), borders (m,) in metres, barred (m,): see `partition`. surfaces (n,) and perimeters (n,) of the lands, cells (n,)
    in metres. joined: how many edges no street or pair gave and that were added so that everybody has a neighbour.
    """

    plane: Plane
    points: Floats
    placed: Flags
    edges: Whole
    borders: Floats
    barred: Flags
    surfaces: Floats
    perimeters: Floats
    cells: Any
    joined: int

    def plot(self, atoms: ArrayLike) -> BaseGeometry:
        """The land of some atoms together, in metres, to a centimetre."""
        together: BaseGeometry = shapely.union_all(self.cells[np.asarray(atoms)], grid_size=0.01)
        return together

    def land(self, atoms: ArrayLike) -> BaseGeometry:
        """The same in degrees."""
        return self.plane.degrees(self.plot(atoms))


def town(
    points: ArrayLike,
    *,
    pairs: ArrayLike = (),
    streets: Sequence[ArrayLike] = (),
    lines: Sequence[ArrayLike] = (),
    together: ArrayLike = (),
    outline: BaseGeometry | None = None,
) -> Town:
    """The graph of n atoms.

    points (n, 2): longitude and latitude in degrees, NaN where not known: such an atom is taken to stand beside the first one that
    `pairs` names with it, else beside the one before it. pairs (m, 2): atoms that somebody named as neighbours. streets: lines
    (k, 2) in degrees; neighbours are then found along them, on each side and across, and at crossings. Without pairs and streets
    those are neighbours whose lands share a metre of border. lines: what must not be crossed. together (l, 2): atoms
    that are neighbours in any case, such as stairwells of one building. outline: the border of the place in
    degrees; without it, 30 metres around the outermost buildings. Parts that pairs and streets leave unconnected are joined where
    their lands touch, by the shortest way that crosses no line. Raises Unusable.
    """
    places = np.asarray(points, dtype=np.float64)
    if places.ndim != 2 or places.shape[1] != 2 or not len(places):
        raise Unusable(f"points: longitude and latitude of each atom are wanted, not {places.shape}")
    known: Flags = np.asarray(np.isfinite(places).all(axis=1), dtype=np.bool_)
    if not known.any():
        raise Unusable("points: the place of no atom is known; give longitude and latitude of one at least")
    named = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
    if len(named) and (named.min() < 0 or named.max() >= len(places)):
        raise Unusable(f"pairs: an atom that is not among 0 to {len(places) - 1}")
    plane = Plane(*places[known].mean(axis=0).tolist())
    metres = _spread(_assumed(plane.metres(places), known, named))
    barriers = [plane.metres(line) for line in lines]
    cells = _cells(metres, None if outline is None else plane.ground(outline))
    touching, borders = _touching(cells)
    if len(named) or len(streets):
        walked = np.concatenate([named, _along(metres, [plane.metres(line) for line in streets])])
        walked = np.unique(np.sort(walked[walked[:, 0] != walked[:, 1]], axis=1), axis=0)
        open_ways = walked[~_crossing(metres, walked, barriers)]
        spare = touching[~_crossing(metres, touching, barriers)]
        added = _joining(metres, open_ways, spare)
        edges = np.concatenate([walked, added])
    else:
        added = _joining(metres, touching[borders >= LEAST_BORDER], touching[~_crossing(metres, touching, barriers)])
        edges = np.concatenate([touching[borders >= LEAST_BORDER], added])
    edges = np.unique(
        np.sort(np.concatenate([edges, np.asarray(together, dtype=np.int64).reshape(-1, 2)]), axis=1), axis=0
    )
    lengths = dict(zip(map(tuple, touching.tolist()), borders.tolist(), strict=True))
    return Town(
        plane, metres, known, edges, np.array([lengths.get((one, other), 0.0) for one, other in edges.tolist()]),
        _crossing(metres, edges, barriers), shapely.area(cells), shapely.length(cells), cells, len(added),
    )  # fmt: skip


def _assumed(metres: Floats, known: Flags, named: Whole) -> Floats:
    """Places for those whose own is not known: beside a neighbour that is named, else beside the one before, else the first."""
    found = metres.copy()
    beside: dict[int, int] = {}
    for one, other in named.tolist():
        if known[other]:
            beside.setdefault(one, other)
        if known[one]:
            beside.setdefault(other, one)
    last = int(np.argmax(known))
    for atom in range(len(found)):
        if known[atom]:
            last = atom
        else:
            found[atom] = metres[beside.get(atom, last)]
    return found


def _spread(metres: Floats) -> Floats:
    """The same places, those at one spot set in a spiral around it (Vogel 1979), so that each has land of its own."""
    found = metres.copy()
    at: dict[tuple[int, int], int] = defaultdict(int)
    taken: set[tuple[float, float]] = set()
    for atom, (x, y) in enumerate(np.round(metres / SAME).astype(np.int64).tolist()):
        while True:
            turn = at[x, y]
            at[x, y] += 1
            angle = turn * np.pi * (3 - np.sqrt(5))
            found[atom] = metres[atom] + APART * np.sqrt(turn) * np.array([np.cos(angle), np.sin(angle)])
            spot = (round(float(found[atom, 0]), 2), round(float(found[atom, 1]), 2))
            if spot not in taken:
                taken.add(spot)
                break
    return found


def _cells(metres: Floats, outline: BaseGeometry | None) -> Any:
    """The land of each, clipped to the outline, widened where somebody stands outside it."""
    spots = MultiPoint(metres)
    ground = spots.convex_hull.buffer(AROUND, quad_segs=2)
    if outline is not None and not outline.is_empty:
        ground = shapely.make_valid(outline)
        outside = shapely.difference(spots, ground)
        if not outside.is_empty:
            ground = ground.union(outside.buffer(AROUND, quad_segs=2))
    if len(metres) == 1:
        return np.array([ground], dtype=object)
    around = shapely.box(*spots.union(ground).bounds).buffer(AROUND)
    lands = shapely.get_parts(shapely.voronoi_polygons(spots, extend_to=around, ordered=True))
    clipped = shapely.intersection(lands, ground)
    # Where an outline only touches a land in a point or along a line, that is no land.
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(clipped), (POLYGON, MULTIPOLYGON)))
    for place in mixed.tolist():
        pieces = shapely.get_parts(clipped[place])
        clipped[place] = shapely.union_all(pieces[shapely.get_type_id(pieces) == POLYGON])
    return clipped


def _touching(cells: Any) -> tuple[Whole, Floats]:
    """Pairs of lands that share a border, the smaller first, in order; and its length in metres."""
    one, other = shapely.STRtree(cells).query(cells, predicate="intersects")
    pairs = np.column_stack([one, other]).astype(np.int64)
    pairs = np.unique(pairs[one < other], axis=0)
    lengths = shapely.length(shapely.intersection(cells[pairs[:, 0]], cells[pairs[:, 1]], grid_size=0.001))
    shared = lengths > 0
    return pairs[shared], np.asarray(lengths[shared], dtype=np.float64)


def _crossing(metres: Floats, pairs: Whole, barriers: Sequence[Floats]) -> Flags:
    """Whether the straight way between two atoms crosses a line (m,)."""
    if not barriers or not len(pairs):
        return np.zeros(len(pairs), dtype=bool)
    ways = shapely.linestrings(metres[pairs])
    barred = np.zeros(len(pairs), dtype=bool)
    crossed, _line = shapely.STRtree([LineString(line) for line in barriers]).query(ways, predicate="intersects")
    barred[crossed] = True
    return barred


def _joining(metres: Floats, ways: Whole, spare: Whole) -> Whole:
    """Of the spare pairs the fewest and shortest that join what the ways leave apart (Kruskal 1956)."""
    root = list(range(len(metres)))

    def find(atom: int) -> int:
        while root[atom] != atom:
            root[atom] = root[root[atom]]
            atom = root[atom]
        return atom

    for one, other in ways.tolist():
        root[find(one)] = find(other)
    lengths = np.hypot(*(metres[spare[:, 0]] - metres[spare[:, 1]]).T)
    added = []
    for one, other in spare[np.argsort(lengths, kind="stable")].tolist():
        left, right = find(one), find(other)
        if left != right:
            root[left] = right
            added.append((one, other))
    return np.array(added, dtype=np.int64).reshape(-1, 2)


def _along(metres: Floats, streets: Sequence[Floats]) -> Whole:
    """Neighbours along streets: in order on each piece between crossings, on each side of it, and at the crossings."""
    if not streets:
        return np.zeros((0, 2), dtype=np.int64)
    noded = shapely.union_all([LineString(line) for line in streets], grid_size=0.1)
    pieces = shapely.get_parts(shapely.line_merge(shapely.node(noded)))
    spots = shapely.points(metres)
    atoms, piece_of = shapely.STRtree(pieces).query_nearest(spots, max_distance=FROM_STREET, all_matches=False)
    on: dict[int, list[tuple[float, int]]] = defaultdict(list)
    places = shapely.line_locate_point(pieces[piece_of], spots[atoms])
    for atom, piece, place in zip(atoms.tolist(), piece_of.tolist(), places.tolist(), strict=True):
        on[piece].append((place, atom))
    found: list[tuple[int, int]] = []
    ends: dict[tuple[float, float], list[int]] = defaultdict(list)
    empty: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for number, piece in enumerate(pieces):
        begin, end = _key(piece.coords[0]), _key(piece.coords[-1])
        order = [atom for _place, atom in sorted(on.get(number, []))]
        if not order:
            empty.append((begin, end))
            continue
        sides = _sides(piece, metres, order)
        found += [pair for row in (order, *sides) for pair in itertools.pairwise(row)]
        for side in sides:
            if side:
                ends[begin].append(side[0])
                ends[end].append(side[-1])
    for corner in _corners(ends, empty):
        found += [(one, other) for one in corner for other in corner if one < other]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _key(point: Sequence[float]) -> tuple[float, float]:
    return round(point[0], 1), round(point[1], 1)


def _sides(piece: Any, metres: Floats, order: list[int]) -> tuple[list[int], list[int]]:
    """Those left and those right of a piece of a street, in their order along it."""
    left: list[int] = []
    right: list[int] = []
    for atom in order:
        at = shapely.line_locate_point(piece, shapely.Point(metres[atom]))
        before, after = (piece.interpolate(min(max(at + step, 0.0), piece.length)) for step in (-1.0, 1.0))
        turn = (after.x - before.x) * (metres[atom][1] - before.y) - (after.y - before.y) * (metres[atom][0] - before.x)
        (left if turn > 0 else right).append(atom)
    return left, right


def _corners(
    ends: dict[tuple[float, float], list[int]], empty: list[tuple[tuple[float, float], tuple[float, float]]]
) -> list[list[int]]:
    """The atoms nearest to each crossing; crossings that a piece without buildings joins are one."""
    group: dict[tuple[float, float], tuple[float, float]] = {}

    def find(corner: tuple[float, float]) -> tuple[float, float]:
        while group.setdefault(corner, corner) != corner:
            corner = group[corner]
        return corner

    for one, other in empty:
        group[find(one)] = find(other)
    found: dict[tuple[float, float], set[int]] = defaultdict(set)
    for corner, atoms in ends.items():
        found[find(corner)].update(atoms)
    return [sorted(atoms) for atoms in found.values()]
