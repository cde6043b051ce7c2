"""A person as known on an instant (PE-8): today's rows with every later change of the change log rolled back.

The log keeps for each column the value before and after. Going back from today, a creation takes its row away, a
deletion puts it back, an update sets the values before. What an instant shows is what stood in the register then, not
what is known today about that day.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import models

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import plain
from domicile.apps.people.models import Document, FormerName, Member, Person, Phone, Spell

#: The rows that make up a person, by table, with the column that names the person.
TABLES: dict[str, type[models.Model]] = {
    model._meta.db_table: model for model in (Person, FormerName, Document, Phone, Member, Spell)
}
PERSON = Person._meta.db_table

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]


@dataclass(frozen=True, slots=True)
class Known:
    """What stood in the register: plain values by column name, dates as ISO text, ids as 32 hex digits.

    Sealed values are as they stand in the log: "b64:" and base64.
    """

    person: Row
    spells: list[Row] = field(default_factory=list)
    memberships: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    phones: list[Row] = field(default_factory=list)
    former_names: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row's part in a change: operation is create, update or delete; fields are {column: (before, after)}."""

    table: str
    row: str
    operation: str
    fields: dict[str, tuple[Any, Any]]


def as_known_on(person_id: uuid.UUID, instant: dt.datetime) -> Known | None:
    """The person as the register knew them at `instant`; None when they were not on file then.

    A fixed number of queries: one for each of six tables, two for the log.
    """
    rows = rows_today(person_id)
    for change in changes_of(person_id, rows):
        if change.at <= instant:
            break
        for entry in reversed(entries(change)):
            _roll_back(rows, entry, person_id.hex)
    person = rows[PERSON].get(person_id.hex)
    if person is None:
        return None
    return Known(
        person=person,
        spells=_listed(rows, Spell, "start"),
        memberships=_listed(rows, Member, "joined_on"),
        documents=_listed(rows, Document, "id"),
        phones=_listed(rows, Phone, "id"),
        former_names=_listed(rows, FormerName, "until"),
    )


def changes_of(person_id: uuid.UUID, rows: Rows | None = None) -> list[Change]:
    """Every change that touched the person, the latest first: those about them, and those about their households.

    Two queries: households that somebody has left are found in the changes about the person.
    """
    own = list(Change.objects.filter(subject_id=person_id))
    members = rows[Member._meta.db_table].values() if rows else _today(Member, person_id).values()
    households = {uuid.UUID(row["household_id"]) for row in members}
    for change in own:
        for entry in entries(change):
            if entry.table == Member._meta.db_table and "household_id" in entry.fields:
                households |= {uuid.UUID(value) for value in entry.fields["household_id"] if value}
    others = Change.objects.filter(subject_id__in=households) if households else Change.objects.none()
    touched = [change for change in others if any(belongs(entry, person_id.hex, rows) for entry in entries(change))]
    return sorted([*own, *touched], key=lambda change: change.pk, reverse=True)


def entries(change: Change) -> list[Entry]:
    """The rows that a change wrote, in the order in which they were written."""
    return [
        Entry(table, row, operation, {name: (pair[0], pair[1]) for name, pair in fields.items()})
        for table, row, operation, fields in orjson.loads(change.values)
    ]


def belongs(entry: Entry, person: str, rows: Rows | None = None) -> bool:
    """Whether a row of the log is part of this person (32 hex digits): by its own key or by the person it names."""
    if entry.table not in TABLES:
        return False
    if entry.table == PERSON:
        return entry.row == person
    if person in entry.fields.get("person_id", ()):
        return True
    return rows is not None and entry.row in rows[entry.table]


def rows_today(person_id: uuid.UUID) -> Rows:
    """The rows that make up a person now, as {table: {row id: {column: plain value}}}. One query a table."""
    return {table: _today(model, person_id) for table, model in TABLES.items()}


def _today(model: type[models.Model], person_id: uuid.UUID) -> dict[str, Row]:
    column = "pk" if model is Person else "person_id"
    found: Iterable[models.Model] = model._default_manager.filter(**{column: person_id})
    return {row.pk.hex: {f.attname: plain(getattr(row, f.attname)) for f in row._meta.concrete_fields} for row in found}


def _roll_back(rows: Rows, entry: Entry, person: str) -> None:
    if not belongs(entry, person, rows):
        return
    held = rows[entry.table]
    if entry.operation == "create":
        held.pop(entry.row, None)
    elif entry.operation == "delete":
        before = {name: pair[0] for name, pair in entry.fields.items()}
        # A row that once belonged to somebody else is not this person's.
        if entry.table == PERSON or before.get("person_id") == person:
            held[entry.row] = {"id": entry.row, **before}
    elif entry.row in held:
        held[entry.row].update({name: pair[0] for name, pair in entry.fields.items()})
        if held[entry.row].get("person_id", person) != person:
            del held[entry.row]
    elif entry.fields.get("person_id", ("", ""))[0] == person:
        held[entry.row] = {"id": entry.row, **{name: pair[0] for name, pair in entry.fields.items()}}


def _listed(rows: Rows, model: type[models.Model], order: str) -> list[Row]:
    return sorted(rows[model._meta.db_table].values(), key=lambda row: (row.get(order) or "", row["id"]))
