"""Add, correct and close units. Each takes effect at once or is proposed (collect.actions.submit)."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Building, Dwelling, Unit
from domicile.apps.places.units.words import KINDS, SMALL_PLACE
from domicile.apps.places.writing import building_address
from domicile.apps.vault.sealing import seal
from domicile.core.codes.areas import NO_GRID
from domicile.core.codes.credit import CreditCodeError, parse_credit_code
from domicile.core.codes.lists import code_list
from domicile.core.codes.phones import PhoneError, parse_phone

ADD, CORRECT, CLOSE = "places.add_unit", "places.correct_unit", "places.close_unit"
ACTIONS = (ADD, CORRECT, CLOSE)
COMMUNITY = 12


@dataclass(frozen=True)
class AddUnit:
    """A unit in a dwelling, else in a building, else at an address of a place code (12 or 15 digits)."""

    unit_id: uuid.UUID
    name: str
    kind: str
    dwelling_id: uuid.UUID | None = None
    building_id: uuid.UUID | None = None
    address: str = ""
    place_code: str = ""
    credit_code: str = ""
    responsible: str = ""
    phone: str = ""
    employees: int | None = None
    lodged: int | None = None
    since: dt.date | None = None
    remark: str = ""


@dataclass(frozen=True)
class CorrectUnit:
    """All particulars as they shall stand. An empty phone keeps the one on file, unless `no_phone`."""

    unit_id: uuid.UUID
    name: str
    kind: str
    credit_code: str = ""
    responsible: str = ""
    phone: str = ""
    no_phone: bool = False
    employees: int | None = None
    lodged: int | None = None
    since: dt.date | None = None
    remark: str = ""


@dataclass(frozen=True)
class CloseUnit:
    """`closed_on` is the first day on which the unit is not there."""

    unit_id: uuid.UUID
    closed_on: dt.date


def unit_in_scope(viewer: Viewer, unit_id: uuid.UUID, *, lock: bool = False) -> Unit:
    """The unit, when it lies inside the viewer's areas. Raises OutOfReach else."""
    rows = Unit.objects.select_for_update() if lock else Unit.objects.all()
    unit = rows.filter(pk=unit_id).first()
    if unit is None or not viewer.covers(unit.place_code):
        raise OutOfReach
    return unit


@transaction.atomic
def add_unit(*, actor: Viewer, reason: str, evidence: str = "", arguments: AddUnit) -> uuid.UUID:
    """Put a unit on file; returns its id. Raises Refused for a wrong code, an unknown kind, or one on file already."""
    unit = Unit(id=arguments.unit_id, in_use_from=_begun(arguments.since), **_checked(actor, arguments))
    _locate(actor, unit, arguments)
    same = Unit.objects.filter(name=unit.name, address=unit.address, place_code=unit.place_code, in_use_to=None)
    if same.exists():  # a form sent twice
        raise Refused(_("A unit of this name is on file at this address already."), "name")
    with recording(
        actor=actor, action=ADD, subject_kind="unit", subject_id=unit.pk, place_code=unit.place_code, reason=reason,
        evidence=evidence,
    ) as change:  # fmt: skip
        if arguments.phone.strip():
            unit.phone = seal(unit, "phone", phone_number(arguments.phone))
        change.create(unit)
    return unit.pk


@transaction.atomic
def correct_unit(*, actor: Viewer, reason: str, evidence: str = "", arguments: CorrectUnit) -> uuid.UUID:
    """Set the particulars of a unit; returns its id. Raises Refused as `add_unit`, and when nothing differs."""
    unit = unit_in_scope(actor, arguments.unit_id, lock=True)
    values = {"in_use_from": _begun(arguments.since), **_checked(actor, arguments, unit)}
    if unit.in_use_to and values["in_use_from"] and values["in_use_from"] >= unit.in_use_to:
        raise Refused(_("The unit closed on {day}: it opened on an earlier day.").format(day=unit.in_use_to), "since")
    with recording(
        actor=actor, action=CORRECT, subject_kind="unit", subject_id=unit.pk, place_code=unit.place_code,
        reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.update(unit, **values)
        _set_phone(unit, arguments, change)
        if not change.values:
            raise Refused(_("Nothing differs from what is on file."))
    return unit.pk


@transaction.atomic
def close_unit(*, actor: Viewer, reason: str, evidence: str = "", arguments: CloseUnit) -> uuid.UUID:
    """Close a unit; returns its id. Raises Refused when it closed already, or before it opened, or in the future."""
    unit = unit_in_scope(actor, arguments.unit_id, lock=True)
    if unit.in_use_to is not None:
        raise Refused(_("This unit is closed already."))
    if unit.in_use_from is not None and arguments.closed_on <= unit.in_use_from:
        raise Refused(
            _("The unit opened on {day}: it closes on a later day.").format(day=unit.in_use_from), "closed_on"
        )
    if arguments.closed_on > timezone.localdate():
        raise Refused(_("This day lies in the future."), "closed_on")
    with recording(
        actor=actor, action=CLOSE, subject_kind="unit", subject_id=unit.pk, place_code=unit.place_code,
        reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.update(unit, in_use_to=arguments.closed_on)
    return unit.pk


def phone_number(text: str) -> str:
    """A phone as it is kept. Raises Refused when it is none."""
    try:
        return parse_phone(text).number
    except PhoneError as error:
        raise Refused(
            _("This is no phone number: give 11 digits, or an area code and 7 or 8 digits."), "phone"
        ) from error


def full_code(place: str) -> str:
    """The place code of a community or grid; '' for none."""
    return place + NO_GRID if len(place) == COMMUNITY else place


def _begun(day: dt.date | None) -> dt.date | None:
    if day is not None and day > timezone.localdate():
        raise Refused(_("This day lies in the future."), "since")
    return day


def _checked(actor: Viewer, arguments: AddUnit | CorrectUnit, held: Unit | None = None) -> dict[str, Any]:
    """The columns that both actions set. Raises Refused."""
    name = " ".join(arguments.name.split())
    if not name:
        raise Refused(_("Give the name of the unit, as on its sign or licence."), "name")
    if arguments.kind not in code_list(KINDS).codes or arguments.kind == SMALL_PLACE:
        raise Refused(_("Choose the kind of unit from the list."), "kind")
    return {
        "name": name,
        "kind": arguments.kind,
        "credit_code": _credit_code(actor, arguments.credit_code, held),
        "responsible": without_numbers(" ".join(arguments.responsible.split())),
        "employees": arguments.employees,
        "lodged": arguments.lodged,
        "remark": without_numbers(arguments.remark.strip()),
    }


def _credit_code(actor: Viewer, text: str, held: Unit | None) -> str:
    try:
        code = parse_credit_code(text)
    except CreditCodeError as error:
        raise Refused(gettext(error.message), "credit_code") from error
    if code and (held is None or held.in_use_to is None):
        other = Unit.objects.filter(credit_code=code, in_use_to=None).exclude(pk__in=[held.pk] if held else []).first()
        if other is not None and actor.covers(other.place_code):
            raise Refused(
                _("{name} at {address} has this code. Close it first if it moved.").format(
                    name=other.name, address=other.address
                ),
                "credit_code",
            )
        if other is not None:
            raise Refused(_("A unit outside your area has this code: ask the office there to close it."), "credit_code")
    return code


def _locate(actor: Viewer, unit: Unit, arguments: AddUnit) -> None:
    """Set where the unit is, from the most precise place that was named. Raises OutOfReach, Refused."""
    if arguments.dwelling_id is not None:
        home = Dwelling.objects.filter(pk=arguments.dwelling_id).first()
        if home is None or not actor.covers(home.place_code):
            raise OutOfReach
        if home.in_use_to is not None:
            raise Refused(_("This dwelling is demolished."))
        unit.dwelling, unit.place_code, unit.address = home, home.place_code, home.address
    elif arguments.building_id is not None:
        house = Building.objects.filter(pk=arguments.building_id).first()
        if house is None or not actor.covers(house.place_code):
            raise OutOfReach
        unit.building, unit.place_code = house, house.place_code
        unit.address = arguments.address.strip() or building_address(house)
    else:
        code = full_code(arguments.place_code)
        if not arguments.address.strip():
            raise Refused(_("Give the address."), "address")
        if not code:
            raise Refused(_("No building on file has this address. Choose the community or grid it lies in."), "place")
        if not actor.covers(code):
            raise OutOfReach
        unit.place_code, unit.address = code, arguments.address.strip()


def _set_phone(unit: Unit, arguments: CorrectUnit, change: Recorder) -> None:
    if arguments.no_phone:
        change.update(unit, phone=None)
    elif arguments.phone.strip():
        change.update(unit, phone=seal(unit, "phone", phone_number(arguments.phone)))
