"""Add, correct, extend and end rentals, and record visits (PL-6).

A rental that goes on and the use of its dwelling agree: adding one turns a dwelling that is owner-occupied, vacant or
of unknown use into a let one, in the same change; ending the last one of a let dwelling says what it is used for then.
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Dwelling
from domicile.apps.places.scope import dwelling_in_scope
from domicile.apps.tenure.holders import Typed, holder_of, of_person, person_at
from domicile.apps.tenure.models import Holder, Rental, Tenant
from domicile.core.codes.text import clean_name

ADD, CORRECT, EXTEND = "tenure.add_rental", "tenure.correct_rental", "tenure.extend_contract"
END, VISIT, TENANTS = "tenure.end_rental", "tenure.record_visit", "tenure.change_tenants"
RENTAL_ACTIONS = (ADD, CORRECT, EXTEND, END, VISIT, TENANTS)
#: What a dwelling may be used for when nobody rents it any more.
AFTERWARDS = (Dwelling.Use.VACANT, Dwelling.Use.OWNER_OCCUPIED, Dwelling.Use.UNKNOWN, Dwelling.Use.LET)


@dataclass(frozen=True)
class AddRental:
    """A landlord (a holder on file, a person on file, or a name) and tenants (persons on file, names with phones).

    The contract runs in [contract_start, contract_end): `contract_end` is the day after the last one on the paper.
    """

    dwelling_id: uuid.UUID
    landlord_id: uuid.UUID | None = None
    landlord_name: str = ""
    landlord_number: str = ""
    landlord_phone: str = ""
    tenant_ids: tuple[str, ...] = ()
    tenants: dict[str, str] = field(default_factory=dict)
    part: str = ""
    contract_start: dt.date | None = None
    contract_end: dt.date | None = None
    safety: str = "unknown"
    safety_signed_on: dt.date | None = None
    last_visit: dt.date | None = None


@dataclass(frozen=True)
class CorrectRental:
    """All as it shall stand: tenants of `tenant_ids` (persons) and `keep` (tenants on file) stay or come, others go."""

    rental_id: uuid.UUID
    part: str = ""
    contract_start: dt.date | None = None
    contract_end: dt.date | None = None
    safety: str = "unknown"
    safety_signed_on: dt.date | None = None
    keep: tuple[str, ...] = ()
    tenant_ids: tuple[str, ...] = ()
    tenants: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ExtendContract:
    """`contract_end` is the first day not covered any more; None: from now on without an end."""

    rental_id: uuid.UUID
    contract_end: dt.date | None


@dataclass(frozen=True)
class EndRental:
    """`ended_on` is the first day not let. `use` is what the dwelling is used for then, where it is let no more."""

    rental_id: uuid.UUID
    ended_on: dt.date
    use: str = ""


@dataclass(frozen=True)
class RecordVisit:
    """A visit, and the safety statement where it was signed (or found unsigned) then."""

    rental_id: uuid.UUID
    visited_on: dt.date
    safety: str = ""


@dataclass(frozen=True)
class ChangeTenants:
    """Who rents now, names with phones, as told at a visit: instead of those on file (`left`), or beside them."""

    rental_id: uuid.UUID
    tenants: dict[str, str]
    left: bool = True
    tenant_ids: tuple[str, ...] = ()


def rental_in_scope(viewer: Viewer, rental_id: uuid.UUID, *, lock: bool = False) -> Rental:
    """The rental, when its dwelling lies inside the viewer's areas. Raises OutOfReach else.

    `lock` locks the dwelling first: whoever changes its use or another rental of it waits.
    """
    held = Rental.objects.filter(pk=rental_id).values_list("dwelling_id", flat=True).first()
    if held is None:
        raise OutOfReach
    dwelling = dwelling_in_scope(viewer, held, lock=lock)
    rental = Rental.objects.get(pk=rental_id)
    rental.dwelling = dwelling
    return rental


@transaction.atomic
def add_rental(*, actor: Viewer, reason: str, evidence: str = "", arguments: AddRental) -> uuid.UUID:
    """Put a rental on file; returns its id. Raises Refused where something does not fit, with the field."""
    dwelling = dwelling_in_scope(actor, arguments.dwelling_id, lock=True)
    if dwelling.in_use_to is not None:
        raise Refused(_("This dwelling is demolished."))
    _check(arguments)
    rental = Rental(
        dwelling=dwelling, part=arguments.part.strip(), contract_start=arguments.contract_start,
        contract_end=arguments.contract_end, safety=arguments.safety, safety_signed_on=arguments.safety_signed_on,
        last_visit=arguments.last_visit,
    )  # fmt: skip
    with recording(
        actor=actor, action=ADD, subject_kind="rental", subject_id=rental.pk, place_code=dwelling.place_code,
        reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        rental.landlord = _landlord(actor, dwelling, arguments, change)
        if dwelling.use not in Rental.LET_USES:
            change.update(dwelling, use=Dwelling.Use.LET)
        change.create(rental)
        _set_tenants(actor, rental, [], arguments, change)
        _refuse_twice(rental)
    return rental.pk


@transaction.atomic
def correct_rental(*, actor: Viewer, reason: str, evidence: str = "", arguments: CorrectRental) -> uuid.UUID:
    """Set what stands of a rental; returns its id. Raises Refused, also when nothing differs."""
    rental = rental_in_scope(actor, arguments.rental_id, lock=True)
    _check(arguments)
    if rental.ended_on and arguments.contract_start and arguments.contract_start > rental.ended_on:
        raise Refused(_("The rental ended before this day."), "contract_start")
    held = list(rental.tenants.all())
    with _recorded(actor, CORRECT, rental, reason, evidence) as change:
        change.update(
            rental, part=arguments.part.strip(), contract_start=arguments.contract_start,
            contract_end=arguments.contract_end, safety=arguments.safety, safety_signed_on=arguments.safety_signed_on,
        )  # fmt: skip
        for tenant in held:
            if tenant.holder_id.hex not in arguments.keep:
                change.delete(tenant)
        stay = [tenant for tenant in held if tenant.holder_id.hex in arguments.keep]
        _set_tenants(actor, rental, stay, arguments, change)
        if not change.values:
            raise Refused(_("Nothing differs from what is on file."))
    return rental.pk


@transaction.atomic
def extend_contract(*, actor: Viewer, reason: str, evidence: str = "", arguments: ExtendContract) -> uuid.UUID:
    """Move the end of the contract; returns the rental's id. Raises Refused when it does not move forward."""
    rental = rental_in_scope(actor, arguments.rental_id, lock=True)
    check_extension(rental, arguments)
    with _recorded(actor, EXTEND, rental, reason, evidence) as change:
        change.update(rental, contract_end=arguments.contract_end)
    return rental.pk


def check_extension(rental: Rental, arguments: ExtendContract) -> None:
    """Raise Refused where the contract cannot end so."""
    _going_on(rental)
    end, held = arguments.contract_end, rental.contract_end
    earliest = held or rental.contract_start
    if end == held:
        raise Refused(_("This is the end on file already."), "last_day")
    if end is not None and earliest is not None and end <= earliest:
        raise Refused(_("The new end lies after the one on file. To end a contract early, end the rental."), "last_day")


@transaction.atomic
def end_rental(*, actor: Viewer, reason: str, evidence: str = "", arguments: EndRental) -> uuid.UUID:
    """End a rental; returns its id. Raises Refused for a day that does not fit, or a use that contradicts."""
    rental = rental_in_scope(actor, arguments.rental_id, lock=True)
    check_end(rental, arguments, timezone.localdate())
    dwelling = rental.dwelling
    others = dwelling.rentals.filter(ended_on=None).exclude(pk=rental.pk).exists()
    use = arguments.use or (dwelling.use if others or dwelling.use != Dwelling.Use.LET else Dwelling.Use.UNKNOWN)
    if arguments.use and (others or arguments.use not in AFTERWARDS):
        raise Refused(_("Another rental of this dwelling goes on: its use stays as it is."), "use")
    with _recorded(actor, END, rental, reason, evidence) as change:
        change.update(rental, ended_on=arguments.ended_on)
        if dwelling.use == Dwelling.Use.LET:
            change.update(dwelling, use=use)
    return rental.pk


def check_end(rental: Rental, arguments: EndRental, today: dt.date) -> None:
    """Raise Refused where the rental cannot end on this day."""
    _going_on(rental)
    if rental.contract_start is not None and arguments.ended_on < rental.contract_start:
        raise Refused(_("The contract began on {day}.").format(day=rental.contract_start), "ended_on")
    if arguments.ended_on > today:
        raise Refused(_("This day lies in the future."), "ended_on")


@transaction.atomic
def record_visit(*, actor: Viewer, reason: str, evidence: str = "", arguments: RecordVisit) -> uuid.UUID:
    """Note a visit and perhaps the safety statement; returns the rental's id. Raises Refused for a day to come."""
    rental = rental_in_scope(actor, arguments.rental_id, lock=True)
    values = seen(rental, arguments, timezone.localdate())
    with _recorded(actor, VISIT, rental, reason, evidence) as change:
        change.update(rental, **values)
    return rental.pk


def seen(rental: Rental, arguments: RecordVisit, today: dt.date) -> dict[str, Any]:
    """What a visit writes of a rental. Raises Refused where it cannot be, or says what is on file."""
    _going_on(rental)
    if arguments.visited_on > today:
        raise Refused(_("This day lies in the future."), "visited_on")
    if rental.last_visit is not None and arguments.visited_on < rental.last_visit:
        raise Refused(_("A later visit is on file: {day}.").format(day=rental.last_visit), "visited_on")
    values: dict[str, Any] = {"last_visit": arguments.visited_on}
    if arguments.safety == Rental.Safety.SIGNED and rental.safety != Rental.Safety.SIGNED:
        values |= {"safety": Rental.Safety.SIGNED, "safety_signed_on": arguments.visited_on}
    elif arguments.safety == Rental.Safety.UNSIGNED:
        values |= {"safety": Rental.Safety.UNSIGNED, "safety_signed_on": None}
    if all(getattr(rental, name) == value for name, value in values.items()):
        raise Refused(_("This visit is on file already."), "visited_on")
    return values


@transaction.atomic
def change_tenants(*, actor: Viewer, reason: str, evidence: str = "", arguments: ChangeTenants) -> uuid.UUID:
    """Put the tenants of a rental on file; returns its id. Raises Refused where nobody is named, or all are on file."""
    rental = _going_on(rental_in_scope(actor, arguments.rental_id, lock=True))
    held = list(rental.tenants.select_related("holder__person"))
    there = {row.holder.person.name if row.holder.person else row.holder.name for row in held}
    names = {clean_name(name) or name for name in arguments.tenants}
    if not names and not arguments.tenant_ids:
        raise Refused(_("Name at least one tenant."), "tenants")
    if names and names <= there and (not arguments.left or names == there):
        raise Refused(_("These tenants are on file already."), "tenants")
    with _recorded(actor, TENANTS, rental, reason, evidence) as change:
        for tenant in held if arguments.left else ():
            change.delete(tenant)
        _set_tenants(actor, rental, [] if arguments.left else held, arguments, change)
    return rental.pk


def _recorded(actor: Viewer, action: str, rental: Rental, reason: str, evidence: str) -> Any:
    return recording(
        actor=actor, action=action, subject_kind="rental", subject_id=rental.pk,
        place_code=rental.dwelling.place_code, reason=reason, evidence=evidence,
    )  # fmt: skip


def _going_on(rental: Rental) -> Rental:
    if rental.ended_on is not None:
        raise Refused(_("This rental has ended already."))
    return rental


def _check(arguments: AddRental | CorrectRental) -> None:
    start, end = arguments.contract_start, arguments.contract_end
    if start is not None and end is not None and end <= start:
        raise Refused(_("The contract ends before it begins."), "last_day")
    if arguments.safety not in Rental.Safety.values:
        raise Refused(_("Say whether the safety statement is signed."), "safety")
    if arguments.safety_signed_on is not None and arguments.safety != Rental.Safety.SIGNED:
        raise Refused(_("A day of signing is there, but the statement is not marked as signed."), "safety_signed_on")
    today = timezone.localdate()
    for name in ("safety_signed_on", "last_visit"):
        day = getattr(arguments, name, None)
        if day is not None and day > today:
            raise Refused(_("This day lies in the future."), name)
    if isinstance(arguments, AddRental) and not (arguments.tenant_ids or arguments.tenants):
        raise Refused(_("Name at least one tenant."), "tenant_ids")


def _landlord(actor: Viewer, dwelling: Dwelling, arguments: AddRental, change: Recorder) -> Holder:
    if arguments.landlord_id is not None:  # only who is tied to this very dwelling
        known = Holder.objects.filter(pk=arguments.landlord_id).filter(
            pk__in={*dwelling.holdings.values_list("holder_id", flat=True),
                    *dwelling.rentals.values_list("landlord_id", flat=True)}
        ).first()  # fmt: skip
        if known is None:
            raise Refused(_("This owner is no longer on file here: choose again."), "landlord")
        return known
    if not arguments.landlord_name.strip():
        raise Refused(_("Choose the landlord, or give the name."), "landlord_name")
    typed = Typed(arguments.landlord_name, arguments.landlord_number, arguments.landlord_phone)
    return holder_of(actor, typed, change, field="landlord_name")


def _set_tenants(
    actor: Viewer,
    rental: Rental,
    stay: list[Tenant],
    arguments: AddRental | CorrectRental | ChangeTenants,
    change: Recorder,
) -> None:
    """Add the tenants that are not there yet."""
    there = {tenant.holder_id for tenant in stay}
    for text in dict.fromkeys(arguments.tenant_ids):
        holder = of_person(person_at(actor, uuid.UUID(text)), change)
        if holder.pk not in there:
            change.create(Tenant(rental=rental, holder=holder))
            there.add(holder.pk)
    for name, phone in arguments.tenants.items():
        holder = holder_of(actor, Typed(name, phone=phone), change, field="tenants")
        change.create(Tenant(rental=rental, holder=holder))
        there.add(holder.pk)
    if not there:
        raise Refused(_("Name at least one tenant."), "tenant_ids")


def _refuse_twice(rental: Rental) -> None:
    """Refuse a form sent twice: the same tenants in the same part from the same day."""
    same = Rental.objects.filter(
        dwelling=rental.dwelling, part=rental.part, contract_start=rental.contract_start, ended_on=None
    ).exclude(pk=rental.pk)
    mine = _who(rental)
    if any(_who(other) == mine for other in same):
        raise Refused(_("This rental is on file already."))


def _who(rental: Rental) -> set[Any]:
    rows = Tenant.objects.filter(rental=rental).values_list("holder__person_id", "holder__name")
    return {person or name for person, name in rows}
