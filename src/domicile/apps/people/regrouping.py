"""Who is visible where, and where people are registered, when single buildings go to another grid."""

import uuid
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import QuerySet

from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
from domicile.apps.people.models import Household, Member, Person, Spell, Visibility

Pair = tuple[str, str]
#: Persons looked at together; SQLite counts its parameters.
CHUNK = 400


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Everybody who lives, lived or is registered in the buildings becomes visible to their new grid.

    What is derived follows the buildings, which are on record; here nothing more is noted. The number of statements
    grows with the people in steps of CHUNK only.
    """
    codes = {row.id: row.new for row in moved}
    homes = Spell.objects.filter(dwelling__building__in=codes).values("person")
    _carry_registration(moved)
    registered = Member.objects.filter(household__dwelling__building__in=codes, side=Household.Side.REGISTERED)
    persons = sorted(
        set(homes.values_list("person", flat=True)) | set(registered.values_list("person", flat=True)),
    )
    for start in range(0, len(persons), CHUNK):
        _refresh(persons[start : start + CHUNK], codes)


def _carry_registration(moved: Sequence[Moved]) -> None:
    """The registered code of members of registered households, where it named the old grid."""
    pairs: dict[Pair, list[uuid.UUID]] = defaultdict(list)
    for row in moved:
        pairs[row.old, row.new].append(row.id)
    for (old, new), ids in pairs.items():
        members = Member.objects.filter(
            household__dwelling__building__in=ids, side=Household.Side.REGISTERED, left_on__isnull=True
        )
        Person.objects.filter(pk__in=members.values("person"), registered_code=old).update(registered_code=new)


def _refresh(persons: list[uuid.UUID], codes: dict[uuid.UUID, str]) -> None:
    aim = _wanted(persons, codes)
    rows: QuerySet[Visibility] = Visibility.objects.filter(person__in=persons).exclude(why=Visibility.Why.MOVING)
    held: dict[uuid.UUID, set[Pair]] = defaultdict(set)
    stale = []
    for key, person, code, why in rows.values_list("pk", "person_id", "code", "why"):
        held[person].add((code, why))
        if (code, why) not in aim[person]:
            stale.append(key)
    Visibility.objects.filter(pk__in=stale).delete()
    Visibility.objects.bulk_create(
        Visibility(person_id=person, code=code, why=why)
        for person in persons
        for code, why in sorted(aim[person] - held[person])
    )


def _wanted(persons: list[uuid.UUID], codes: dict[uuid.UUID, str]) -> dict[uuid.UUID, set[Pair]]:
    """What `visibility.refresh` goes by of one person, for many, with the buildings already under their new codes."""
    lives: dict[uuid.UUID, set[str]] = defaultdict(set)
    lived: dict[uuid.UUID, set[str]] = defaultdict(set)
    spells = Spell.objects.filter(person__in=persons)
    for person, building, code, end in spells.values_list(
        "person_id", "dwelling__building_id", "dwelling__place_code", "end"
    ):
        (lives if end is None else lived)[person].add(codes.get(building, code))
    aim: dict[uuid.UUID, set[Pair]] = defaultdict(set)
    for person in persons:
        aim[person] |= {(code, Visibility.Why.LIVES.value) for code in lives[person]}
        aim[person] |= {(code, Visibility.Why.LEFT.value) for code in lived[person] - lives[person]}
    registered = Person.objects.filter(pk__in=persons, registration=Person.Registration.AREA)
    for person, code in registered.exclude(registered_code="").values_list("pk", "registered_code"):
        aim[person].add((code, Visibility.Why.REGISTERED.value))
    return aim
