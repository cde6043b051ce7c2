"""Who sees a person follows from where the person lives, lived and is registered."""

import uuid

from domicile.apps.audit.recording import Recorder
from domicile.apps.people.models import Person, Spell, Visibility


def wanted(person: Person) -> set[tuple[str, str]]:
    """(place code, why) pairs that follow from the person's spells and registration."""
    pairs: set[tuple[str, str]] = set()
    spells = Spell.objects.filter(person=person).values_list("dwelling__place_code", "end")
    lives = {code for code, end in spells if end is None}
    pairs |= {(code, Visibility.Why.LIVES.value) for code in lives}
    pairs |= {(code, Visibility.Why.LEFT.value) for code, end in spells if end is not None and code not in lives}
    if person.registration == Person.Registration.AREA and person.registered_code:
        pairs.add((person.registered_code, Visibility.Why.REGISTERED.value))
    return pairs


def refresh(person_id: uuid.UUID, change: Recorder) -> None:
    """Bring the visibility rows of a person in line with their spells and registration."""
    person = Person.objects.get(pk=person_id)
    rows = {(row.code, row.why): row for row in Visibility.objects.filter(person_id=person_id).exclude(why="moving")}
    aim = wanted(person)
    for pair, row in rows.items():
        if pair not in aim:
            change.delete(row)
    for code, why in sorted(aim - set(rows)):
        change.create(Visibility(person_id=person_id, code=code, why=why))
