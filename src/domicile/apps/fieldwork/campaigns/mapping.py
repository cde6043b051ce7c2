"""Progress by grid as a drawing: each small grid with a border, filled by the share of its doors with an outcome.

It needs no tiles and no script, prints as it is, and the table beside it says the same.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from domicile.apps.fieldwork.campaigns import frames
from domicile.apps.fieldwork.campaigns.reckoning import Line

WIDTH = 1000.0
#: Points nearer than this (in units of the drawing) are left out.
FINEST = 0.8
#: Half the width of a letter of the label, in units of the drawing; labels that do not fit their grid are left out.
LETTER = 22.0


@dataclass(frozen=True, slots=True)
class Shape:
    """One grid of the drawing."""

    code: str
    name: str
    path: str
    step: int
    x: float
    y: float
    label: str
    line: Line


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing; `bare` are grids with doors and without a border, which it cannot show."""

    height: float
    shapes: list[Shape]
    bare: int


def step(line: Line) -> int:
    """How dark a grid is: 0 nothing yet, then by quarters, 5 all."""
    return 0 if not line.settled else 5 if line.settled == line.total else 1 + line.share * 4 // 100


def drawing(scope: str, lines: Mapping[str, Line]) -> Drawing | None:
    """The grids of an area; None where no border is on file. One query."""
    borders = {
        row.code: (row.name, shape(row.boundary))
        for row in frames.grids_of(scope)
        if row.boundary and row.code in lines
    }
    if not borders:
        return None
    boxes = [border.bounds for _name, border in borders.values()]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    shrink = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * shrink, (north - south), 1e-9)

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - west) * shrink * scale, (north - y) * scale

    shapes = []
    for code, (name, border) in borders.items():
        line = lines[code]
        label = f"{line.settled}/{line.total}"
        middle = border.representative_point()
        x, y = at(middle.x, middle.y)
        room = (border.bounds[2] - border.bounds[0]) * shrink * scale
        shapes.append(
            Shape(
                code, name, _path(border, at), step(line), round(x, 1), round(y, 1),
                label if room > len(label) * LETTER else "", line,
            )
        )  # fmt: skip
    return Drawing(round((north - south) * scale, 1), shapes, len(lines) - len(shapes))


def _path(border: BaseGeometry, at) -> str:  # type: ignore[no-untyped-def]
    parts = []
    polygons = [part for part in getattr(border, "geoms", [border]) if part.geom_type == "Polygon"]
    for polygon in polygons:
        for ring in (polygon.exterior, *polygon.interiors):
            last: tuple[float, float] | None = None
            points = []
            for x, y, *_height in ring.coords:
                here = at(x, y)
                if last is None or math.dist(here, last) >= FINEST:
                    points.append(f"{here[0]:.1f} {here[1]:.1f}")
                    last = here
            parts.append("M" + "L".join(points) + "Z")
    return "".join(parts)
