"""New addresses for many dwellings at once, with the old ones kept: a fixed number of statements and one record."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from domicile.apps.audit.recording import Recorder, plain
from domicile.apps.places.models import Dwelling, FormerAddress, Unit
from domicile.core.addresses.order import sort_key

AT_ONCE = 300


@dataclass(frozen=True)
class Rewritten:
    """A dwelling and the columns that it gets."""

    dwelling: Dwelling
    values: dict[str, Any]


def rewrite(
    rows: Sequence[Rewritten], change: Recorder, *, keep_former: bool, until: dt.date, old_keys: Sequence[str]
) -> None:
    """Store the new columns, the former addresses (`old_keys`: their keys) and the addresses of units inside."""
    changed, former = [], []
    for row, old_key in zip(rows, old_keys, strict=True):
        old = row.dwelling.address
        if note_update(row.dwelling, row.values, change):
            changed.append(row.dwelling)
        if keep_former and old != row.dwelling.address:
            former.append(FormerAddress(dwelling=row.dwelling, text=old, key=old_key, until=until))
    columns = sorted({name for row in rows for name in row.values} | {"sort_key"})
    for dwelling in changed:
        dwelling.sort_key = sort_key(dwelling.building.key, dwelling.key)
    if changed:
        Dwelling.objects.bulk_update(changed, columns, batch_size=AT_ONCE)
    change.create_many(former)
    _follow_units({row.dwelling.pk: row.dwelling.address for row in rows}, change)


def _follow_units(addresses: dict[Any, str], change: Recorder) -> None:
    units = list(Unit.objects.filter(dwelling__in=addresses))
    moved = [unit for unit in units if note_update(unit, {"address": addresses[unit.dwelling_id]}, change)]
    if moved:
        Unit.objects.bulk_update(moved, ["address"], batch_size=AT_ONCE)


def note_update(row: Model, values: dict[str, Any], change: Recorder) -> bool:
    """Set columns of a row that is stored with others later, and note what differs; tells whether anything does."""
    fields: dict[str, list[Any]] = {}
    for name, value in values.items():
        attname = row._meta.get_field(name).attname  # type: ignore[union-attr]
        before = plain(getattr(row, attname))
        setattr(row, name, value)
        after = plain(getattr(row, attname))
        if before != after:
            fields[attname] = [before, after]
    if fields:
        change.values.append([row._meta.db_table, plain(row.pk), "update", fields])
    return bool(fields)
