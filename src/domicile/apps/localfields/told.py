"""A local field as the pages read it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.localfields.models import LocalField
from domicile.apps.localfields.words import DECIDES, KINDS, STATES, SUBJECTS


@dataclass(frozen=True)
class Told:
    """A field with its words."""

    field: LocalField
    area: str
    subject: Any
    kind: Any
    state: Any
    badge: str
    decides: Any
    last_day: dt.date
    answers: list[str]


def line(field: LocalField, names: Mapping[str, str], today: dt.date) -> Told:
    """One field in words; `names` are names of areas by code."""
    state, badge = STATES[field.state], {"approved": "badge-done", "proposed": "badge-care"}.get(field.state, "")
    if field.state == LocalField.State.APPROVED and field.start > today:
        state, badge = _("approved, not begun"), ""
    if field.state == LocalField.State.APPROVED and field.end <= today:
        state, badge = _("over"), ""
    return Told(
        field=field,
        area=names.get(field.scope, field.scope),
        subject=SUBJECTS[field.subject_kind],
        kind=KINDS[field.kind],
        state=state,
        badge=badge,
        decides=DECIDES[len(field.scope)],
        last_day=field.end - dt.timedelta(days=1),
        answers=[row.label for row in sorted(field.choices.all(), key=lambda row: row.position)],
    )


def lines(rows: Iterable[LocalField], names: Mapping[str, str], today: dt.date) -> list[Told]:
    """Many fields in words."""
    return [line(field, names, today) for field in rows]
