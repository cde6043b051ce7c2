"""The lines that lists of persons are made of: a fixed number of queries, however long the list."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections
from django.db.models import F, FilteredRelation, Q

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Document, Person
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.standing import Standing, standing
from domicile.apps.vault.models import SubjectKey
from domicile.apps.vault.sealing import binding, decrypt, unwrapped
from domicile.core.codes.identity import mask

_FIELDS = ("id", "name", "sex", "birth_date", "registration", "registered_code", "died_on")


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in a list. `number` is masked; `address` is the usual residence, where the viewer may see it."""

    id: uuid.UUID
    name: str
    sex: str
    age: int | None
    born: dt.date | None
    number: str
    address: str
    dwelling_id: uuid.UUID | None
    household_id: uuid.UUID | None
    situation: Standing


def person_rows(persons: Iterable[uuid.UUID]) -> list[dict[str, Any]]:
    """One dict a person with the usual residence and the living household. One query."""
    rows = (
        Person.objects.filter(pk__in=list(persons))
        .annotate(
            now=FilteredRelation("spells", condition=Q(spells__end__isnull=True, spells__kind="usual")),
            home=FilteredRelation(
                "memberships", condition=Q(memberships__left_on__isnull=True, memberships__side="living")
            ),
        )
        .values(
            *_FIELDS,
            address=F("now__dwelling__address"),
            dwelling_id=F("now__dwelling_id"),
            residence_code=F("now__dwelling__place_code"),
            since=F("now__start"),
            reason=F("now__reason"),
            household_id=F("home__household_id"),
        )
    )
    return list(rows)


def masked_numbers(persons: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The first document's number of each person, masked; those without one, and the erased, are left out. One query.

    Of several records of one person the one that stands goes first, and the others tell what it has not.

    Stands in the way of every list, so no model is made of each row, and no statement built anew each time.
    """
    if not persons:
        return {}
    table, connection = Document._meta.db_table, connections[Document.objects.db]
    key = Document._meta.pk
    marks = ", ".join(["%s"] * len(persons))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id AS id, d.person_id, d.number, k.wrap_key, k.wrapped, d.person_id AS whose, 1 AS own "  # noqa: S608
            f"FROM {table} d JOIN {SubjectKey._meta.db_table} k ON k.subject_id = d.person_id "
            f"WHERE d.person_id IN ({marks}) AND d.number IS NOT NULL UNION ALL "
            f"SELECT d.id, d.person_id, d.number, k.wrap_key, k.wrapped, s.stands_id, 0 FROM people_sameperson s "
            f"JOIN {table} d ON d.person_id = s.person_id "
            f"JOIN {SubjectKey._meta.db_table} k ON k.subject_id = d.person_id "
            f"WHERE s.stands_id IN ({marks}) AND d.number IS NOT NULL ORDER BY own, id DESC",
            2 * [key.get_db_prep_value(person, connection) for person in persons],
        )
        # The first document comes last and takes the place of the others.
        first = {key.to_python(row[5]): row for row in cursor.fetchall()}
    found = {}
    for person, (row, of, sealed, wrap_key, wrapped, _whose, _own) in first.items():
        opened = unwrapped(key.to_python(of), wrap_key, bytes(wrapped))
        found[person] = mask(decrypt(opened, bytes(sealed), binding(table, "number", key.to_python(row))).decode())
    return found


def person_lines(
    viewer: Viewer,
    persons: Sequence[uuid.UUID],
    *,
    today: dt.date,
    numbers_of: Callable[[Sequence[uuid.UUID]], dict[uuid.UUID, str]] = masked_numbers,
) -> dict[uuid.UUID, PersonLine]:
    """Lines of persons already known to be visible to the viewer. Two queries."""
    if not persons:
        return {}
    numbers = numbers_of(persons)
    lines = {}
    for row in person_rows(persons):
        residence = row["residence_code"] or ""
        # Somebody registered here may live where the viewer has no business: then only that they live elsewhere.
        near = bool(residence) and viewer.covers(residence)
        lines[row["id"]] = PersonLine(
            id=row["id"],
            name=words.name(row["name"]),
            sex=words.sex(row["sex"]),
            age=words.age(row["birth_date"], today),
            born=row["birth_date"],
            number=numbers.get(row["id"], ""),
            address=row["address"] if near else "",
            dwelling_id=row["dwelling_id"] if near else None,
            household_id=row["household_id"] if near else None,
            situation=standing(
                viewer,
                registration=row["registration"],
                registered_code=row["registered_code"],
                residence_code=residence,
                today=today,
                since=row["since"],
                reason=row["reason"] or "",
                died_on=row["died_on"],
            ),
        )
    return lines
