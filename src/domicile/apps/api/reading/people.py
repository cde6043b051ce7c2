"""Households, persons, what is known of a person on a date, and the ledger of changes."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Path, Router, Schema

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.api import cursors, feed, schemas
from domicile.apps.api.fields import Code, Cursor, Day, Id, Limit, Text
from domicile.apps.api.reading import shapes
from domicile.apps.api.reading.calls import Call, inside, note_list, requires
from domicile.apps.audit import past
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import history, selectors
from domicile.apps.people.models import Household
from domicile.apps.people.selectors.reach import reach_person

router = Router()
HOUSEHOLDS, PERSONS, CHANGES = [_("Households")], [_("Persons")], [_("Ledger of changes")]


@router.get(
    "/households",
    response=schemas.HouseholdPage,
    tags=HOUSEHOLDS,
    summary=_("Households of today"),
    operation_id="list_households",
)
def households(request: Call, area: Code | None = None, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """Households that have not ended, in the order of their ids; names nobody. Needs `view_household`."""
    requires(request.viewer, "view_household")
    rows = inside(Household.objects.filter(ended_on__isnull=True), request.viewer, area, "dwelling__place_code")
    rows = rows.annotate(
        address=F("dwelling__address"), present=Count("members", filter=Q(members__left_on__isnull=True))
    )
    found, after = cursors.page(rows, ["households", area], cursor, limit, "id", uuid.UUID)
    note_list(request.viewer, "households")
    names = ("id", "dwelling_id", "side", "kind", "formed_on", "ended_on", "address")
    items = [{**{name: getattr(row, name) for name in names}, "members": row.present} for row in found]  # type: ignore[attr-defined]
    return {"items": items, "next": after}


@router.get(
    "/households/{household_id}",
    response=schemas.HouseholdCardOut,
    tags=HOUSEHOLDS,
    summary=_("A household with its members"),
    operation_id="read_household",
)
def household(request: Call, household_id: Path[Id]) -> Any:
    """Present and former members; numbers are masked. Needs `view_household`."""
    card = selectors.household_card(request.viewer, household_id, today=timezone.localdate())
    return shapes.household_card(card)


class PersonQuestion(Schema, extra="forbid"):
    """A name, a number, a phone, or a birth date: it travels in the body, never in an address."""

    text: Text


@router.post(
    "/persons/search",
    response=schemas.FoundPersons,
    tags=PERSONS,
    summary=_("Find persons"),
    operation_id="search_persons",
)
def find_persons(request: Call, question: PersonQuestion, cursor: Cursor = "") -> Any:
    """Persons of the token's areas, the best matches first, twenty at a time. Needs `search`."""
    requires(request.viewer, "search")
    return shapes.found_persons(request.viewer, question.text, cursor)


@router.get(
    "/persons/{person_id}",
    response=schemas.PersonOut,
    tags=PERSONS,
    summary=_("A person with stays and households"),
    operation_id="read_person",
)
def person(request: Call, person_id: Path[Id]) -> Any:
    """Numbers and phones stand in full only with `view_number_full`, and the look is logged so. Needs `view_person`."""
    viewer = request.viewer
    full = viewer.may("view_number_full")
    card = selectors.person_card(viewer, person_id, today=timezone.localdate(), show_numbers=full)
    return shapes.person_card(card)


@router.get(
    "/persons/{person_id}/known-on/{day}",
    response=schemas.KnownPerson,
    tags=PERSONS,
    summary=_("A person as the register knew them on a day"),
    operation_id="read_person_known_on",
)
def person_known_on(request: Call, person_id: Path[Id], day: Path[Day]) -> Any:
    """What stood in the register at the end of the day, not what is known now. Needs `view_history`."""
    return known_on(request.viewer, person_id, day)


def known_on(viewer: Viewer, person_id: uuid.UUID, day: dt.date) -> dict[str, Any]:
    """The person as known at the end of a day, after the look is recorded. Raises OutOfReach when not on file then."""
    requires(viewer, "view_history")
    person = reach_person(viewer, person_id)
    known = history.as_known_on(person.ids, past.end_of(day))
    record_look(viewer, question="history", persons=[person.pk])
    if known is None:
        raise OutOfReach([person_id])
    return shapes.known_person(viewer, known, day)


@router.get(
    "/changes",
    response=schemas.ChangePage,
    tags=CHANGES,
    summary=_("What changed since last time"),
    operation_id="list_changes",
)
def changes(request: Call, cursor: Cursor = "", limit: Limit = 100) -> Any:
    """Every change in the token's areas, the oldest first, without its values: read the subject for what holds now.

    Begin without a cursor, keep `next` of each answer, and come back with it. Needs `view_history`.
    """
    requires(request.viewer, "view_history")
    question = ["changes"]
    after = cursors.read(question, cursor) or 0
    part = feed.read(request.viewer, int(after), limit)
    persons = [entry.subject_id for entry in part.entries if entry.subject_kind == "person"]
    record_look(request.viewer, question="api_changes", persons=persons)
    return {"items": part.entries, "next": cursors.write(question, part.upto), "more": part.more}
