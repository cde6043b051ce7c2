"""What does not fit on the map: gaps and overlaps, buildings in no grid, outside theirs, or without a place."""

from collections.abc import Iterator
from itertools import chain, islice

import shapely
from shapely.geometry import shape

from domicile.apps.areas import checks as area_checks
from domicile.apps.areas.models import Grid
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.findings import Finding
from domicile.apps.common.viewer import Viewer
from domicile.apps.maps.selectors import label
from domicile.apps.places import checks as place_checks
from domicile.apps.places.models import Building

#: Findings shown at once; a register just imported may have one a building.
MOST = 400
OF_GRIDS = ("grid_gap", "grid_overlap", "grid_outside", "grid_without_boundary", "grid_without_community")
OF_BUILDINGS = ("building_in_no_grid", "buildings_without_coordinates")


def findings(viewer: Viewer) -> tuple[list[Finding], bool]:
    """What was found inside the viewer's areas, errors first, and whether there is more than MOST."""
    viewer.require("view_areas")
    found = list(islice(chain.from_iterable(map(run, viewer.scopes)), MOST + 1))
    found.sort(key=lambda finding: (finding.severity != "error", finding.code, finding.place))
    return found[:MOST], len(found) > MOST


def run(scope: str) -> Iterator[Finding]:
    """Every finding of grids and buildings inside a scope."""
    yield from (finding for finding in area_checks.run(scope) if finding.code in OF_GRIDS)
    yield from outside(scope)
    yield from (finding for finding in place_checks.run(scope) if finding.code in OF_BUILDINGS)


def outside(scope: str) -> Iterator[Finding]:
    """Buildings that stand outside the border of the grid they belong to."""
    grids = Grid.objects.filter(prefix_q("code", scope), valid_to=None).exclude(boundary=None)
    borders = {row.pk: shapely.make_valid(shape(row.boundary)) for row in grids}
    for border in borders.values():
        shapely.prepare(border)
    rows = Building.objects.filter(prefix_q("place_code", scope), in_use_to=None, grid__in=list(borders))
    placed = rows.exclude(longitude=None).exclude(latitude=None).order_by("place_code", "key")
    for building in placed.select_related("grid").defer("grid__boundary").iterator(chunk_size=2000):
        grid = building.grid
        longitude, latitude = building.longitude, building.latitude
        if grid is None or longitude is None or latitude is None:
            continue
        if shapely.intersects_xy(borders[grid.pk], longitude, latitude):
            continue
        written = label(building)
        yield Finding(
            "building_outside_grid",
            "warning",
            building.place_code,
            f"楼栋{written}属于网格{grid.name}，却在它的边界之外：请调整边界，或把楼栋划入所在的网格。",
            f"Building {written} belongs to grid {grid.name} but stands outside it: redraw the border, or move it.",
            building.pk.hex,
            {"type": "Point", "coordinates": [longitude, latitude]},
        )
