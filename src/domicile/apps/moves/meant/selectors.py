"""Who may be meant, beside what the other register says: what agrees and what differs."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.meant.actions import ANSWERS
from domicile.apps.moves.meant.models import MeantQuestion
from domicile.apps.moves.selectors.candidates import blinds_of
from domicile.apps.people.actions.residence import usual_stays
from domicile.apps.people.models import Document, Person
from domicile.apps.people.selectors import words as people_words
from domicile.apps.tasks.naming import Named
from domicile.apps.vault.sealing import open_value

COMMUNITY = 12
AGREES, DIFFERS, OPEN = "agrees", "differs", "open"


class LivesElsewhere(Refused):
    """One of those who may be meant has moved out of the viewer's areas: the office above both decides."""


@dataclass(frozen=True, slots=True)
class Point:
    """One particular of the person here, and whether the other register says the same (OPEN: one of the two lacks it)."""

    label: Any
    here: str
    how: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who lives here and may be meant."""

    id: uuid.UUID
    name: str
    address: str
    points: list[Point]


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody whom the other register asks about."""

    mover: uuid.UUID
    name: str
    said: list[tuple[Any, Any]]
    candidates: list[Candidate]


@dataclass(frozen=True, slots=True)
class Shown:
    """A question with everybody in it."""

    row: MeantQuestion
    day: str
    asked: list[Asked]


def waiting(viewer: Viewer) -> "QuerySet[MeantQuestion]":
    """Questions to the viewer's areas, the oldest first."""
    return restrict(MeantQuestion.objects.select_related("peer"), viewer).order_by("came_at", "pk")


def shown(viewer: Viewer, question_id: uuid.UUID) -> Shown:
    """The question, once the look at all who may be meant is recorded. Raises NotAllowed, OutOfReach, LivesElsewhere."""
    from domicile.apps.moves.messages import documents, questions

    viewer.require(ANSWERS)
    row = waiting(viewer).filter(pk=question_id).first()
    if row is None:
        raise OutOfReach
    told = documents.read_text(documents.Question, open_value(row, "body"))
    found = questions.meant(told)
    people = [person.pk for rows in found.values() for person in rows]
    stays = usual_stays(people)
    if not all(viewer.covers(stay.dwelling.place_code) for stay in stays.values()):
        raise LivesElsewhere(
            _(
                "Somebody who may be meant lives elsewhere by now: the question has gone to whoever answers for all places."
            )
        )
    record_look(viewer, question="move_question", persons=people)
    blinds: dict[uuid.UUID, set[bytes]] = {person: set() for person in people}
    for person, blind in Document.objects.filter(person_id__in=people).values_list("person_id", "blind"):
        blinds[person].add(bytes(blind))
    asked = [
        Asked(
            one.mover, people_words.name(one.name), _said(one),
            [
                Candidate(
                    person.pk, people_words.name(person.name), stays[person.pk].dwelling.address,
                    _points(one, person, blinds[person.pk]),
                )
                for person in found[one.mover]
            ],
        )
        for one in told.people
    ]  # fmt: skip
    return Shown(row, str(told.destination.day or ""), asked)


def named(viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    """Questions in lists of tasks: by the register that asks. Whom it asks about stands on the page."""
    rows = waiting(viewer).filter(pk__in=ids)
    return {row.pk: Named(row.peer.name) for row in rows}


def _said(told: Any) -> list[tuple[Any, Any]]:
    """What the other register says of somebody: no number, only whether there is one."""
    said = [
        (_("Full name"), told.name), (_("Sex"), _sex(told.sex)), (_("Birth date"), people_words.birth(told)),
        (_("Document number"), _on_file(bool(told.documents))),
        (_("Registered at"), told.registered_text or (told.registered_code or "")[:COMMUNITY]),
    ]  # fmt: skip
    return [(label, text) for label, text in said if text]


def _points(told: Any, person: Person, blinds: set[bytes]) -> list[Point]:
    there = {blind for one in told.documents for blind in blinds_of(one.number)}
    number = OPEN if not there or not blinds else AGREES if there & blinds else DIFFERS
    born, held = people_words.birth(told), people_words.birth(person)
    code = (told.registered_code or "")[:COMMUNITY]
    own = (person.registered_code or "")[:COMMUNITY]
    place = _how(code, own) if code and own else _how(told.registered_text, person.registered_text)
    return [
        Point(_("Full name"), person.name, _how(told.name, person.name)),
        Point(_("Sex"), _sex(person.sex), _how(told.sex.strip("09"), person.sex.strip("09"))),
        Point(_("Birth date"), held, _born(born, held)),
        Point(_("Document number"), _on_file(bool(blinds)), number),
        Point(
            _("Registered at"), person.registered_text or own, place if place != DIFFERS or (code and own) else OPEN
        ),
    ]  # fmt: skip


def _how(there: str, here: str) -> str:
    return OPEN if not there or not here else AGREES if there == here else DIFFERS


def _born(there: str, here: str) -> str:
    """A year and a day of that year neither agree nor differ."""
    closer, wider = max(there, here, key=len), min(there, here, key=len)
    return OPEN if closer != wider and closer.startswith(wider) else _how(there, here)


def _sex(code: str) -> str:
    return people_words.coded("sex", code)


def _on_file(held: bool) -> Any:
    return _("number on file") if held else _("no number on file")
