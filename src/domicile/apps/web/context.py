"""What the shell around every page needs: the ways to go, and the purpose stated."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.purposes import reachable
from domicile.apps.access.roles import matrix
from domicile.apps.access.viewers import NOBODY
from domicile.apps.accounts.sessions import has_second_factor
from domicile.apps.administration.overview import DUTIES
from domicile.apps.common.viewer import Viewer
from domicile.core.policy.roles import CENSUS, Matrix


@dataclass(frozen=True)
class Entry:
    """A way to go, for whoever may have one of `permissions` with some purpose. `under`: where else its pages lie."""

    url_name: str
    label: str | Promise
    permissions: tuple[str, ...]
    under: tuple[str, ...] = ()
    active: bool = False


QUALITY = (
    "/duplicates/",
    "/comparisons/",
    "/lists/",
    "/indicators/",
    "/ledgers/findings/",
    "/clean-up/",
    "/ledgers/clean-up/",
)

#: What is said beside the name of the product where it is not the register, so that nobody takes one site for the other.
LABELS = {CENSUS: _("Census")}

ENTRIES = (
    Entry("web:home", _("Start"), ()),
    Entry("census:censuses", _("Plan"), ("view_areas",), under=("/census/",)),
    Entry("people:search", _("Search"), ("search", "search_places")),
    Entry("tasks:today", _("Tasks"), ("do_task", "manage_tasks")),
    Entry("collect:proposals", _("Proposals"), ("propose_change", "apply_change", "review_change")),
    Entry("moves:leaving", _("Moves"), ("view_ledger",)),
    Entry("certificates:desk", _("Certificates"), ("issue_certificate",)),
    Entry("moves:population", _("Population"), ("view_statistics",)),
    Entry("web:quality", _("Quality"), ("view_ledger", "merge_person", "import"), under=QUALITY),
    Entry("screens:ledgers", _("Ledgers"), ("view_ledger", "view_dwelling")),
    Entry("places:buildings", _("Addresses"), ("view_dwelling",)),
    Entry("maps:map", _("Map"), ("view_areas",)),
    Entry("areas:areas", _("Areas"), ("view_areas",), under=("/grids/",)),
    Entry("staffing:communities", _("Chain"), ("view_staff",)),
    Entry("exchange:imports", _("Imports"), ("import",)),
    Entry("exchange:exports", _("Exports"), ("export",)),
    Entry("administration:start", _("Administration"), DUTIES),
)
#: So many entries stand beside each other on a phone, and at a desk by the language they are in; the others stand in a menu.
ON_A_PHONE = 4
AT_A_DESK = {"zh": 13, "en": 10}


def entries_for(viewer: Viewer, path: str, rules: Matrix) -> list[Entry]:
    """The entries of the main navigation for this viewer; those whose pages are not installed are left out."""
    found = []
    for entry in ENTRIES:
        if entry.permissions and not reachable(viewer, entry.permissions, rules):
            continue
        try:
            address = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        found.append(
            replace(entry, active=path == address or (address != "/" and path.startswith((address, *entry.under))))
        )
    longest = max((entry for entry in found if entry.active), key=lambda entry: _nearness(entry, path), default=None)
    return [entry if entry is longest else replace(entry, active=False) for entry in found]


def _nearness(entry: Entry, path: str) -> int:
    """How much of the path an entry names: the closest one is where somebody is."""
    return max(len(at) for at in (reverse(entry.url_name), *entry.under) if path.startswith(at))


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation entries, the viewer, and the purpose stated with the page where it is changed."""
    viewer: Viewer = getattr(request, "viewer", NOBODY)
    if viewer.user_id is None or not has_second_factor(request.session):
        return {"navigation": [], "viewer": viewer, "site_label": LABELS.get(settings.ROLES, "")}
    rules = matrix(timezone.localdate())
    entries = entries_for(viewer, request.path, rules)
    purpose = rules.known_purposes.get(viewer.purpose)
    return {
        "navigation": entries,
        "navigation_more": _beyond(entries, ON_A_PHONE),
        "navigation_more_wide": _beyond(entries, AT_A_DESK[(get_language() or "zh")[:2]]),
        "viewer": viewer,
        "site_label": LABELS.get(settings.ROLES, ""),
        "purpose": purpose.label.name(get_language() or "zh") if purpose else "",
        "purpose_url": reverse("access:purpose"),
    }


def _beyond(entries: list[Entry], room: int) -> list[Entry]:
    """What stands in the menu where there is room for so many; never one alone, which takes no more room than the menu."""
    return entries[room:] if len(entries) > room + 1 else []
