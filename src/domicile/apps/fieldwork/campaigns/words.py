"""States, statuses and figures of campaigns in the words of the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.fieldwork.campaigns import reckoning, selectors
from domicile.apps.fieldwork.campaigns.models import Campaign, Intention

STATES: dict[str, Any] = {
    Campaign.State.DRAFT: _("being prepared"),
    Campaign.State.FROZEN: _("frame frozen"),
    Campaign.State.RUNNING: _("under way"),
    Campaign.State.CLOSED: _("signed off"),
    Campaign.State.CANCELLED: _("called off"),
}
STATUSES: dict[str, Any] = {
    selectors.DONE: _("door checked"),
    selectors.VACANT: _("vacant"),
    selectors.DEMOLISHED: _("gone"),
    selectors.REFUSED: _("Visit refused"),
    selectors.WRONG: _("Wrong address"),
    selectors.AWAY: _("Not at home"),
    selectors.OPEN: _("not visited yet"),
}
#: What can be told at a door, in the order of the form.
OUTCOMES: dict[str, Any] = {
    "met": _("Somebody was met"),
    "not_at_home": _("Not at home"),
    "refused": _("Visit refused"),
    "vacant": _("Vacant: nobody lives there"),
    "demolished": _("Demolished or gone"),
    "wrong_address": _("Wrong address"),
}
FIGURES: dict[str, Any] = {
    "on_file": _("On file at the moment"),
    "found": _("Found at the door"),
    reckoning.BOTH: _("On file and found"),
    reckoning.GONE: _("On file, not found"),
    reckoning.NEW: _("Found, not on file"),
    reckoning.UNSTATED: _("Checked without names"),
    reckoning.PENDING: _("Without a check"),
}
PLANS: dict[str, Any] = {
    Intention.Plan.STAY: _("stays here"),
    Intention.Plan.BACK: _("returns to the former place of work"),
    Intention.Plan.ELSEWHERE: _("goes elsewhere"),
    Intention.Plan.OPEN: _("does not know yet"),
}
KEPT: dict[str, Any] = {
    "": _("not told yet"),
    Intention.Kept.AS_SAID: _("as said"),
    Intention.Kept.OTHERWISE: _("otherwise"),
    Intention.Kept.UNKNOWN: _("not known"),
}
