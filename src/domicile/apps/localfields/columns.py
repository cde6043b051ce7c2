"""Local fields as columns of ledgers: chosen by whoever needs them, of their own area only, gone when they end."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields import selectors, values
from domicile.apps.localfields.models import LocalField
from domicile.apps.localfields.registry import area_names
from domicile.apps.screens.list import Column


@dataclass(frozen=True)
class LocalColumn(Column):
    """The column of a field. It reads `local` of a row: what `read` found, by field."""

    field: LocalField | None = None


def columns(viewer: Viewer, kind: str, today: dt.date, within: str = "") -> dict[str, Column]:
    """The columns that a ledger of persons or dwellings may have, by key, none shown at first.

    The viewer may read such values (the ledger asks for the right). Three queries at most, one where there are no fields.
    """
    fields = selectors.listed(viewer, kind, today, within)
    names = area_names(
        {field.scope for field in fields if not any(own.startswith(field.scope) for own in viewer.scopes)}
    )
    return {key_of(field): _column(field, names.get(field.scope, "")) for field in fields}


def key_of(field: LocalField) -> str:
    """By what a view keeps the column."""
    return f"local_{field.pk.hex}"


def _column(field: LocalField, area: str) -> Column:
    pk = field.pk
    return LocalColumn(
        label=_("{field} ({area})").format(field=field.label, area=area) if area else field.label,
        value=lambda row: (row.local or {}).get(pk, ""),
        key=key_of(field),
        shown=False,
        added=True,
        note=_("Local field for {service}, until {day}").format(
            service=field.service, day=field.end - dt.timedelta(days=1)
        ),
        field=field,
    )


def chosen(shown: Mapping[str, Column] | None) -> list[LocalField]:
    """The fields whose columns are shown."""
    return [column.field for column in (shown or {}).values() if isinstance(column, LocalColumn) and column.field]


def read(
    rows: Iterable[Any],
    fields: Sequence[LocalField],
    *,
    subject: Callable[[Any], uuid.UUID],
    place: Callable[[Any], str],
) -> None:
    """Give each row its `local`: the values of its subject in the fields that hold at its place. Two queries."""
    listed = list(rows)
    held = values.values_of_many({subject(row) for row in listed}, fields)
    said = {field.pk: (field.scope, values.as_cell(field)) for field in fields}
    for row in listed:
        at = place(row)
        own = held.get(subject(row), {})
        row.local = {pk: cell(own[pk]) for pk, (scope, cell) in said.items() if own.get(pk) and at.startswith(scope)}
