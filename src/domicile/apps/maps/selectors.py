"""Reads for the panels beside the map: a building with its dwellings, its people, and what follows from a plan."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from shapely.geometry import shape

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Grid
from domicile.apps.areas.selectors import trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.maps import counting, policies
from domicile.apps.people.models import Household, Spell
from domicile.apps.people.selectors.lines import PersonLine, person_lines
from domicile.apps.places import words
from domicile.apps.places.models import Building, Dwelling

#: Dwellings and people shown at once; a dormitory has thousands.
MOST = 300


@dataclass(frozen=True, slots=True)
class DwellingRow:
    """A dwelling of the building. People are counted only for who may see them: the count of the building and those
    of its other dwellings would tell a hidden one."""

    id: uuid.UUID
    address: str
    use: str
    people: int | None


@dataclass(frozen=True)
class BuildingPanel:
    """What the map shows of a building. `counts` are people, households and dwellings as they may be shown."""

    building: Building
    label: str
    trail: list[str]
    counts: counting.Counts
    dwellings: list[DwellingRow]
    cut: bool


@dataclass(frozen=True, slots=True)
class Home:
    """The people who live at a dwelling."""

    id: uuid.UUID
    address: str
    people: list[PersonLine]


@dataclass(frozen=True, slots=True)
class Following:
    """How much changes grid with some buildings."""

    buildings: list[tuple[str, str, str]]
    dwellings: int
    households: int


def reach_building(viewer: Viewer, building_id: uuid.UUID) -> Building:
    """The building, when it lies inside the viewer's areas. Raises NotAllowed without `view_areas`, OutOfReach."""
    viewer.require(policies.VIEW)
    found = restrict(Building.objects.select_related("grid"), viewer).filter(pk=building_id).first()
    if found is None:
        raise OutOfReach
    return found


def label(building: Building) -> str:
    """The address of a building as it stands on its wall: 人民路12号3栋."""
    return written(building.street, building.plate, building.name) or building.key


def written(street: str, plate: str, name: str) -> str:
    """The same from its parts; '' for none."""
    return f"{street}{plate}{'号' if plate.isdigit() else ''}{name}{'栋' if name.isdigit() else ''}"


def natural(text: str) -> list[tuple[int, int | str]]:
    """Sorts 2号 before 10号."""
    parts: list[tuple[int, int | str]] = []
    digits = ""
    for character in text + " ":
        if character.isascii() and character.isdigit():
            digits += character
            continue
        if digits:
            parts.append((0, int(digits)))
            digits = ""
        parts.append((1, character))
    return parts


def building_panel(viewer: Viewer, building_id: uuid.UUID, *, today: dt.date) -> BuildingPanel:
    """The panel of a building. It names nobody, and counts people as the map does."""
    building = reach_building(viewer, building_id)
    counted = counting.people_by_dwelling(building.pk) if policies.sees_exact(viewer) else None
    rows = list(Dwelling.objects.filter(building=building, in_use_to=None).order_by("key", "id")[: MOST + 1])
    lines = []
    for row in rows[:MOST]:
        people = counted.get(row.pk, 0) if counted is not None else None
        lines.append(DwellingRow(row.pk, row.address, words.use(row.use), people))
    own = counting.of_building(viewer, building.pk, today)
    trail = trails([building.place_code]).get(building.place_code, [])
    return BuildingPanel(building, label(building), trail, own, lines, len(rows) > MOST)


def building_people(viewer: Viewer, building_id: uuid.UUID, *, today: dt.date) -> tuple[Building, list[Home], bool]:
    """Who lives in a building, by dwelling, after the look is recorded. Raises NotAllowed without `view_person`."""
    viewer.require(policies.PEOPLE)
    building = reach_building(viewer, building_id)
    stays = Spell.objects.filter(dwelling__building=building, end=None).order_by("dwelling__key", "person_id")
    rows = list(stays.values_list("person_id", "dwelling_id", "dwelling__address")[: MOST + 1])
    lines = person_lines(viewer, list(dict.fromkeys(row[0] for row in rows[:MOST])), today=today)
    record_look(viewer, question="building", persons=list(lines))
    homes: dict[uuid.UUID, Home] = {}
    for person, dwelling, address in rows[:MOST]:
        home = homes.setdefault(dwelling, Home(dwelling, address, []))
        if person in lines:
            home.people.append(lines[person])
    return building, list(homes.values()), len(rows) > MOST


def following(moved: Collection[tuple[uuid.UUID, str, str]]) -> Following:
    """What goes along when buildings go from one grid to another: (building, old code, new code). Three queries."""
    codes = {key: (old, new) for key, old, new in moved}
    rows = Building.objects.filter(pk__in=list(codes)).order_by("place_code", "key")
    return Following(
        buildings=[(label(row), *codes[row.pk]) for row in rows],
        dwellings=Dwelling.objects.filter(building__in=list(codes), in_use_to=None).count(),
        households=Household.objects.filter(
            dwelling__building__in=list(codes), side=Household.Side.LIVING, ended_on=None
        ).count(),
    )


def buildings_of(viewer: Viewer, community: str) -> dict[str, list[Building]]:
    """The buildings in use of a community inside the viewer's areas, by place code."""
    viewer.require(policies.VIEW)
    found: dict[str, list[Building]] = defaultdict(list)
    rows = restrict(Building.objects.filter(community_code=community, in_use_to=None), viewer)
    for row in rows.order_by("place_code", "key"):
        found[row.place_code].append(row)
    return dict(found)


def grid_panel(
    viewer: Viewer, grid: Grid, *, today: dt.date
) -> tuple[counting.Counts, list[tuple[Building, counting.Counts]]]:
    """The counts of a grid and of its buildings, as the map shows them. Four queries."""
    viewer.require(policies.VIEW)
    rows = restrict(Building.objects.filter(place_code=grid.code, in_use_to=None), viewer)
    buildings = sorted(rows, key=lambda row: (natural(label(row)), row.pk))
    counted = counting.by_building(replace(viewer, scopes=(grid.code,)), today)
    return counted.total(row.pk for row in buildings), [(row, counted.building(row.pk)) for row in buildings]


def middle(geometry: dict[str, Any] | None) -> str:
    """A point of a geometry as "longitude,latitude" for an address of the map; '' where there is none."""
    if geometry is None:
        return ""
    point = shape(geometry).representative_point()
    return f"{point.x:.6f},{point.y:.6f}"
