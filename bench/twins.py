"""Tables like those of the product, empty, with the same indexes and constraints; and the driver's quickest road into them.

What a benchmark inserts bare: executemany on SQLite, COPY on PostgreSQL, of rows that stand finished in memory.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django.db.models import Model

Rows = Sequence[tuple[Any, ...]]


class Twin:
    """The twin of a model's table. `fresh()` gives the rows that the model's table has won since it was last asked."""

    def __init__(self, model: type[Model]) -> None:
        self.table, self.columns = model._meta.db_table, [field.column for field in model._meta.concrete_fields]
        self.name = f"bare_{self.table}"
        self._seen: set[Any] = set()
        _make(self.table, self.name)

    def fresh(self) -> Rows:
        """Each row once, in the order of its insertion where the engine keeps it."""
        from django.db import connection

        names = ", ".join(f'"{column}"' for column in self.columns)
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT {names} FROM "{self.table}"')
            rows = [row for row in cursor.fetchall() if row[0] not in self._seen]
        self._seen |= {row[0] for row in rows}
        if connection.vendor == "sqlite":  # as SQLite keeps them: the driver would turn each day and moment into text
            return [tuple(_plain(value) for value in row) for row in rows]
        return rows

    def insert(self, rows: Rows) -> None:
        """Inside the caller's transaction."""
        from django.db import connection

        names = ", ".join(f'"{column}"' for column in self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f'COPY "{self.name}" ({names}) FROM STDIN') as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                marks = ", ".join("?" * len(self.columns))
                connection.connection.executemany(f'INSERT INTO "{self.name}" ({names}) VALUES ({marks})', rows)

    def update(self, keys: Sequence[uuid.UUID], **values: Any) -> None:
        """Set columns of these rows of the twin to the same values, in one statement inside the caller's transaction."""
        from django.db import connection

        told, marks = ", ".join(f'"{column}" = %s' for column in values), ", ".join(["%s"] * len(keys))
        own = connection.vendor == "postgresql"
        given = [*values.values(), *(key if own else key.hex for key in keys)]
        with connection.cursor() as cursor:
            cursor.execute(f'UPDATE "{self.name}" SET {told} WHERE "{self.columns[0]}" IN ({marks})', given)


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return value.hex
    return str(value) if isinstance(value, dt.date) else value


def _make(table: str, name: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'CREATE TABLE "{name}" (LIKE "{table}" INCLUDING ALL)')
            cursor.execute(  # which LIKE leaves out
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
                [f'"{table}"'],
            )
            for constraint, told in cursor.fetchall():
                cursor.execute(f'ALTER TABLE "{name}" ADD CONSTRAINT "{constraint}" {told}')
            return
        cursor.execute("SELECT type, sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [table])
        made = sorted(cursor.fetchall(), key=lambda row: row[0] != "table")
        for number, (_kind, sql) in enumerate(made):
            twin = sql.replace(f'"{table}"', f'"{name}"')
            for word in ("INDEX ", "CONSTRAINT "):
                twin = twin.replace(f'{word}"', f'{word}"bare{number}_')
            cursor.execute(twin)
