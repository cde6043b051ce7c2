"""A sound set of grids covers each community seamlessly and without overlap; every area has its parent (PL-1, PL-2).

Sliver widths: borders drawn from two sources never meet exactly, so a gap or an overlap counts from SLIVER on.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.selectors import chain
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.findings import Finding

#: Gaps and overlaps under so many square metres are drawing noise.
SLIVER = 20.0
METRES_PER_DEGREE = 111_320.0


def run(scope: str = "") -> Iterator[Finding]:
    """Every finding inside the scope (a code prefix; '' for all), areas first, then grids by community."""
    areas = {area.code: area for area in Area.objects.filter(prefix_q("code", scope), valid_to__isnull=True)}
    yield from orphans(areas, scope)
    grids = defaultdict(list)
    for grid in Grid.objects.filter(prefix_q("code", scope), valid_to__isnull=True, tier=Grid.Tier.SMALL).order_by(
        "code"
    ):
        grids[grid.code[:12]].append(grid)
    for community, own in sorted(grids.items()):
        area = areas.get(community)
        if area is None:
            yield Finding(
                "grid_without_community",
                "error",
                own[0].code,
                f"网格{own[0].code}所属的社区{community}不在区划表中：请先导入区划。",
                f"Grid {own[0].code} lies in community {community}, which is not on file: import the areas first.",
            )
        yield from borders(community, own, area)


def orphans(areas: dict[str, Area], scope: str) -> Iterator[Finding]:
    """Areas whose parent is not on file; parents above the scope are looked up."""
    above = {step for code in areas for step in chain(code)[:-1]} - set(areas)
    known = set(areas) | set(Area.objects.filter(code__in=above, valid_to__isnull=True).values_list("code", flat=True))
    for code, area in sorted(areas.items()):
        steps = chain(code)
        if len(steps) > 1 and steps[-2] not in known:
            yield Finding(
                "parent_missing",
                "error",
                code,
                f"{area.name}（{code}）的上级区划{steps[-2]}不在区划表中：请补充上级区划，或更正代码。",
                f"The parent {steps[-2]} of {area.name} ({code}) is not on file: add it, or correct the code.",
                area.pk.hex,
            )


def borders(community: str, grids: list[Grid], area: Area | None) -> Iterator[Finding]:
    """Overlaps between small grids of one community, and gaps between them and the community's polygon."""
    drawn = [(grid, shapely.make_valid(shape(grid.boundary))) for grid in grids if grid.boundary]
    for grid in grids:
        if not grid.boundary:
            yield Finding(
                "grid_without_boundary",
                "warning",
                grid.code,
                f"网格{grid.name}（{grid.code}）没有边界：请画出边界，否则无法核对是否相邻无缝。",
                f"Grid {grid.name} ({grid.code}) has no boundary: draw one, else nobody can tell whether it fits.",
                grid.pk.hex,
            )
    yield from overlaps(drawn)
    if drawn and area is not None and area.boundary and len(drawn) == len(grids):
        whole = shapely.make_valid(shape(area.boundary))
        covered = shapely.union_all([polygon for _, polygon in drawn])
        yield from _pieces("grid_gap", community, whole.difference(covered), "没有网格覆盖", "is covered by no grid")
        yield from _pieces(
            "grid_outside",
            community,
            covered.difference(whole),
            "在社区边界之外",
            "lies outside the community's boundary",
        )


def overlaps(drawn: list[tuple[Grid, BaseGeometry]]) -> Iterator[Finding]:
    """Pairs of grids that share ground."""
    tree = shapely.STRtree([polygon for _, polygon in drawn])
    for number, (grid, polygon) in enumerate(drawn):
        for other in sorted(int(place) for place in tree.query(polygon, predicate="intersects")):
            if other <= number:
                continue
            shared = polygon.intersection(drawn[other][1])
            size = square_metres(shared)
            if size < SLIVER:
                continue
            rival = drawn[other][0]
            yield Finding(
                "grid_overlap",
                "error",
                grid.code,
                f"网格{grid.name}（{grid.code}）与{rival.name}（{rival.code}）重叠约{size:.0f}平方米：请调整边界。",
                f"Grid {grid.name} ({grid.code}) and {rival.name} ({rival.code}) share {size:.0f} m²: redraw one.",
                grid.pk.hex,
                _geometry(shared),
            )


def _pieces(code: str, place: str, ground: BaseGeometry, zh: str, en: str) -> Iterator[Finding]:
    for piece in parts(ground):
        size = square_metres(piece)
        if size >= SLIVER:
            at = piece.representative_point()
            yield Finding(
                code,
                "error",
                place,
                f"社区{place}在东经{at.x:.5f}北纬{at.y:.5f}附近约{size:.0f}平方米{zh}：请调整网格边界。",
                f"In community {place} about {size:.0f} m² near {at.x:.5f} E {at.y:.5f} N {en}: redraw the grids.",
                "",
                _geometry(piece),
            )


def parts(ground: BaseGeometry) -> list[BaseGeometry]:
    """The polygons that a geometry is made of; lines and points, where borders only touch, are left out."""
    return [piece for piece in shapely.get_parts(ground) if piece.geom_type == "Polygon"] if not ground.is_empty else []


def square_metres(ground: BaseGeometry) -> float:
    """Area of a geometry in degrees, on a sphere flattened at its middle: good to a percent at the size of a town."""
    if ground.is_empty:
        return 0.0
    middle = math.radians((ground.bounds[1] + ground.bounds[3]) / 2)
    return float(ground.area) * METRES_PER_DEGREE**2 * math.cos(middle)


def _geometry(ground: BaseGeometry) -> dict[str, Any]:
    return dict(mapping(ground))
