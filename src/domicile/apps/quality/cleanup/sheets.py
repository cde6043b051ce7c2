"""Check sheets on paper: who is registered at each dwelling, who lives there registered elsewhere, who is from abroad.

One sheet a grid (or what an area has no grid for), in Chinese whatever the page is in, and without numbers of documents.
"""

import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps import printing
from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.people.selectors import words as people_words
from domicile.apps.quality.cleanup.gathering import COMMUNITY, from_abroad, with_papers_from_abroad
from domicile.apps.quality.cleanup.lists import lists
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound
from domicile.apps.quality.cleanup.selectors import LEFT, area_name

TEMPLATE: Final = Path(__file__).resolve().parent / "printed" / "sheet.typ"
KINDS: Final = {
    "registered": gettext_lazy("Check sheet of those registered"),
    "elsewhere": gettext_lazy("Check sheet of residents registered elsewhere"),
    "abroad": gettext_lazy("Check sheet of residents from abroad, Hong Kong, Macao and Taiwan"),
}
#: Empty lines at each dwelling for who is found and not on the sheet.
BLANK_LINES: Final = 1


def sheet_data(viewer: Viewer, of: CleanupRound, kind: str, area: str) -> dict[str, Any]:
    """One sheet, by dwelling, after the look is recorded. A fixed number of queries. Raises OutOfReach, NotPrinted."""
    if len(area) < COMMUNITY or not area.startswith(of.scope) or not viewer.covers(area):
        raise OutOfReach
    rows: list[Any] = list(_registered(area) if kind == "registered" else _living(area, kind))
    printing.check_rows(len(rows))
    people = [row.person_id for row in rows]
    record_look(viewer, question="cleanup_sheet", persons=people)
    marks = _marks(of, people)
    places = trails({row.person.registered_code for row in rows}, from_level=3)
    relations = _relations(people) if kind != "registered" else {}
    doors: list[dict[str, Any]] = []
    for row in rows:
        dwelling = row.household.dwelling if kind == "registered" else row.dwelling
        if not doors or doors[-1]["key"] != dwelling.pk:
            doors.append(
                {
                    "key": dwelling.pk,
                    "address": dwelling.address,
                    "gone": bool(dwelling.in_use_to or dwelling.building.in_use_to),
                    "people": [],
                }
            )
        code = row.relation if kind == "registered" else relations.get(row.person_id, "")
        doors[-1]["people"].append(_person(row.person, code, marks.get(row.person_id, ""), places))
    return _page(viewer, of, kind, area, doors)


def _page(viewer: Viewer, of: CleanupRound, kind: str, area: str, doors: list[dict[str, Any]]) -> dict[str, Any]:
    notes = _("{name}. Reference day: {day}.").format(name=of.name, day=of.reference_on)
    return {
        "frame": printing.frame(viewer, title=KINDS[kind], area=area_name(area), notes=notes),
        "doors": doors,
        "blank": BLANK_LINES,
        "words": {
            "heads": [
                _("Full name"), _("Relation"), _("Sex"), _("Birth date"), _("Registered at"), _("Lists"), _("As on file"),
                _("What differs, and what the papers say"),
            ],
            "visited": _("Visited on"), "nobody": _("Nobody at home"), "gone": _("out of use"),
            "new": _("not on file"), "none": _("Nobody on file here belongs on this sheet."),
            "rule": _(
                "Whoever is met tells of their own will. Nobody loses a registration by this sheet, and nothing follows from "
                "being unregistered or late but help. Write no identity numbers. Give it back and keep no copy."
            ),
            "legend": "　".join(f"{one.number} {one.name.zh}" for one in lists().values()),
        },
        "signatures": [_("Grid worker"), _("Entered by"), _("Date")],
    }  # fmt: skip


def printed(viewer: Viewer, of: CleanupRound, kind: str, area: str) -> HttpResponse:
    """The sheet as PDF."""
    with translation.override("zh-hans"):
        data = sheet_data(viewer, of, kind, area)
        return printing.respond(TEMPLATE, data, name=f"{KINDS[kind]}-{area_name(area)}")


def _person(person: Person, relation: str, mark: str, places: Mapping[str, list[str]]) -> list[str]:
    if person.registration == Person.Registration.AREA:
        code = person.registered_code
        where = person.registered_text or in_one(places.get(code, [])) or code
    else:
        where = person.registered_text or people_words.registration(person.registration)
    return [
        people_words.name(person.name), people_words.coded("relation", relation), people_words.sex(person.sex),
        people_words.birth(person), where, mark,
    ]  # fmt: skip


def _registered(area: str) -> "QuerySet[Member]":
    rows = Member.objects.filter(
        prefix_q("household__dwelling__place_code", area), side=Household.Side.REGISTERED, left_on=None, household__ended_on=None
    ).select_related("person", "household__dwelling__building")  # fmt: skip
    return rows.order_by(
        "household__dwelling__place_code", "household__dwelling__sort_key", "household_id", "relation", "pk"
    )


def _living(area: str, kind: str) -> Iterable[Spell]:
    rows = Spell.objects.filter(
        prefix_q("dwelling__place_code", area), end=None, kind=Spell.Kind.USUAL, person__died_on=None
    )
    rows = rows.select_related("person", "dwelling__building").order_by(
        "dwelling__place_code", "dwelling__sort_key", "pk"
    )
    strangers = with_papers_from_abroad()
    for row in rows:
        who = row.person
        foreign = bool(from_abroad(who.pk, who.registration, who.nationality, strangers))
        here = who.registration == Person.Registration.AREA and who.registered_code[:COMMUNITY] == area[:COMMUNITY]
        if foreign if kind == "abroad" else not foreign and not here:
            yield row


def _relations(people: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    rows = Member.objects.filter(person__in=list(people), side=Household.Side.LIVING, left_on=None)
    return dict(rows.values_list("person_id", "relation"))


def _marks(of: CleanupRound, people: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """On which lists each of them stands and is not settled, by number. One query."""
    found: dict[uuid.UUID, list[int]] = {}
    rows = CleanupCase.objects.filter(round=of, person__in=list(people), state__in=LEFT)
    for who, listed in rows.values_list("person_id", "listed"):
        if who is not None:
            found.setdefault(who, []).append(lists()[listed].number)
    return {who: "、".join(str(one) for one in sorted(set(numbers))) for who, numbers in found.items()}
