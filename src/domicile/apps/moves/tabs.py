"""The tabs over the lists of moves: who leaves, who arrives, and what waits between the two ends."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.handing.selectors import answers_for_more, unplaced
from domicile.apps.moves.meant.actions import ANSWERS
from domicile.apps.moves.meant.selectors import waiting

LISTS = {
    "leaving": _("Leaving"),
    "arriving": _("Arriving"),
    "unplaced": _("Without a community"),
    "waiting": _("Waiting"),
    "differing": _("Differing"),
    "returning": _("Returning"),
    "reconciliation": _("Reconciliation"),
    "population": _("Population"),
    "words": _("Movers' word"),
    "outside_requests": _("Requests"),
}


def tabs(at: str, viewer: Viewer) -> list[tuple[str, Any, bool]]:
    """Address, label, and whether it is this page. One query for whoever hands moves on, and one for whoever answers."""
    shown: dict[str, Any] = dict(LISTS)
    if not answers_for_more(viewer):
        del shown["unplaced"]
    elif count := unplaced(viewer).count():
        shown["unplaced"] = _now("Without a community ({count})").format(count=count)
    if viewer.may(ANSWERS) and (count := waiting(viewer).count()):
        shown["questions"] = _now("Who is meant ({count})").format(count=count)
    return [(reverse(f"moves:{name}"), label, name == at) for name, label in shown.items()]
