"""Who sees a person follows from where the person lives, lived and is registered.

Of several ids of one person the one that stands has the rows that follow from all of them, and the others have none: so
whoever may see one of the records sees the person, once.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable

from domicile.apps.audit.recording import Recorder
from domicile.apps.common import turns
from domicile.apps.people.models import Person, SamePerson, Spell, Visibility

MOVING = Visibility.Why.MOVING.value


def refresh(person_id: uuid.UUID, change: Recorder) -> None:
    """Bring the visibility rows of a person in line with their spells and registration."""
    refresh_all([person_id], change)


def refresh_all(people: Collection[uuid.UUID], change: Recorder, *, moving: Collection[str] | None = None) -> None:
    """Bring the visibility rows of people in line with their spells and registrations. Six statements at most.

    `moving`: where they are seen because of a move under way, from now on; None leaves that as it is.
    """
    links = _links(people)
    people = {*people, *links, *links.values()} if links else people
    aim = _wanted(people)
    for pairs in aim.values():
        pairs |= {(code, MOVING) for code in moving or ()}
    for person, stands in links.items():
        aim[stands] |= aim[person]
        aim[person] = set()
    for stands in set(links.values()):
        aim[stands] -= {(code, Visibility.Why.LEFT.value) for code, why in aim[stands] if why == Visibility.Why.LIVES}
    gone: list[Visibility] = []
    for row in turns.rows(Visibility, "person_id", people):
        pair = (row.code, row.why)
        if pair in aim[row.person_id]:
            aim[row.person_id].remove(pair)
        elif row.why != MOVING or moving is not None or row.person_id in links:
            gone.append(row)
    change.delete_many(gone)
    change.create_many(
        [
            Visibility(person_id=person, code=code, why=why)
            for person, pairs in aim.items()
            for code, why in sorted(pairs)
        ]
    )


def _links(people: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """Which of these ids, or of those that they stand for, another one stands for."""
    found = (*turns.rows(SamePerson, "person_id", people), *turns.rows(SamePerson, "stands_id", people))
    return {row.person_id: row.stands_id for row in found}


def _wanted(people: Collection[uuid.UUID]) -> dict[uuid.UUID, set[tuple[str, str]]]:
    """(place code, why) pairs that follow from the spells and registration of each. Two queries."""
    pairs: dict[uuid.UUID, set[tuple[str, str]]] = {person: set() for person in people}
    lives: defaultdict[uuid.UUID, set[str]] = defaultdict(set)
    left: defaultdict[uuid.UUID, set[str]] = defaultdict(set)
    for person, code, end in _stays(people):
        (lives if end is None else left)[person].add(code)
    for person, registration, code in _registered(people):
        pairs[person] |= {(one, Visibility.Why.LIVES.value) for one in lives[person]}
        pairs[person] |= {(one, Visibility.Why.LEFT.value) for one in left[person] - lives[person]}
        if registration == Person.Registration.AREA and code:
            pairs[person].add((code, Visibility.Why.REGISTERED.value))
    return pairs


def _stays(people: Collection[uuid.UUID]) -> Iterable[tuple[uuid.UUID, str, dt.date | None]]:
    """Whose stay is where, until when. Whole rows where they are held anyway."""
    if turns.current() is None:
        return Spell.objects.filter(person_id__in=people).values_list("person_id", "dwelling__place_code", "end")
    rows = turns.rows(Spell, "person_id", people, related=("dwelling",))
    return ((row.person_id, row.dwelling.place_code, row.end) for row in rows)


def _registered(people: Collection[uuid.UUID]) -> Iterable[tuple[uuid.UUID, str, str]]:
    if turns.current() is None:
        return Person.objects.filter(pk__in=people).values_list("pk", "registration", "registered_code")
    return ((row.pk, row.registration, row.registered_code) for row in turns.rows(Person, "id", people))


def hold(people: Collection[uuid.UUID]) -> None:
    """In a turn: read what `refresh_all` of these will ask for."""
    _stays(people)
    turns.rows(Person, "id", people)
    turns.rows(Visibility, "person_id", people)
    _links(people)
