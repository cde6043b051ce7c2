"""What a commit changes on rows on file, and the entries of change of each person."""

import uuid
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from domicile.apps.exchange import tables
from domicile.apps.exchange.journal import created

Entry = list[Any]


@dataclass
class Updates:
    """Statements by (table, columns), and entries of change by person."""

    values: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)

    def add(self, person: str, table: str, row: str, changes: dict[str, tuple[Any, Any]]) -> None:
        """Set columns of a row from before to after, at the next `run`."""
        if not changes:
            return
        names = tuple(changes)
        self.values.setdefault((table, names), []).append([*(after for _, after in changes.values()), row])
        logged = {name: [before, after] for name, (before, after) in changes.items()}
        self.entries.setdefault(person, []).append([table, row, "update", logged])

    def run(self, connection: Any) -> None:
        """Write what was added; heads last, so that a household never has two on the way."""
        for (table, names), rows in self.values.items():
            sets = ", ".join(f'"{name}" = %s' for name in names)
            if names == ("relation",):
                rows.sort(key=lambda row: row[0] == "02")
            with connection.cursor() as cursor:
                statement = f'UPDATE "{table}" SET {sets} WHERE id = %s'  # noqa: S608
                cursor.executemany(statement, [_keyed(connection, row) for row in rows])
        self.values.clear()

    def insert(self, connection: Any, table: str, frame: pl.DataFrame) -> None:
        """Insert rows that name their `person_id`, at once."""
        tables.insert(connection, table, frame)
        for person, entry in zip(frame["person_id"].to_list(), created(frame, table).to_list(), strict=True):
            self.entries.setdefault(person, []).append(orjson.loads(entry))


def _keyed(connection: Any, row: list[Any]) -> list[Any]:
    return row if connection.vendor == "sqlite" else [*row[:-1], uuid.UUID(row[-1])]
