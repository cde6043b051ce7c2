"""Look at a few records again by the rules: after an entry, and from a card. The same definition as for the whole register."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

import orjson

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.places.models import Dwelling
from domicile.apps.quality import definitions
from domicile.apps.quality.models import RuleFinding
from domicile.apps.quality.near import near
from domicile.apps.quality.running import kept_columns, seen
from domicile.apps.quality.storing import Seen, held_rows, keep, take_turn
from domicile.core.editing import Records

RECHECK = "quality.recheck"
#: More records than these wait for the next run: an entry at the door touches a handful.
MOST = 60


@dataclass
class Touched:
    """People, households and dwellings that are looked at."""

    persons: set[uuid.UUID] = field(default_factory=set)
    households: set[uuid.UUID] = field(default_factory=set)
    dwellings: set[uuid.UUID] = field(default_factory=set)

    def __len__(self) -> int:
        return len(self.persons) + len(self.households) + len(self.dwellings)


def recheck(*, actor: Viewer, touched: Touched, today: dt.date) -> list[Seen]:
    """Judge these records by the rules that one record can tell, keep the findings, and give what fails. About 20 queries.

    What is kept follows from the register and the rules alone, whoever looks; so the log of changes holds no copy of it.
    """
    around = near(touched.persons, touched.households, touched.dwellings, today)
    model, columns = definitions.model(), kept_columns()
    records = Records(model, around.rows, definitions.given(today))
    checks = [check for check in definitions.checks() if check.entry]
    found: list[Seen] = []
    for record, keys in around.subjects.items():
        key = model.records[record].key
        some = [check for check in checks if check.of == record]
        for row in around.rows[record]:
            if row[key] in keys:
                rest = [records.value(record, row, column) for column in columns[record]]
                found += [seen(check, row[key], rest) for check in records.failing(some, row)]
    subjects = [uuid.UUID(one) for keys in around.subjects.values() for one in keys]
    with recording(
        actor=actor, action=RECHECK, subject_kind="person", subject_id=subjects[0] if subjects else uuid.UUID(int=0)
    ):
        take_turn()
        held = held_rows(subject__in=subjects, rule__in=[check.code for check in checks])
        keep(found, held, today)
    return found


def touched_by(change: Change) -> Touched:
    """Whom a recorded change wrote about: people, households and dwellings of the rows in it."""
    found = Touched()
    columns = {
        "person_id": found.persons, "child_id": found.persons, "parent_id": found.persons,
        "household_id": found.households, "dwelling_id": found.dwellings,
    }  # fmt: skip
    own = {
        Person._meta.db_table: found.persons, Household._meta.db_table: found.households,
        Dwelling._meta.db_table: found.dwellings,
    }  # fmt: skip
    changed: dict[str, set[uuid.UUID]] = {Member._meta.db_table: set(), Spell._meta.db_table: set()}
    for table, row, _operation, values in orjson.loads(change.values):
        if table in own and row:
            own[table].add(uuid.UUID(row))
        if table in changed and row:
            changed[table].add(uuid.UUID(row))
        for column, into in columns.items():
            into |= {uuid.UUID(one) for one in values.get(column, ()) if one}
    if members := changed[Member._meta.db_table]:
        for person, household in Member.objects.filter(pk__in=members).values_list("person_id", "household_id"):
            found.persons.add(person)
            found.households.add(household)
    if spells := changed[Spell._meta.db_table]:
        for person, dwelling in Spell.objects.filter(pk__in=spells).values_list("person_id", "dwelling_id"):
            found.persons.add(person)
            found.dwellings.add(dwelling)
    return found


def open_among(subjects: Collection[Seen]) -> list[str]:
    """The rules of these findings that nobody has called right as it is, each once, the graver first."""
    keys = {(one.rule, one.subject) for one in subjects}
    rows = RuleFinding.objects.filter(
        subject__in={one.subject for one in subjects}, state=RuleFinding.State.OPEN
    ).values_list("rule", "subject")
    rules = {rule for rule, subject in rows if (rule, subject) in keys}
    order = {"error": 0, "warning": 1, "verify": 2}
    return sorted(rules, key=lambda rule: (order[definitions.by_code()[rule].severity], rule))
