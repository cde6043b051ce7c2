"""Codes and columns of rentals and holdings in the words of the reader's language."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.places.words import use as use_word
from domicile.apps.tenure.holders import name_of
from domicile.apps.tenure.models import Holder

SAFETY = {"signed": _("signed"), "unsigned": _("not signed"), "unknown": _("not known")}
ROLES = {"owner": _("Owner"), "manager": _("Manager")}
LABELS: dict[str, dict[str, Any]] = {
    "tenure_rental": {
        "landlord_id": _("Landlord"),
        "part": _("Part that is let"),
        "contract_start": _("Contract from"),
        "contract_end": _("Contract until"),
        "safety": _("Safety statement"),
        "safety_signed_on": _("Statement signed on"),
        "last_visit": _("Last visit"),
        "ended_on": _("Rental ended on"),
    },
    "tenure_tenant": {"holder_id": _("Tenant")},
    "tenure_holding": {
        "holder_id": _("Owner or manager"),
        "share": _("Share (%)"),
        "start": _("Since"),
        "end": _("Until"),
    },
    "places_dwelling": {"use": _("Use of the dwelling")},
}


def last_day(end: dt.date | None) -> dt.date | None:
    """The last day before a half-open end."""
    return end - dt.timedelta(days=1) if end else None


def holder_ids(entries: Iterable[Any]) -> set[str]:
    """Ids (32 hex digits) of holders in recorded columns of changes."""
    found: set[str] = set()
    for _table, _row, _operation, fields in entries:
        for column in ("landlord_id", "holder_id"):
            found |= {value for value in fields.get(column, ()) if value}
    return found


def teller(holders: dict[str, Holder], *, named: bool) -> Callable[[str, str, Any], tuple[Any, str] | None]:
    """Puts recorded columns into words; names of holders only where they may be `named`."""

    def told(table: str, column: str, value: Any) -> tuple[Any, str] | None:
        label = LABELS.get(table, {}).get(column)
        if label is None:
            return None
        if value is None:
            return label, ""
        if column in {"landlord_id", "holder_id"}:
            return label, name_of(holders[value]) if named and value in holders else ""
        if column == "contract_end":
            return label, str(last_day(dt.date.fromisoformat(value)))
        if column == "safety":
            return label, str(SAFETY.get(value, value))
        return label, use_word(value) if column == "use" else str(value)

    return told
