"""What stands in the register today, as columns: each table is read once, whatever number of dates is asked for."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl
from django.db import connections

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person

#: Few enough for a row to be still at hand in the cache of the processor when its columns are made: twice as fast as many.
ROWS_AT_ONCE = 1_000
TEXT, DAY = pl.String, pl.Date
PEOPLE = {
    "person": TEXT, "registration": TEXT, "registered_code": TEXT, "education": TEXT, "birth_date": DAY, "died_on": DAY,
}  # fmt: skip
STAYS = {"stay": TEXT, "person": TEXT, "dwelling": TEXT, "kind": TEXT, "start": DAY, "end": DAY, "reason": TEXT}
HOMES = {"dwelling": TEXT, "place_code": TEXT}
LEAVING = {
    "person": TEXT, "reason": TEXT, "end_id": TEXT, "move_id": TEXT, "to_where": TEXT, "to_code": TEXT, "day": DAY,
}  # fmt: skip
#: A viewer of a whole county or more reads everything: to look up who belongs there costs more.
COUNTY_DIGITS = 6

_PEOPLE = """SELECT {key:p.id}, p.registration, p.registered_code, p.education, {day:p.birth_date}, {day:p.died_on}
    FROM people_person p"""
_STAYS = """SELECT {key:s.id}, {key:s.person_id}, {key:s.dwelling_id}, s.kind, {day:s.start}, {day:s."end"}, s.reason
    FROM people_spell s"""
_HOMES = "SELECT {key:d.id}, d.place_code FROM places_dwelling d"
_LEAVING = """SELECT {key:n.person_id}, m.reason, {key:e.id}, {key:e.move_id}, e.to_where, e.to_code, {day:e.day}
    FROM moves_moveperson n JOIN moves_move m ON m.id = n.move_id
    JOIN moves_moveend e ON e.move_id = n.move_id AND e.side = 'origin'"""


class _Column:
    """Writes a column of one engine as text: ids as 32 hex digits, days as YYYY-MM-DD."""

    def __init__(self, kind: str, *, postgresql: bool) -> None:
        self.kind, self.postgresql = kind, postgresql

    def __format__(self, column: str) -> str:
        if self.kind == "day":
            return f"CAST({column} AS text)"
        return f"replace(CAST({column} AS text), '-', '')" if self.postgresql else column


@dataclass(frozen=True)
class Snapshot:
    """Rows of today as frames."""

    people: pl.DataFrame
    stays: pl.DataFrame
    homes: pl.DataFrame
    leaving: pl.DataFrame


def read(scopes: Collection[str], people: Collection[str], stays: Collection[str]) -> Snapshot:
    """Everybody who lives, lived or is registered inside these scopes, and those named (also by a stay). Four statements."""
    if any(len(scope) <= COUNTY_DIGITS for scope in scopes):
        return Snapshot(
            _frame(_PEOPLE, PEOPLE), _frame(_STAYS, STAYS), _frame(_HOMES, HOMES), _frame(_LEAVING, LEAVING)
        )
    wanted, values = _wanted(scopes, people, stays)
    near = f"SELECT dwelling_id FROM people_spell WHERE person_id IN ({wanted})"  # noqa: S608
    return Snapshot(
        _frame(f"{_PEOPLE} WHERE p.id IN ({wanted})", PEOPLE, values),
        _frame(f"{_STAYS} WHERE s.person_id IN ({wanted})", STAYS, values),
        _frame(f"{_HOMES} WHERE d.id IN ({near})", HOMES, values),
        _frame(f"{_LEAVING} WHERE n.person_id IN ({wanted})", LEAVING, values),
    )


def homes_of(dwellings: Collection[str]) -> pl.DataFrame:
    """Dwellings named by their ids. One statement, none for none."""
    if not dwellings:
        return pl.DataFrame(schema=HOMES)
    listed, values = _listed(dwellings)
    return _frame(f"{_HOMES} WHERE d.id IN ({listed})", HOMES, [values])


def scopes_of(viewer: Viewer) -> tuple[str, ...]:
    """The viewer's areas, without what lies inside another of them."""
    return tuple(s for s in viewer.scopes if s and not any(o != s and s.startswith(o) for o in viewer.scopes if o))


def _wanted(scopes: Collection[str], people: Collection[str], stays: Collection[str]) -> tuple[str, list[Any]]:
    inside = " OR ".join("(v.code >= %s AND v.code < %s)" for _scope in scopes) or "1 = 0"
    values: list[Any] = []
    for scope in scopes:
        values += [scope, scope[:-1] + chr(ord(scope[-1]) + 1)]
    parts = [f"SELECT v.person_id FROM people_visibility v WHERE {inside}"]  # noqa: S608
    if people:
        listed, given = _listed(people)
        parts.append(listed)
        values.append(given)
    if stays:
        listed, given = _listed(stays)
        parts.append(f"SELECT person_id FROM people_spell WHERE id IN ({listed})")  # noqa: S608
        values.append(given)
    return " UNION ".join(parts), values


def _listed(ids: Collection[str]) -> tuple[str, Any]:
    """A statement that gives these ids, and the value that it takes."""
    if connections[Person.objects.db].vendor == "postgresql":
        return "SELECT unnest(%s::uuid[])", [str(uuid.UUID(one)) for one in ids]
    return "SELECT value FROM json_each(%s)", orjson.dumps(list(ids)).decode()


def _frame(sql: str, schema: dict[str, Any], values: Sequence[Any] = ()) -> pl.DataFrame:
    connection = connections[Person.objects.db]
    postgresql = connection.vendor == "postgresql"
    text = sql.format(key=_Column("key", postgresql=postgresql), day=_Column("day", postgresql=postgresql))
    as_text = dict.fromkeys(schema, pl.String)
    days = [pl.col(name).str.to_date("%Y-%m-%d") for name, kind in schema.items() if kind == DAY]
    parts = [pl.DataFrame(schema=schema)]
    with connection.cursor() as cursor:
        cursor.execute(text, list(values))
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            columns = dict(zip(schema, zip(*rows, strict=True), strict=True))
            parts.append(pl.DataFrame(columns, schema=as_text).with_columns(days))
    return pl.concat(parts)
