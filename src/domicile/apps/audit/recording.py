"""Write rows and their record of change together, in one transaction."""

import base64
import datetime as dt
import decimal
import operator
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, TypeVar

import orjson
from django.db import models, transaction
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import Viewer

Row = TypeVar("Row", bound=models.Model)
_kept: ContextVar[list[Change] | None] = ContextVar("changes of a block", default=None)


@contextmanager
def changes_of() -> Iterator[list[Change]]:
    """The changes that are recorded inside the block, in order: what an action wrote can be found again."""
    held: list[Change] = []
    before = _kept.set(held)
    try:
        yield held
    finally:
        _kept.reset(before)


_AS_IT_IS = frozenset({str, int, bool, type(None)})


def plain(value: Any) -> Any:
    """A column's value as it stands in the change log."""
    if value.__class__ in _AS_IT_IS:
        return value
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, bytes | memoryview):
        return "b64:" + base64.b64encode(bytes(value)).decode()
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    return value


def recorded(model: type[models.Model]) -> list[str]:
    """The columns that stand in the log: all but the key and what follows from others."""
    fields = model._meta.concrete_fields
    return [field.attname for field in fields if not field.primary_key and not getattr(field, "derived", False)]


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, ...], Callable[[models.Model], tuple[Any, ...]]]:
    """The names of the columns beside the key, and what takes their values from a row."""
    names = tuple(recorded(model))
    taken = operator.attrgetter(*names)
    return names, taken if len(names) > 1 else lambda row: (taken(row),)


def entry_of_new(table: str, key: Any, names: Iterable[str], values: Iterable[Any]) -> list[Any]:
    """A new row as it stands in the change log: those of its columns that are not empty."""
    held = zip(names, values, strict=True)
    told = {name: [None, plain(value)] for name, value in held if value is not None and value != ""}
    return [table, plain(key), "create", told]


class Recorder:
    """Collects what an action writes. Use its methods instead of save() and delete()."""

    def __init__(self) -> None:
        self.values: list[list[Any]] = []

    def create(self, row: Row) -> Row:
        """Insert a row."""
        row.save(force_insert=True)
        self._created(row)
        return row

    def create_many(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Insert rows of one model, whatever their number, in statements of many rows."""
        if rows:
            type(rows[0])._default_manager.bulk_create(rows)
        for row in rows:
            self._created(row)
        return rows

    def created(self, row: models.Model) -> None:
        """Note a row that the caller inserts together with others."""
        self._created(row)

    def update_many(self, rows: Sequence[Row], **fields: Any) -> None:
        """Set columns of rows of one model to the same values, in one statement."""
        if not rows:
            return
        model = type(rows[0])
        model._default_manager.filter(pk__in=[row.pk for row in rows]).update(**fields)
        for row in rows:
            changed = self._set(row, fields)
            if changed:
                self._note(row, "update", changed)

    def update(self, row: Row, **fields: Any) -> Row:
        """Set columns of a row; nothing is written or noted where the value is the same."""
        changed = self._set(row, fields)
        if changed:
            row.save(update_fields=[row._meta.get_field(name).name for name in changed])
            self._note(row, "update", changed)
        return row

    def delete(self, row: models.Model) -> None:
        """Delete a row; its last values are kept in the log."""
        self.deleted(row)
        row.delete()

    def deleted(self, row: models.Model) -> None:
        """Note a row that the caller deletes together with others."""
        fields = {name: [plain(getattr(row, name)), None] for name in recorded(type(row))}
        self._note(row, "delete", fields)

    def _created(self, row: models.Model) -> None:
        names, values = _columns(type(row))
        self.values.append(entry_of_new(row._meta.db_table, row.pk, names, values(row)))

    def _set(self, row: models.Model, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
        changed: dict[str, list[Any]] = {}
        for name, value in fields.items():
            attname = row._meta.get_field(name).attname  # type: ignore[union-attr]
            before = plain(getattr(row, attname))
            setattr(row, name, value)
            after = plain(getattr(row, attname))
            if before != after:
                changed[attname] = [before, after]
        return changed

    def _note(self, row: models.Model, operation: str, fields: dict[str, list[Any]]) -> None:
        self.values.append([row._meta.db_table, plain(row.pk), operation, fields])


@contextmanager
def recording(
    *,
    actor: Viewer,
    action: str,
    subject_kind: str,
    subject_id: uuid.UUID,
    place_code: str = "",
    reason: str = "",
    evidence: str = "",
    batch_id: uuid.UUID | None = None,
) -> Iterator[Recorder]:
    """Run the block in a transaction and append one Change with what it wrote. Nothing stays when either fails."""
    recorder = Recorder()
    with transaction.atomic():
        yield recorder
        if recorder.values:
            change = Change.objects.create(
                **fields_of(
                    recorder.values,
                    actor=actor,
                    action=action,
                    subject_kind=subject_kind,
                    subject_id=subject_id,
                    place_code=place_code,
                    reason=reason,
                    evidence=evidence,
                    batch_id=batch_id,
                )
            )
            held = _kept.get()
            if held is not None:
                held.append(change)


def fields_of(
    values: Sequence[Sequence[Any]], *, actor: Viewer, action: str, subject_kind: str, subject_id: uuid.UUID,
    place_code: str = "", reason: str = "", evidence: str = "", batch_id: uuid.UUID | None = None,
    at: dt.datetime | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The columns of the Change with these entries of the log."""
    return {
        "at": at or timezone.now(), "actor_id": actor.user_id, "actor_role": actor.role, "purpose": actor.purpose,
        "action": action, "subject_kind": subject_kind, "subject_id": subject_id, "place_code": place_code,
        "reason": reason, "evidence": evidence, "batch_id": batch_id, "values": orjson.dumps(values).decode(),
    }  # fmt: skip
