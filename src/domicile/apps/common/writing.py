"""Writes that were kept back go out together: many rows a statement, and nothing before what it stands on.

Two writes stand in an order when they share a key: that of the row itself or one that a foreign key of it names. Such writes
keep the order in which they were made; others of one kind on one table are put into one statement.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import models

from domicile.apps.common import inserting
from domicile.apps.common.held import key_of

INSERT, COUNTED, UPDATE, DELETE, APPEND = "insert", "counted", "update", "delete", "append"
#: Columns of these are written as they stand; a model with any other is written by itself.
PLAIN = (
    models.AutoField, models.BinaryField, models.BooleanField, models.CharField, models.DateField, models.ForeignKey,
    models.IntegerField, models.TextField, models.UUIDField,
)  # fmt: skip
Kind = tuple[str, type[models.Model], tuple[str, ...]]


class Write(NamedTuple):
    """One write: what it shares with others, its kind, and the values; `entry` of the log lacks the key of the row."""

    shares: tuple[Any, ...]
    kind: Kind
    values: Any
    entry: list[Any] | None = None


@cache
def can_wait(model: type[models.Model]) -> bool:
    """Whether rows of a model may be inserted with others later: nothing but their columns is stored."""
    fields = model._meta.concrete_fields
    return model.save is models.Model.save and all(
        isinstance(field, PLAIN) and not getattr(field, "auto_now", False) and not getattr(field, "auto_now_add", False)
        for field in fields
    )


@cache
def stands_alone(model: type[models.Model]) -> bool:
    """Whether a row of a model can be deleted and nothing else has to follow."""
    return not model._meta.related_objects


def insert(row: models.Model, entry: list[Any] | None) -> Write:
    """A new row as it stands now; one whose key the database counts as it stands when it is written."""
    model = type(row)
    if row.pk is None:
        return Write(_shares(model)(row), (COUNTED, model, ()), row, entry if entry is not None else [None, None])
    return Write(_shares(model)(row), (INSERT, model, ()), inserting.taken_of(model)(row))


def update(row: models.Model, names: tuple[str, ...]) -> Write:
    """Columns of a row as they stand now."""
    model = type(row)
    values = tuple(getattr(row, name) for name in names)
    return Write(_shares(model)(row), (UPDATE, model, names), (*values, row.pk))


def delete(row: models.Model) -> Write:
    """A row that goes."""
    return Write(_shares(type(row))(row), (DELETE, type(row), ()), row.pk)


def append(model: type[models.Model], fields: Callable[[], Mapping[str, Any]]) -> Write:
    """A row of a log, made when all else is written."""
    return Write((), (APPEND, model, ()), fields)


def write(connection: Any, kept: Sequence[Write]) -> None:
    """Write all of it. Raises IntegrityError for what a constraint forbids."""
    steps: dict[tuple[int, Kind], list[Any]] = {}
    reached: dict[Any, tuple[int, Kind]] = {}
    last: dict[Kind, list[Any]] = {}
    for one in kept:
        if one.kind[0] == APPEND:
            last.setdefault(one.kind, []).append(one.values)
            continue
        depth = 0
        for key in one.shares:
            before = reached.get(key) if key is not None else None
            if before is not None:
                depth = max(depth, before[0] + (before[1] != one.kind))
        step = (depth, one.kind)
        for key in one.shares:
            reached[key] = step
        steps.setdefault(step, []).append(one.values)
    for (_depth, kind), values in sorted(steps.items(), key=lambda item: item[0][0]):
        _write(connection, kind, values)
    for one in kept:
        if one.entry is not None:
            one.entry[1] = one.values.pk
    for (_append, model, _names), made in last.items():
        inserting.insert_fields(model, [fields() for fields in made])


def _write(connection: Any, kind: Kind, values: list[Any]) -> None:
    what, model, names = kind
    if what == INSERT:
        inserting.insert_taken(model, values)
    elif what == COUNTED:
        model._base_manager.bulk_create(values)
    elif what == UPDATE:
        inserting.update_taken(model, names, values)
    else:
        model._base_manager.filter(pk__in=values)._raw_delete(connection.alias)  # type: ignore[attr-defined]


@cache
def _shares(model: type[models.Model]) -> Callable[[models.Model], tuple[Any, ...]]:
    """What takes the keys from a row that put it in an order with others."""
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and not getattr(field.related_model, "shared_by_many", False)
    ]
    taken = attrgetter(key_of(model), *names)
    return taken if names else lambda row: (taken(row),)
