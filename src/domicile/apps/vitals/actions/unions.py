"""Marriages and divorces (VE-1): the marital status of both, and nothing else follows."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import HEAD, Household, Member, Person
from domicile.apps.people.scope import home_code, person_in_scope
from domicile.apps.vitals.actions.registering import Told, check_told, home_of, write_event
from domicile.apps.vitals.models import Kind, Role
from domicile.apps.vitals.selectors.unions import marriage_of

MARRIED, DIVORCED, SPOUSE = "20", "40", "10"
LIVING = Household.Side.LIVING


@dataclass(frozen=True, kw_only=True)
class Union(Told):
    """Two people on a day. The other one is on file inside the actor's areas, or named in words."""

    person_id: uuid.UUID
    day: dt.date
    spouse_id: uuid.UUID | None = None
    spouse_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Marry(Union):
    """`in_household`: they live in one household of which one is the head: the other becomes the head's spouse there."""

    in_household: bool = False


@dataclass(frozen=True, kw_only=True)
class Divorce(Union):
    """Nothing but the marital status of both follows."""


@transaction.atomic
def marry(*, actor: Viewer, reason: str, evidence: str = "", arguments: Marry) -> uuid.UUID:
    """Register a marriage; returns the event's id. Raises Refused when one of them is married by what is on file."""
    people = _two(actor, arguments)
    for person in people:
        other = marriage_of(person.pk)
        if other is not None:
            raise Refused(
                _("A marriage of {name} of {day} is on file: register its end first.").format(
                    name=person.name or _("no name yet"), day=other.day
                ),
                "spouse_id" if person.pk == arguments.spouse_id else "day",
            )
    return _register(actor, Kind.MARRIAGE, "vitals.marry", MARRIED, people, reason, evidence, arguments)


@transaction.atomic
def divorce(*, actor: Viewer, reason: str, evidence: str = "", arguments: Divorce) -> uuid.UUID:
    """Register a divorce; returns the event's id. Raises Refused when they are married to others by what is on file."""
    people = _two(actor, arguments)
    married = marriage_of(arguments.person_id)
    if married is not None and arguments.day < married.day:
        raise Refused(_("They married on {day}: give a later day.").format(day=married.day), "day")
    if married is not None and arguments.spouse_id is not None and arguments.spouse_id not in married.people:
        raise Refused(_("By what is on file they are married to somebody else: correct that first."), "spouse_id")
    return _register(actor, Kind.DIVORCE, "vitals.divorce", DIVORCED, people, reason, evidence, arguments)


def _two(actor: Viewer, arguments: Union) -> list[Person]:
    """Those of the two who are on file. Raises Refused when it cannot be these two."""
    if arguments.person_id == arguments.spouse_id:
        raise Refused(_("Nobody is their own spouse."), "spouse_id")
    if arguments.spouse_id is None and not arguments.spouse_name.strip():
        raise Refused(_("Choose the other one, or name them in words."), "spouse_name")
    check_told(arguments, arguments.day, timezone.localdate())
    keys = [arguments.person_id, *([arguments.spouse_id] if arguments.spouse_id else [])]
    people = [person_in_scope(actor, key, lock=True) for key in keys]
    for person in people:
        if person.died_on is not None and arguments.day > person.died_on:
            raise Refused(_("{name} died on {day}: give an earlier day.").format(
                name=person.name or _("no name yet"), day=person.died_on), "day")  # fmt: skip
        if person.birth_date is not None and arguments.day <= person.birth_date:
            raise Refused(_("This day is before the birth date."), "day")
    return people


def _register(
    actor: Viewer, kind: Kind, action: str, marital: str, people: list[Person], reason: str, evidence: str,
    arguments: Union,
) -> uuid.UUID:  # fmt: skip
    person = people[0]
    place, dwelling = home_code(actor, person.pk), home_of(person.pk)
    if not place:
        raise OutOfReach([person.pk])
    shared = _shared(people)
    subject = ("household", shared[0].household_id) if shared else ("person", person.pk)
    spouse = people[1].pk if len(people) > 1 else None
    with recording(
        actor=actor, action=action, subject_kind=subject[0], subject_id=subject[1], place_code=place, reason=reason,
        evidence=evidence,
    ) as change:  # fmt: skip
        for one in people:
            if one.died_on is None:
                change.update(one, marital=marital)
        if isinstance(arguments, Marry) and arguments.in_household:
            _as_spouse(shared, change)
        event = write_event(
            kind, person.pk, arguments, arguments.day, change, actor=actor, code=place, dwelling=dwelling,
            named=[(Role.SPOUSE.value, spouse, arguments.spouse_name)],
        )  # fmt: skip
    return event.pk


def _shared(people: list[Person]) -> list[Member]:
    """Their memberships of the living household that both belong to, if there is one."""
    rows = list(Member.objects.filter(person__in=people, side=LIVING, left_on__isnull=True))
    return rows if len(rows) == 2 and rows[0].household_id == rows[1].household_id else []


def _as_spouse(shared: list[Member], change: Recorder) -> None:
    """The one who is not the head is the head's spouse. Raises Refused."""
    others = [row for row in shared if row.relation != HEAD]
    if len(others) != 1:
        raise Refused(_("They are not head and member of one household: leave this out."), "in_household")
    change.update(others[0], relation=SPOUSE)
