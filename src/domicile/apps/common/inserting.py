"""Many finished rows of a model at once, beneath the ORM: executemany on SQLite, COPY on PostgreSQL.

For rows that stand complete in memory, with keys of their own or keys that the database counts. Nothing is sent to signals
and no row is given back. What a constraint forbids raises IntegrityError for all of them.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connections, models, router


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model. One statement; none for no rows."""
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    columns, values = _columns(model), _values(model, connection.vendor)
    table, names = model._meta.db_table, ", ".join(f'"{field.column}"' for field in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(values(row))
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', map(values, rows))  # noqa: S608


def insert_all(rows: Iterable[models.Model]) -> None:
    """Insert rows of several models, each model's together, in the order in which the models first come."""
    by_model: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for some in by_model.values():
        insert_rows(some)


@cache
def _columns(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]


@cache
def _values(model: type[models.Model], vendor: str) -> Callable[[models.Model], tuple[Any, ...]]:
    """Makes of a row what the driver takes. PostgreSQL's knows days, moments and keys itself."""
    columns = _columns(model)
    taken = operator.attrgetter(*(field.attname for field in columns))
    if vendor == "postgresql":
        return taken  # type: ignore[no-any-return]
    connection = connections[router.db_for_write(model)]
    told = [
        (place, field.get_db_prep_save)
        for place, field in enumerate(columns)
        if isinstance(field, models.UUIDField | models.DateField | models.ForeignKey)
    ]

    def values(row: models.Model) -> tuple[Any, ...]:
        held = list(taken(row))
        for place, prepare in told:
            if held[place] is not None:
                held[place] = prepare(held[place], connection)
        return tuple(held)

    return values
