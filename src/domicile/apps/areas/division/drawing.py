"""A division as a drawing for a page: paths and places in a box of WIDTH units, north up. It needs neither script nor tiles."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from domicile.apps.areas import sheets
from domicile.apps.areas.division.ground import Ground

WIDTH, MARGIN = 640.0, 10.0
#: The drawing is no higher than this times its width.
TALLEST = 1.1
#: Light grounds that dark letters can be read on, told apart by number where colours cannot be told apart.
FILLS = ("#dcebf7", "#fdeccf", "#dff0dc", "#f6dde4", "#e8e1f4", "#fbf6c8", "#d9f0ee")
#: Land of no area.
BARE = "#eef1f4"


@dataclass(frozen=True, slots=True)
class Shape:
    """An area: path, ground colour, number, and where the number stands."""

    number: int
    path: str
    fill: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A building or stairwell: where it stands, its key and what it is called, whether its place is known."""

    key: str
    name: str
    x: float
    y: float
    placed: bool
    number: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it, and how wide and high the box is; `bar` is the length of 100 metres, 0 for a scheme."""

    width: float
    height: float
    shapes: list[Shape]
    marks: list[Mark]
    streets: list[str]
    barriers: list[str]
    bar: float


def of(ground: Ground[Any], labels: Any) -> Drawing:
    """The drawing of a plan: `labels` (n,) as the ground gives them, -1 for no area."""
    cells = ground.town.cells
    frame = _Frame(shapely.union_all(cells).bounds)
    numbers = sorted(set(labels.tolist()))
    lands = [ground.town.plot(np.flatnonzero(labels == number)) for number in numbers]
    fills = sheets.colours(lands, len(FILLS))
    shapes = []
    for number, land, fill in zip(numbers, lands, fills, strict=True):
        middle = max(shapely.get_parts(land), key=lambda piece: piece.area).representative_point()
        shapes.append(
            Shape(number, frame.path(land), FILLS[fill] if number >= 0 else BARE, *frame.at(middle.x, middle.y))
        )
    marks = [
        Mark(atom.key, atom.name, *frame.at(*place), bool(placed), int(label))
        for atom, place, placed, label in zip(
            ground.atoms, ground.town.points.tolist(), ground.town.placed.tolist(), labels.tolist(), strict=True
        )
    ]
    plane = ground.town.plane
    box = shapely.box(*frame.bounds)

    def lines(rows: Iterable[Any]) -> list[str]:
        cut = (plane.ground(LineString(points)).intersection(box) for _name, points in rows)
        return [frame.line(line) for line in cut if not line.is_empty]

    bar = 100 * frame.scale if ground.located else 0.0
    return Drawing(WIDTH, frame.height, shapes, marks, lines(ground.streets), lines(ground.barriers), round(bar, 1))


class _Frame:
    """From metres to the box."""

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        self.bounds = bounds
        self.west, south, east, self.north = bounds
        across, up = max(east - self.west, 1.0), max(self.north - south, 1.0)
        self.scale = min((WIDTH - 2 * MARGIN) / across, (WIDTH * TALLEST - 2 * MARGIN) / up)
        self.height = round(up * self.scale + 2 * MARGIN, 1)
        self.left = (WIDTH - across * self.scale) / 2

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (
            round(self.left + (x - self.west) * self.scale, 1),
            round(MARGIN + (self.north - y) * self.scale, 1),
        )

    def path(self, land: BaseGeometry) -> str:
        pieces = [piece for piece in shapely.get_parts(land) if piece.geom_type == "Polygon"]
        rings = [ring for piece in pieces for ring in (piece.exterior, *piece.interiors)]
        return " ".join(f"{self._points(ring.coords)}Z" for ring in rings)

    def line(self, line: BaseGeometry) -> str:
        return " ".join(
            self._points(piece.coords) for piece in shapely.get_parts(line) if piece.geom_type == "LineString"
        )

    def _points(self, points: Iterable[Any]) -> str:
        return "M" + "L".join("{},{}".format(*self.at(point[0], point[1])) for point in points)
