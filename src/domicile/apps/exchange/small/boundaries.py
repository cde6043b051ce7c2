"""Boundaries as people hand them in: GeoJSON, WKT, or bare lists of coordinates."""

import re
from typing import Any

import orjson
import shapely
import shapely.geometry
import shapely.wkt

from domicile.core.codes.text import fold_width

_SRID = re.compile(r"^SRID=(\d+);\s*(.*)$", re.IGNORECASE | re.DOTALL)
_DEGREES = frozenset({"4326", "4490", "4979"})  # WGS 84 and CGCS 2000, which agree to a decimetre
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_BETWEEN = frozenset(";|, \t\r\n")


class BoundaryError(ValueError):
    """A text that is no boundary: `code` of messages.yaml, and a detail."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(code)


def read_boundary(text: str) -> dict[str, Any]:
    """A polygon or multipolygon in degrees as a GeoJSON geometry, sound, closed and flat. Raises BoundaryError.

    Read: a GeoJSON geometry, feature or collection of polygons; WKT with or without SRID; [[lon, lat], …];
    `lon,lat;lon,lat;…` and the like.
    """
    shape = _shape(fold_width(text).strip())
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        raise BoundaryError("boundary_no_polygon", shape.geom_type)
    west, south, east, north = shape.bounds
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 180:
        raise BoundaryError("boundary_not_degrees", f"{west:g}, {south:g}")
    if max(abs(south), abs(north)) > 90:
        raise BoundaryError("boundary_swapped", f"{west:g}, {south:g}")
    if not shape.is_valid:
        raise BoundaryError("boundary_unsound", shapely.is_valid_reason(shape))
    if shape.area == 0:
        raise BoundaryError("boundary_no_polygon", "0")
    geometry: dict[str, Any] = orjson.loads(orjson.dumps(shapely.geometry.mapping(shape)))
    return geometry


def _shape(text: str) -> Any:
    try:
        if text.startswith("{"):
            shape = _geojson(orjson.loads(text))
        elif text.startswith("["):
            shape = _of_lists(orjson.loads(text))
        elif set(_NUMBER.sub("", text)) <= _BETWEEN:
            numbers = [float(found) for found in _NUMBER.findall(text)]
            shape = _ring(list(zip(numbers[::2], numbers[1::2], strict=True)))
        else:
            shape = shapely.wkt.loads(_without_srid(text))
        return shapely.force_2d(shape) if shape.has_z else shape
    except BoundaryError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, shapely.errors.ShapelyError) as fault:
        raise BoundaryError("boundary_unreadable") from fault


def _without_srid(text: str) -> str:
    found = _SRID.match(text)
    if found is None:
        return text
    if found[1] not in _DEGREES:
        raise BoundaryError("boundary_not_degrees", f"SRID={found[1]}")
    return found[2]


def _geojson(value: dict[str, Any]) -> Any:
    if value["type"] == "Feature":
        return _geojson(value["geometry"])
    if value["type"] in ("FeatureCollection", "GeometryCollection"):
        parts = [_geojson(part) for part in value.get("features") or value["geometries"]]
        if any(part.geom_type not in ("Polygon", "MultiPolygon") for part in parts):
            raise BoundaryError("boundary_no_polygon", value["type"])
        polygons = [piece for part in parts for piece in getattr(part, "geoms", [part])]
        return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
    return shapely.geometry.shape(value)


def _of_lists(value: list[Any]) -> Any:
    """[[lon, lat], …] is a ring; one level more a polygon with holes, another a multipolygon."""
    if isinstance(value[0][0], int | float):
        return _ring(value)
    if isinstance(value[0][0][0], int | float):
        return shapely.Polygon(value[0], value[1:])
    return shapely.MultiPolygon([(polygon[0], polygon[1:]) for polygon in value])


def _ring(points: list[Any]) -> Any:
    if len({tuple(point[:2]) for point in points}) < 3:
        raise BoundaryError("boundary_no_polygon", str(len(points)))
    return shapely.Polygon(points)
