"""The tabs over the lists of moves: who leaves, who arrives, and what waits between the two ends."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

LISTS = {
    "leaving": _("Leaving"),
    "arriving": _("Arriving"),
    "waiting": _("Waiting"),
    "differing": _("Differing"),
    "returning": _("Returning"),
    "reconciliation": _("Reconciliation"),
    "population": _("Population"),
    "words": _("Movers' word"),
    "outside_requests": _("Requests"),
}


def tabs(at: str) -> list[tuple[str, Any, bool]]:
    """Address, label, and whether it is this page."""
    return [(reverse(f"moves:{name}"), label, name == at) for name, label in LISTS.items()]
