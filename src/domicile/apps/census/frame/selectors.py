"""Reads of the frame: its communities, files and plans. None of it names anybody: no look is recorded."""

import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Substr

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.frame import policies
from domicile.apps.census.frame.models import Building, Division, FrameFile, Stairwell
from domicile.apps.census.plan.models import Census
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks.models import Progress
from domicile.core.codes.areas import NO_GRID

COMMUNITY, PLACE = 12, 15


@dataclass(frozen=True, slots=True)
class Row:
    """A community of the frame: what is expected there, how many areas it has today, and how its plans stand."""

    code: str
    name: str
    buildings: int
    dwellings: int
    people: int
    areas: int
    undivided: int
    plans: dict[str, int]


def communities(viewer: Viewer, census: Census) -> list[Row]:
    """The communities with buildings inside the viewer's areas, by code. Four queries."""
    viewer.require(policies.VIEW)
    rows = restrict(Building.objects.filter(census=census), viewer).annotate(area=Substr("place_code", 1, COMMUNITY))
    none = Q(place_code__endswith=NO_GRID)
    found = rows.values("area").annotate(
        buildings=Count("pk"), doors=Sum("dwellings"), people=Sum("expected"), undivided=Count("pk", filter=none),
        grids=Count("place_code", distinct=True, filter=~none),
    )  # fmt: skip
    counted = list(found.order_by("area"))
    names = names_of([row["area"] for row in counted])
    plans: dict[str, dict[str, int]] = defaultdict(dict)
    for code, state, count in (
        Division.objects.filter(census=census).values_list("community", "state").annotate(count=Count("pk")).order_by()
    ):
        plans[code][state] = count
    return [
        Row(row["area"], names.get(row["area"], row["area"]), row["buildings"], row["doors"], row["people"], row["grids"],
            row["undivided"], plans[row["area"]])
        for row in counted
    ]  # fmt: skip


def community(viewer: Viewer, census: Census, code: str) -> str:
    """The name of a community of the census that lies in, or holds, one of the viewer's areas. Raises OutOfReach."""
    viewer.require(policies.VIEW)
    near = viewer.covers(code) or any(scope.startswith(code) for scope in viewer.scopes)
    if len(code) != COMMUNITY or not code.startswith(census.scope) or not near:
        raise OutOfReach
    name = Area.objects.filter(code=code, valid_to=None).values_list("name", flat=True).first()
    if name is None:
        raise OutOfReach
    return name


def files(viewer: Viewer, census: Census) -> "QuerySet[FrameFile]":
    """Files of the frame that the viewer may open, the last first; without what they say."""
    rows = FrameFile.objects.filter(census=census).defer("content").order_by("-uploaded_at", "-pk")
    return rows if policies.may_keep(viewer, census.scope) else rows.filter(uploaded_by=viewer.user_id)


def file(viewer: Viewer, file_id: uuid.UUID) -> FrameFile:
    """A file of the frame. Raises NotAllowed."""
    row = FrameFile.objects.select_related("census").defer("content").filter(pk=file_id).first()
    policies.check_file(viewer, row)
    if row is None:
        raise OutOfReach
    return row


def progress(row: FrameFile) -> tuple[int, int]:
    """How many rows are done, of how many; (0, 0) before the first."""
    held = Progress.objects.filter(pk=row.pk).first()
    return (held.done, held.total) if held else (0, 0)


def plans(census: Census, code: str) -> list[Division]:
    """The plans of a community, the last first, without their labels. One query."""
    rows = Division.objects.filter(census=census, community=code).defer("labels").select_related("of")
    return list(rows.order_by("-serial"))


def plan(viewer: Viewer, division_id: uuid.UUID) -> Division:
    """A plan of a community that lies in the viewer's areas. Raises NotAllowed."""
    viewer.require(policies.VIEW)
    row = Division.objects.select_related("census", "of").filter(pk=division_id).first()
    if row is None or not viewer.covers(row.community):
        raise OutOfReach
    return row


def areas(viewer: Viewer, census: Census, code: str) -> list[tuple[Grid, int, int, int]]:
    """The enumeration areas of a community inside the viewer's: area, buildings, dwellings and people expected. Three queries."""
    inside = prefix_q("place_code", code)
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    houses = Building.objects.filter(inside, census=census)
    stairs = Stairwell.objects.filter(inside, building__census=census).select_related("building")
    divided: set[uuid.UUID] = set()
    by_house: dict[uuid.UUID, list[Stairwell]] = defaultdict(list)
    for row in stairs:
        by_house[row.building_id].append(row)
    for key, own in by_house.items():
        if len({row.place_code for row in own}) > 1:
            divided.add(key)
            for stair in own:
                _add(counts[stair.place_code], 0, stair.dwellings, stair.expected)
            for place in {stair.place_code for stair in own}:
                counts[place][0] += 1
    for house in houses:
        if house.pk not in divided:
            _add(counts[house.place_code], 1, house.dwellings, house.expected)
    grids = restrict(Grid.objects.filter(prefix_q("code", code), valid_to=None, tier=Grid.Tier.SMALL), viewer, "code")
    rows = [(grid, counts[grid.code]) for grid in grids.defer("boundary").order_by("code") if grid.code in counts]
    return [(grid, *of) for grid, of in rows]  # type: ignore[misc]


def _add(counts: list[int], *values: int) -> None:
    for place, value in enumerate(values):
        counts[place] += value
