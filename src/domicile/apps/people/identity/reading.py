"""Which ids are one person, and which of them stands."""

import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from domicile.apps.people.models import SamePerson

#: Columns of a row of a person: the id it has, and the id that stands for that (None: itself).
STANDING = ("person_id", "person__stood_for__stands_id")


def stands_for(person_id: uuid.UUID) -> uuid.UUID:
    """The id that stands for this one: itself, unless it was merged into another. One query."""
    found = SamePerson.objects.filter(person_id=person_id).values_list("stands_id", flat=True).first()
    return found or person_id


def stands_of(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The id that stands for each of these. One query."""
    found = dict(SamePerson.objects.filter(person_id__in=persons).values_list("person_id", "stands_id"))
    return {person: found.get(person, person) for person in persons}


def ids_of(person_id: uuid.UUID) -> list[uuid.UUID]:
    """All ids of the person whom this id stands for, itself first, then in the order of the merges. One query."""
    return ids_of_all([person_id])[person_id]


def ids_of_all(persons: Collection[uuid.UUID]) -> Mapping[uuid.UUID, list[uuid.UUID]]:
    """All ids of each of these, whom they stand for: the same as `ids_of`. One query."""
    found = {person: [person] for person in persons}
    rows = (
        SamePerson.objects.filter(stands_id__in=found).order_by("merged_at", "id").values_list("stands_id", "person_id")
    )
    for stands, person in rows:
        found[stands].append(person)
    return found


def standing_q(persons: QuerySet[Any], name: str = "person_id") -> Q:
    """The column is one of these persons, or stands for one of them. For a query of rows that only who stands has."""
    standing = SamePerson.objects.filter(person_id__in=persons).values("stands_id")
    return Q(**{f"{name}__in": persons}) | Q(**{f"{name}__in": standing})


def group_q(persons: Collection[uuid.UUID]) -> Q:
    """Links of these persons, on either side."""
    return Q(person_id__in=persons) | Q(stands_id__in=persons)
