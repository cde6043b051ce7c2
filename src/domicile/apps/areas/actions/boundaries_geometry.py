"""Polygons and lines as people draw, paste or upload them, and how they fit together. Degrees in, degrees out."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import shapely
import shapely.geometry
import shapely.ops
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from domicile.apps.areas.checks import METRES_PER_DEGREE, SLIVER, parts, square_metres
from domicile.apps.common.refusals import Refused

#: A tenth of a metre: finer differences are noise of drawing.
STEP = 1e-6
#: Points drawn so near to a neighbour's border, in metres, belong on it.
SNAP_METRES = 3.0
#: A line drawn to split a grid is prolonged by so many metres at both ends, so that it reaches the borders.
REACH_METRES = 30.0


def read(text: str, field: str, kinds: Sequence[str]) -> BaseGeometry:
    """A geometry of one of `kinds` from GeoJSON (geometry, feature or collection of one) or WKT. Raises Refused."""
    typed = text.strip()
    try:
        drawn = shapely.geometry.shape(_geometry_of(orjson.loads(typed))) if typed.startswith("{") else None
        drawn = drawn if drawn is not None else shapely.from_wkt(typed)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        drawn = None
    if drawn is None or drawn.is_empty:
        raise Refused(
            _("This can be read neither as GeoJSON nor as WKT. Paste what a map program wrote, or draw it."), field
        )
    if drawn.geom_type not in kinds:
        wanted = _("a line") if "LineString" in kinds else _("an area with a closed border")
        raise Refused(_("Needed is {wanted}; this is a {kind}.").format(wanted=wanted, kind=drawn.geom_type), field)
    west, south, east, north = drawn.bounds
    finite = all(map(math.isfinite, shapely.get_coordinates(drawn).flat))
    if not (finite and -180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Refused(_("The coordinates are not degrees: longitude first, then latitude (WGS 84)."), field)
    return shapely.force_2d(drawn)


def read_area(text: str, field: str = "boundary") -> BaseGeometry:
    """A sound polygon of some size. Raises Refused that says what is wrong with it, and where."""
    drawn = read(text, field, ("Polygon", "MultiPolygon"))
    if not drawn.is_valid:
        raise Refused(
            _("The border crosses or touches itself: {reason}. Move the points so that it runs around once.").format(
                reason=shapely.is_valid_reason(drawn)
            ),
            field,
        )
    return sized(tidy(drawn), field)


def sized(area: BaseGeometry, field: str = "boundary") -> BaseGeometry:
    """The area itself. Raises Refused where it is smaller than what counts as an area at all."""
    if square_metres(area) < SLIVER:
        raise Refused(_("This area is smaller than {size} square metres.").format(size=f"{SLIVER:.0f}"), field)
    return area


def tidy(ground: BaseGeometry) -> BaseGeometry:
    """Coordinates in steps of STEP, only what has an area, without spikes as thin as a step."""
    rounded = shapely.set_precision(ground, STEP)
    kept = [piece for piece in parts(rounded) if square_metres(piece) >= 0.5]
    return shapely.union_all(kept) if kept else shapely.Polygon()


def as_json(ground: BaseGeometry) -> dict[str, Any]:
    """The GeoJSON geometry, as it comes back from the database."""
    found: dict[str, Any] = orjson.loads(orjson.dumps(shapely.geometry.mapping(ground)))
    return found


def of_json(boundary: Any) -> BaseGeometry | None:
    """The geometry of a stored boundary, made sound; None where there is none."""
    return shapely.make_valid(shapely.geometry.shape(boundary)) if boundary else None


def degrees(metres: float, near: BaseGeometry) -> float:
    """About so many metres in degrees; east and west they are a bit less."""
    return metres / METRES_PER_DEGREE / max(0.2, math.cos(math.radians(near.bounds[1])))


def snapped(drawn: BaseGeometry, others: Iterable[BaseGeometry]) -> BaseGeometry:
    """The drawn area with the points that lie near others' borders put onto them, where that leaves it sound."""
    borders = shapely.union_all([other.boundary for other in others])
    if borders.is_empty:
        return drawn
    moved = tidy(shapely.make_valid(shapely.snap(drawn, borders, degrees(SNAP_METRES, drawn))))
    return moved if not moved.is_empty else drawn


def cut(area: BaseGeometry, line: BaseGeometry) -> list[BaseGeometry]:
    """The pieces that a line cuts an area into, the largest first. The line is prolonged a little at both ends."""
    reach = degrees(REACH_METRES, area)
    pieces = [piece for whole in parts(area) for piece in shapely.ops.split(whole, _prolonged(line, reach)).geoms]
    return sorted((tidy(piece) for piece in pieces), key=square_metres, reverse=True)


def shared_border(one: BaseGeometry, other: BaseGeometry) -> float:
    """The length, in degrees, along which two areas touch."""
    return float(one.boundary.intersection(other.buffer(STEP * 2)).length)


def _prolonged(line: BaseGeometry, reach: float) -> BaseGeometry:
    points = list(line.coords)
    return shapely.LineString([_beyond(points[1], points[0], reach), *points, _beyond(points[-2], points[-1], reach)])


def _beyond(before: Sequence[float], end: Sequence[float], reach: float) -> tuple[float, float]:
    across, up = end[0] - before[0], end[1] - before[1]
    length = math.hypot(across, up) or 1.0
    return end[0] + across / length * reach, end[1] + up / length * reach


def _geometry_of(document: dict[str, Any]) -> Any:
    if document.get("type") == "FeatureCollection":
        document = document["features"][0] if len(document["features"]) == 1 else {}
    return document["geometry"] if document.get("type") == "Feature" else document
