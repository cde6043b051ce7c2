"""Honoraria in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.apps.staffing.pay.models import PayRun

KINDS: dict[str, str | Promise] = {
    "visit": _("Visits made"),
    "entry": _("Visits told with a form"),
    "accepted": _("Forms accepted"),
}
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
