"""The records around a few people, households and dwellings: what rules need to judge them, read from the register itself.

A number of queries that does not grow with the records. Rows are as those of a snapshot (apps/snapshots/tables.py).
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from domicile.apps.people.models import (
    Document,
    FormerName,
    Household,
    Member,
    Parentage,
    Person,
    Phone,
    SamePerson,
    Spell,
)
from domicile.apps.places.models import Dwelling
from domicile.apps.tenure.models import Rental, Tenant
from domicile.apps.vault.sealing import open_many
from domicile.apps.vitals.models import VitalEvent, VitalNamed

Rows = dict[str, list[dict[str, Any]]]
Ids = set[uuid.UUID]


@dataclass
class Near:
    """The rows by record, and the keys of those that are judged: the others only stand around them."""

    rows: Rows
    subjects: dict[str, set[str]] = field(default_factory=dict)


def near(
    persons: Iterable[uuid.UUID], households: Iterable[uuid.UUID], dwellings: Iterable[uuid.UUID], today: Any
) -> Near:
    """What stands around these. About fifteen queries."""
    homes, doors = set(households), set(dwellings)
    asked, same = _with_merged(set(persons))
    ties = _ties(asked)
    own = list(
        Member.objects.filter(Q(person__in=asked) | Q(household__in=homes), left_on=None).values_list(
            "household_id", flat=True
        )
    )
    homes |= set(own)
    at_doors = list(Household.objects.filter(Q(pk__in=homes) | Q(dwelling__in=doors)).values(
        "pk", "dwelling_id", "dwelling__place_code", "side", "kind", "formed_on", "ended_on"
    ))  # fmt: skip
    rentals = list(Rental.objects.filter(dwelling__in=doors).select_related("dwelling", "landlord"))
    events = list(VitalEvent.objects.filter(person__in=asked, state="counts"))
    spouses = _spouses(events)
    members = list(Member.objects.filter(household__in=homes, left_on=None))
    people = asked | {row.person_id for row in members} | {one for tie in ties for one in (tie.child_id, tie.parent_id)}
    people |= {one for one in spouses.values() if one} | {
        row.landlord.person_id for row in rentals if row.landlord.person_id
    }
    members += [row for row in Member.objects.filter(person__in=people, left_on=None) if row.household_id not in homes]
    spells = list(Spell.objects.filter(
        Q(person__in=people) | (Q(dwelling__in=doors, kind="usual") & (Q(end=None) | Q(end__gt=today)))
    ).select_related("dwelling"))  # fmt: skip
    doors_near = (
        doors | {row["dwelling_id"] for row in at_doors} | {row.dwelling_id for row in spells if row.person_id in asked}
    )
    documents, phones = (list(model.objects.filter(person__in=asked)) for model in (Document, Phone))
    rows: Rows = {
        "document": _opened(documents, ("kind",), "document_id"),
        "phone": _opened(phones, (), "phone_id"),
        "tie": [
            {"tie_id": row.pk.hex, "child_id": row.child_id.hex, "parent_id": row.parent_id.hex, "kind": row.kind}
            for row in ties
        ],
        "member": [_member(row) for row in members],
        "household": [_household(row) for row in at_doors],
        "spell": [_spell(row) for row in spells],
        "event": [_event(row, spouses.get(row.pk)) for row in events],
        "dwelling": [_dwelling(row) for row in Dwelling.objects.filter(pk__in=doors_near).select_related("building")],
        "rental": _rentals(rentals),
    }
    rows["person"] = _people(people, asked, same, members, spells, rows["document"], today)
    _resolve(rows, same)
    found = Near(rows)
    told = {one.hex for one in asked} - set(same)
    asked_homes, asked_doors = {one.hex for one in homes}, {one.hex for one in doors}
    for record, key, which in (
        ("person", "person_id", told), ("document", "person_id", told), ("phone", "person_id", told),
        ("tie", "child_id", told), ("tie", "parent_id", told), ("spell", "person_id", told), ("event", "person_id", told),
        ("member", "household_id", asked_homes), ("household", "household_id", asked_homes),
        ("dwelling", "dwelling_id", asked_doors), ("rental", "dwelling_id", asked_doors),
    ):  # fmt: skip
        held = found.subjects.setdefault(record, set())
        held |= {row[f"{record}_id"] for row in rows[record] if row[key] in which}
    return found


def _with_merged(persons: Ids) -> tuple[Ids, dict[str, str]]:
    """These people with all records that were merged with theirs, and by the id of each such record who stands for it."""
    links = SamePerson.objects.filter(
        Q(person__in=persons) | Q(stands__in=persons) | Q(stands__same__person__in=persons)
    )
    same = dict(links.values_list("person_id", "stands_id"))
    return persons | set(same) | set(same.values()), {one.hex: other.hex for one, other in same.items()}


def _resolve(rows: Rows, same: Mapping[str, str]) -> None:
    """Let who stands for others be named in their place; the others are no rows of their own."""
    if not same:
        return
    rows["person"] = [row for row in rows["person"] if row["person_id"] not in same]
    for some in rows.values():
        for row in some:
            for column in ("person_id", "child_id", "parent_id", "other_id", "landlord_id"):
                if row.get(column) in same:
                    row[column] = same[row[column]]


def _ties(asked: Ids) -> list[Parentage]:
    """The ties of these people, and all those of their children."""
    return list(
        Parentage.objects.filter(
            Q(child__in=asked) | Q(child__in=Parentage.objects.filter(parent__in=asked).values("child_id"))
        )
    )


def _spouses(events: Sequence[VitalEvent]) -> dict[uuid.UUID, uuid.UUID | None]:
    keys = [row.pk for row in events]
    return (
        dict(VitalNamed.objects.filter(event__in=keys, role="spouse").values_list("event_id", "person_id"))
        if keys
        else {}
    )


def _opened(rows: Sequence[Any], columns: Sequence[str], key: str) -> list[dict[str, Any]]:
    numbers = open_many(rows, "number") if rows else {}
    return [
        {key: row.pk.hex, "person_id": row.person_id.hex, "number": numbers[row.pk] or None}
        | {name: getattr(row, name) or None for name in columns}
        for row in rows
    ]


def _member(row: Member) -> dict[str, Any]:
    return {
        "member_id": row.pk.hex, "person_id": row.person_id.hex, "household_id": row.household_id.hex, "side": row.side,
        "relation": row.relation or None, "joined_on": row.joined_on,
    }  # fmt: skip


def _household(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "household_id": row["pk"].hex, "dwelling_id": row["dwelling_id"].hex, "place_code": row["dwelling__place_code"],
        "side": row["side"], "kind": row["kind"], "formed_on": row["formed_on"], "ended_on": row["ended_on"],
    }  # fmt: skip


def _spell(row: Spell) -> dict[str, Any]:
    return {
        "spell_id": row.pk.hex, "person_id": row.person_id.hex, "dwelling_id": row.dwelling_id.hex,
        "place_code": row.dwelling.place_code, "kind": row.kind, "since": row.start, "until": row.end,
    }  # fmt: skip


def _event(row: VitalEvent, other: uuid.UUID | None) -> dict[str, Any]:
    return {
        "event_id": row.pk.hex, "person_id": row.person_id.hex if row.person_id else None, "kind": row.kind, "day": row.day,
        "registered_on": row.registered_on, "other_id": other.hex if other else None,
    }  # fmt: skip


def _dwelling(row: Dwelling) -> dict[str, Any]:
    return {
        "dwelling_id": row.pk.hex, "place_code": row.place_code, "use": row.use,
        "floor_area": float(row.floor_area) if row.floor_area is not None else None, "rooms": row.rooms,
        "in_use_from": row.in_use_from, "in_use_to": row.in_use_to, "building_in_use_to": row.building.in_use_to,
    }  # fmt: skip


def _rentals(rentals: Sequence[Rental]) -> list[dict[str, Any]]:
    counts: dict[uuid.UUID, int] = {}
    for key in Tenant.objects.filter(rental__in=rentals).values_list("rental_id", flat=True) if rentals else ():
        counts[key] = counts.get(key, 0) + 1
    return [
        {
            "rental_id": row.pk.hex, "dwelling_id": row.dwelling_id.hex, "place_code": row.dwelling.place_code,
            "landlord_id": row.landlord.person_id.hex if row.landlord.person_id else None, "part": row.part or None,
            "contract_start": row.contract_start, "contract_end": row.contract_end, "safety": row.safety,
            "safety_signed_on": row.safety_signed_on, "last_visit": row.last_visit, "ended_on": row.ended_on,
            "tenants": counts.get(row.pk, 0),
        }
        for row in rentals
    ]  # fmt: skip


def _people(
    people: Ids,
    asked: Ids,
    same: Mapping[str, str],
    members: Sequence[Member],
    spells: Sequence[Spell],
    documents: Sequence[dict[str, Any]],
    today: Any,
) -> list[dict[str, Any]]:
    belongs = {(row.person_id, row.side): row for row in members}
    homes = {
        row.person_id: row.dwelling
        for row in spells
        if row.kind == "usual" and (row.start is None or row.start <= today) and (row.end is None or row.end > today)
    }
    names = dict(FormerName.objects.filter(person__in=asked).order_by("until", "pk").values_list("person_id", "name"))
    numbers: dict[str, tuple[str, str | None]] = {}
    for row in documents:
        who = same.get(row["person_id"], row["person_id"])
        if who not in numbers or (row["kind"] == "resident_id" != numbers[who][0]):
            numbers[who] = (row["kind"], row["number"])
    found = []
    for person in Person.objects.filter(pk__in=people):
        home, living = homes.get(person.pk), belongs.get((person.pk, "living"))
        registered = belongs.get((person.pk, "registered"))
        at = person.registered_code if person.registration == Person.Registration.AREA else ""
        kind, number = numbers.get(person.pk.hex, (None, None))
        found.append({
            "person_id": person.pk.hex, "household_id": living.household_id.hex if living else None,
            "dwelling_id": home.pk.hex if home else None, "place_code": (home.place_code if home else at) or None,
            "name": person.name or None, "former_name": names.get(person.pk), "sex": person.sex if person.sex in "12" else None,
            "birth_date": person.birth_date, "birth_precision": person.birth_precision, "number": number, "number_kind": kind,
            "education": person.education or None, "marital": person.marital or None, "registration": person.registration,
            "registered_at": at or None, "registered_text": person.registered_text or None,
            "relation": (living.relation or None) if living else None,
            "registered_household_id": registered.household_id.hex if registered else None, "dead_on": person.died_on,
        })  # fmt: skip
    return found
