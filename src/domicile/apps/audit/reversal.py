"""Undo a recorded change, when nothing has touched its rows since."""

import base64
from typing import Any

import orjson
from django.apps import apps
from django.db import models

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, plain, recorded


class ChangedSince(Exception):
    """Rows of the change were changed afterwards. `conflicts` lists (table, row, column)."""

    def __init__(self, conflicts: list[tuple[str, str, str]]) -> None:
        super().__init__("; ".join(".".join(map(str, conflict)) for conflict in conflicts))
        self.conflicts = conflicts


def stored(field: Any, value: Any) -> Any:
    """A column's value back from how it stands in the change log."""
    if value is None:  # also of a column that was never empty: it stands so before the row was made
        return None
    if isinstance(value, str) and value.startswith("b64:"):
        return base64.b64decode(value[4:])
    return field.to_python(value) if not field.is_relation else field.target_field.to_python(value)


def model_of(table: str) -> type[models.Model]:
    """The model that is stored in `table`. Raises KeyError when none is."""
    return {model._meta.db_table: model for model in apps.get_models()}[table]


def reverse(change: Change, recorder: Recorder) -> None:
    """Put back what `change` wrote, through `recorder`. Raises ChangedSince, before anything is written."""
    entries = orjson.loads(change.values)
    conflicts = [conflict for entry in _in_the_end(entries) for conflict in _conflicts(*entry)]
    if conflicts:
        raise ChangedSince(conflicts)
    for table, key, operation, fields in reversed(entries):
        model = model_of(table)
        before = {name: stored(model._meta.get_field(name), pair[0]) for name, pair in fields.items()}
        if operation == "create":
            recorder.delete(model._default_manager.get(pk=key))
        elif operation == "delete":
            recorder.create(model(pk=model._meta.pk.to_python(key), **before))  # type: ignore[union-attr]
        else:
            recorder.update(model._default_manager.get(pk=key), **before)


def _in_the_end(entries: list[list[Any]]) -> list[tuple[Any, ...]]:
    """What the change left of each row: a step may have made a row and set it again, or taken away what it made."""
    rows: dict[tuple[str, str], tuple[str, dict[str, list[Any]]]] = {}
    for table, key, operation, fields in entries:
        before = rows.pop((table, key), None)
        if before is None:
            rows[table, key] = operation, dict(fields)
        elif operation != "update":
            if before[0] != "create":
                rows[table, key] = operation, dict(fields)
        else:
            rows[table, key] = before[0], before[1] | fields
    return [(table, key, operation, fields) for (table, key), (operation, fields) in rows.items()]


def _conflicts(table: str, key: str, operation: str, fields: dict[str, list[Any]]) -> list[tuple[str, str, str]]:
    if getattr(model_of(table), "told_to_others", False):
        return [(table, key, "told")]  # somebody beyond this register has heard of it
    row = model_of(table)._default_manager.filter(pk=key).first()
    if operation == "delete":
        return [(table, key, "exists")] if row is not None else []
    if row is None:
        return [(table, key, "missing")]
    expected = {name: pair[1] for name, pair in fields.items()}
    if operation == "create":  # columns that were empty at creation are left out of the log
        expected = {name: expected.get(name) for name in recorded(type(row))}
    return [
        (table, key, name) for name, after in expected.items() if (plain(getattr(row, name)) or None) != (after or None)
    ]
