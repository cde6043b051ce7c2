"""A person as known on an instant (PE-8): today's rows with every later change of the change log rolled back."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db import models

from domicile.apps.audit import past
from domicile.apps.audit.models import Change
from domicile.apps.audit.past import Entry, Row, Rows, entries
from domicile.apps.people.models import Document, FormerName, Member, Person, Phone, Spell

#: The rows that make up a person, by table, with the column that names the person.
TABLES: dict[str, type[models.Model]] = {
    model._meta.db_table: model for model in (Person, FormerName, Document, Phone, Member, Spell)
}
PERSON = Person._meta.db_table


@dataclass(frozen=True, slots=True)
class Known:
    """What stood in the register, as rows of `audit.past`."""

    person: Row
    spells: list[Row] = field(default_factory=list)
    memberships: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    phones: list[Row] = field(default_factory=list)
    former_names: list[Row] = field(default_factory=list)


def as_known_on(person_id: uuid.UUID, instant: dt.datetime) -> Known | None:
    """The person as the register knew them at `instant`; None when they were not on file then.

    A fixed number of queries: one for each of six tables, two for the log.
    """
    rows = rows_today(person_id)
    past.rewind(rows, changes_of(person_id, rows), instant)
    person = rows[PERSON].get(person_id.hex)
    if person is None:
        return None
    return Known(
        person=person,
        spells=_own(rows, Spell, person_id, "start"),
        memberships=_own(rows, Member, person_id, "joined_on"),
        documents=_own(rows, Document, person_id, "id"),
        phones=_own(rows, Phone, person_id, "id"),
        former_names=_own(rows, FormerName, person_id, "until"),
    )


def changes_of(person_id: uuid.UUID, rows: Rows) -> list[Change]:
    """Every change that touched the person, the latest first: those about them, and those about their households.

    Two queries: households that somebody has left are found in the changes about the person.
    """
    own = list(Change.objects.filter(subject_id=person_id))
    households = {uuid.UUID(row["household_id"]) for row in rows[Member._meta.db_table].values()}
    for change in own:
        for entry in entries(change):
            if entry.table == Member._meta.db_table and "household_id" in entry.fields:
                households |= {uuid.UUID(value) for value in entry.fields["household_id"] if value}
    others = Change.objects.filter(subject_id__in=households) if households else Change.objects.none()
    touched = [change for change in others if any(belongs(entry, person_id.hex, rows) for entry in entries(change))]
    return sorted([*own, *touched], key=lambda change: change.pk, reverse=True)


def belongs(entry: Entry, person: str, rows: Rows) -> bool:
    """Whether a row of the log is part of this person (32 hex digits): by its own key or by the person it names."""
    if entry.table not in TABLES:
        return False
    if entry.table == PERSON:
        return entry.row == person
    return person in entry.fields.get("person_id", ()) or entry.row in rows[entry.table]


def rows_today(person_id: uuid.UUID) -> Rows:
    """The rows that make up a person now. One query a table."""
    return {
        table: past.plainly(model._default_manager.filter(**{"pk" if model is Person else "person_id": person_id}))
        for table, model in TABLES.items()
    }


def _own(rows: Rows, model: type[models.Model], person_id: uuid.UUID, order: str) -> list[Row]:
    """The rows of one table that were this person's."""
    own = [row for row in rows[model._meta.db_table].values() if row.get("person_id") == person_id.hex]
    return sorted(own, key=lambda row: (row.get(order) or "", row["id"]))
