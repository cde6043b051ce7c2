"""A death (VE-1): it ends stays, memberships, certificates and moves, and leaves a widow or widower."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.visits.models import Confirmation
from domicile.apps.people.actions import RecordDeath, end_life
from domicile.apps.people.models import Person, Spell
from domicile.apps.people.scope import home_code, person_in_scope
from domicile.apps.vitals import following
from domicile.apps.vitals.actions.registering import Named, Told, check_told, home_of, write_event
from domicile.apps.vitals.models import Kind, Role, State, VitalEvent, VitalNamed

#: The kind of change under which deaths have always been proposed, reviewed and recorded.
ACTION = "people.record_death"
WIDOWED = "30"


@dataclass(frozen=True)
class Death(Told, RecordDeath):
    """`spouse_id`: who is widowed by it. `despite`: it is so although somebody noted them as living later."""

    spouse_id: uuid.UUID | None = None
    despite: bool = False


@transaction.atomic
def death(*, actor: Viewer, reason: str, evidence: str = "", arguments: Death) -> uuid.UUID:
    """Register a death with all that follows; returns the event's id. Raises Refused when the day does not fit."""
    person = person_in_scope(actor, arguments.person_id, lock=True)
    place = home_code(actor, person.pk)
    if not place:
        raise OutOfReach([person.pk])
    check_told(arguments, arguments.died_on, timezone.localdate(), "died_on")
    check_nothing_later(person, arguments.died_on, despite=arguments.despite)
    dwelling = home_of(person.pk)
    with recording(
        actor=actor, action=ACTION, subject_kind="person", subject_id=person.pk, place_code=place, reason=reason,
        evidence=evidence,
    ) as change:  # fmt: skip
        following.take_out_of_moves(person.pk, arguments.died_on, actor, change)
        end_life(person, arguments, change)
        named = _widow(actor, person, arguments.spouse_id, change)
        event = write_event(
            Kind.DEATH, person.pk, arguments, arguments.died_on, change, actor=actor, code=place, dwelling=dwelling,
            named=named,
        )  # fmt: skip
        following.end_certificates(person, arguments.died_on, change)
    return event.pk


def check_nothing_later(person: Person, died_on: dt.date, *, despite: bool) -> None:
    """Whether nothing on file happened to the person after this day. Raises Refused saying what did."""
    after = died_on + dt.timedelta(days=1)
    ended = Spell.objects.filter(person=person, end__gt=after).order_by("-end").first()
    if ended is not None:
        raise Refused(
            _("A stay until {day} is on file: correct it first, or give a later day.").format(day=ended.end), "died_on"
        )
    events = VitalEvent.objects.filter(Q(person=person) | Q(named__person=person), state=State.COUNTS, day__gt=died_on)
    fathered = VitalNamed.objects.filter(event=OuterRef("pk"), role=Role.FATHER, person=person)
    later = events.exclude(Exists(fathered), kind=Kind.BIRTH).order_by("-day").first()
    if later is not None:
        raise Refused(
            _("Something is registered of {day}, after this day: correct that first.").format(day=later.day), "died_on"
        )
    checked = Spell.objects.filter(person=person, verified_on__gt=died_on).order_by("-verified_on").first()
    visit = Confirmation.objects.filter(person=person, visit__visited_on__gt=died_on).select_related("visit").first()
    day = checked.verified_on if checked is not None else visit.visit.visited_on if visit is not None else None
    if day is not None and not despite:
        raise Refused(
            _(
                "Somebody noted them as living here on {day}. Find out, and say so when it is right all the same."
            ).format(day=day),
            "despite",
        )


def _widow(actor: Viewer, person: Person, spouse_id: uuid.UUID | None, change: Recorder) -> list[Named]:
    if spouse_id is None:
        return []
    if spouse_id == person.pk:
        raise Refused(_("Nobody is their own spouse."), "spouse_id")
    spouse = person_in_scope(actor, spouse_id, lock=True)
    if spouse.died_on is None:
        change.update(spouse, marital=WIDOWED)
    return [(Role.SPOUSE.value, spouse.pk, "")]
