"""Change the owner or manager of a dwelling (PL-5)."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.places.models import Dwelling, Unit
from domicile.apps.places.scope import dwelling_in_scope
from domicile.apps.tenure.holders import Typed, holder_of, of_person, of_unit, person_at
from domicile.apps.tenure.models import Holder, Holding

CHANGE, END = "tenure.change_holder", "tenure.end_holding"
HOLDING_ACTIONS = (CHANGE, END)
WHOLE = Decimal(100)


@dataclass(frozen=True)
class ChangeHolder:
    """A new owner or manager from `start` on: a person or unit on file, or a name. `replaces` ends those holdings.

    `share` is a percentage as text, '' where it is not known or the whole.
    """

    dwelling_id: uuid.UUID
    role: str
    person_id: uuid.UUID | None = None
    unit_id: uuid.UUID | None = None
    name: str = ""
    number: str = ""
    phone: str = ""
    share: str = ""
    start: dt.date | None = None
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class EndHolding:
    """`end` is the first day on which the dwelling is not theirs."""

    holding_id: uuid.UUID
    end: dt.date


def holding_in_scope(viewer: Viewer, holding_id: uuid.UUID, *, lock: bool = False) -> Holding:
    """The holding, when its dwelling lies inside the viewer's areas. Raises OutOfReach else."""
    held = Holding.objects.filter(pk=holding_id).values_list("dwelling_id", flat=True).first()
    if held is None:
        raise OutOfReach
    dwelling = dwelling_in_scope(viewer, held, lock=lock)
    holding = Holding.objects.select_related("holder__person", "holder__unit").get(pk=holding_id)
    holding.dwelling = dwelling
    return holding


@transaction.atomic
def change_holder(*, actor: Viewer, reason: str, evidence: str = "", arguments: ChangeHolder) -> uuid.UUID:
    """Put an owner or manager on file, and end those replaced; returns the holding's id. Raises Refused."""
    dwelling = dwelling_in_scope(actor, arguments.dwelling_id, lock=True)
    if arguments.role not in Holding.Role.values:
        raise Refused(_("Choose owner or manager."), "role")
    if arguments.start is not None and arguments.start > timezone.localdate():
        raise Refused(_("This day lies in the future."), "start")
    share = _share(arguments.share)
    with recording(
        actor=actor, action=CHANGE, subject_kind="dwelling", subject_id=dwelling.pk, place_code=dwelling.place_code,
        reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        _end_replaced(dwelling, arguments, change)
        holder = _holder(actor, arguments, change)
        _check_others(dwelling, holder, arguments, share)
        holding = Holding(dwelling=dwelling, holder=holder, role=arguments.role, share=share, start=arguments.start)
        change.create(holding)
    return holding.pk


@transaction.atomic
def end_holding(*, actor: Viewer, reason: str, evidence: str = "", arguments: EndHolding) -> uuid.UUID:
    """End a holding; returns its id. Raises Refused when it ended already or the day does not fit."""
    holding = holding_in_scope(actor, arguments.holding_id, lock=True)
    if holding.end is not None:
        raise Refused(_("This has ended already."))
    if holding.start is not None and arguments.end <= holding.start:
        raise Refused(_("It began on {day}: it ends on a later day.").format(day=holding.start), "end")
    if arguments.end > timezone.localdate():
        raise Refused(_("This day lies in the future."), "end")
    with recording(
        actor=actor, action=END, subject_kind="dwelling", subject_id=holding.dwelling_id,
        place_code=holding.dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        change.update(holding, end=arguments.end)
    return holding.pk


def _share(text: str) -> Decimal | None:
    cleaned = text.strip().rstrip("%％")
    if not cleaned:
        return None
    try:
        share = Decimal(cleaned)
    except InvalidOperation:
        raise Refused(_("Give the share as a percentage, such as 50."), "share") from None
    if not share.is_finite() or not 0 < share <= WHOLE or share != round(share, 2):
        raise Refused(_("Give the share as a percentage, such as 50."), "share")
    return share


def _end_replaced(dwelling: Dwelling, arguments: ChangeHolder, change: Recorder) -> None:
    day = arguments.start or timezone.localdate()
    for text in dict.fromkeys(arguments.replaces):
        held = Holding.objects.filter(pk=uuid.UUID(text), dwelling=dwelling, role=arguments.role, end=None).first()
        if held is None:
            raise Refused(_("Who is replaced is no longer on file here: choose again."), "replaces")
        if held.start is not None and day <= held.start:
            raise Refused(_("It began on {day}: it ends on a later day.").format(day=held.start), "start")
        change.update(held, end=day)


def _holder(actor: Viewer, arguments: ChangeHolder, change: Recorder) -> Holder:
    if arguments.person_id is not None:
        return of_person(person_at(actor, arguments.person_id), change)
    if arguments.unit_id is not None:
        unit = Unit.objects.filter(pk=arguments.unit_id).first()
        if unit is None or not actor.covers(unit.place_code):
            raise OutOfReach
        return of_unit(unit, change)
    return holder_of(actor, Typed(arguments.name, arguments.number, arguments.phone), change)


def _check_others(dwelling: Dwelling, holder: Holder, arguments: ChangeHolder, share: Decimal | None) -> None:
    """Nobody stands twice in a role, and shares add up to the whole at most."""
    others = list(
        Holding.objects.filter(dwelling=dwelling, role=arguments.role, end=None).select_related("holder__person")
    )
    same_name = (other for other in others if holder.name and other.holder.name == holder.name)
    if any(other.holder_id == holder.pk for other in others) or any(
        (other.holder.blind or b"") == (holder.blind or b"") for other in same_name
    ):
        raise Refused(_("This name is on file here already."), "name")
    if share is not None and share + sum((other.share or 0) for other in others) > WHOLE:
        raise Refused(_("The shares would be more than the whole. Correct or end another one first."), "share")
