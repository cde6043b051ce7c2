"""Who sees a person follows from where the person lives, lived and is registered."""

import uuid
from collections import defaultdict
from collections.abc import Collection

from domicile.apps.audit.recording import Recorder
from domicile.apps.people.models import Person, Spell, Visibility

MOVING = Visibility.Why.MOVING.value


def refresh(person_id: uuid.UUID, change: Recorder) -> None:
    """Bring the visibility rows of a person in line with their spells and registration."""
    refresh_all([person_id], change)


def refresh_all(people: Collection[uuid.UUID], change: Recorder, *, moving: Collection[str] | None = None) -> None:
    """Bring the visibility rows of people in line with their spells and registrations. Five statements at most.

    `moving`: where they are seen because of a move under way, from now on; None leaves that as it is.
    """
    aim = _wanted(people)
    for pairs in aim.values():
        pairs |= {(code, MOVING) for code in moving or ()}
    gone: list[Visibility] = []
    for row in Visibility.objects.filter(person_id__in=people).order_by("pk"):
        pair = (row.code, row.why)
        if pair in aim[row.person_id]:
            aim[row.person_id].remove(pair)
        elif row.why != MOVING or moving is not None:
            gone.append(row)
    for row in gone:
        change.deleted(row)
    if gone:
        Visibility.objects.filter(pk__in=[row.pk for row in gone]).delete()
    change.create_many(
        [
            Visibility(person_id=person, code=code, why=why)
            for person, pairs in aim.items()
            for code, why in sorted(pairs)
        ]
    )


def _wanted(people: Collection[uuid.UUID]) -> dict[uuid.UUID, set[tuple[str, str]]]:
    """(place code, why) pairs that follow from the spells and registration of each. Two queries."""
    pairs: dict[uuid.UUID, set[tuple[str, str]]] = {person: set() for person in people}
    lives: defaultdict[uuid.UUID, set[str]] = defaultdict(set)
    left: defaultdict[uuid.UUID, set[str]] = defaultdict(set)
    spells = Spell.objects.filter(person_id__in=people).values_list("person_id", "dwelling__place_code", "end")
    for person, code, end in spells:
        (lives if end is None else left)[person].add(code)
    registered = Person.objects.filter(pk__in=people).values_list("pk", "registration", "registered_code")
    for person, registration, code in registered:
        pairs[person] |= {(one, Visibility.Why.LIVES.value) for one in lives[person]}
        pairs[person] |= {(one, Visibility.Why.LEFT.value) for one in left[person] - lives[person]}
        if registration == Person.Registration.AREA and code:
            pairs[person].add((code, Visibility.Why.REGISTERED.value))
    return pairs
