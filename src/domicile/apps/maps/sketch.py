"""A small drawing of what would follow, as paths for an SVG: it needs neither script nor graphics card."""

import math
import re
from dataclasses import dataclass
from typing import Any

import orjson
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from domicile.apps.areas.actions.boundaries_plan import Plan
from domicile.apps.areas.models import Grid
from domicile.apps.places.models import Building

WIDTH, HEIGHT, MARGIN = 640.0, 360.0, 12.0


@dataclass(frozen=True)
class Shape:
    """One outline: its path, its name, where the name stands, and whether it is new."""

    path: str
    name: str
    x: float
    y: float
    fresh: bool


@dataclass(frozen=True)
class Sketch:
    """Borders as they would be, borders as they are, and the buildings that go."""

    after: list[Shape]
    before: list[str]
    points: list[tuple[float, float]]


def of_plan(plan: Plan, names: dict[str, str]) -> Sketch | None:
    """The drawing of a plan; None where it draws nothing."""
    if not plan.borders:
        return None
    rows = Grid.objects.filter(code__in=[*plan.borders, *(grid.code for grid in plan.gone)], valid_to=None)
    old = [shape(row.boundary) for row in rows if row.boundary]
    frame = _Frame(shapely.union_all([*plan.borders.values(), *old]).bounds)
    places = Building.objects.filter(pk__in=[row.id for row in plan.moved]).exclude(longitude=None)
    after = []
    for code, border in plan.borders.items():
        middle = border.representative_point()
        name = _short(names.get(code, code[12:]))
        after.append(Shape(frame.path(border), name, *frame.at(middle.x, middle.y), fresh=code not in names))
    return Sketch(
        after,
        [frame.path(border) for border in old],
        [frame.at(x, y) for x, y in places.values_list("longitude", "latitude") if x is not None and y is not None],
    )


def as_text(boundary: Any) -> str:
    """A stored border as GeoJSON text; '' for none."""
    return orjson.dumps(boundary).decode() if boundary else ""


def _short(name: str) -> str:
    """第1网格 of 柳溪社区第1网格: the drawing is of one community, and small."""
    found = re.search(r"第[0-9]+网格$", name)
    return found.group() if found else name


class _Frame:
    """From degrees to the drawing, north up, both directions at one scale on the ground."""

    def __init__(self, bounds: tuple[float, float, float, float]) -> None:
        self.west, south, east, self.north = bounds
        self.squeeze = math.cos(math.radians((south + self.north) / 2))
        across = max((east - self.west) * self.squeeze, 1e-9)
        up = max(self.north - south, 1e-9)
        self.scale = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / up)
        self.left = (WIDTH - across * self.scale) / 2
        self.top = (HEIGHT - up * self.scale) / 2

    def at(self, x: float, y: float) -> tuple[float, float]:
        return (
            round(self.left + (x - self.west) * self.squeeze * self.scale, 1),
            round(self.top + (self.north - y) * self.scale, 1),
        )

    def path(self, border: BaseGeometry) -> str:
        rings = [
            ring
            for part in shapely.get_parts(border)
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
        ]
        return " ".join(
            "M" + " L".join("{},{}".format(*self.at(x, y)) for x, y, *_height in ring.coords) + " Z" for ring in rings
        )
