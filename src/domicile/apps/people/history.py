"""A person as known on an instant (PE-8): today's rows with every later change of the change log rolled back."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import models

from domicile.apps.audit import past
from domicile.apps.audit.models import Change
from domicile.apps.audit.past import Entry, Row, Rows, entries
from domicile.apps.people.models import Document, FormerName, Member, Person, Phone, SamePerson, Spell

#: The rows that make up a person, by table, with the column that names the person.
TABLES: dict[str, type[models.Model]] = {
    model._meta.db_table: model for model in (Person, FormerName, Document, Phone, Member, Spell)
}
PERSON, LINKS = Person._meta.db_table, SamePerson._meta.db_table
#: How the log names what links ids and takes links away.
MERGE, UNMERGE = "duplicates.merge", "duplicates.unmerge"


@dataclass(frozen=True, slots=True)
class Known:
    """What stood in the register, as rows of `audit.past`."""

    person: Row
    spells: list[Row] = field(default_factory=list)
    memberships: list[Row] = field(default_factory=list)
    documents: list[Row] = field(default_factory=list)
    phones: list[Row] = field(default_factory=list)
    former_names: list[Row] = field(default_factory=list)


def as_known_on(ids: Sequence[uuid.UUID], instant: dt.datetime) -> Known | None:
    """The person as the register knew them at `instant`; None when they were not on file then.

    `ids`: all ids of the person, the one who stands first. Where that one was not on file yet, another tells who they were.
    A fixed number of queries: one for each of six tables, three for the log.
    """
    rows = rows_today(ids)
    past.rewind(rows, changes_of(ids, rows), instant)
    person = next((row for one in ids if (row := rows[PERSON].get(one.hex)) is not None), None)
    if person is None:
        return None
    return Known(
        person=person,
        spells=_own(rows, Spell, ids, "start"),
        memberships=_own(rows, Member, ids, "joined_on"),
        documents=_own(rows, Document, ids, "id"),
        phones=_own(rows, Phone, ids, "id"),
        former_names=_own(rows, FormerName, ids, "until"),
    )


def changes_of(ids: Sequence[uuid.UUID], rows: Rows) -> list[Change]:
    """Every change that touched the person, the latest first: those about them, and those about their households.

    Two queries, a third where they were merged with somebody or unmerged: households that somebody has left are found in
    the changes about the person, and so is who they were merged with.
    """
    own = list(Change.objects.filter(subject_id__in=ids))
    if any(change.action in (MERGE, UNMERGE) for change in own):
        named = {uuid.UUID(value) for change in own for value in _linked(change)} - set(ids)
        others = Change.objects.filter(subject_id__in=named, action__in=(MERGE, UNMERGE))
        own += [one for one in others if {uuid.UUID(value) for value in _linked(one)} & set(ids)]
    households = {uuid.UUID(row["household_id"]) for row in rows[Member._meta.db_table].values()}
    for change in own:
        for entry in entries(change):
            if entry.table == Member._meta.db_table and "household_id" in entry.fields:
                households |= {uuid.UUID(value) for value in entry.fields["household_id"] if value}
    others = Change.objects.filter(subject_id__in=households) if households else Change.objects.none()
    keys = [one.hex for one in ids]
    touched = [change for change in others if any(belongs(entry, keys, rows) for entry in entries(change))]
    return sorted([*own, *touched], key=lambda change: change.pk, reverse=True)


def _linked(change: Change) -> list[str]:
    """Whom the links of identities that a change made or took away name."""
    links = [entry for entry in entries(change) if entry.table == LINKS]
    told = [entry.fields.get(name, ()) for entry in links for name in ("person_id", "into_id", "stands_id")]
    return [value for pair in told for value in pair if value]


def belongs(entry: Entry, persons: Sequence[str], rows: Rows) -> bool:
    """Whether a row of the log is part of one of these ids (32 hex digits): by its own key or by the person it names."""
    if entry.table not in TABLES:
        return False
    if entry.table == PERSON:
        return entry.row in persons
    return any(person in entry.fields.get("person_id", ()) for person in persons) or entry.row in rows[entry.table]


def rows_today(ids: Sequence[uuid.UUID]) -> Rows:
    """The rows that make up a person with these ids now. One query a table."""
    return {
        table: past.plainly(model._default_manager.filter(**{f"{'pk' if model is Person else 'person_id'}__in": ids}))
        for table, model in TABLES.items()
    }


def _own(rows: Rows, model: type[models.Model], ids: Sequence[uuid.UUID], order: str) -> list[Row]:
    """The rows of one table that were this person's."""
    keys = {one.hex for one in ids}
    own = [row for row in rows[model._meta.db_table].values() if row.get("person_id") in keys]
    return sorted(own, key=lambda row: (row.get(order) or "", row["id"]))
