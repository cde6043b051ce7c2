"""The lists that forms choose from: dwellings, households, people, rentals and buildings of the worker's areas.

A name tells people of one dwelling apart, with the relationship and the year of birth; no number goes to a phone.
"""

import uuid
from collections.abc import Collection, Sequence

from django.db import connection

from domicile.apps.access.scopes import restrict
from domicile.apps.collect.openrosa.registry import EntityList, Row, register_list
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Household, Member, Spell
from domicile.apps.people.selectors import words
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.places.writing import building_address
from domicile.apps.tenure.models import Rental

HEAD = "02"


def _standing(viewer: Viewer):  # type: ignore[no-untyped-def]
    return restrict(Dwelling.objects.filter(in_use_to=None), viewer)


def dwellings(viewer: Viewer) -> list[Row]:
    """Dwellings in use. One query."""
    rows = _standing(viewer).order_by("sort_key", "pk").values_list("pk", "address", "building_id")
    return [(str(pk), address, str(building)) for pk, address, building in rows]


def dwellings_there(viewer: Viewer, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    return set(_standing(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def _living(viewer: Viewer):  # type: ignore[no-untyped-def]
    rows = Household.objects.filter(side=Household.Side.LIVING, ended_on=None)
    return restrict(rows, viewer, "dwelling__place_code")


def households(viewer: Viewer) -> list[Row]:
    """Living households, called by their heads. Two queries."""
    heads = _members(viewer, relation=HEAD)
    named = {household: (person, name) for person, household, _relation, name in heads}
    rows = _living(viewer).order_by("dwelling__sort_key", "pk").values_list("pk", "dwelling_id")
    found: list[Row] = []
    for pk, dwelling in rows:
        person, name = named.get(pk, (None, ""))
        found.append((str(pk), words.name(name), str(dwelling), str(person or "")))
    return found


def households_there(viewer: Viewer, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    return set(_living(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def heads_of(rows: Sequence[Row]) -> list[uuid.UUID]:
    """Whom the list of households names."""
    return [uuid.UUID(row[3]) for row in rows if row[3]]


def _members(viewer: Viewer, **fields: str):  # type: ignore[no-untyped-def]
    rows = Member.objects.filter(left_on=None, side=Household.Side.LIVING, **fields)
    inside = restrict(rows, viewer, "household__dwelling__place_code")
    return inside.values_list("person_id", "household_id", "relation", "person__name")


def _stays(viewer: Viewer):  # type: ignore[no-untyped-def]
    rows = Spell.objects.filter(end=None, kind=Spell.Kind.USUAL)
    return restrict(rows, viewer, "dwelling__place_code")


PERSONS = """
    SELECT p.id, p.name, p.birth_date, s.dwelling_id, m.household_id, m.relation FROM people_spell s
    JOIN places_dwelling d ON d.id = s.dwelling_id JOIN people_person p ON p.id = s.person_id
    LEFT JOIN people_member m ON m.person_id = p.id AND m.left_on IS NULL AND m.side = 'living'
    WHERE s."end" IS NULL AND s.kind = 'usual' AND ({inside}) ORDER BY d.address, p.birth_date, p.id"""


def persons(viewer: Viewer) -> list[Row]:
    """Who usually lives in the dwellings, with the relationship to the head. One query.

    As text: phones ask for it each time they meet a network, and to make models of the rows took longer than reading them.
    """
    ranges = viewer.ranges()
    if not ranges:
        return []
    inside = " OR ".join(["(d.place_code >= %s AND d.place_code < %s)"] * len(ranges))
    relations: dict[str, str] = {}
    found: list[Row] = []
    with connection.cursor() as cursor:
        cursor.execute(PERSONS.format(inside=inside), [end for pair in ranges for end in pair])
        for person, name, born, dwelling, household, relation in cursor.fetchall():
            if relation not in relations:
                relations[relation] = words.coded("relation", relation or "")
            told = (words.name(name), relations[relation], str(born)[:4] if born else "")
            label = " · ".join(part for part in told if part)
            found.append((_key(person), label, _key(dwelling), _key(household) if household else ""))
    return found


def _key(value: uuid.UUID | str) -> str:
    """A key as text; SQLite gives it without its dashes."""
    text = str(value)
    return text if len(text) == 36 else f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def persons_there(viewer: Viewer, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    return set(_stays(viewer).filter(person__in=ids).values_list("person_id", flat=True))


def all_of(rows: Sequence[Row]) -> list[uuid.UUID]:
    """Whom the list of people names: everybody in it."""
    return [uuid.UUID(row[0]) for row in rows]


def _let(viewer: Viewer):  # type: ignore[no-untyped-def]
    return restrict(Rental.objects.filter(ended_on=None), viewer, "dwelling__place_code")


def rentals(viewer: Viewer) -> list[Row]:
    """Rentals that go on, by their dwelling; nobody is named. One query."""
    rows = (
        _let(viewer).order_by("dwelling__sort_key", "pk").values_list("pk", "dwelling__address", "part", "dwelling_id")
    )
    return [(str(pk), f"{address} {part}".strip(), str(dwelling)) for pk, address, part, dwelling in rows]


def rentals_there(viewer: Viewer, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    return set(_let(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def _houses(viewer: Viewer):  # type: ignore[no-untyped-def]
    return restrict(Building.objects.filter(in_use_to=None), viewer)


def buildings(viewer: Viewer) -> list[Row]:
    """Buildings in use. One query."""
    rows = _houses(viewer).order_by("sort_key", "pk")
    return [(str(row.pk), building_address(row)) for row in rows]


def buildings_there(viewer: Viewer, ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    return set(_houses(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def register_all() -> None:
    """Called once at start-up."""
    register_list(EntityList("dwellings", ("name", "label", "building"), dwellings, dwellings_there))
    register_list(
        EntityList("households", ("name", "label", "dwelling", "head"), households, households_there, heads_of)
    )
    register_list(EntityList("persons", ("name", "label", "dwelling", "household"), persons, persons_there, all_of))
    register_list(EntityList("rentals", ("name", "label", "dwelling"), rentals, rentals_there))
    register_list(EntityList("buildings", ("name", "label"), buildings, buildings_there))
