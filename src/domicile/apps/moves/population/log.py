"""What the change log says of the rows that figures are made of: what stood in them before, and codes that changed."""

import datetime as dt
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import orjson
from django.db.models import Q

from domicile.apps.areas.actions import undoing
from domicile.apps.areas.models import Area
from domicile.apps.audit.models import Change
from domicile.apps.moves.models import MoveEnd
from domicile.apps.people.models import Person, Spell
from domicile.apps.places.models import Dwelling

PERSON, STAY = Person._meta.db_table, Spell._meta.db_table
DWELLING, END = Dwelling._meta.db_table, MoveEnd._meta.db_table
#: The columns that are followed, by table.
FOLLOWED: Mapping[str, tuple[str, ...]] = {
    PERSON: ("registration", "registered_code", "education", "birth_date", "died_on"),
    STAY: ("person_id", "dwelling_id", "kind", "start", "end", "reason"),
    DWELLING: ("place_code",),
    END: ("move_id", "side", "to_where", "to_code", "day"),
}
#: Columns that hold codes of places.
CODED = ("registered_code", "place_code", "to_code")
#: Ids and times of the log may cross by as much as a long import takes.
CROSSING = dt.timedelta(days=1)
#: Stands for the number of a change that has not come yet.
NOW = 2**62


@dataclass(frozen=True, slots=True)
class Touch:
    """One row's part in a change, the change's number and its instant."""

    number: int
    at: dt.datetime
    table: str
    row: str
    operation: str
    before: dict[str, Any]


def touches(since: dt.datetime) -> Iterator[Touch]:
    """What changed of followed columns after an instant, the latest first. One read of the log's end."""
    named = reduce(operator.or_, (Q(values__contains=f'"{table}"') for table in FOLLOWED))
    rows = Change.objects.filter(named, pk__gte=first_after(since - CROSSING), at__gt=since).order_by("-pk")
    # No model is made of each: two years of a county are some hundred thousand changes.
    for number, at, values in rows.values_list("pk", "at", "values").iterator(chunk_size=2000):
        for table, row, operation, fields in reversed(orjson.loads(values)):
            columns = FOLLOWED.get(table)
            if columns is None or not row:  # a row is named but where codes are rewritten: `recodings`
                continue
            before = {name: fields[name][0] for name in columns if name in fields}
            if before or operation != "update":
                yield Touch(number, at, table, str(row), operation, before)


def first_after(instant: dt.datetime) -> int:
    """The number of a change before which none was made after the instant. As many small reads as the log has doublings."""
    ends = Change.objects.order_by("pk").values_list("pk", flat=True)
    low, high = ends.first() or 0, (ends.last() or 0) + 1
    while low < high:
        middle = (low + high) // 2
        found = Change.objects.filter(pk__gte=middle).order_by("pk").values_list("pk", "at").first()
        if found is None or found[1] > instant:
            high = middle
        else:
            low = found[0] + 1
    return low


@dataclass(frozen=True)
class Recoded:
    """A change of areas that gave codes: when it was recorded and from which day it holds.

    `back` leads from a new code to the old one; of `shared` codes, which others bore before, only the rows of `which`
    (by table and old code) go back. `pairs` leads from old to new.
    """

    number: int
    at: dt.datetime
    on: dt.date
    pairs: Mapping[str, str]
    shared: frozenset[str] = frozenset()
    which: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)

    @property
    def back(self) -> dict[str, str]:
        return {new: old for old, new in self.pairs.items() if new not in self.shared}


def recodings() -> list[Recoded]:
    """Every change of areas that gave codes and was not taken back, in order. One query."""
    areas = Area.objects.order_by().values("pk")
    rows = Change.objects.filter(subject_id__in=areas, action__in=(*undoing.ACTIONS, undoing.UNDO)).order_by("pk")
    changes = list(rows)
    undone = {row.evidence for row in changes if row.action == undoing.UNDO}
    return [
        made
        for row in changes
        if row.action != undoing.UNDO and undoing.evidence(row) not in undone and (made := _recoded(row))
    ]


def _recoded(change: Change) -> Recoded | None:
    done = undoing.read(change)
    carried = done.carried()
    days = [one[3]["on"][1] for one in done.entries if one[0] == undoing.STEP and one[2] == "create" and "on" in one[3]]
    if not carried.get("pairs"):
        return None
    which: dict[str, dict[str, list[str]]] = {}
    for (table, _column), rows in done.which().items():
        which[table] = {old: [str(key) for key in keys] for old, keys in rows.items()}
    on = dt.date.fromisoformat(days[0]) if days else change.at.date()
    return Recoded(change.pk, change.at, on, carried["pairs"], frozenset(carried.get("shared") or ()), which)
