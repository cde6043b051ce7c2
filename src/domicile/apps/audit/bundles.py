"""Write many recorded changes together, each an action of its own, in a number of statements that does not grow with theirs."""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import models

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, Row, entry_of_new, fields_of, recorded
from domicile.apps.common.inserting import Fields, insert_all, insert_fields, update_rows
from domicile.apps.common.viewer import Viewer

#: A row to be: of which model, and all its columns by their names.
NewRow = tuple[type[models.Model], Fields]
_names = cache(recorded)


class Held(Recorder):
    """Notes what an action writes, and writes nothing yet. It creates and updates rows; it deletes none."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[models.Model] = []
        self.updated: list[tuple[models.Model, dict[str, Any]]] = []

    def create(self, row: Row) -> Row:
        self.rows.append(row)
        self.created(row)
        return row

    def create_many(self, rows: Sequence[Row]) -> Sequence[Row]:
        for row in rows:
            self.create(row)
        return rows

    def update(self, row: Row, **fields: Any) -> Row:
        changed, before = self._set(row, fields)
        if changed:
            self.updated.append((row, before))
            self._note(row, "update", changed)
        return row

    def update_many(self, rows: Sequence[Row], **fields: Any) -> None:
        for row in rows:
            self.update(row, **fields)

    def delete(self, row: models.Model) -> None:
        raise NotImplementedError("what is written together deletes nothing")

    def forget(self) -> None:
        """Give the rows that it has updated their values back."""
        for row, before in reversed(self.updated):
            for name, value in before.items():
                setattr(row, name, value)


class Bundle:
    """What many actions write, held back until `write`, in the caller's transaction: their rows, then a Change for each."""

    def __init__(self) -> None:
        self._new: dict[type[models.Model], list[Fields]] = {}
        self._rows: list[models.Model] = []
        self._updated: dict[tuple[type[models.Model], tuple[str, ...]], dict[Any, models.Model]] = {}
        self._changes: list[Mapping[str, Any]] = []

    def create(self, rows: Iterable[NewRow], **action: Any) -> None:
        """Note an action (see `recording`) that puts these rows on file, each with all its columns."""
        values = []
        for model, fields in rows:
            self._new.setdefault(model, []).append(fields)
            key = fields[model._meta.pk.attname]  # type: ignore[union-attr]
            names = _names(model)
            values.append(entry_of_new(model._meta.db_table, key, names, map(fields.__getitem__, names)))
        self._changes.append(fields_of(values, **action))

    @contextmanager
    def recording(
        self, *, actor: Viewer, action: str, subject_kind: str, subject_id: uuid.UUID, place_code: str = ""
    ) -> Iterator[Recorder]:
        """As audit.recording.recording. Nothing of the block stays where it raises."""
        held = Held()
        try:
            yield held
        except BaseException:
            held.forget()
            raise
        if held.values:
            self._rows += held.rows
            for row, before in held.updated:
                self._updated.setdefault((type(row), tuple(before)), {})[row.pk] = row
            self._changes.append(
                fields_of(
                    held.values, actor=actor, action=action, subject_kind=subject_kind, subject_id=subject_id,
                    place_code=place_code,
                )
            )  # fmt: skip

    def write(self) -> None:
        """Write it all. Raises IntegrityError where a constraint forbids one of the rows."""
        for model, rows in self._new.items():
            insert_fields(model, rows)
        insert_all(self._rows)
        for (_model, names), updated in self._updated.items():
            update_rows(list(updated.values()), names)
        insert_fields(Change, self._changes)
