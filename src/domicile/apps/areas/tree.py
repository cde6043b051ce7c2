"""Reads of areas for the screens: the tree, a card, the areas of a past day. They name nobody: no look is recorded."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar

from django.db.models import Q, QuerySet

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.areas import registry
from domicile.apps.areas.models import Area, AreaChange, Grid
from domicile.apps.areas.selectors import chain
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import AreaCode

Row = TypeVar("Row", Area, Grid)


@dataclass
class Node:
    """An area of the tree with what is inside it. `dwellings` is None where the figure cannot be told apart."""

    area: Area
    dwellings: int | None = 0
    grid_count: int = 0
    children: list["Node"] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """A change that an area came from or went into: the other code, and its name on that day."""

    kind: str
    on: dt.date
    code: str
    name: str


def valid_on(rows: "QuerySet[Row]", on: dt.date) -> "QuerySet[Row]":
    """The rows with valid_from <= on < valid_to."""
    return rows.filter(valid_from__lte=on).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def areas_on(viewer: Viewer, on: dt.date) -> "QuerySet[Area]":
    """The areas of a day inside the viewer's areas and those that these lie in, by code, without their polygons."""
    viewer.require("view_areas")
    inside = scope_q(viewer, "code")
    above = [code for scope in viewer.scopes for code in chain(scope)]
    reach = Q(code__in=above) if inside is None else Q(code__in=above) | inside
    return valid_on(Area.objects.filter(reach), on).defer("boundary").order_by("code")


def grids_on(viewer: Viewer, on: dt.date) -> "QuerySet[Grid]":
    """The grids of a day inside the viewer's areas, by code, without their polygons."""
    viewer.require("view_areas")
    return valid_on(restrict(Grid.objects.all(), viewer, "code"), on).defer("boundary").order_by("code")


def tree(viewer: Viewer, on: dt.date) -> list[Node]:
    """The areas of a day as a tree with the dwellings of today that lie in each. A fixed number of queries."""
    nodes = {area.code: Node(area) for area in areas_on(viewer, on)}
    for grid in grids_on(viewer, on):
        for code in chain(grid.code)[:-1]:
            if code in nodes:
                nodes[code].grid_count += 1
        holder = nodes.get(grid.code[:12])
        if holder is not None:
            holder.grids.append(grid)
    for code, count in dwellings_on(viewer, on, nodes).items():
        nodes[code].dwellings = count
    roots: list[Node] = []
    for code, node in nodes.items():
        above = next((nodes[step] for step in reversed(chain(code)[:-1]) if step in nodes), None)
        (roots if above is None else above.children).append(node)
    return roots


def dwellings_on(viewer: Viewer, on: dt.date, codes: Iterable[str]) -> dict[str, int | None]:
    """Today's dwellings by the areas of a day: None where areas that were apart then have been merged since.

    What is split or recoded since then is added up again under the area of that day.
    """
    today = registry.dwellings(viewer)
    by_community: dict[str, int] = defaultdict(int)
    for code, count in today.items():
        by_community[code[:12]] += count
    later = changes_after(on)
    if not later:
        return {code: _below(by_community, AreaCode(code).prefix) for code in codes}
    then = {area.code for area in valid_on(Area.objects.filter(level=Area.Level.VILLAGE), on).only("code")}
    then |= {code for code in by_community if not any(code in {row.from_code, row.to_code} for row in later)}
    figures: dict[str, int | None] = {}
    for code in codes:
        prefix = AreaCode(code).prefix
        now = codes_today({community for community in then if community.startswith(prefix)}, later)
        figures[code] = None if now is None else sum(by_community.get(community, 0) for community in now)
    return figures


def _below(counts: Mapping[str, int], prefix: str) -> int:
    return sum(count for code, count in counts.items() if code.startswith(prefix))


def changes_after(on: dt.date) -> list[AreaChange]:
    """The changes that took effect after the day, oldest first."""
    return list(AreaChange.objects.filter(on__gt=on).order_by("on", "kind", "to_code", "from_code"))


def codes_today(codes: set[str], later: Iterable[AreaChange]) -> set[str] | None:
    """The community codes under which what lay in `codes` is kept after the changes `later`, oldest first.

    None where part of it cannot be told from what came in by a merge.
    """
    now = set(codes)
    for _day, on_day in groupby(later, key=lambda row: row.on):
        rows = list(on_day)
        gone = {row.from_code for row in rows if row.kind == AreaChange.Kind.RECODE and row.from_code in now}
        come = {row.to_code for row in rows if row.kind == AreaChange.Kind.RECODE and row.from_code in now}
        now = (now - gone) | come
        now |= {row.to_code for row in rows if row.kind == AreaChange.Kind.SPLIT and row.from_code in now}
        for target in {row.to_code for row in rows if row.kind == AreaChange.Kind.MERGE}:
            sources = {row.from_code for row in rows if row.kind == AreaChange.Kind.MERGE and row.to_code == target}
            if sources & now:
                if not sources <= now:
                    return None
                now = (now - sources) | {target}
    return now


def area(viewer: Viewer, area_id: uuid.UUID) -> Area:
    """An area inside the viewer's areas or above them. Raises OutOfReach."""
    viewer.require("view_areas")
    found = Area.objects.defer("boundary").filter(pk=area_id).first()
    above = {code for scope in viewer.scopes for code in chain(scope)}
    if found is None or not (viewer.covers(found.code) or found.code in above):
        raise OutOfReach
    return found


def grid(viewer: Viewer, grid_id: uuid.UUID) -> Grid:
    """A grid inside the viewer's areas. Raises OutOfReach."""
    viewer.require("view_areas")
    found = restrict(Grid.objects.defer("boundary"), viewer, "code").filter(pk=grid_id).first()
    if found is None:
        raise OutOfReach
    return found


def predecessors(of: Area) -> list[Step]:
    """What the area came from, the latest first."""
    rows = AreaChange.objects.filter(to_code=of.code, on=of.valid_from).order_by("-on", "from_code")
    merged = AreaChange.objects.filter(to_code=of.code, kind=AreaChange.Kind.MERGE, on__gt=of.valid_from)
    if of.valid_to is not None:
        merged = merged.filter(on__lte=of.valid_to)
    return _steps([*merged.exclude(from_code=of.code).order_by("-on", "from_code"), *rows], back=True)


def successors(of: Area) -> list[Step]:
    """What the area became, the latest first: at its end, or a part of it while it goes on."""
    rows = AreaChange.objects.filter(from_code=of.code, on__gt=of.valid_from)
    if of.valid_to is not None:
        rows = rows.filter(on__lte=of.valid_to)
        return _steps(list(rows.order_by("-on", "to_code")), back=False)
    return _steps(list(rows.exclude(to_code=of.code).order_by("-on", "to_code")), back=False)


def _steps(rows: list[AreaChange], *, back: bool) -> list[Step]:
    codes = {row.from_code if back else row.to_code for row in rows}
    bearers: dict[str, list[Area]] = defaultdict(list)
    for bearer in Area.objects.filter(code__in=codes).defer("boundary").order_by("valid_from"):
        bearers[bearer.code].append(bearer)

    def name(code: str, on: dt.date) -> str:
        then = [row for row in bearers[code] if (row.valid_from < on if back else row.valid_from <= on)]
        return then[-1].name if then else ""

    pairs = [(row, row.from_code if back else row.to_code) for row in rows]
    return [Step(row.kind, row.on, code, name(code, row.on)) for row, code in pairs]


def children(viewer: Viewer, of: Area, on: dt.date) -> list[Area]:
    """The areas right below, on a day, inside the viewer's areas."""
    return [row for row in areas_on(viewer, on) if (chain(row.code)[-2:-1] or [""])[0] == of.code]


def grids_of(viewer: Viewer, of: Area, on: dt.date) -> list[Grid]:
    """The grids of a community or township on a day, inside the viewer's areas."""
    return list(grids_on(viewer, on).filter(code__gte=of.code + "000", code__lte=of.code + "999"))
