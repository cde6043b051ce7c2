"""How rules and findings are called."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.core.editing import Words

SEVERITIES: dict[str, Any] = {
    "error": _("cannot be right"),
    "warning": _("hardly right"),
    "verify": _("to be looked at"),
}
BADGES = {"error": "badge-error", "warning": "badge-care", "verify": "badge-info"}
STATES: dict[str, Any] = {"open": _("not dealt with yet"), "explained": _("right as it is"), "solved": _("solved")}
STAGES: dict[str, Any] = {
    "reading": _("reading the register"),
    "checking": _("checking"),
    "writing": _("keeping the findings"),
}


def said(words: Words) -> str:
    """In the language of the page."""
    return words.said(get_language() or "zh")
