"""What assessment and pay share: months, whose they are, and who may see and do what."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.policy.months import bounds, month_of

#: Months as they are stored ("2026-10").
MONTHS = Q(month__gte="2000-01", month__lt="2100-01")
ASSESS, PAY = "assess_staff", "manage_pay"
COMMUNITY = 12
#: The command, which acts for all areas.
MACHINE = Viewer(user_id=None, name="domicile", role="machine", permissions=frozenset({ASSESS, PAY}), channel="command")


def check(viewer: Viewer, permission: str, place_code: str) -> None:
    """Raise NotAllowed unless the viewer has the permission there; the machine has it everywhere."""
    everywhere = viewer.user_id is None and viewer.role == MACHINE.role
    if not viewer.may(permission) or not (everywhere or viewer.covers(place_code)):
        raise NotAllowed(permission)


def may(viewer: Viewer, permission: str, place_code: str) -> bool:
    """Whether `check` passes."""
    return viewer.may(permission) and viewer.covers(place_code)


def month_bounds(month: str) -> tuple[dt.date, dt.date]:
    """The month as [first day, first day of the next). Raises Refused for what is no month."""
    try:
        return bounds(month)
    except ValueError as error:
        raise Refused(_("Write the month like 2026-10."), "month") from error


def last_month(today: dt.date) -> str:
    """The month that ended last."""
    return month_of(today.replace(day=1) - dt.timedelta(days=1))


def workers_q(community: str, begin: dt.date, end: dt.date) -> Q:
    """Who was at work in a community at some time of [begin, end)."""
    there = Q(since__lt=end) & (Q(until__isnull=True) | Q(until__gt=begin))
    return prefix_q("place_code", community) & there
