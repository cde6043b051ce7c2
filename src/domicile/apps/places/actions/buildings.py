"""Add a building, correct its address, mark it demolished and take that back."""

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.models import Area, Grid
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.places import numbering, registry
from domicile.apps.places.actions.addresses import Rewritten, rewrite
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.places.scope import building_in_scope
from domicile.apps.places.writing import Written, full_address, plain, typed
from domicile.core.codes.areas import NO_GRID

COMMUNITY = 12


@dataclass(frozen=True)
class AddBuilding:
    """`place_code`: the grid, or the community and 000 where no grid is known."""

    place_code: str
    street: str
    plate: str = ""
    building: str = ""


@dataclass(frozen=True)
class CorrectBuilding:
    """`keep_former`: the old address was a real one and stays findable; else it was a slip."""

    building_id: uuid.UUID
    street: str
    plate: str = ""
    building: str = ""
    keep_former: bool = True


@dataclass(frozen=True)
class DemolishBuilding:
    """`on`: the first day on which the building stands no longer. Its dwellings end with it."""

    building_id: uuid.UUID
    on: dt.date


@dataclass(frozen=True)
class RestoreBuilding:
    """It was not demolished after all. Dwellings that ended with it stand again."""

    building_id: uuid.UUID


@transaction.atomic
def add_building(*, actor: Viewer, reason: str, evidence: str = "", arguments: AddBuilding) -> uuid.UUID:
    """Put a building on file, with its codes; returns its id. Raises Refused where there is one at this address."""
    place = _place(actor, arguments.place_code)
    written = typed(street=arguments.street, plate=arguments.plate, building=arguments.building)
    check_free(place[:COMMUNITY], written.building_key)
    building = new_building(place, written)
    with recording(
        actor=actor, action="places.add_building", subject_kind="building", subject_id=building.pk,
        place_code=place, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        numbering.number_building(building)
        change.create(building)
    return building.pk


@transaction.atomic
def correct_building(*, actor: Viewer, reason: str, evidence: str = "", arguments: CorrectBuilding) -> uuid.UUID:
    """Give a building another street, number or name; its dwellings follow, their old addresses kept.

    Raises Refused where that is the address on file, or that of another building.
    """
    building = building_in_scope(actor, arguments.building_id, lock=True)
    written = typed(street=arguments.street, plate=arguments.plate, building=arguments.building)
    if written.building_key == building.key:
        raise Refused(_("This is the address on file already."), "street")
    check_free(building.community_code, written.building_key)
    with recording(
        actor=actor, action="places.correct_building", subject_kind="building", subject_id=building.pk,
        place_code=building.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        old_key = building.key
        moved = Building(
            pk=building.pk, community_code=building.community_code, code=building.code, street=written.street,
            plate=written.plate,
        )  # fmt: skip
        numbering.number_building(moved)
        change.update(
            building, street=written.street, plate=written.plate, name=written.building, key=written.building_key,
            lies_on=moved.lies_on, number_plate=moved.number_plate, code=moved.code,
        )  # fmt: skip
        readdress(building, old_key, written, change, keep_former=arguments.keep_former)
    return building.pk


@transaction.atomic
def demolish_building(*, actor: Viewer, reason: str, evidence: str = "", arguments: DemolishBuilding) -> uuid.UUID:
    """End a building and its dwellings. Nobody is moved or struck off: whoever is still on file there is listed."""
    building = building_in_scope(actor, arguments.building_id, lock=True)
    check_end(building.in_use_from, building.in_use_to, arguments.on)
    with recording(
        actor=actor, action="places.demolish_building", subject_kind="building", subject_id=building.pk,
        place_code=building.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.update(building, in_use_to=arguments.on)
        rows = list(building.dwellings.select_for_update().filter(in_use_to=None).order_by("key"))
        for dwelling in rows:
            registry.check_change(dwelling, use=dwelling.use, in_use_to=arguments.on)
        change.update_many(rows, in_use_to=arguments.on)
    return building.pk


@transaction.atomic
def restore_building(*, actor: Viewer, reason: str, evidence: str = "", arguments: RestoreBuilding) -> uuid.UUID:
    """Take the end of a building back, and that of the dwellings that ended on the same day."""
    building = building_in_scope(actor, arguments.building_id, lock=True)
    if building.in_use_to is None:
        raise Refused(_("The building stands: there is nothing to take back."))
    with recording(
        actor=actor, action="places.restore_building", subject_kind="building", subject_id=building.pk,
        place_code=building.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        ended = building.in_use_to
        change.update(building, in_use_to=None)
        rows = list(building.dwellings.select_for_update().filter(in_use_to=ended).order_by("key"))
        change.update_many(rows, in_use_to=None)
    return building.pk


def readdress(building: Building, old_key: str, written: Written, change: Recorder, *, keep_former: bool) -> None:
    """Write the addresses of a building's dwellings anew."""
    rows = list(Dwelling.objects.select_for_update(of=("self",)).filter(building=building).order_by("key"))
    given = [Rewritten(row, readdressed(row, written, building.place_code)) for row in rows]
    keys = [f"{old_key}|{row.key}" for row in rows]
    rewrite(given, change, keep_former=keep_former, until=timezone.localdate(), old_keys=keys)


def readdressed(dwelling: Dwelling, written: Written, place_code: str) -> dict[str, str]:
    """The columns of a dwelling whose building gets another address."""
    inside = replace(
        written.address,
        unit=plain(dwelling.unit, "单元", "门", "梯") or None,
        room=plain(dwelling.room, "室", "房", "户") or None,
        floor=f"{dwelling.key.rpartition('|')[2].partition('F')[0]}" if _only_floor(dwelling) else None,
    )
    return {"address": full_address(inside, dwelling.address, place_code)[:160]}


def _only_floor(dwelling: Dwelling) -> bool:
    room = dwelling.key.rpartition("|")[2].partition("~")[0]
    return not dwelling.room and room.endswith("F")


def new_building(place_code: str, written: Written) -> Building:
    """A building in the grid of its place code, not stored yet."""
    grid = None if place_code.endswith(NO_GRID) else Grid.objects.filter(code=place_code, valid_to=None).first()
    return Building(
        id=new_id(), community_code=place_code[:COMMUNITY], place_code=place_code, grid=grid, street=written.street,
        plate=written.plate, name=written.building, key=written.building_key,
    )  # fmt: skip


def check_free(community: str, key: str) -> None:
    """Raise Refused where another building of the community has this address."""
    if Building.objects.filter(community_code=community, key=key).exists():
        raise Refused(_("There is a building at this address already."), "building")


def check_end(begun: dt.date | None, ended: dt.date | None, on: dt.date) -> None:
    """Raise Refused where something cannot end on this day."""
    if ended is not None:
        raise Refused(_("It is marked as demolished already, since {day}.").format(day=ended), "on")
    if on > timezone.localdate():
        raise Refused(_("This day lies in the future."), "on")
    if begun is not None and on <= begun:
        raise Refused(_("It was built on {day}: choose a later day.").format(day=begun), "on")


def _place(actor: Viewer, code: str) -> str:
    """The place code, when there is such a grid or community inside the actor's areas. Raises OutOfReach, Refused."""
    if len(code) != COMMUNITY + 3 or not actor.covers(code):
        raise OutOfReach
    if code.endswith(NO_GRID):
        there = Area.objects.filter(code=code[:COMMUNITY], level=Area.Level.VILLAGE, valid_to=None).exists()
    else:
        there = Grid.objects.filter(code=code, valid_to=None).exists()
    if not there:
        raise Refused(_("There is no such community or grid any more. Choose another."), "place_code")
    return code
