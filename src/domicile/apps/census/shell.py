"""What every page of a census has: its name, its tabs, the phase it is in."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.purposes import reachable
from domicile.apps.access.roles import matrix
from domicile.apps.census.plan.models import Census
from domicile.apps.common.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a census, for whoever may have one of `permissions`; its address takes the code of the census."""

    url_name: str
    label: str | Promise
    permissions: tuple[str, ...]


#: In the order of the work. A slice adds its own here; what is not installed is left out.
TABS: tuple[Tab, ...] = (
    Tab("census:overview", _("Plan"), ("view_areas",)),
    Tab("census:readiness", _("Readiness"), ("view_progress", "plan_census")),
    Tab("census:frame", _("Enumeration areas"), ("view_areas",)),
    Tab("census:staff", _("Staff"), ("view_staff",)),
    Tab("census:listing", _("Listing"), ("view_progress", "view_answer")),
    Tab("census:sample", _("Sample"), ("plan_census", "view_progress")),
    Tab("census:keying", _("Paper forms"), ("propose_change",)),
    Tab("census:slips", _("Slips"), ("propose_change",)),
    Tab("census:progress", _("Progress"), ("view_progress", "view_answer")),
    Tab("census:quick_count", _("Quick count"), ("plan_census", "view_statistics")),
    Tab("census:coverage", _("Coverage"), ("view_progress", "plan_census")),
    Tab("census:coding", _("Coding"), ("review_change",)),
    Tab("census:supplies", _("Supplies"), ("view_progress", "plan_census")),
    Tab("census:access", _("Access"), ("grant_access",)),
    Tab("census:rulings", _("Rulings"), ("view_areas",)),
    Tab("census:ending", _("Ending"), ("plan_census", "verify_audit")),
)


def tabs(viewer: Viewer, census: Census, active: str) -> list[tuple[str, str | Promise, bool]]:
    """Address, label and whether it is the page shown, of the pages that this viewer may open."""
    rules = matrix(timezone.localdate())
    found = []
    for tab in TABS:
        if not reachable(viewer, tab.permissions, rules):
            continue
        try:
            found.append((reverse(tab.url_name, args=[census.code]), tab.label, tab.url_name == active))
        except NoReverseMatch:
            continue
    return found


def shell(request: HttpRequest, census: Census, active: str) -> dict[str, Any]:
    """The context that `census/base.html` reads. `active`: the name of the address of the tab shown."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return {"census": census, "tabs": tabs(viewer, census, active)}
