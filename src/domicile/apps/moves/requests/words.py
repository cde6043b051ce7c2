"""Requests in the reader's language."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.apps.moves.requests import rules
from domicile.apps.moves.requests.models import OutsideRequest

PURPOSES: dict[str, str | Promise] = {
    "arrival": _("somebody arrives here"),
    "departure": _("somebody left here and should be there"),
    "duplicate": _("two records may be one person"),
    "service": _("a service the person asked for"),
}
PARTICULARS: dict[str, str | Promise] = {
    "registered_here": _("Registered in that area"),
    "registered_address": _("Address of registration"),
    "lives_here": _("Lives in that area"),
    "living_community": _("Community of residence"),
    "same_number": _("The document number agrees"),
    "same_birth_date": _("The birth date agrees"),
    "declared_leaving": _("Declared there as leaving"),
}
THOUGHT: dict[str, str | Promise] = {
    OutsideRequest.Thought.REGISTERED.value: _("registered there"),
    OutsideRequest.Thought.LIVING.value: _("living there"),
}
VALUES: dict[str, str | Promise] = {rules.YES: _("yes"), rules.NO: _("no")}
State, Outcome = OutsideRequest.State, OutsideRequest.Outcome


def state(row: OutsideRequest) -> Any:
    """How it stands, for the asker: all that told nothing reads alike."""
    if row.state == State.TO_SEND:
        return _("on its way to another register")
    if row.state == State.WAITING:
        return _("waits for an answer")
    return _("answered") if row.outcome == Outcome.TOLD else _("nothing can be told")


def told(found: dict[str, str]) -> list[tuple[Any, Any]]:
    """What was told, as label and value."""
    return [(PARTICULARS[key], VALUES.get(value, value)) for key, value in found.items()]
