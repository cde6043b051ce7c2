"""An event is corrected, with what followed from it, or annulled: registered in error, so that all is as before it.

What it said before stands in the log of changes. What somebody else changed since is never written over.
"""

import datetime as dt
import uuid
from dataclasses import dataclass

import orjson
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import table_name
from domicile.apps.audit.models import Change
from domicile.apps.audit.past import naming
from domicile.apps.audit.recording import Recorder
from domicile.apps.audit.reversal import ChangedSince, reverse
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.actions.corrections import check_paper
from domicile.apps.people.actions.documents import recheck_documents
from domicile.apps.people.items import ITEMS
from domicile.apps.people.models import Member, Parentage, Person, Spell
from domicile.apps.vitals import following
from domicile.apps.vitals.actions.registering import Told, check_told
from domicile.apps.vitals.models import Kind, State, VitalEvent
from domicile.apps.vitals.records import event_in_scope, noting
from domicile.core.policy.vitals import is_late

OWN = ("vitals_vitalevent", "vitals_vitalnamed", "vitals_vitalpaper", "vitals_vitalquestion")
ONE = dt.timedelta(days=1)


@dataclass(frozen=True)
class CorrectEvent:
    """What an event says: its day, how sure, where, who reported it. None and '' leave as is, `-` empties a text."""

    event_id: uuid.UUID
    day: dt.date | None = None
    precision: str = ""
    place: str = ""
    told_by: str = ""


@dataclass(frozen=True)
class Annul:
    """The event was registered in error."""

    event_id: uuid.UUID


@transaction.atomic
def correct(*, actor: Viewer, reason: str, evidence: str = "", arguments: CorrectEvent) -> uuid.UUID:
    """Correct all but the day of a birth, which is decided a level above; returns the event's id. Raises Refused."""
    event = event_in_scope(actor, arguments.event_id)
    born = event.kind == Kind.BIRTH
    if born and (arguments.day not in {None, event.day} or arguments.precision not in {"", event.precision}):
        raise Refused(_("The birth date is corrected by a correction of its own."), "day")
    return _correct(actor, "vitals.correct", event, arguments, reason, evidence)


@transaction.atomic
def correct_birth_day(*, actor: Viewer, reason: str, evidence: str = "", arguments: CorrectEvent) -> uuid.UUID:
    """Correct the day of a birth, on a paper; returns the event's id. Raises Refused."""
    event = event_in_scope(actor, arguments.event_id)
    if event.kind != Kind.BIRTH:
        raise Refused(_("This corrects another item than it says."))
    check_paper(ITEMS["birth_date"], evidence)
    return _correct(actor, "vitals.correct_birth_day", event, arguments, reason, evidence)


@transaction.atomic
def annul(*, actor: Viewer, reason: str, evidence: str = "", arguments: Annul) -> uuid.UUID:
    """Annul an event: what it did is taken back, latest first; the event stays, and counts no more.

    Raises Refused naming what somebody changed since.
    """
    event = event_in_scope(actor, arguments.event_id)
    _check_counts(event)
    if not reason.strip():
        raise Refused(_("Say why."), "reason")
    changes = changes_of(event)
    born = event.kind == Kind.BIRTH
    try:
        with noting(actor, "vitals.annul", event, reason, evidence) as change:
            change.update(event, state=State.ANNULLED, person=None if born else event.person)
            for one in changes:
                reverse(_without_own(one), change)
    except ChangedSince as error:
        tables = "、".join(dict.fromkeys(table_name(table) for table, _row, _column in error.conflicts))
        raise Refused(
            _("What followed from this was changed again since ({what}): take that back or correct it first.").format(
                what=tables
            )
        ) from error
    except ProtectedError as error:
        raise Refused(_("Something else on file rests on the child's record by now: correct that first.")) from error
    return event.pk


def changes_of(event: VitalEvent) -> list[Change]:
    """The recorded changes that wrote the event's own row, the latest first. Two queries."""
    key = event.pk.hex
    return [change for change in naming(event.pk, event.code) if _wrote(change, key)]


def follow_birth_date(person: Person, change: Recorder) -> None:
    """The birth date was corrected on the card: the event says the same."""
    event = VitalEvent.objects.filter(person=person, kind=Kind.BIRTH, state=State.COUNTS).first()
    if event is None or person.birth_date is None:
        return
    check_told(Told(), person.birth_date, event.registered_on, "birth_date")
    change.update(
        event, day=person.birth_date, precision=person.birth_precision,
        late=is_late(Kind.BIRTH, person.birth_date, event.registered_on),
    )  # fmt: skip


def _wrote(change: Change, key: str) -> bool:
    return any(table == OWN[0] and row == key for table, row, _operation, _fields in orjson.loads(change.values))


def _without_own(change: Change) -> Change:
    """The change as if it had not written the rows of events: those stay, as what was said."""
    kept = [entry for entry in orjson.loads(change.values) if entry[0] not in OWN]
    return Change(pk=change.pk, action=change.action, values=orjson.dumps(kept).decode())


def _check_counts(event: VitalEvent) -> None:
    if event.state != State.COUNTS:
        raise Refused(_("This was annulled already: it counts no more."))


def _correct(
    actor: Viewer, action: str, event: VitalEvent, arguments: CorrectEvent, reason: str, evidence: str
) -> uuid.UUID:
    _check_counts(event)
    if not reason.strip():
        raise Refused(_("Say why."), "reason")
    day = arguments.day or event.day
    precision = arguments.precision or event.precision
    place = event.place if not arguments.place else "" if arguments.place == "-" else arguments.place.strip()
    told_by = event.told_by if not arguments.told_by else arguments.told_by.replace("-", "")
    check_told(Told(precision, place, told_by), day, event.registered_on)
    with noting(actor, action, event, reason, evidence) as change:
        before, sure = event.day, event.precision
        change.update(
            event, day=day, precision=precision, place=place, told_by=told_by,
            late=is_late(event.kind, day, event.registered_on),
        )  # fmt: skip
        if not change.values:
            raise Refused(_("This is on file already: nothing would change."))
        if event.kind == Kind.BIRTH and (before, sure) != (day, precision):
            _move_birth(event, before, change)
        elif event.kind == Kind.DEATH and before != day:
            _move_death(event, before, change)
    return event.pk


def _person(event: VitalEvent) -> Person:
    """Whose event it is, locked. Raises Refused where nobody is on file."""
    person = Person.objects.select_for_update().filter(vital_events=event).first()
    if person is None:
        raise Refused(_("This is no longer on file. Open the card again."))
    return person


def _move_birth(event: VitalEvent, before: dt.date, change: Recorder) -> None:
    """The child was born on another day: so it has lived there since. Raises Refused where something stands against it."""
    person = _person(event)
    if person.died_on is not None and event.day > person.died_on:
        raise Refused(_("This day is after the death on file."), "day")
    parents = Parentage.objects.filter(child=person, kind=Parentage.Kind.BIRTH, parent__birth_date__gte=event.day)
    if parents.exists():
        raise Refused(_("A parent is not older than the child then."), "day")
    for spell in Spell.objects.filter(person=person, start=before):
        if spell.end is not None and spell.end <= event.day:
            raise Refused(_("The stay since the birth had ended on {day}.").format(day=spell.end), "day")
        change.update(spell, start=event.day)
    for member in Member.objects.filter(person=person, joined_on=before):
        if member.left_on is not None and member.left_on < event.day:
            raise Refused(_("The child had left the household on {day}.").format(day=member.left_on), "day")
        change.update(member, joined_on=event.day)
    change.update(person, birth_date=event.day, birth_precision=event.precision)
    recheck_documents(person, change)


def _move_death(event: VitalEvent, before: dt.date, change: Recorder) -> None:
    """The death was on another day: stays and memberships end then. Raises Refused where something stands against it."""
    person = _person(event)
    if person.birth_date is not None and event.day < person.birth_date:
        raise Refused(_("This day is before the birth date."), "day")
    was, now = before + ONE, event.day + ONE
    for spell in Spell.objects.filter(person=person, end=was):
        if spell.start is not None and now <= spell.start:
            raise Refused(_("The stay began on {day}: it can end on a later day only.").format(day=spell.start), "day")
        change.update(spell, end=now)
    for member in Member.objects.select_related("household").filter(person=person, left_on=was):
        if member.household.ended_on == was:
            change.update(member.household, ended_on=max(now, member.household.formed_on or now))
        change.update(member, left_on=max(now, member.joined_on or now))
    change.update(person, died_on=event.day)
    following.move_certificates(person, before, event.day, change)
