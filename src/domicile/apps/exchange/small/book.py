"""What a file changes in the register: rows to create and rows to change, with one record of change for each subject."""

import datetime as dt
import os
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import orjson
import polars as pl
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from domicile.apps.audit.recording import plain
from domicile.apps.common.ids import new_id
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.journal import Journal
from domicile.apps.vault.bulk import KEY
from domicile.apps.vault.keyring import current_wrap_key
from domicile.apps.vault.models import SubjectKey
from domicile.apps.vault.sealing import binding, data_keys, decrypt, encrypt, wrap

AT_ONCE = 10_000
Held = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """What a record of change is about."""

    kind: str
    id: uuid.UUID
    place_code: str


@cache
def defaults(model: type[models.Model]) -> dict[str, Any]:
    """A row of the model as it is before anything is said, without its key."""
    return {f.attname: f.get_default() for f in model._meta.concrete_fields if not f.primary_key}


def held(model: type[models.Model], column: str, keys: Iterable[Any], **conditions: Any) -> list[Held]:
    """Rows on file whose `column` is one of `keys`, as dicts; the conditions are those of a filter."""
    wanted, found = list(dict.fromkeys(keys)), []
    for start in range(0, len(wanted), AT_ONCE):
        rows = model._default_manager.filter(**{f"{column}__in": wanted[start : start + AT_ONCE]}, **conditions)
        found += list(rows.order_by("pk").values())
    return found


@dataclass
class Book:
    """Gathers the changes of a file. With no `journal` nothing is written or sealed: the fates of rows are foreseen."""

    actor: Viewer
    journal: Journal | None = None
    counts: Counter[str] = field(default_factory=lambda: Counter(created=0, changed=0, unchanged=0))
    made: dict[Any, Any] = field(default_factory=dict)  # what earlier rows of this file made, by any key
    steps: int = 0
    _created: dict[type[models.Model], list[Held]] = field(default_factory=dict)
    _changed: dict[tuple[type[models.Model], tuple[str, ...]], list[list[Any]]] = field(default_factory=dict)
    _entries: dict[Subject, list[list[Any]]] = field(default_factory=dict)
    _fresh: dict[uuid.UUID, dict[str, list[Any]]] = field(default_factory=dict)  # what is said of rows not yet written
    _keys: dict[uuid.UUID, bytes] = field(default_factory=dict)

    def create(
        self, subject: Subject, model: type[models.Model], pk: uuid.UUID | None = None, /, **values: Any
    ) -> Held:
        """Create a row; what is not named gets the model's default. Returns the row as it will be held."""
        row = {"id": pk or new_id()} | defaults(model) | values
        self.steps += 1
        self._created.setdefault(model, []).append(row)
        fields = {name: [None, plain(value)] for name, value in row.items() if name != "id"}
        said = {name: pair for name, pair in fields.items() if pair[1] not in (None, "")}
        self._fresh[row["id"]] = said
        self._say(subject, model, row["id"], "create", said)
        return row

    def change(self, subject: Subject, model: type[models.Model], row: Held, /, **values: Any) -> bool:
        """Set columns of a row on file where they differ; `row` follows. Tells whether any did."""
        differing = {name: value for name, value in values.items() if plain(row[name]) != plain(value)}
        if not differing:
            return False
        self.steps += 1
        if row["id"] in self._fresh:
            self._fresh[row["id"]].update({name: [None, plain(value)] for name, value in differing.items()})
        else:
            said = {name: [plain(row[name]), plain(value)] for name, value in differing.items()}
            self._changed.setdefault((model, tuple(differing)), []).append([*differing.values(), row["id"]])
            self._say(subject, model, row["id"], "update", said)
        row.update(differing)
        return True

    def tally(self, *, new: bool, since: int) -> None:
        """Count the row of the file that was worked on from step `since`."""
        self.counts["created" if new else "changed" if self.steps > since else "unchanged"] += 1

    def sealed(self, model: type[models.Model], column: str, row: uuid.UUID, subject: uuid.UUID, value: str) -> Any:
        """Ciphertext of a value for the column of a row; None for an empty one. `know` the subjects on file first."""
        if not value:
            return None
        if self.journal is None:
            return b"-"
        if subject not in self._keys:
            self._keys[subject], number = os.urandom(KEY), current_wrap_key()
            wrapped = wrap(subject, self._keys[subject], number)
            self._created.setdefault(SubjectKey, []).append(
                {"subject_id": subject, "wrap_key": number, "wrapped": wrapped}
            )
        return encrypt(self._keys[subject], value.encode(), binding(model._meta.db_table, column, row))

    def know(self, subjects: Iterable[uuid.UUID]) -> None:
        """Fetch the data keys of subjects on file whose sealed values are compared or changed."""
        self._keys |= data_keys(key for key in subjects if key not in self._keys)

    def opened(self, model: type[models.Model], column: str, row: Held, subject: uuid.UUID) -> str:
        """The sealed value of a row on file, '' where there is none or its subject was erased."""
        key, sealed = self._keys.get(subject), row[column]
        if key is None or not sealed or sealed == b"-":
            return ""
        return decrypt(key, bytes(sealed), binding(model._meta.db_table, column, row["id"])).decode()

    def _say(
        self, subject: Subject, model: type[models.Model], key: uuid.UUID, operation: str, fields: dict[str, Any]
    ) -> None:
        self._entries.setdefault(subject, []).append([model._meta.db_table, key.hex, operation, fields])

    def write(self) -> None:
        """Write what was gathered, changes first (a row may be let only once its dwelling is), and forget it."""
        if self.journal is not None:
            connection = self.journal.connection
            for (model, names), values in self._changed.items():
                _update(connection, model, names, values)
            for model, rows in self._created.items():
                _insert(connection, model, rows)
            self._write_journal(self.journal)
        for gathered in (self._created, self._changed, self._entries, self._fresh):
            gathered.clear()  # type: ignore[attr-defined]

    def _write_journal(self, journal: Journal) -> None:
        logged = [
            (subject.kind, subject.id.hex, subject.place_code, orjson.dumps(entries).decode())
            for subject, entries in self._entries.items()
        ]
        frame = pl.DataFrame(logged, schema=["kind", "subject_id", "place_code", "values"], orient="row")
        for part in frame.partition_by("kind", maintain_order=True) if logged else []:
            journal.write("import", part["kind"][0], part.drop("kind"))


def _insert(connection: BaseDatabaseWrapper, model: type[models.Model], rows: list[Held]) -> None:
    fields = [f for f in model._meta.concrete_fields if f.attname in rows[0]]
    columns = ", ".join(f'"{f.column}"' for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [[f.get_db_prep_save(row[f.attname], connection) for f in fields] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})', values)  # noqa: S608


def _update(
    connection: BaseDatabaseWrapper, model: type[models.Model], names: tuple[str, ...], rows: list[list[Any]]
) -> None:
    fields = [model._meta.get_field(name) for name in names]
    key = model._meta.pk
    sets = ", ".join(f'"{f.column}" = %s' for f in fields)  # type: ignore[union-attr]
    prepared: list[list[Any]] = [
        [
            *(f.get_db_prep_save(value, connection) for f, value in zip(fields, row, strict=False)),  # type: ignore[union-attr]
            key.get_db_prep_value(row[-1], connection),  # type: ignore[union-attr]
        ]
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE "{model._meta.db_table}" SET {sets} WHERE id = %s', prepared)  # noqa: S608


def day_of(text: str) -> dt.date | None:
    """A staged day, None where the file says nothing."""
    return dt.date.fromisoformat(text) if text else None
