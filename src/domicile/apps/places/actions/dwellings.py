"""Add a dwelling, correct its address, say how it is used, mark it demolished, give it another name."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.places import numbering, registry
from domicile.apps.places.actions.addresses import Rewritten, rewrite
from domicile.apps.places.actions.buildings import check_end, new_building
from domicile.apps.places.models import Building, Dwelling, FormerAddress
from domicile.apps.places.scope import building_in_scope, dwelling_in_scope
from domicile.apps.places.writing import Written, full_address, inside, typed
from domicile.core.addresses import AddressError, parse

LARGEST_AREA, MOST_ROOMS = Decimal("99999.99"), 200


@dataclass(frozen=True)
class AddDwelling:
    building_id: uuid.UUID
    unit: str = ""
    room: str = ""
    use: str = "unknown"


@dataclass(frozen=True)
class CorrectDwelling:
    """The whole address: the dwelling may turn out to be in another building, which is put on file when it is not."""

    dwelling_id: uuid.UUID
    street: str
    plate: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    keep_former: bool = True


@dataclass(frozen=True)
class SetParticulars:
    """`floor_area` in square metres as text, '' where not known, for proposals keep it as it was typed."""

    dwelling_id: uuid.UUID
    use: str
    floor_area: str = ""
    rooms: int | None = None


@dataclass(frozen=True)
class DemolishDwelling:
    """`on`: the first day on which the dwelling is there no longer."""

    dwelling_id: uuid.UUID
    on: dt.date


@dataclass(frozen=True)
class RestoreDwelling:
    dwelling_id: uuid.UUID


@dataclass(frozen=True)
class AddAlias:
    """Another name by which people know the dwelling; in use until told otherwise, or until a day."""

    dwelling_id: uuid.UUID
    text: str
    until: dt.date | None = None


@transaction.atomic
def add_dwelling(*, actor: Viewer, reason: str, evidence: str = "", arguments: AddDwelling) -> uuid.UUID:
    """Put a dwelling of a building on file; returns its id. Raises Refused where there is one at this address."""
    building = building_in_scope(actor, arguments.building_id, lock=True)
    if building.in_use_to is not None:
        raise Refused(_("The building is demolished: no dwelling is added to it."))
    like = building.dwellings.order_by("key").values_list("address", flat=True).first() or ""
    written = _inside(building, arguments.unit, arguments.room, like)
    _check_free(building, written)
    _check_use(arguments.use)
    dwelling = Dwelling(
        id=new_id(), building=building, place_code=building.place_code, unit=written.unit, room=written.room,
        key=written.dwelling_key, address=full_address(written.address, like, building.place_code)[:160],
        use=arguments.use,
    )  # fmt: skip
    with recording(
        actor=actor, action="places.add_dwelling", subject_kind="dwelling", subject_id=dwelling.pk,
        place_code=building.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        numbering.number_dwelling(dwelling)
        change.create(dwelling)
    return dwelling.pk


@transaction.atomic
def correct_dwelling(*, actor: Viewer, reason: str, evidence: str = "", arguments: CorrectDwelling) -> uuid.UUID:
    """Give a dwelling its right address, the old one kept as a former one where it was real.

    Raises Refused where another dwelling has the address, or where its building stands in another grid: who lives there
    would change hands, which a correction of an address must not do by the way.
    """
    dwelling = dwelling_in_scope(actor, arguments.dwelling_id, lock=True)
    written = typed(
        street=arguments.street, plate=arguments.plate, building=arguments.building, unit=arguments.unit,
        room=arguments.room,
    )  # fmt: skip
    old = dwelling.building
    if (written.building_key, written.dwelling_key) == (old.key, dwelling.key):
        raise Refused(_("This is the address on file already."), "room")
    with recording(
        actor=actor, action="places.correct_dwelling", subject_kind="dwelling", subject_id=dwelling.pk,
        place_code=dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        building = old
        if written.building_key != old.key:
            held = Building.objects.filter(community_code=old.community_code, key=written.building_key).first()
            if held is None:
                held = new_building(old.place_code, written)
                numbering.number_building(held)
                change.create(held)
            elif held.place_code != old.place_code:
                raise Refused(_("That building is in another grid. Put it into the right grid first."), "building")
            elif held.in_use_to is not None and dwelling.in_use_to is None:
                raise Refused(_("The building is demolished: no dwelling is added to it."), "building")
            building = held
        _check_free(building, written)
        old_key = f"{old.key}|{dwelling.key}"
        values = _new_values(dwelling, building, written)
        rewrite(
            [Rewritten(dwelling, values)], change, keep_former=arguments.keep_former, until=timezone.localdate(),
            old_keys=[old_key],
        )  # fmt: skip
    return dwelling.pk


@transaction.atomic
def set_particulars(*, actor: Viewer, reason: str, evidence: str = "", arguments: SetParticulars) -> uuid.UUID:
    """Say how a dwelling is used, how large it is and how many rooms it has. Raises Refused where a value cannot be."""
    dwelling = dwelling_in_scope(actor, arguments.dwelling_id, lock=True)
    _check_use(arguments.use)
    floor_area = checked_area(arguments.floor_area)
    if arguments.rooms is not None and not 0 < arguments.rooms <= MOST_ROOMS:
        raise Refused(_("Give the number of rooms, at least 1; leave it empty where it is not known."), "rooms")
    if arguments.use != dwelling.use:
        registry.check_change(dwelling, use=arguments.use, in_use_to=dwelling.in_use_to)
    same = (dwelling.use, dwelling.floor_area, dwelling.rooms) == (arguments.use, floor_area, arguments.rooms)
    if same:
        raise Refused(_("Nothing was changed: this is what is on file."), "use")
    with recording(
        actor=actor, action="places.set_particulars", subject_kind="dwelling", subject_id=dwelling.pk,
        place_code=dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.update(dwelling, use=arguments.use, floor_area=floor_area, rooms=arguments.rooms)
    return dwelling.pk


@transaction.atomic
def demolish_dwelling(*, actor: Viewer, reason: str, evidence: str = "", arguments: DemolishDwelling) -> uuid.UUID:
    """End a dwelling. Nobody is moved or struck off: whoever is still on file there is listed."""
    dwelling = dwelling_in_scope(actor, arguments.dwelling_id, lock=True)
    check_end(dwelling.in_use_from, dwelling.in_use_to, arguments.on)
    registry.check_change(dwelling, use=dwelling.use, in_use_to=arguments.on)
    with recording(
        actor=actor, action="places.demolish_dwelling", subject_kind="dwelling", subject_id=dwelling.pk,
        place_code=dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.update(dwelling, in_use_to=arguments.on)
    return dwelling.pk


@transaction.atomic
def restore_dwelling(*, actor: Viewer, reason: str, evidence: str = "", arguments: RestoreDwelling) -> uuid.UUID:
    """Take the end of a dwelling back. Raises Refused while its building is demolished."""
    dwelling = dwelling_in_scope(actor, arguments.dwelling_id, lock=True)
    if dwelling.in_use_to is None:
        raise Refused(_("The dwelling stands: there is nothing to take back."))
    if dwelling.building.in_use_to is not None:
        raise Refused(_("Its building is demolished. Take that back first."))
    with recording(
        actor=actor, action="places.restore_dwelling", subject_kind="dwelling", subject_id=dwelling.pk,
        place_code=dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.update(dwelling, in_use_to=None)
    return dwelling.pk


@transaction.atomic
def add_alias(*, actor: Viewer, reason: str, evidence: str = "", arguments: AddAlias) -> uuid.UUID:
    """Keep another or a former address of a dwelling, by which it is found. Raises Refused when it cannot be read."""
    dwelling = dwelling_in_scope(actor, arguments.dwelling_id, lock=True)
    text = arguments.text.strip()
    try:
        key = parse(text).address.key()
    except AddressError:
        raise Refused(_("This cannot be read as an address. Write it as 人民路12号3幢2单元501室."), "text") from None
    own = f"{dwelling.building.key}|{dwelling.key}"
    if key == own or FormerAddress.objects.filter(dwelling=dwelling, key=key).exists():
        raise Refused(_("The dwelling is found by this address already."), "text")
    with recording(
        actor=actor, action="places.add_alias", subject_kind="dwelling", subject_id=dwelling.pk,
        place_code=dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.create(FormerAddress(dwelling=dwelling, text=text[:160], key=key[:200], until=arguments.until))
    return dwelling.pk


def checked_area(text: str) -> Decimal | None:
    """The floor area in square metres, None for ''. Raises Refused."""
    if not text.strip():
        return None
    try:
        value = Decimal(text.strip()).quantize(Decimal("0.01"))
    except ArithmeticError:
        value = Decimal(0)
    if not value.is_finite() or not 0 < value <= LARGEST_AREA:
        raise Refused(
            _("Give the floor area in square metres, such as 89.5; leave it empty if not known."), "floor_area"
        )
    return value


def _inside(building: Building, unit: str, room: str, like: str) -> Written:
    if not unit.strip() and not room.strip() and like:
        raise Refused(_("Enter the room: there are other dwellings in this building."), "room")
    return inside(building, unit, room, like)


def _check_free(building: Building, written: Written) -> None:
    if Dwelling.objects.filter(building=building, key=written.dwelling_key).exists():
        raise Refused(_("There is a dwelling at this address already."), "room")


def _check_use(use: str) -> None:
    if use not in Dwelling.Use.values:
        raise Refused(_("Choose the use from the list."), "use")


def _new_values(dwelling: Dwelling, building: Building, written: Written) -> dict[str, Any]:
    """The columns of a dwelling that gets another address; in another building it gets another number."""
    held = Dwelling(pk=dwelling.pk, building=building, unit=written.unit)
    numbering.number_dwelling(held)
    stays = building.pk == dwelling.building_id
    number = dwelling.number if stays and dwelling.number else held.number
    # The others do not tell the number of an entrance that nobody else uses.
    same_entrance = stays and written.unit == dwelling.unit and dwelling.unit_number is not None
    unit_number = dwelling.unit_number if same_entrance else held.unit_number
    return {
        "building": building,
        "unit": written.unit,
        "room": written.room,
        "key": written.dwelling_key,
        "address": full_address(written.address, dwelling.address, building.place_code)[:160],
        "unit_number": unit_number,
        "number": number,
    }
