"""Honoraria in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.apps.staffing.pay.models import PayRun
from domicile.apps.staffing.pay.selectors import ADJUSTED
from domicile.core.policy import honoraria

KINDS: dict[str, str | Promise] = {
    "visit": _("Visits made"),
    "entry": _("Visits told with a form"),
    "accepted": _("Forms accepted"),
}
#: For what a rate is paid once.
UNITS: dict[str, str | Promise] = {
    honoraria.VISIT: _("once for a visit to a door, however many tasks it answers"),
    honoraria.TASK: _("once for each task"),
}
#: What stands of a run whose statements were erased.
SUMS: dict[str, str | Promise] = {**KINDS, ADJUSTED: _("Adjustments")}
STATES: dict[str, str | Promise] = {
    PayRun.State.DRAFT: _("draft"),
    PayRun.State.APPROVED: _("approved"),
    PayRun.State.PAID: _("paid"),
}
BADGES: dict[str, str] = {
    PayRun.State.DRAFT: "badge-care",
    PayRun.State.APPROVED: "badge-info",
    PayRun.State.PAID: "badge-done",
}
