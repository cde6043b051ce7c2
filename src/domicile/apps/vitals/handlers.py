"""What of this app can be proposed, and how a proposal reads.

Births and deaths keep the names that they had before there were events: what waits, what areas said about their review, and
what is in the log goes on under them.
"""

import uuid
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.collect.registry import Handler, Line, Part, register, register_namer
from domicile.apps.collect.review.parts import parts_among
from domicile.apps.people import describing
from domicile.apps.people.describing import members_of
from domicile.apps.people.items import PRECISIONS
from domicile.apps.people.models import Person
from domicile.apps.people.registry import undo_on_cards
from domicile.apps.people.selectors import words as people_words
from domicile.apps.vitals import actions, words
from domicile.apps.vitals.actions import births, deaths
from domicile.apps.vitals.models import VitalEvent, VitalNamed, VitalPaper, VitalQuestion
from domicile.apps.vitals.selectors.naming import event_names
from domicile.core.policy.corrections import correction_level

PAGES = {"vital": "vitals:event", "person": "people:person", "household": "people:household"}
PARTS = {
    "name": Part(_("Person's name")),
    "sex": Part(_("Sex"), "choice", "sex", required=True),
    "birth_date": Part(_("Birth date"), "date", required=True),
    "died_on": Part(_("Died on"), "date", required=True),
    "relation": Part(_("Relationship to the head"), "choice", "relation"),
    "place": Part(_("Where it happened"), longest=160),
}


def level_of(item: str) -> str:
    """The level that decides today, by the dated table."""
    return correction_level(item, timezone.localdate())


def grid() -> str:
    """A paper is shown at the door: decided from the grid upward."""
    return "grid"


def describe_told(told: Any) -> list[Line]:
    """What is told of every event, as far as it is."""
    papers = [str(words.PAPERS.get(kind, kind)) for kind in told.papers.values() if kind]
    lines = ((_("Where it happened"), told.place), (_("Who reported it"), words.TOLD_BY.get(told.told_by, "")),
             (_("Paper seen"), people_words.listed(papers)))  # fmt: skip
    return [Line(label, "", str(value)) for label, value in lines if value]


def describe_birth(arguments: actions.Birth) -> list[Line]:
    named = ((_("Mother"), arguments.mother_name), (_("Father"), arguments.father_name),
             (_("Place of registration that is asked"), arguments.ask_text or arguments.ask_code))  # fmt: skip
    lines = [Line(label, "", value) for label, value in named if value]
    if arguments.found:
        lines.append(Line(_("Foundling"), "", str(_("yes"))))
    return [*describing.describe_newborn(arguments), *lines, *describe_told(arguments)]


def describe_death(arguments: actions.Death) -> list[Line]:
    widowed = [Line(_("Widowed by it"), "", names([arguments.spouse_id]))] if arguments.spouse_id else []
    return [*describing.describe_death(arguments), *widowed, *describe_told(arguments)]


def describe_union(label: Any, arguments: Any) -> list[Line]:
    spouse = names([arguments.spouse_id]) if arguments.spouse_id else arguments.spouse_name
    return [
        Line(_("Person"), names([arguments.person_id]), names([arguments.person_id])),
        Line(_("Spouse"), "", spouse), Line(label, "", str(arguments.day)), *describe_told(arguments),
    ]  # fmt: skip


def describe_adoption(arguments: actions.Adopt) -> list[Line]:
    adopters = people_words.listed(filter(None, [names(arguments.adopters), arguments.adopter_name]))
    return [
        Line(_("Person"), names([arguments.child_id]), names([arguments.child_id])),
        Line(_("Adoptive parent"), "", adopters), Line(_("Adopted on"), "", str(arguments.day)),
        *describe_told(arguments),
    ]  # fmt: skip


def describe_correction(arguments: actions.CorrectEvent) -> list[Line]:
    event = VitalEvent.objects.get(pk=arguments.event_id)
    lines = [_about(event)]
    if arguments.day and arguments.day != event.day:
        lines.append(Line(words.DAYS[event.kind], str(event.day), str(arguments.day)))
    if arguments.precision and arguments.precision != event.precision:
        known = PRECISIONS
        lines.append(Line(_("How sure the day is"), str(known[event.precision]), str(known[arguments.precision])))
    if arguments.place:
        lines.append(Line(_("Where it happened"), event.place, arguments.place.replace("-", "", 1)))
    if arguments.told_by:
        known = words.TOLD_BY
        lines.append(
            Line(_("Who reported it"), str(known.get(event.told_by, "")), str(known.get(arguments.told_by, "")))
        )
    return lines


def describe_annulment(arguments: actions.Annul) -> list[Line]:
    event = VitalEvent.objects.get(pk=arguments.event_id)
    return [_about(event), Line(_("State"), str(words.STATES["counts"]), str(words.STATES["annulled"]))]


def describe_paper(arguments: actions.ShowPaper) -> list[Line]:
    paper = VitalPaper.objects.select_related("event").get(pk=arguments.paper_id)
    return [
        _about(paper.event),
        Line(words.PAPERS[paper.need], str(_("missing")), str(words.PAPERS.get(arguments.kind, ""))),
    ]


def describe_question(arguments: actions.AskPlace) -> list[Line]:
    event = VitalEvent.objects.get(pk=arguments.event_id)
    return [
        _about(event), Line(_("Place of registration that is asked"), "", arguments.to_text or arguments.to_code)
    ]  # fmt: skip


def describe_answer(arguments: actions.AnswerQuestion) -> list[Line]:
    question = VitalQuestion.objects.select_related("event").get(pk=arguments.question_id)
    said = [str(words.ANSWERS.get(arguments.answer, "")), arguments.text]
    return [_about(question.event), Line(_("Their answer"), "", " · ".join(filter(None, said)))]


def names(people: Collection[uuid.UUID | None]) -> str:
    """Names of people on file, in the order given."""
    known = dict(Person.objects.filter(pk__in=[key for key in people if key]).values_list("pk", "name"))
    return people_words.listed(people_words.name(known[key]) for key in people if key in known)


def _about(event: VitalEvent) -> Line:
    text = " · ".join(filter(None, [str(words.KINDS[event.kind]), names([event.person_id]), str(event.day)]))
    return Line(_("Vital event"), text, text)


def persons_of(arguments: Any) -> Collection[uuid.UUID]:
    """Whom a proposal names."""
    found = {*getattr(arguments, "adopters", ())}
    for name in ("person_id", "child_id", "spouse_id", "new_head_id"):
        if getattr(arguments, name, None):
            found.add(getattr(arguments, name))
    if isinstance(arguments, actions.Birth):
        found.update([*map(uuid.UUID, arguments.parents), *members_of(arguments.household_id)])
    event = getattr(arguments, "event_id", None)
    for model, name in ((VitalPaper, "paper_id"), (VitalQuestion, "question_id")):
        if getattr(arguments, name, None):
            event = (
                model._default_manager.filter(pk=getattr(arguments, name)).values_list("event_id", flat=True).first()
            )
    if event is not None:
        found.update(VitalEvent.objects.filter(pk=event, person__isnull=False).values_list("person_id", flat=True))
        found.update(VitalNamed.objects.filter(event=event, person__isnull=False).values_list("person_id", flat=True))
    return found


#: Kind of change: label, arguments, action, description, level.
KINDS: dict[str, tuple[Any, type[Any], Callable[..., Any], Callable[[Any], list[Line]], Callable[[], str]]] = {
    births.ACTION: (_("Register a birth"), actions.Birth, actions.birth, describe_birth, grid),
    deaths.ACTION: (
        _("Register a death"), actions.Death, actions.death, describe_death, partial(level_of, "died_on")
    ),
    "vitals.marry": (
        _("Register a marriage"), actions.Marry, actions.marry, partial(describe_union, _("Married on")),
        partial(level_of, "marital"),
    ),
    "vitals.divorce": (
        _("Register a divorce"), actions.Divorce, actions.divorce, partial(describe_union, _("Divorced on")),
        partial(level_of, "marital"),
    ),
    "vitals.adopt": (
        _("Register an adoption"), actions.Adopt, actions.adopt, describe_adoption, partial(level_of, "parents")
    ),
    "vitals.correct": (
        _("Correct a vital event"), actions.CorrectEvent, actions.correct, describe_correction,
        partial(level_of, "died_on"),
    ),
    "vitals.correct_birth_day": (
        _("Correct the day of a birth"), actions.CorrectEvent, actions.correct_birth_day, describe_correction,
        partial(level_of, "birth_date"),
    ),
    "vitals.annul": (
        _("Annul a vital event"), actions.Annul, actions.annul, describe_annulment, partial(level_of, "died_on")
    ),
    "vitals.show_paper": (_("Note a paper that was missing"), actions.ShowPaper, actions.show_paper, describe_paper, grid),
    "vitals.ask": (_("Ask the place of registration"), actions.AskPlace, actions.ask, describe_question, grid),
    "vitals.answer": (
        _("Note what the place of registration answers"), actions.AnswerQuestion, actions.answer, describe_answer, grid
    ),
}  # fmt: skip


def register_all() -> None:
    """Called once at start-up."""
    register_namer("vital", event_names)
    for name, (label, arguments, apply, describe, level) in KINDS.items():
        register(
            Handler(
                name, label, arguments, apply, describe, level, PAGES, persons_of, group="life",
                parts=partial(parts_among, PARTS),
            )
        )  # fmt: skip
    undo_on_cards(KINDS)
