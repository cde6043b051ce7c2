"""Accepted records: which there are of an area and period, and what each says that can be asked about again."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.audit.past import entries
from domicile.apps.collect import registry
from domicile.apps.collect.arguments import unpack
from domicile.apps.collect.models import Decision, Proposal
from domicile.apps.common.fields import prefix_q
from domicile.apps.fieldwork.backcheck.models import BackCheck
from domicile.apps.fieldwork.backcheck.questions import NO, QUESTIONS, YES, worth
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.people import actions
from domicile.apps.people.models import HEAD, Household, Person, Spell
from domicile.apps.vault.sealing import Erased, open_value

VISIT = "visit"
LENGTH = {"day": 10, "month": 7, "year": 4}


@dataclass(frozen=True)
class Accepted:
    """An accepted record: its proposal or visit, where, who collected and who accepted it, on which day."""

    id: uuid.UUID
    kind: str
    place_code: str
    collected_by: uuid.UUID
    accepted_by: uuid.UUID | None
    accepted_on: dt.date


@dataclass(frozen=True)
class Said:
    """One thing that a record says: about whom (None: the dwelling), which question, and what."""

    person_id: uuid.UUID | None
    key: str
    value: str


@dataclass(frozen=True)
class Door:
    """Where a record is asked about again, and what it said there."""

    dwelling_id: uuid.UUID
    said: tuple[Said, ...]


Told = tuple[uuid.UUID | None, list[Said]]


def frame(place_code: str, begin: dt.date, end: dt.date) -> list[Accepted]:
    """All records accepted under a code in [begin, end) that can be asked about and were not drawn before. Two queries.

    What a reviewer corrected is left out: it is not what somebody collected any more.
    """
    inside = prefix_q("place_code", place_code)
    drawn = BackCheck.objects.exclude(state=BackCheck.State.CALLED_OFF).values("source_id")
    proposals = Proposal.objects.filter(
        inside,
        state=Proposal.State.ACCEPTED,
        action__in=TOLD,
        decided_at__gte=_start(begin),
        decided_at__lt=_start(end),
    ).exclude(pk__in=drawn)
    visits = Visit.objects.filter(
        inside, outcome=Visit.Outcome.MET, dwelling__isnull=False, visited_on__gte=begin, visited_on__lt=end
    ).exclude(pk__in=drawn)
    found = [
        Accepted(pk, action, place, by, decided_by, timezone.localtime(at).date())
        for pk, action, place, by, decided_by, at in proposals.values_list(
            "pk", "action", "place_code", "proposed_by", "decided_by", "decided_at"
        )
    ]
    rows = visits.values_list("pk", "place_code", "worker_id", "visited_on")
    found += [Accepted(pk, VISIT, place, by, None, on) for pk, place, by, on in rows]
    return sorted(found, key=lambda one: one.id.hex)


def _start(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def door_of(record: Accepted) -> Door | None:
    """Where the record can be asked about again and what it said; None where it cannot be any more."""
    dwelling, said = _visit(record.id) if record.kind == VISIT else _proposal(record.id)
    kept = tuple(one for one in said if worth(QUESTIONS[one.key], one.value))
    return Door(dwelling, kept) if dwelling is not None and kept else None


def _visit(key: uuid.UUID) -> Told:
    visit = Visit.objects.get(pk=key)
    people = visit.confirmations.order_by("id").values_list("person_id", flat=True)
    return visit.dwelling_id, [Said(None, "visited", YES), *(Said(person, "lives_here", YES) for person in people)]


def _proposal(key: uuid.UUID) -> Told:
    proposal = Proposal.objects.get(pk=key)
    try:
        arguments = unpack(registry.handler(proposal.action).arguments, open_value(proposal, "arguments"))
    except (Erased, ValueError, TypeError):
        return None, []
    return TOLD[proposal.action](proposal, arguments)


def _home(person_id: uuid.UUID) -> uuid.UUID | None:
    stay = Spell.objects.filter(person_id=person_id, kind=Spell.Kind.USUAL, end=None)
    return stay.values_list("dwelling_id", flat=True).first()


def _day(day: dt.date | None, precision: str = "day") -> str:
    return day.isoformat()[: LENGTH.get(precision, 0)] if day else ""


def _corrected(key: str, name: str) -> Callable[[Proposal, actions.Correct], Told]:
    """What a correction of one item said. A birth date counts as far as it was known."""

    def told(proposal: Proposal, arguments: actions.Correct) -> Told:
        value = arguments.values.get(name, "")
        if key == "birth_date":
            value = value[: LENGTH.get(arguments.values.get("birth_precision", "day"), 0)]
        return _home(arguments.person_id), [Said(arguments.person_id, key, value)]

    return told


def _name(proposal: Proposal, arguments: actions.CorrectName | actions.GiveName) -> Told:
    return _home(arguments.person_id), [Said(arguments.person_id, "name", arguments.name)]


def _use(proposal: Proposal, arguments: Any) -> Told:
    return arguments.dwelling_id, [Said(None, "use", arguments.use)]


def _ended(proposal: Proposal, arguments: actions.EndStay) -> Told:
    spell = Spell.objects.filter(pk=arguments.spell_id).first()
    return (spell.dwelling_id, [Said(spell.person_id, "lives_here", NO)]) if spell else (None, [])


def _left(proposal: Proposal, arguments: actions.LeaveHousehold) -> Told:
    home = Household.objects.filter(pk=arguments.household_id).values_list("dwelling_id", flat=True).first()
    return home, [Said(person, "lives_here", NO) for person in arguments.person_ids]


def _joined(proposal: Proposal, arguments: actions.AddMember) -> Told:
    home = Household.objects.filter(pk=arguments.household_id).values_list("dwelling_id", flat=True).first()
    if arguments.person_id is not None:
        return home, [
            Said(arguments.person_id, "lives_here", YES), Said(arguments.person_id, "relation", arguments.relation)
        ]  # fmt: skip
    return home, newcomers(proposal, [arguments.new_person()], arguments.since)


def _born(proposal: Proposal, arguments: Any) -> Told:
    home = Household.objects.filter(pk=arguments.household_id).values_list("dwelling_id", flat=True).first()
    return home, newcomers(proposal, [arguments.new_person()], None)


def _moved_in(proposal: Proposal, arguments: actions.AddHousehold) -> Told:
    return arguments.dwelling_id, newcomers(proposal, arguments.people, arguments.since, headed=True)


def newcomers(
    proposal: Proposal, people: Sequence[actions.NewPerson], since: dt.date | None, *, headed: bool = False
) -> list[Said]:
    """What was said of each who was put on file, under the id that they got then."""
    said: list[Said] = []
    for at, (person, new) in enumerate(zip(_created(proposal), people, strict=False)):
        relation = HEAD if headed and at == 0 else new.relation
        said += [Said(person, "lives_here", YES), Said(person, "sex", new.sex)]
        said.append(Said(person, "birth_date", _day(new.birth_date)))
        said += [Said(person, "relation", relation), Said(person, "start", _day(since))]
    return said


def _created(proposal: Proposal) -> list[uuid.UUID]:
    """Whom the acceptance of a proposal put on file, in the order in which they were written."""
    accepted = proposal.decisions.filter(verdict=Decision.Verdict.ACCEPTED).order_by("-version").first()
    change = Change.objects.filter(pk=accepted.change_id).first() if accepted and accepted.change_id else None
    made = _people(change) if change else []
    there = set(Person.objects.filter(pk__in=made).values_list("pk", flat=True))
    return [person for person in made if person in there]


def _people(change: Change) -> list[uuid.UUID]:
    table = Person._meta.db_table
    return [uuid.UUID(one.row) for one in entries(change) if one.table == table and one.operation == "create"]


#: What can be asked about again, by kind of change; other kinds cannot be told at a door.
TOLD: dict[str, Callable[[Proposal, Any], Told]] = {
    "people.correct_sex": _corrected("sex", "sex"),
    "people.correct_birth_date": _corrected("birth_date", "birth_date"),
    "people.correct_education": _corrected("education", "education"),
    "people.correct_marital": _corrected("marital", "marital"),
    "people.correct_inflow_date": _corrected("start", "start"),
    "people.correct_inflow_reason": _corrected("reason", "reason"),
    "people.correct_relation": _corrected("relation", "relation"),
    "people.correct_registered_area": _corrected("registration", "registration"),
    "people.correct_name": _name,
    "people.give_name": _name,
    "people.end_stay": _ended,
    "people.leave_household": _left,
    "people.add_member": _joined,
    "people.add_newborn": _born,
    "people.add_household": _moved_in,
    "places.set_particulars": _use,
}


def strata(records: Iterable[Accepted]) -> dict[tuple[str, uuid.UUID], list[Accepted]]:
    """The records by grid and worker, grid by grid."""
    found: dict[tuple[str, uuid.UUID], list[Accepted]] = {}
    for record in sorted(records, key=lambda one: (one.place_code, one.collected_by.hex, one.id.hex)):
        found.setdefault((record.place_code, record.collected_by), []).append(record)
    return found
