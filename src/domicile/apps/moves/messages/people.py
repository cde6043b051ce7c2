"""Somebody who comes with a message: the same person here where this register knows them, else put on file."""

import uuid
from functools import partial

from domicile.apps.audit.recording import Recorder
from domicile.apps.common import turns
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.moves.messages.documents import Somebody
from domicile.apps.moves.selectors.candidates import blinds_of
from domicile.apps.people.actions.documents import add_document, add_phone
from domicile.apps.people.actions.names import checked_name
from domicile.apps.people.models import Document, Person
from domicile.core.linkage.names import query_sounds, sound, split_name


def known(told: Somebody) -> Person | None:
    """The living person on file with one of these numbers; else with this very key, name and birth date."""
    found = holders(told)
    if found:
        alike = [row for row in found if row.sound in query_sounds(told.name)] if told.name else []
        return (alike or found)[0]
    same = turns.row(Person, told.person)
    alive = same is not None and same.died_on is None
    return (
        same if alive and same is not None and same.name == told.name and same.birth_date == told.birth_date else None
    )


def blinds(told: Somebody) -> list[bytes]:
    """The keyed hashes under which these numbers may stand."""
    return [
        value for one in told.documents for value in turns.once(("blinds", one.number), partial(blinds_of, one.number))
    ]


def holders(told: Somebody) -> list[Person]:
    """The living persons on file who have one of these numbers. Two queries at most."""
    return [row for row in _numbered(told) if row.died_on is None]


def has_died(told: Somebody) -> bool:
    """Whether one of these numbers is that of somebody who has died, and of nobody else. Two queries at most."""
    found = _numbered(told)
    return bool(found) and all(row.died_on is not None for row in found)


def _numbered(told: Somebody) -> list[Person]:
    found = blinds(told)
    keys = {row.person_id for row in turns.rows(Document, "blind", found)} if found else ()
    return turns.rows(Person, "id", keys) if keys else []


def put_on_file(told: Somebody, change: Recorder) -> Person:
    """Somebody new, under the key that the other register gave, as far as it is free: one identity wherever they live.

    Who sees them follows with the move (stepping.close_or_keep).
    """
    key: uuid.UUID = new_id() if turns.row(Person, told.person) is not None else told.person
    name = checked_name(told.name) if told.name.strip() else ""
    person = Person(
        id=key, name=name, given=split_name(name)[1] if name else "", sound=sound(name) if name else "", sex=told.sex,
        birth_date=told.birth_date, birth_precision=told.birth_precision, registration=told.registration,
        registered_code=told.registered_code, registered_text=told.registered_text,
    )  # fmt: skip
    change.create(person)
    for one in told.documents:
        if one.number:
            add_document(person, one.kind, one.number, change, as_told=True)
    for one in told.phones:
        try:
            add_phone(person, one.number, change)
        except Refused:  # a contact that cannot be read keeps nobody off the register
            continue
    return person
