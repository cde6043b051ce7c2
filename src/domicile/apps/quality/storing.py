"""Keeps findings: what a run or a look at one record has found becomes rows, the same finding the same row."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from domicile.apps.common.ids import new_id
from domicile.apps.common.inserting import insert_fields, update_taken
from domicile.apps.quality.models import RuleFinding

AT_ONCE: Final = 5000
_LOCK: Final = 0x72756C6573  # "rules": those who keep findings take turns
State = RuleFinding.State
Key = tuple[str, uuid.UUID]
#: Rows at which progress is told, and how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Seen:
    """A record that fails a rule now: where it lies and on which cards it is shown."""

    rule: str
    record: str
    subject: uuid.UUID
    place_code: str
    person_id: uuid.UUID | None = None
    household_id: uuid.UUID | None = None
    dwelling_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """How many findings are new or back, and how many are no longer so."""

    opened: int
    solved: int


def keep(seen: Iterable[Seen], held: Iterator[tuple[Any, ...]], today: dt.date) -> Kept:
    """Write what is seen against the findings `held` of the same rules and records (as `held_rows` gives them).

    Inside the caller's transaction. A number of statements that grows with what changed, not with what is on file; findings
    seen again are one statement for each day on which they were last seen.
    """
    now = {(one.rule, one.subject): one for one in seen}
    solved: list[tuple[Any, ...]] = []
    back: list[tuple[Any, ...]] = []
    moved: list[tuple[Any, ...]] = []
    again: list[uuid.UUID] = []
    for key, rule, subject, state, reason, place, person, household, dwelling, last_seen in held:
        one = now.pop((rule, subject), None)
        if one is None:
            if state != State.SOLVED:
                solved.append((State.SOLVED, today, key))
            continue
        if state == State.SOLVED:
            back.append((State.EXPLAINED if reason else State.OPEN, None, key))
        where = (one.place_code, one.person_id, one.household_id, one.dwelling_id)
        if where != (place, person, household, dwelling):
            moved.append((*where, key))
        if last_seen < today:
            again.append(key)
    fresh = list(now.values())
    for some in _parts(solved):
        update_taken(RuleFinding, ["state", "solved_on"], some)
    for some in _parts(back):
        update_taken(RuleFinding, ["state", "solved_on"], some)
    for some in _parts(moved):
        update_taken(RuleFinding, ["place_code", "person_id", "household_id", "dwelling_id"], some)
    for some in _parts(again):
        update_taken(RuleFinding, ["last_seen"], [(today, key) for key in some])
    for some in _parts(fresh):
        insert_fields(RuleFinding, [_row(one, today) for one in some])
    return Kept(len(fresh) + len(back), len(solved))


def held_rows(**which: Any) -> Iterator[tuple[Any, ...]]:
    """Findings on file as `keep` takes them; `which` narrows them."""
    names = (
        "pk",
        "rule",
        "subject",
        "state",
        "reason",
        "place_code",
        "person_id",
        "household_id",
        "dwelling_id",
        "last_seen",
    )
    return RuleFinding.objects.filter(**which).values_list(*names).iterator(chunk_size=AT_ONCE)


def take_turn() -> None:
    """On PostgreSQL those who keep findings wait for each other; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _row(one: Seen, today: dt.date) -> Mapping[str, Any]:
    return {
        "id": new_id(), "rule": one.rule, "record": one.record, "subject": one.subject, "place_code": one.place_code,
        "person_id": one.person_id, "household_id": one.household_id, "dwelling_id": one.dwelling_id,
        "first_seen": today, "last_seen": today, "state": State.OPEN.value, "solved_on": None, "reason": "",
        "explained_on": None, "explained_by": None, "explained_by_name": "",
    }  # fmt: skip


def _parts(rows: Collection[Any]) -> Iterator[list[Any]]:
    held = list(rows)
    for start in range(0, len(held), AT_ONCE):
        yield held[start : start + AT_ONCE]
