"""Many finished rows of a model at once, beneath the ORM: executemany on SQLite, COPY on PostgreSQL.

For rows that stand complete in memory, with keys of their own or keys that the database counts. Nothing is sent to signals
and no row is given back. What a constraint forbids raises IntegrityError for all of them. `update_rows` changes such rows.
"""

import datetime as dt
import operator
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from django.db import connections, models, router

Take = Callable[[Any], tuple[Any, ...]]
#: A row that gives each column by its name.
Fields = dict[str, Any]


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model. One statement; none for no rows."""
    if rows:
        _insert(type(rows[0]), rows, _taken(type(rows[0]), operator.attrgetter))


def insert_fields(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same of rows that give each column by its name: no model is made of them."""
    if rows:
        _insert(model, rows, _taken(model, operator.itemgetter))


def insert_all(rows: Iterable[models.Model]) -> None:
    """Insert rows of several models, each model's together, in the order in which the models first come."""
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for some in by_model.values():
        insert_rows(some)


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these columns of rows of one model that are there already. One statement; none for no rows."""
    if not rows:
        return
    model = type(rows[0])
    _sql, fields = _update_of(model, tuple(names))
    update_taken(model, names, map(operator.attrgetter(*(field.attname for field in fields)), rows))


def update_taken(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """The same of values of these columns, each with the key of its row behind them."""
    sql, fields = _update_of(model, tuple(names))
    connection = connections[router.db_for_write(model)]
    with connection.cursor() as cursor:
        cursor.executemany(sql, _as_kept(connection, fields, rows))


@cache
def _update_of(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[Any]]:
    """The statement that writes these columns of one row, and the fields of its values."""
    by_attname = {field.attname: field for field in model._meta.concrete_fields}
    key: Any = model._meta.pk
    fields = [*(by_attname.get(name) or model._meta.get_field(name) for name in names), key]
    told = ", ".join(f'"{field.column}" = %s' for field in fields[:-1])
    return f'UPDATE "{model._meta.db_table}" SET {told} WHERE "{key.column}" = %s', fields  # noqa: S608


def insert_taken(model: type[models.Model], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows as `taken_of` gives them."""
    _insert(model, rows, tuple)


def taken_of(model: type[models.Model]) -> Take:
    """What takes the values of all columns from a row, but of a key that the database counts."""
    return _taken(model, operator.attrgetter)


def _insert(model: type[models.Model], rows: Sequence[Any], taken: Take) -> None:
    connection = connections[router.db_for_write(model)]
    columns, table = _columns(model), model._meta.db_table
    names = ", ".join(f'"{field.column}"' for field in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # its driver knows days, moments and keys itself
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(taken(row))
        else:
            marks = ", ".join(["%s"] * len(columns))
            sql = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608
            cursor.executemany(sql, _as_kept(connection, columns, map(taken, rows)))


def _as_kept(connection: Any, fields: Sequence[Any], rows: Iterable[tuple[Any, ...]]) -> list[Sequence[Any]]:
    """Rows of these fields as the driver takes them."""
    if connection.vendor == "postgresql":
        return list(rows)
    places = [
        place
        for place, field in enumerate(fields)
        if isinstance(field, models.UUIDField | models.DateField | models.ForeignKey)
    ]
    return [_plain(row, places) for row in rows]


@cache
def _columns(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


@cache
def _taken(model: type[models.Model], getter: Callable[..., Take]) -> Take:
    return getter(*(field.attname for field in _columns(model)))


def _plain(values: tuple[Any, ...], places: Sequence[int]) -> list[Any]:
    """A row as SQLite keeps it: keys without dashes, moments in UTC, days, as text."""
    held: list[Any] = list(values)
    for place in places:
        value = held[place]
        if value is not None:
            told = _TOLD.get(value.__class__)
            if told is not None:
                held[place] = told(value)
    return held


@lru_cache(1024)
def _moment(value: dt.datetime) -> str:
    return str(value.astimezone(dt.UTC).replace(tzinfo=None)) if value.tzinfo else str(value)


_TOLD: dict[type, Callable[[Any], str]] = {uuid.UUID: lambda key: f"{key.int:032x}", dt.datetime: _moment, dt.date: str}
