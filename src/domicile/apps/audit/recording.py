"""Write rows and their record of change together, in one transaction."""

import base64
import datetime as dt
import decimal
import operator
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from typing import Any, TypeVar

import orjson
from django.db import models
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common import turns
from domicile.apps.common.viewer import Viewer
from domicile.apps.common.writing import stands_alone

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


@cache
def _attnames(model: type[models.Model]) -> dict[str, str]:
    """The column of each field, by its name and by the column's own."""
    fields = model._meta.concrete_fields
    return {name: field.attname for field in fields for name in (field.name, field.attname)}


def entry_of_new(table: str, key: Any, names: Iterable[str], values: Iterable[Any]) -> list[Any]:
    """A new row as it stands in the change log: those of its columns that are not empty."""
    held = zip(names, values, strict=True)
    told = {name: [None, plain(value)] for name, value in held if value is not None and value != ""}
    return [table, plain(key), "create", told]


class Recorder:
    """Collects what an action writes. Use its methods instead of save() and delete(): in a turn they are written together."""

    def __init__(self) -> None:
        self.values: list[list[Any]] = []

    def create(self, row: Row) -> Row:
        """Insert a row."""
        turn = turns.current()
        if turn is None:
            row.save(force_insert=True)
            self.created(row)
        else:
            turn.insert(row, self.created(row))
        return row

    def store(self, row: Row) -> Row:
        """Insert a row that the caller notes later, with `created`: its key is its own."""
        turn = turns.current()
        if turn is None:
            row.save(force_insert=True)
        else:
            turn.insert(row)
        return row

    def create_many(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Insert rows of one model, whatever their number, in statements of many rows."""
        if turns.current() is not None:
            return [self.create(row) for row in rows]
        if rows:
            type(rows[0])._default_manager.bulk_create(rows)
        for row in rows:
            self.created(row)
        return rows

    def created(self, row: models.Model) -> list[Any]:
        """Note a row that the caller inserts together with others; its entry in the log."""
        names, values = _columns(type(row))
        entry = entry_of_new(row._meta.db_table, row.pk, names, values(row))
        self.values.append(entry)
        return entry

    def update_many(self, rows: Sequence[Row], **fields: Any) -> None:
        """Set columns of rows of one model to the same values, in one statement."""
        if not rows:
            return
        if turns.current() is not None:
            for row in rows:
                self.update(row, **fields)
            return
        model = type(rows[0])
        model._default_manager.filter(pk__in=[row.pk for row in rows]).update(**fields)
        for row in rows:
            changed, _before = self._set(row, fields)
            if changed:
                self._note(row, "update", changed)

    def update(self, row: Row, **fields: Any) -> Row:
        """Set columns of a row; nothing is written or noted where the value is the same."""
        changed, before = self._set(row, fields)
        if changed:
            turn = turns.current()
            if turn is None:
                row.save(update_fields=[row._meta.get_field(name).name for name in changed])
            else:
                turn.update(row, before)
            self._note(row, "update", changed)
        return row

    def update_where(self, row: models.Model, stands: Mapping[str, Any], **fields: Any) -> bool:
        """Set columns of a row in whose others `stands` still stands in the database; False, and nothing noted, where it does not.

        Asks and writes in one statement, so that the row need not be locked before. Not for a turn, which writes later.
        """
        if turns.current() is not None:
            raise RuntimeError("a turn writes later: lock the row and use update()")
        if not type(row)._default_manager.filter(pk=row.pk, **stands).update(**fields):
            return False
        changed, _before = self._set(row, fields)
        if changed:
            self._note(row, "update", changed)
        return True

    def delete(self, row: models.Model) -> None:
        """Delete a row; its last values are kept in the log."""
        turn = turns.current()
        if turn is not None and stands_alone(type(row)):
            turn.delete([row])
            self.deleted(row)
        else:
            self.deleted(row)
            row.delete()

    def delete_many(self, rows: Sequence[models.Model]) -> None:
        """Delete rows of one model to which no others point, in one statement; their last values are kept in the log."""
        if not rows:
            return
        turn, model = turns.current(), type(rows[0])
        if turn is None:
            for row in rows:
                self.deleted(row)
            model._default_manager.filter(pk__in=[row.pk for row in rows]).delete()
        else:
            turn.delete(rows)
            for row in rows:
                self.deleted(row)

    def deleted(self, row: models.Model) -> None:
        """Note a row that the caller deletes together with others."""
        fields = {name: [plain(getattr(row, name)), None] for name in recorded(type(row))}
        self._note(row, "delete", fields)

    def _set(self, row: models.Model, fields: Mapping[str, Any]) -> tuple[dict[str, list[Any]], dict[str, Any]]:
        """Set columns; those that are otherwise now, as the log has them, and with what stood in them before."""
        changed: dict[str, list[Any]] = {}
        stood: dict[str, Any] = {}
        attnames = _attnames(type(row))
        for name, value in fields.items():
            attname = attnames[name]
            held = getattr(row, attname)
            setattr(row, name, value)
            before, after = plain(held), plain(getattr(row, attname))
            if before != after:
                changed[attname], stood[attname] = [before, after], held
        return changed, stood

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
    with turns.atomic():
        yield recorder
        if recorder.values:
            told = partial(
                fields_of, recorder.values, actor=actor, action=action, subject_kind=subject_kind, subject_id=subject_id,
                place_code=place_code, reason=reason, evidence=evidence, batch_id=batch_id, at=timezone.now(),
            )  # fmt: skip
            turn, held = turns.current(), _kept.get()
            if turn is not None and held is None:
                turn.append(Change, told)
                return
            if turn is not None:  # keys that the database counts stand in the log
                turn.flush()
            change = Change.objects.create(**told())
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
