"""The page of an event, and the events on the card of a person."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.accounts.models import User
from domicile.apps.administration.telling import table_name
from domicile.apps.administration.words import action_name
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.audit.models import Change
from domicile.apps.audit.past import entries
from domicile.apps.collect.told import ToldField, told_fields
from domicile.apps.common.viewer import Viewer
from domicile.apps.peers import directory
from domicile.apps.people.models import Person, Visibility
from domicile.apps.people.selectors import words as people_words
from domicile.apps.vault.sealing import open_many
from domicile.apps.vitals import words
from domicile.apps.vitals.actions.amending import OWN, changes_of
from domicile.apps.vitals.models import Kind, State, VitalEvent, VitalPaper, VitalQuestion
from domicile.apps.vitals.records import was_asked

COMMUNITY = 12
#: Rows that follow from others, and are not worth a line.
QUIET = {*OWN, "people_visibility"}


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who an event names; `id` where their card may be opened."""

    label: Any
    name: str
    id: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper asked for; `kind` is empty while it is missing."""

    id: uuid.UUID
    need: Any
    kind: Any
    number: str
    seen_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a place of registration. `mine`: whether the viewer may note the answer; `overdue` shows, no more."""

    row: VitalQuestion
    place: str
    answer: Any
    overdue: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A recorded change of the event: when, who, what, why, and what of it the history tells."""

    id: int
    at: dt.datetime
    actor: str
    action: Any
    reason: str
    evidence: str
    fields: list[ToldField]


@dataclass(frozen=True, slots=True)
class EventCard:
    """All that the page shows, in words."""

    event: VitalEvent
    kind: Any
    day_label: Any
    day: str
    who: Somebody | None
    people: list[Somebody]
    facts: list[tuple[Any, str]]
    papers: list[Paper]
    questions: list[Question]
    followed: list[tuple[str, int]]
    history: list[Past]
    own: bool
    address: str
    persons: list[uuid.UUID]

    @property
    def open_papers(self) -> int:
        """How many papers are still missing."""
        return sum(1 for paper in self.papers if paper.seen_on is None)


def reach_event(viewer: Viewer, event_id: uuid.UUID) -> VitalEvent:
    """The event, when it was registered inside the viewer's areas or these were asked about it. Raises OutOfReach."""
    event = VitalEvent.objects.select_related("person", "dwelling").filter(pk=event_id).first()
    if event is None or not (viewer.covers(event.code) or was_asked(viewer, event_id)):
        raise OutOfReach([event.person_id] if event is not None and event.person_id else [])
    return event


def event_card(viewer: Viewer, event_id: uuid.UUID, *, today: dt.date) -> EventCard:
    """The page of an event, looked at on record. A fixed number of queries. Raises OutOfReach."""
    event = reach_event(viewer, event_id)
    own = viewer.covers(event.code)
    parties = list(event.named.select_related("person").order_by("role", "pk"))
    persons = [row.person_id for row in parties if row.person_id] + ([event.person_id] if event.person_id else [])
    record_look(viewer, question="vital_event", persons=persons)
    seen = _seen(viewer, persons)
    changes = changes_of(event) if own and viewer.may("view_history") else []
    people = [_somebody(words.ROLES[row.role], row.person, row.name, seen, own=own) for row in parties]
    return EventCard(
        event=event,
        kind=words.KINDS[event.kind],
        day_label=words.DAYS[event.kind],
        day=words.day(event.day.isoformat(), event.precision) or _("not known"),
        who=_somebody(_("Person"), event.person, "", seen, own=own) if event.person else None,
        people=people,
        facts=_facts(event),
        papers=_papers(viewer, event),
        questions=_questions(viewer, event, today),
        followed=_followed(changes),
        history=_history(changes),
        own=own,
        address=event.dwelling.address if event.dwelling and viewer.covers(event.dwelling.place_code) else "",
        persons=persons,
    )


def of_person(viewer: Viewer, person: Person, most: int) -> list[tuple[VitalEvent, Any]]:
    """The events that somebody is in, of the viewer's areas, the latest first, with the words of their kind. One query."""
    rows = restrict(
        VitalEvent.objects.filter(Q(person__in=person.ids) | Q(named__person__in=person.ids)), viewer, "code"
    )
    return [(row, words.KINDS[row.kind]) for row in rows.distinct().order_by("-day", "-pk")[:most]]


def _seen(viewer: Viewer, persons: list[uuid.UUID]) -> set[uuid.UUID]:
    inside = scope_q(viewer, "code")
    if inside is None:
        return set()
    return set(Visibility.objects.filter(inside, person_id__in=persons).values_list("person_id", flat=True))


def _somebody(label: Any, person: Person | None, name: str, seen: set[uuid.UUID], *, own: bool) -> Somebody:
    if person is None:
        return Somebody(label, name, None)
    known = person.pk in seen
    return Somebody(
        label, people_words.name(person.name) if known or own else _("outside your area"), person.pk if known else None
    )


def _facts(event: VitalEvent) -> list[tuple[Any, str]]:
    facts: list[tuple[Any, str]] = [
        (_("Where it happened"), event.place),
        (_("Who reported it"), str(words.TOLD_BY.get(event.told_by, ""))),
    ]
    if event.found:
        facts.append((_("Foundling"), _("yes: the birth date is an estimate")))
    return facts


def _papers(viewer: Viewer, event: VitalEvent) -> list[Paper]:
    rows = list(VitalPaper.objects.filter(event=event).order_by("pk"))
    numbers = open_many(rows, "number") if viewer.covers(event.code) and viewer.may("view_number_full") else {}
    return [
        Paper(
            row.pk, words.PAPERS.get(row.need, row.need), words.PAPERS.get(row.kind, row.kind), numbers.get(row.pk, ""),
            row.seen_on,
        )
        for row in rows
    ]  # fmt: skip


def _questions(viewer: Viewer, event: VitalEvent, today: dt.date) -> list[Question]:
    rows = list(VitalQuestion.objects.filter(event=event).order_by("pk"))
    steps = trails({row.to_code for row in rows if row.to_code}) if rows else {}
    registers = directory.linked_areas() if rows else []
    return [
        Question(
            row,
            " · ".join(
                filter(
                    None,
                    [
                        next((name for prefix, name in registers if row.to_code.startswith(prefix)), ""),
                        in_one(steps.get(row.to_code, [])) or row.to_code[:12],
                        row.to_text,
                    ],
                )
            ),
            words.ANSWERS.get(row.answer, ""),
            not row.answer and row.due_on is not None and row.due_on < today,
        )
        for row in rows
    ]


def _followed(changes: list[Change]) -> list[tuple[str, int]]:
    """How many rows of each table the registration wrote beside the event's own."""
    if not changes:
        return []
    counts: dict[str, int] = {}
    for entry in entries(changes[-1]):
        if entry.table not in QUIET:
            counts[entry.table] = counts.get(entry.table, 0) + 1
    return [(table_name(table), count) for table, count in counts.items()]


def _history(changes: list[Change]) -> list[Past]:
    actors = dict(User.objects.filter(pk__in={row.actor_id for row in changes}).values_list("pk", "real_name"))
    return [
        Past(
            row.pk, row.at, actors.get(row.actor_id, "") if row.actor_id else "", action_name(row.action), row.reason,
            row.evidence, told_fields(entries(row), words.told),
        )
        for row in changes
    ]  # fmt: skip


def may_annul(card: EventCard) -> bool:
    """Whether there is something to annul or to correct."""
    return card.own and card.event.state == State.COUNTS


def is_birth(card: EventCard) -> bool:
    """Whether it is a birth: of one, another child of it can be registered, and the place of registration asked."""
    return card.event.kind == Kind.BIRTH
