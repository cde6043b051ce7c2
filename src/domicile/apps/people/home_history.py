"""A household, and the people of a dwelling, as known on an instant (PE-8), and every change that touched them.

What a household was is written in changes about it, about its members, and about households that they came from or went
to. What was taken back leaves nothing behind in the tables: it is found in changes made by hand in the area that name
the household or the dwelling.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass

from django.db.models import Q

from domicile.apps.audit import past
from domicile.apps.audit.models import Change
from domicile.apps.audit.past import Entry, Row, Rows
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.places.models import Dwelling

HOUSEHOLD, MEMBER, SPELL, PERSON = (model._meta.db_table for model in (Household, Member, Spell, Person))


@dataclass(frozen=True, slots=True)
class Traces:
    """Rows that stand, or may have stood, in the household or dwelling; changes that touched them, the latest first."""

    rows: Rows
    changes: list[Change]

    def at(self, instant: dt.datetime) -> Rows:
        """The rows as they stood at the instant."""
        rows = deepcopy(self.rows)
        past.rewind(rows, self.changes, instant)
        return rows

    def persons(self) -> set[uuid.UUID]:
        """Everybody who has to do with it, by the rows of today and by the log."""
        named = {row["person_id"] for table in (MEMBER, SPELL) for row in self.rows[table].values()}
        for change in self.changes:
            for entry in past.entries(change):
                if entry.table in (MEMBER, SPELL):
                    named |= {value for value in entry.fields.get("person_id", ()) if value}
        return {uuid.UUID(person) for person in named}


@dataclass(frozen=True, slots=True)
class KnownHome:
    """The people of a dwelling as known then: its households, their members, and the stays in it."""

    households: list[Row]
    members: list[Row]
    stays: list[Row]
    names: dict[str, str]  # of persons, as known then


def of_household(household: Household) -> Traces:
    """Of one household, whose dwelling is at hand. A fixed number of queries."""
    named = past.naming(household.pk, household.dwelling.place_code)
    return _with_people({household.pk}, named, Spell.objects.none())


def of_dwelling(dwelling: Dwelling) -> Traces:
    """Of the people of a dwelling. A fixed number of queries."""
    named = past.naming(dwelling.pk, dwelling.place_code)
    homes = set(Household.objects.filter(dwelling=dwelling).values_list("pk", flat=True))
    for entry in _entries(named, HOUSEHOLD):
        if dwelling.pk.hex in entry.fields.get("dwelling_id", ()):
            homes.add(uuid.UUID(entry.row))
    moved = {entry.row for entry in _entries(named, SPELL) if dwelling.pk.hex in entry.fields.get("dwelling_id", ())}
    return _with_people(homes, named, Spell.objects.filter(Q(dwelling=dwelling) | Q(pk__in=moved)))


def touches(entry: Entry, household: str, rows: Rows) -> bool:
    """Whether an entry of the log wrote this household (32 hex digits), or somebody's membership of it."""
    if entry.table == HOUSEHOLD:
        return entry.row == household
    if entry.table != MEMBER:
        return False
    held = rows[MEMBER].get(entry.row, {})
    return household in entry.fields.get("household_id", ()) or held.get("household_id") == household


def home_at(traces: Traces, dwelling: Dwelling, instant: dt.datetime) -> KnownHome:
    """Who was known then to live, and to be registered, in the dwelling."""
    rows, key = traces.at(instant), dwelling.pk.hex
    homes = {row["id"]: row for row in rows[HOUSEHOLD].values() if row.get("dwelling_id") == key}
    return KnownHome(
        households=sorted(homes.values(), key=lambda row: (row.get("side") or "", row["id"])),
        members=[row for row in rows[MEMBER].values() if row.get("household_id") in homes],
        stays=[row for row in rows[SPELL].values() if row.get("dwelling_id") == key],
        names=_names(rows),
    )


def household_at(traces: Traces, household: Household, instant: dt.datetime) -> KnownHome | None:
    """The household and its members as known then; None when it was not on file."""
    rows, key = traces.at(instant), household.pk.hex
    if key not in rows[HOUSEHOLD]:
        return None
    members = [row for row in rows[MEMBER].values() if row.get("household_id") == key]
    return KnownHome([rows[HOUSEHOLD][key]], members, [], _names(rows))


def _names(rows: Rows) -> dict[str, str]:
    return {key: str(row.get("name") or "") for key, row in rows[PERSON].items()}


def _entries(changes: Iterable[Change], table: str) -> list[Entry]:
    return [entry for change in changes for entry in past.entries(change) if entry.table == table]


def _with_people(homes: set[uuid.UUID], named: list[Change], stays: "Iterable[Spell]") -> Traces:
    """The rows of these households and stays, and the changes of everybody in them. Five queries."""
    members = list(Member.objects.filter(household__in=homes))
    spells = list(stays)
    persons = {row.person_id for row in members} | {row.person_id for row in spells}
    for table in (MEMBER, SPELL):
        for entry in _entries(named, table):
            persons |= {uuid.UUID(value) for value in entry.fields.get("person_id", ()) if value}
    elsewhere = Member.objects.filter(person__in=persons).values_list("household_id", flat=True)
    changes = Change.objects.filter(subject_id__in=persons | homes | set(elsewhere))
    found = {change.pk: change for change in [*named, *changes]}
    return Traces(
        rows={
            HOUSEHOLD: past.plainly(Household.objects.filter(pk__in=homes)),
            MEMBER: past.plainly(members),
            SPELL: past.plainly(spells),
            PERSON: past.plainly(Person.objects.filter(pk__in=persons)),
        },
        changes=[found[key] for key in sorted(found, reverse=True)],
    )
