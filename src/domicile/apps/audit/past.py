"""Rows as they stood at an instant: today's rows with every later change of the log rolled back.

The log keeps for each column the value before and after. Going back from today, a creation takes its row away, a
deletion puts it back, an update sets the values before. What comes out is what stood in the register then, not what is
known today about that day.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import models
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import plain
from domicile.apps.common.fields import prefix_q

COMMUNITY = 12

#: Plain values by column name: dates as ISO text, ids as 32 hex digits, sealed values as "b64:" and base64.
Row = dict[str, Any]
#: {table: {row id: row}}
Rows = dict[str, dict[str, Row]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row's part in a change: operation is create, update or delete; fields are {column: (before, after)}."""

    table: str
    row: str
    operation: str
    fields: dict[str, tuple[Any, Any]]


def entries(change: Change) -> list[Entry]:
    """The rows that a change wrote, in the order in which they were written."""
    return [
        Entry(table, str(row), operation, {name: (pair[0], pair[1]) for name, pair in fields.items()})
        for table, row, operation, fields in orjson.loads(change.values)
    ]


def plainly(rows: Iterable[models.Model]) -> dict[str, Row]:
    """Rows by id, with their columns as they stand in the log."""
    return {row.pk.hex: {f.attname: plain(getattr(row, f.attname)) for f in row._meta.concrete_fields} for row in rows}


def naming(key: uuid.UUID, place_code: str) -> list[Change]:
    """Changes about a row, and those made by hand in its community that name it, the latest first. Two queries.

    What was done to others and touched the row, and what was taken back and left no row behind, is found so.
    """
    found = {change.pk: change for change in Change.objects.filter(subject_id=key)}
    near = prefix_q("place_code", place_code[:COMMUNITY])
    found |= {one.pk: one for one in Change.objects.filter(near, batch_id=None, values__contains=key.hex)}
    return [found[number] for number in sorted(found, reverse=True)]


def end_of(day: dt.date) -> dt.datetime:
    """The last instant of a day."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.max))


def rewind(rows: Rows, changes: Iterable[Change], instant: dt.datetime) -> None:
    """Bring `rows` back to how they stood at `instant`, in place; `changes` come latest first.

    Tables that are not in `rows` are left out. A row that only an update names gets the columns of that update alone:
    put rows that may once have belonged here into `rows`, and sort out afterwards what did not.
    """
    for change in changes:
        if change.at <= instant:
            return
        for entry in reversed(entries(change)):
            held = rows.get(entry.table)
            if held is None:
                continue
            if entry.operation == "create":
                held.pop(entry.row, None)
                continue
            before = {name: pair[0] for name, pair in entry.fields.items()}
            if entry.operation == "delete" or entry.row not in held:
                held[entry.row] = {"id": entry.row, **before}
            else:
                held[entry.row].update(before)
