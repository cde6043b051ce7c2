"""Where things come to stand on the sheet: projection, scale, and labels that do not cover one another.

Lengths on the sheet are millimetres from the upper left corner of the drawing; on the ground they are metres.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import shapely
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from domicile.apps.areas.checks import METRES_PER_DEGREE

#: Scales that a ruler knows: 1 to each of these times a power of ten.
STEPS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.5)
#: Room left between what is drawn and the edge of the drawing.
EDGE = 6.0
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A local plane (good to a thousandth within a town) at a scale of 1 to `denominator`, centred in the drawing."""

    longitude: float
    latitude: float
    denominator: float
    width: float
    height: float

    def point(self, longitude: float, latitude: float) -> Point:
        """Where a place comes to stand."""
        stretch = METRES_PER_DEGREE * 1000.0 / self.denominator
        x = (longitude - self.longitude) * math.cos(math.radians(self.latitude)) * stretch
        return round(self.width / 2 + x, 2), round(self.height / 2 - (latitude - self.latitude) * stretch, 2)

    def rings(self, ground: BaseGeometry) -> list[list[Point]]:
        """Outlines and holes of a polygon or several."""
        found = []
        for piece in shapely.get_parts(ground):
            if piece.geom_type == "Polygon":
                lines = [piece.exterior, *piece.interiors]
                found += [[self.point(x, y) for x, y in line.coords[:-1]] for line in lines]
        return found

    def bar(self) -> tuple[float, str]:
        """A scale bar: its length on the sheet, and what it stands for."""
        ground = self.denominator * 40.0 / 1000.0  # about 40 mm
        power = 10.0 ** math.floor(math.log10(ground))
        metres = max(step * power for step in (1, 2, 5) if step * power <= ground)
        text = f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"
        return round(metres * 1000.0 / self.denominator, 2), text


def fitted(bounds: Sequence[float], width: float, height: float) -> Sheet:
    """The largest round scale at which `bounds` (west, south, east, north) fit into width × height."""
    west, south, east, north = bounds
    middle = (south + north) / 2
    across = (east - west) * METRES_PER_DEGREE * math.cos(math.radians(middle))
    upright = (north - south) * METRES_PER_DEGREE
    room_x, room_y = (width - 2 * EDGE) / 1000.0, (height - 2 * EDGE) / 1000.0
    least = max(across / room_x, upright / room_y, 200.0)
    power = 10.0 ** math.floor(math.log10(least))
    denominator = next((step * power for step in STEPS if step * power >= least), 10.0 * power)
    return Sheet((west + east) / 2, middle, denominator, width, height)


@dataclass
class Labels:
    """Labels set one by one, each where it covers none of those before it."""

    width: float
    height: float
    taken: list[BaseGeometry] = field(default_factory=list)

    def hold(self, at: Point, width: float, height: float) -> None:
        """Keep a place free, with `at` in its middle."""
        self.taken.append(_box(at[0] - width / 2, at[1] - height / 2, width, height))

    def beside(self, at: Point, width: float, height: float, gap: float) -> Point | None:
        """The upper left corner of a label next to a mark: right, left, below, above; None where there is no room."""
        x, y = at
        corners = (
            (x + gap, y - height / 2),
            (x - gap - width, y - height / 2),
            (x - width / 2, y + gap),
            (x - width / 2, y - gap - height),
            (x + gap * 0.7, y + gap * 0.5),
            (x + gap * 0.7, y - gap * 0.5 - height),
            (x - gap * 0.7 - width, y + gap * 0.5),
            (x - gap * 0.7 - width, y - gap * 0.5 - height),
        )
        return self._first(corners, width, height)

    def inside(self, ground: Iterable[Point], width: float, height: float) -> Point | None:
        """The upper left corner of a label around the first of some points where it is free."""
        return self._first(((x - width / 2, y - height / 2) for x, y in ground), width, height)

    def _first(self, corners: Iterable[Point], width: float, height: float) -> Point | None:
        for x, y in corners:
            if x < 0 or y < 0 or x + width > self.width or y + height > self.height:
                continue
            place = _box(x, y, width, height)
            if not any(place.intersects(other) for other in self.taken):
                self.taken.append(place)
                return round(x, 2), round(y, 2)
        return None


def _box(x: float, y: float, width: float, height: float) -> BaseGeometry:
    """A hair smaller than it is, so that what only touches does not count as covering."""
    return box(x + 0.02, y + 0.02, x + width - 0.02, y + height - 0.02)


def spots(ground: BaseGeometry) -> Iterator[tuple[float, float]]:
    """Places inside a polygon where its name could stand, the best first (longitude, latitude)."""
    middle = ground.representative_point()
    yield middle.x, middle.y
    west, south, east, north = ground.bounds
    for across in (0.5, 0.3, 0.7, 0.15, 0.85):
        for upright in (0.5, 0.7, 0.3, 0.85, 0.15):
            x, y = west + (east - west) * across, south + (north - south) * upright
            if ground.contains(shapely.Point(x, y)):
                yield x, y


def colours(shapes: Sequence[BaseGeometry], count: int) -> list[int]:
    """A number below `count` for each shape, unlike those of its neighbours wherever that can be."""
    tree = shapely.STRtree(list(shapes))
    given: list[int] = []
    for number, ground in enumerate(shapes):
        near = {given[int(other)] for other in tree.query(ground, predicate="intersects") if int(other) < number}
        free = [colour for colour in range(count) if colour not in near]
        given.append(min(free or range(count), key=lambda colour: (given.count(colour), colour)))
    return given
