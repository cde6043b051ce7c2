"""Reading the listing inside the viewer's areas. Names come with a look in the log; counts name nobody."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.census.frame.models import Building
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census, Phase
from domicile.apps.census.staff.granting import WORKING
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault import sealing

SEE = "view_answer"
Row = TypeVar("Row")


def at_doors(day: dt.date) -> "QuerySet[Census]":
    """Censuses for which people go to doors on a day: from the begin of the first such phase to the end of the last one.

    Between two phases is part of it: doors are looked at again then. One without days for such phases is there until its forms
    are destroyed.
    """
    phases = Phase.objects.filter(census=OuterRef("pk"), kind__in=WORKING)
    begun, left = Exists(phases.filter(begins_on__lte=day)), Exists(phases.filter(ends_on__gt=day))
    return Census.objects.exclude(destruction__done_at__isnull=False).filter(~Exists(phases) | (Q(begun) & Q(left)))


@dataclass(slots=True)
class Listed:
    """What was found somewhere, beside what the frame expects there."""

    code: str = ""
    buildings: int = 0
    frame_dwellings: int = 0
    frame_people: int = 0
    dwellings: int = 0
    empty: int = 0
    checked: int = 0
    households: int = 0
    people: int = 0

    def __iadd__(self, other: "Listed") -> "Listed":
        for name in self.__slots__[1:]:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self


def by_area(viewer: Viewer, census: Census) -> list[Listed]:
    """Each enumeration area inside the viewer's areas, by code. Three queries."""
    found: dict[str, Listed] = defaultdict(Listed)
    frame = restrict(Building.objects.filter(census=census), viewer).order_by().values_list("place_code")
    for code, count, dwellings, people in frame.annotate(Count("pk"), Sum("dwellings"), Sum("expected")):
        found[code] += Listed(buildings=count, frame_dwellings=dwellings, frame_people=people)
    doors = restrict(Dwelling.objects.filter(building__census=census), viewer).order_by().values_list("place_code")
    empty, checked = Count("pk", filter=Q(use="empty")), Count("pk", filter=Q(checked_on__isnull=False))
    for code, count, of_them, again in doors.annotate(listed=Count("pk"), empty=empty, checked=checked):
        found[code] += Listed(dwellings=count, empty=of_them, checked=again)
    homes = (
        restrict(Household.objects.filter(census=census, ended_on=None), viewer).order_by().values_list("place_code")
    )
    for code, count, people in homes.annotate(Count("pk"), Sum("expected")):
        found[code] += Listed(households=count, people=people)
    for code, one in found.items():
        one.code = code
    return [found[code] for code in sorted(found)]


def by_building(viewer: Viewer, census: Census, place_code: str) -> list[tuple[Building, Listed]]:
    """The buildings of an enumeration area by number, with what was found in each. Three queries. Raises OutOfReach."""
    if not viewer.covers(place_code) or not place_code.startswith(census.scope):
        raise OutOfReach
    rows = list(Building.objects.filter(census=census, place_code=place_code).order_by("number"))
    found = {
        one.pk: Listed(buildings=1, frame_dwellings=one.dwellings, frame_people=one.expected) for one in rows
    }  # fmt: skip
    doors = Dwelling.objects.filter(building__in=rows).order_by().values_list("building_id")
    empty, checked = Count("pk", filter=Q(use="empty")), Count("pk", filter=Q(checked_on__isnull=False))
    for key, count, of_them, again in doors.annotate(listed=Count("pk"), empty=empty, checked=checked):
        found[key] += Listed(dwellings=count, empty=of_them, checked=again)
    homes = Household.objects.filter(dwelling__building__in=rows, ended_on=None)
    for key, count, people in (
        homes.order_by().values_list("dwelling__building_id").annotate(Count("pk"), Sum("expected"))
    ):
        found[key] += Listed(households=count, people=people)
    return [(one, found[one.pk]) for one in rows]


def building(viewer: Viewer, pk: uuid.UUID) -> Building:
    """A building of the viewer's areas, with its census. Raises OutOfReach."""
    return _one(restrict(Building.objects.select_related("census"), viewer).filter(pk=pk).first())


def dwelling(viewer: Viewer, pk: uuid.UUID) -> Dwelling:
    """A dwelling of the viewer's areas, with building and census. Raises OutOfReach."""
    return _one(restrict(Dwelling.objects.select_related("building__census"), viewer).filter(pk=pk).first())


def household(viewer: Viewer, pk: uuid.UUID) -> Household:
    """A household of the viewer's areas, with dwelling, building and census. Raises OutOfReach."""
    rows = Household.objects.select_related("census", "dwelling__building__census", "split_from")
    found = restrict(rows, viewer).filter(pk=pk).first()
    if found is None:
        raise OutOfReach([pk])
    return found


def _one(found: Row | None) -> Row:
    if found is None:
        raise OutOfReach
    return found


def dwellings_of(row: Building) -> "QuerySet[Dwelling]":
    """The doors of a building that was found inside the viewer's areas."""
    return Dwelling.objects.filter(building=row)


def building_key(key: uuid.UUID) -> uuid.UUID | None:
    """The building in which a household or a dwelling of this key is listed, or that has it itself; None for no other."""
    home = Household.objects.filter(pk=key).values_list("dwelling__building_id", flat=True).first()
    found = home or Dwelling.objects.filter(pk=key).values_list("building_id", flat=True).first()
    return found or Building.objects.filter(pk=key).values_list("pk", flat=True).first()


@dataclass(slots=True)
class Door:
    """A dwelling with its households in their order; each with the name and the phone of its head."""

    dwelling: Dwelling
    households: list[tuple[Household, str, str]] = field(default_factory=list)


def doors(viewer: Viewer, within: "QuerySet[Dwelling]", question: str) -> list[Door]:
    """Dwellings by building and number with who is listed there, after the look is recorded. Five queries at most."""
    viewer.require(SEE)
    rows = list(restrict(within, viewer).select_related("building").order_by("building__number", "number"))
    homes = list(Household.objects.filter(dwelling__in=rows).order_by("serial"))
    record_look(viewer, question=question, persons=[one.pk for one in homes])
    names, phones = (sealing.open_many(homes, column) for column in ("head_name", "phone"))
    found = {one.pk: Door(one) for one in rows}
    for one in homes:
        found[one.dwelling_id].households.append((one, names[one.pk], phones[one.pk]))
    return list(found.values())


def head(viewer: Viewer, row: Household, question: str = "listing") -> tuple[str, str]:
    """The name of the head and the phone of one household, after the look is recorded."""
    viewer.require(SEE)
    record_look(viewer, question=question, persons=[row.pk])
    return sealing.open_value(row, "head_name"), sealing.open_value(row, "phone")
