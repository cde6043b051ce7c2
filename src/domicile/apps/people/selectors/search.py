"""The one search box: what was asked, who and which dwellings were found, and the look that is recorded for it."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Count
from django.utils.translation import gettext_lazy

from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Spell
from domicile.apps.people.selectors.finding import PAGE, find
from domicile.apps.people.selectors.lines import PersonLine, person_lines
from domicile.apps.people.selectors.question import Question, read_question
from domicile.apps.places.selectors import DwellingLine, find_dwellings
from domicile.apps.places.words import use as use_word

#: Deeper pages are refused: who needs more than these asks a narrower question.
MOST_PAGES = 25

WAY_LABELS = {
    "number": gettext_lazy("identity number"),
    "one_digit": gettext_lazy("one digit differs"),
    "phone": gettext_lazy("phone"),
    "phone_one_digit": gettext_lazy("one digit of the phone differs"),
    "name": gettext_lazy("name"),
    "given": gettext_lazy("given name"),
    "former": gettext_lazy("former name"),
    "sound": gettext_lazy("same sound"),
    "born": gettext_lazy("birth date"),
}
PROBLEMS = {
    "empty": gettext_lazy("Type a name, an identity number, a phone, an address or a birth date."),
    "short_number": gettext_lazy(
        "A number of this length is neither an identity number (18 or 15 places) nor a phone (11). "
        "Look whether a digit is missing."
    ),
    "long_text": gettext_lazy("This is too long. Type one name, number or address."),
    "impossible_age": gettext_lazy("There is no such date or age. Write 1980-01-01, 19800101 or age 70-75."),
}


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A line of the list, in which way it was found, and whether the match is uncertain."""

    line: PersonLine
    way: str
    way_label: str
    uncertain: bool


@dataclass(frozen=True, slots=True)
class FoundDwelling:
    """A dwelling with the number of people who live there; None where the viewer may not know."""

    line: DwellingLine
    use: str
    people: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found. `problem` says in words why nothing could be looked for."""

    kind: str = ""
    persons: list[FoundPerson] = field(default_factory=list)
    dwellings: list[FoundDwelling] = field(default_factory=list)
    page: int = 1
    more: bool = False
    problem: str = ""

    @property
    def uncertain(self) -> bool:
        return any(found.uncertain for found in self.persons)

    @property
    def nothing(self) -> bool:
        return not self.persons and not self.dwellings


def search(viewer: Viewer, text: str, page: int = 1, *, today: dt.date) -> Found:
    """Look for persons and dwellings inside the viewer's areas, and record the look before giving them back.

    `page` counts from 1. Raises NotAllowed without the permission `search` or `search_places`.
    """
    if not viewer.may("search"):
        viewer.require("search_places")
    page = min(max(page, 1), MOST_PAGES)
    question = read_question(text, today=today)
    if question.problem:
        return Found(problem=str(PROBLEMS[question.problem]))
    start = (page - 1) * PAGE
    hits = find(viewer, question, offset=start) if viewer.may("search") else []
    lines = person_lines(viewer, [hit.person_id for hit in hits[:PAGE]], today=today)
    persons = [
        FoundPerson(
            lines[hit.person_id], hit.way, str(WAY_LABELS[hit.way]), hit.way in {"one_digit", "phone_one_digit"}
        )
        for hit in hits[:PAGE]
        if hit.person_id in lines
    ]
    places = find_dwellings(viewer, question.address, offset=start) if _may_ask_address(viewer, question) else []
    more = page < MOST_PAGES and (len(hits) > PAGE or len(places) > PAGE)
    found = Found(_kind(question), persons, _dwellings(viewer, places[:PAGE]), page, more)
    record_look(viewer, question=f"search_{found.kind}", persons=list(lines), term=text)
    return found


def _may_ask_address(viewer: Viewer, question: Question) -> bool:
    return bool(question.address) and (viewer.may("search_places") or viewer.may("view_dwelling"))


def _kind(question: Question) -> str:
    kinds = (
        ("number", question.document),
        ("phone", question.phone),
        ("birth", question.born),
        ("address", question.address),
    )
    return next((kind for kind, asked in kinds if asked), "name")


def _dwellings(viewer: Viewer, places: list[DwellingLine]) -> list[FoundDwelling]:
    counts: dict[object, int] = {}
    if places and viewer.may("view_person"):
        rows = Spell.objects.filter(dwelling_id__in=[place.id for place in places], end__isnull=True)
        counts = dict(rows.order_by().values_list("dwelling_id").annotate(Count("person_id", distinct=True)))
    knows = viewer.may("view_person")
    return [FoundDwelling(place, use_word(place.use), counts.get(place.id, 0) if knows else None) for place in places]
