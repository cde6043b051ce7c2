"""What would follow from a drawn border: who gets which ground, and which buildings go along. Nothing is written here."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.utils.translation import gettext_lazy as _
from shapely.geometry.base import BaseGeometry

from domicile.apps.areas import registry
from domicile.apps.areas.actions import boundaries_geometry as geometry
from domicile.apps.areas.checks import SLIVER, parts, square_metres
from domicile.apps.areas.models import Area, Grid
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.core.codes.areas import NO_GRID

COMMUNITY = 12
LAST_SERIAL = 999


@dataclass(frozen=True)
class Plan:
    """Borders as they would be, by grid code; a code that is not on file yet is a new grid. `gone` grids end."""

    borders: dict[str, BaseGeometry]
    moved: list[registry.Moved] = field(default_factory=list)
    gone: list[Grid] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    #: The code of the new grid, '' where there is none.
    fresh: str = ""


class Ground:
    """The small grids of one community with their polygons, the community's own border, the grids beyond it."""

    def __init__(self, community: str) -> None:
        self.community = community
        rows = Grid.objects.select_for_update().filter(prefix_q("code", community), valid_to=None, tier=Grid.Tier.SMALL)
        self.grids = {grid.code: grid for grid in rows.order_by("code")}
        self.shapes = {
            code: shape for code, grid in self.grids.items() if (shape := geometry.of_json(grid.boundary)) is not None
        }
        area = Area.objects.filter(code=community, valid_to=None).first()
        self.whole = geometry.of_json(area.boundary) if area is not None else None

    def others(self, code: str) -> dict[str, BaseGeometry]:
        """The polygons of all grids but one."""
        return {other: shape for other, shape in self.shapes.items() if other != code}

    def check_inside(self, drawn: BaseGeometry) -> None:
        """Raise Refused where the area leaves the community, or reaches into a grid of another one."""
        outside = square_metres(drawn.difference(self.whole)) if self.whole is not None else 0.0
        if outside >= SLIVER:
            raise Refused(
                _("About {size} m² lie outside the community. Keep to its border.").format(size=f"{outside:.0f}"),
                "boundary",
            )
        west, south, east, north = drawn.bounds
        beyond = Grid.objects.filter(
            valid_to=None, tier=Grid.Tier.SMALL, west__lte=east, east__gte=west, south__lte=north, north__gte=south
        ).exclude(prefix_q("code", self.community))
        for grid in beyond:
            shape = geometry.of_json(grid.boundary)
            shared = square_metres(drawn.intersection(shape)) if shape is not None else 0.0
            if shared >= SLIVER:
                raise Refused(_overlap(grid, shared), "boundary")

    def next_code(self) -> str:
        """The next free code of the community."""
        return self.free_code(self.community)

    @staticmethod
    def free_code(community: str) -> str:
        """The first grid code of a community that no grid ever had. Raises Refused when there is none."""
        used = set(Grid.objects.filter(prefix_q("code", community)).values_list("code", flat=True))
        codes = (f"{community}{serial:03d}" for serial in range(1, LAST_SERIAL + 1))
        found = next((code for code in codes if code not in used), None)
        if found is None:
            raise Refused(_("There is no free grid number left there."))
        return found


def redraw(ground: Ground, code: str, drawn: BaseGeometry, *, follow: bool) -> Plan:
    """The grid gets a new border. With `follow` its neighbours give and take the ground, so that no gap appears."""
    others = ground.others(code)
    drawn = geometry.snapped(drawn, others.values())
    ground.check_inside(drawn)
    borders, notes = {code: drawn}, []
    old = ground.shapes.get(code)
    for other, shape in others.items():
        shared = square_metres(shape.intersection(drawn))
        if shared < SLIVER:
            continue
        if not follow:
            raise Refused(_overlap(ground.grids[other], shared), "boundary")
        borders[other] = _less(shape, drawn, ground.grids[other])
    left = geometry.tidy(old.difference(drawn)) if old is not None else shapely.Polygon()
    for piece in (piece for piece in parts(left) if square_metres(piece) >= SLIVER):
        taker = _taker(piece, {other: borders.get(other, shape) for other, shape in others.items()}) if follow else ""
        if taker:
            borders[taker] = geometry.tidy(shapely.union_all([borders.get(taker, others[taker]), piece]))
        else:
            notes.append(_("About {size} m² are covered by no grid then.").format(size=f"{square_metres(piece):.0f}"))
    notes += [_apart(ground, other, shape) for other, shape in borders.items() if len(parts(shape)) > 1]
    return Plan(borders, _moves(ground, borders), notes=notes)


def draw(ground: Ground, drawn: BaseGeometry, *, code: str, follow: bool) -> Plan:
    """A new grid on ground that no grid has, and with `follow` also on ground that its neighbours give."""
    plan = redraw(ground, code, drawn, follow=follow)
    return Plan(plan.borders, plan.moved, notes=plan.notes, fresh=code)


def split(ground: Ground, code: str, line: BaseGeometry) -> Plan:
    """A line cuts the grid in two. The part with more dwellings keeps the code, the other gets the next free one."""
    if code not in ground.shapes:
        raise Refused(_("This grid has no border yet. Draw it first."))
    pieces = geometry.cut(ground.shapes[code], line)
    pieces = [piece for piece in pieces if square_metres(piece) >= SLIVER]
    if len(pieces) != 2:
        raise Refused(
            _("The line cuts the grid into {count} parts. Draw it from border to border, so that it cuts once.").format(
                count=len(pieces)
            ),
            "line",
        )
    standing = registry.standing([code])
    weights = [sum(row.dwellings for row in standing if _stands(row, piece)) for piece in pieces]
    keeps, goes = pieces if weights[0] >= weights[1] else reversed(pieces)
    fresh = ground.next_code()
    moved = [registry.Moved(row.id, code, fresh) for row in standing if _stands(row, goes) and not _stands(row, keeps)]
    return Plan({code: keeps, fresh: goes}, moved, notes=_unplaced(standing), fresh=fresh)


def merge(ground: Ground, code: str, others: Collection[str]) -> Plan:
    """The grid takes others in, with all that stands in them."""
    gone = [ground.grids[other] for other in sorted(set(others)) if other in ground.grids and other != code]
    if not gone or len(gone) != len(set(others)):
        raise Refused(_("Choose the grids of this community that become part of it."), "others")
    shapes = [ground.shapes[one] for one in (code, *(grid.code for grid in gone)) if one in ground.shapes]
    whole = geometry.tidy(shapely.union_all(shapes)) if shapes else shapely.Polygon()
    if len(parts(whole)) > max(1, len(parts(ground.shapes.get(code, shapely.Polygon())))):
        raise Refused(_("These grids do not touch. Only neighbours can become one grid."), "others")
    moved = [registry.Moved(row.id, row.place_code, code) for row in registry.standing([grid.code for grid in gone])]
    return Plan({code: whole} if shapes else {}, moved, gone)


def chosen(ground: Ground, ids: Collection[uuid.UUID], to: str) -> Plan:
    """Buildings picked from a list go to a grid, wherever they stand."""
    standing = registry.standing([*ground.grids, ground.community + NO_GRID])
    going = [row for row in standing if row.id in set(ids)]
    if to not in ground.grids or not going or len(going) != len(set(ids)):
        raise Refused(_("Choose buildings of this community and the grid that they go to."), "buildings")
    moved = [registry.Moved(row.id, row.place_code, to) for row in going if row.place_code != to]
    shape = ground.shapes.get(to)
    far = [row for row in going if shape is not None and row.longitude is not None and not _stands(row, shape)]
    notes = [_("{address} stands outside the border of this grid.").format(address=row.address) for row in far[:5]]
    return Plan({}, moved, notes=notes)


def _moves(ground: Ground, borders: dict[str, BaseGeometry]) -> list[registry.Moved]:
    """Buildings whose ground changes hands. One that its list already puts elsewhere than it stands is left alone."""
    moved = []
    for row in registry.standing([*borders, ground.community + NO_GRID]):
        held = ground.shapes.get(row.place_code)
        if row.longitude is None or (held is not None and not _stands(row, held)):
            continue
        if row.place_code in borders and _stands(row, borders[row.place_code]):
            continue
        taker = next((code for code, shape in borders.items() if code != row.place_code and _stands(row, shape)), "")
        if taker and not (held is None and row.place_code in ground.grids):
            moved.append(registry.Moved(row.id, row.place_code, taker))
    return moved


def _less(shape: BaseGeometry, drawn: BaseGeometry, grid: Grid) -> BaseGeometry:
    rest = geometry.tidy(shape.difference(drawn))
    if square_metres(rest) < SLIVER:
        raise Refused(
            _("Nothing would be left of the grid {name}. Merge the two instead.").format(name=grid.name), "boundary"
        )
    return rest


def _taker(piece: BaseGeometry, others: dict[str, BaseGeometry]) -> str:
    """The neighbour with the longest common border; '' where none touches."""
    lengths = {code: geometry.shared_border(piece, shape) for code, shape in others.items()}
    best = max(sorted(lengths), key=lambda code: lengths[code], default="")
    return best if best and lengths[best] > geometry.STEP * 10 else ""


def _stands(row: registry.Standing, shape: BaseGeometry) -> bool:
    return row.longitude is not None and shape.intersects(shapely.Point(row.longitude, row.latitude))


def _overlap(grid: Grid, size: float) -> Any:
    return _("It would take about {size} m² from the grid {name} ({code}).").format(
        size=f"{size:.0f}", name=grid.name, code=grid.code
    )


def _apart(ground: Ground, code: str, shape: BaseGeometry) -> Any:
    name = ground.grids[code].name if code in ground.grids else code
    return _("The grid {name} would consist of {count} separate parts.").format(name=name, count=len(parts(shape)))


def _unplaced(standing: Sequence[registry.Standing]) -> list[Any]:
    count = sum(1 for row in standing if row.longitude is None)
    if not count:
        return []
    return [_("{count} buildings have no place on the map: they stay with the old code.").format(count=count)]
