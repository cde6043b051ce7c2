"""What the map draws, as one compact document: columns instead of rows, coordinates as whole steps from an origin.

    {"origin": [x, y], "step": 1e-06, "areas": {...}, "grids": {...}, "buildings": {...}}

Each of the three is a set of columns of equal length. A `shape` is a list of polygons, each a list of rings, each a flat
list x, y, x, y … in steps, the first point absolute, the others as differences; [] where no border is known. Counts are
written as core.disclosure.small_cells shows them. A building lies in `grid` (its row there; -1 for none) and `area`.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.areas.models import Area, Grid
from domicile.apps.common.viewer import Viewer
from domicile.apps.maps import policies
from domicile.apps.maps.counting import KINDS, Counted, by_building
from domicile.apps.maps.selectors import written
from domicile.apps.places.models import Building
from domicile.core.codes.areas import AreaCode

STEP = 1e-6
#: The levels whose borders are drawn; larger ones are off the map.
DRAWN = (Area.Level.COUNTY, Area.Level.TOWNSHIP, Area.Level.VILLAGE)
_FIELDS = ("id", "place_code", "street", "plate", "name", "key", "longitude", "latitude")


def document(viewer: Viewer, *, now: dt.datetime) -> dict[str, Any]:
    """The map of the viewer's areas. Seven queries."""
    today = now.date()
    counted = by_building(viewer, today)
    grids = list(restrict(Grid.objects.filter(valid_to=None), viewer, "code").order_by("code"))
    buildings = list(
        restrict(Building.objects.filter(in_use_to=None), viewer).order_by("place_code", "key").values_list(*_FIELDS)
    )
    shapes = {grid.code: shape(grid.boundary) for grid in grids if grid.boundary}
    origin = _origin(shapes.values(), buildings)
    within: dict[str, list[Any]] = defaultdict(list)
    for row in buildings:
        within[row[1]].append(row[0])
    areas = list(_areas(viewer))
    rule = policies.rule(today)
    return {
        "as_of": now.isoformat(timespec="seconds"),
        "exact": policies.sees_exact(viewer),
        "below": rule.below,
        "origin": origin,
        "step": STEP,
        "areas": _area_columns(areas, shapes, within, counted, origin),
        "grids": {
            "id": [grid.pk.hex for grid in grids],
            "code": [grid.code for grid in grids],
            "name": [grid.name for grid in grids],
            "special": [grid.special_kind for grid in grids],
            "shape": [_steps(shapes.get(grid.code), origin) for grid in grids],
            **_columns([counted.total(within[grid.code]) for grid in grids]),
        },
        "buildings": _building_columns(buildings, grids, areas, counted, origin),
    }


def _areas(viewer: Viewer) -> Iterable[Area]:
    """Areas inside the viewer's, and for somebody who works one grid or community the community around it."""
    rows = Area.objects.filter(valid_to=None, level__in=DRAWN)
    inside = scope_q(viewer, "code")
    if inside is None:
        return rows.none()
    around = [scope[:12] for scope in viewer.scopes if len(scope) >= 12]
    return (rows.filter(inside) | rows.filter(code__in=around)).order_by("code")


def _area_columns(
    areas: list[Area],
    shapes: dict[str, BaseGeometry],
    within: dict[str, list[Any]],
    counted: Counted,
    origin: list[float],
) -> dict[str, Any]:
    borders, counts = [], []
    for area in areas:
        prefix = AreaCode(area.code).prefix
        own = shape(area.boundary) if area.boundary else None
        if own is None:  # an area without a border of its own is what its grids cover
            parts = [grid for code, grid in shapes.items() if code.startswith(prefix)]
            own = shapely.union_all(parts, grid_size=STEP) if parts else None
        borders.append(_steps(own, origin))
        counts.append(counted.total(key for code, keys in within.items() if code.startswith(prefix) for key in keys))
    return {
        "id": [area.pk.hex for area in areas],
        "code": [area.code for area in areas],
        "name": [area.name for area in areas],
        "level": [area.level for area in areas],
        "shape": borders,
        **_columns(counts),
    }


def _building_columns(
    buildings: list[Any], grids: list[Grid], areas: list[Area], counted: Counted, origin: list[float]
) -> dict[str, Any]:
    grid_row = {grid.code: place for place, grid in enumerate(grids)}
    area_row = {area.code: place for place, area in enumerate(areas)}
    return {
        "id": [row[0].hex for row in buildings],
        "grid": [grid_row.get(row[1], -1) for row in buildings],
        "area": [area_row.get(row[1][:12], -1) for row in buildings],
        "label": [written(*row[2:5]) or row[5] for row in buildings],
        "x": [None if row[6] is None else round((row[6] - origin[0]) / STEP) for row in buildings],
        "y": [None if row[7] is None else round((row[7] - origin[1]) / STEP) for row in buildings],
        **_columns([counted.building(row[0]) for row in buildings]),
    }


def _columns(counts: list[tuple[int, int, int]]) -> dict[str, list[int]]:
    return {kind: [row[place] for row in counts] for place, kind in enumerate(KINDS)}


def _origin(shapes: Iterable[BaseGeometry], buildings: list[Any]) -> list[float]:
    """The south-western corner of all that is drawn."""
    points = [one.bounds[:2] for one in shapes]
    points += [(row[6], row[7]) for row in buildings if row[6] is not None and row[7] is not None]
    if not points:
        return [0.0, 0.0]
    return [round(min(point[axis] for point in points), 6) for axis in (0, 1)]


def _steps(border: BaseGeometry | None, origin: list[float]) -> list[list[list[int]]]:
    if border is None:
        return []
    polygons = [part for part in shapely.get_parts(border) if part.geom_type == "Polygon"]
    return [[_ring(ring.coords, origin) for ring in (part.exterior, *part.interiors)] for part in polygons]


def _ring(points: Iterable[tuple[float, ...]], origin: list[float]) -> list[int]:
    flat: list[int] = []
    before = (0, 0)
    for x, y, *_height in points:
        at = round((x - origin[0]) / STEP), round((y - origin[1]) / STEP)
        flat += [at[0] - before[0], at[1] - before[1]]
        before = at
    return flat
