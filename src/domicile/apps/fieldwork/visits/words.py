"""Visits, rounds and what they found, in the words of the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.fieldwork.visits.models import Visit

OUTCOMES: dict[str, Any] = {
    Visit.Outcome.MET: _("Somebody was met"),
    Visit.Outcome.NOT_AT_HOME: _("Nobody at home"),
    Visit.Outcome.REFUSED: _("Visit refused"),
    Visit.Outcome.WRONG_ADDRESS: _("Wrong address"),
    Visit.Outcome.PATROLLED: _("Round made"),
}
AT_DOOR = tuple((key, label) for key, label in OUTCOMES.items() if key != Visit.Outcome.PATROLLED)
BADGES: dict[str, str] = {Visit.Outcome.MET: "badge-done", Visit.Outcome.PATROLLED: "badge-done"}
MATTERS: dict[str, Any] = {
    "passage": _("passage or stairs blocked"),
    "fire": _("fire equipment missing or broken"),
    "electric": _("wiring, or charging of e-bikes"),
    "gas": _("gas"),
    "building": _("damage to the building"),
    "plate": _("number plate missing or damaged"),
    "other": _("something else"),
}
WEB = "web"


def outcome(value: str) -> Any:
    """How a visit went."""
    return OUTCOMES.get(value, value)


def matters(kinds: list[str]) -> str:
    """What a round found."""
    return "、".join(str(MATTERS.get(kind, kind)) for kind in kinds)


def told(form: str) -> Any:
    """With what a visit was told."""
    return _("entered at a desk") if form == WEB else _("collected with a phone")
