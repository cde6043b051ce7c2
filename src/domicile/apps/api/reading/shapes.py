"""Cards and lines of the register as plain values."""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from django.utils import timezone

from domicile.apps.access.scopes import restrict
from domicile.apps.api import cursors
from domicile.apps.api.keys import digest_of
from domicile.apps.api.problems import Faulty
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import history, selectors
from domicile.apps.people.selectors import lines
from domicile.apps.people.selectors.home_cards import HouseholdLine, MemberLine
from domicile.apps.people.selectors.search import MOST_PAGES, search
from domicile.apps.people.selectors.standing import Standing
from domicile.apps.places.models import Dwelling

DWELLING = ("id", "building_id", "place_code", "address", "unit", "room", "use", "floor_area", "rooms")
IN_USE = ("in_use_from", "in_use_to")


def situation(standing: Standing) -> dict[str, Any]:
    """The derived situation."""
    return {
        "kind": standing.kind,
        "label": standing.label,
        "floating": standing.floating,
        "definition": standing.definition,
    }


def person_line(line: lines.PersonLine) -> dict[str, Any]:
    """One person of a list; the number is masked."""
    return {
        "id": line.id,
        "name": line.name,
        "sex": line.sex,
        "age": line.age,
        "birth_date": line.born,
        "number": line.number,
        "address": line.address,
        "dwelling_id": line.dwelling_id,
        "household_id": line.household_id,
        "situation": situation(line.situation),
    }


def member(line: MemberLine) -> dict[str, Any]:
    """A member of a household."""
    return {
        "person": person_line(line.person),
        "relation": line.relation,
        "is_head": line.is_head,
        "joined_on": line.joined_on,
        "left_on": line.left_on,
        "lives_here": line.lives_here,
        "registered_here": line.registered_here,
    }


def household(line: HouseholdLine) -> dict[str, Any]:
    """A household with its present members."""
    return {
        "id": line.id,
        "side": line.side,
        "kind": line.kind,
        "formed_on": line.formed_on,
        "ended_on": line.ended_on,
        "members": [member(one) for one in line.members],
    }


def dwelling_card(card: selectors.DwellingCard) -> dict[str, Any]:
    """The card of a dwelling."""
    return {
        **{name: getattr(card.dwelling, name) for name in (*DWELLING, *IN_USE)},
        "trail": card.trail,
        "former_addresses": [former.text for former in card.former_addresses],
        "living": None if card.living is None else [household(line) for line in card.living],
        "registered": None if card.registered is None else [household(line) for line in card.registered],
        "lodgers": [person_line(line) for line in card.lodgers],
    }


def household_card(card: selectors.HouseholdCard) -> dict[str, Any]:
    """The card of a household."""
    return {
        **household(card.line),
        "dwelling_id": card.household.dwelling_id,
        "address": card.household.dwelling.address,
        "trail": card.trail,
        "former_members": [member(line) for line in card.former_members],
    }


def person_card(card: selectors.PersonCard) -> dict[str, Any]:
    """The card of a person. Remarks are left out: no program needs them."""
    person = card.person
    return {
        "id": person.pk,
        "name": person.name,
        "former_names": [former.name for former in card.former_names],
        "sex": person.sex,
        "birth_date": person.birth_date,
        "birth_precision": person.birth_precision,
        "died_on": person.died_on,
        "education": card.education,
        "marital": card.marital,
        "registration": person.registration,
        "registered_code": person.registered_code,
        "registered_at": card.registered,
        "situation": situation(card.situation),
        "documents": [
            {"kind": row.kind, "number": row.number, "findings": [str(text) for text in row.findings]}
            for row in card.documents
        ],
        "phones": [{"number": row.number, "belongs_to": row.belongs_to} for row in card.phones],
        "stays": [
            {
                "id": stay.id,
                "kind": stay.kind,
                "start": stay.start,
                "end": stay.end,
                "address": stay.address,
                "area": stay.area,
                "dwelling_id": stay.dwelling_id,
            }
            for stay in card.stays
        ],
        "households": [{name: getattr(row, name) for name in row.__dataclass_fields__} for row in card.households],
    }


def known_person(viewer: Viewer, known: history.Known, day: dt.date) -> dict[str, Any]:
    """A person as the register knew them; addresses only inside the viewer's areas. One query."""
    ids = [uuid.UUID(row["dwelling_id"]) for row in known.spells if row.get("dwelling_id")]
    near = {row.pk: row.address for row in restrict(Dwelling.objects.filter(pk__in=ids), viewer)}
    stays = []
    for row in known.spells:
        home = uuid.UUID(row["dwelling_id"])
        stays.append(
            {
                "kind": row.get("kind") or "",
                "start": row.get("start") or None,
                "end": row.get("end") or None,
                "dwelling_id": home if home in near else None,
                "address": near.get(home, ""),
            }
        )
    person = known.person
    return {
        "id": uuid.UUID(person["id"]),
        "known_on": day,
        "name": person.get("name") or "",
        "former_names": [row["name"] for row in known.former_names],
        "sex": person.get("sex") or "9",
        "birth_date": person.get("birth_date") or None,
        "died_on": person.get("died_on") or None,
        "registration": person.get("registration") or "unknown",
        "stays": stays,
    }


def found_dwellings(viewer: Viewer, address: str, cursor: str) -> dict[str, Any]:
    """Dwellings at an address, after the look is recorded."""
    question, page = _asked("dwellings", address, cursor)
    found = search(
        replace(viewer, permissions=viewer.permissions - {"search"}), address, page, today=timezone.localdate()
    )
    if found.problem:
        raise Unclear("address", found.problem)
    items = [
        {
            "id": one.line.id,
            "address": one.line.address,
            "place_code": one.line.place_code,
            "use": one.line.use,
            "people": one.people,
        }
        for one in found.dwellings
    ]
    return {"items": items, "next": cursors.write(question, page + 1) if found.more else ""}


def found_persons(viewer: Viewer, text: str, cursor: str) -> dict[str, Any]:
    """Persons that a text means, after the look is recorded."""
    question, page = _asked("persons", text, cursor)
    found = search(viewer, text, page, today=timezone.localdate())
    if found.problem:
        raise Unclear("text", found.problem)
    items = [{"person": person_line(one.line), "way": one.way, "uncertain": one.uncertain} for one in found.persons]
    return {"items": items, "next": cursors.write(question, page + 1) if found.more else ""}


class Unclear(Exception):
    """What was asked can mean nobody; `message` says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field)
        self.field, self.message = field, message


def _asked(kind: str, text: str, cursor: str) -> tuple[list[Any], int]:
    """The question by its keyed hash, since cursors travel in addresses, and the page asked for."""
    question = [kind, digest_of(text).hex()]
    page = cursors.read(question, cursor)
    if page is None:
        return question, 1
    if not isinstance(page, int) or not 1 <= page <= MOST_PAGES:
        raise Faulty("query", "cursor", "cursor")
    return question, page
