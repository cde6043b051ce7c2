"""Who leads a clean-up, works its cases and signs an area off, and what the state of a round allows."""

from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound

SEE, WORK, LEAD, SIGN = ("view_ledger",), "propose_change", "manage_tasks", "review_change"
#: A round is made over a county, a township, a community or a grid.
SCOPES = (6, 9, 12, 15)


def may_lead(viewer: Viewer, of: CleanupRound) -> bool:
    return viewer.may(LEAD) and viewer.covers(of.scope)


def check_leads(viewer: Viewer, of: CleanupRound) -> None:
    """Raise NotAllowed unless `may_lead`."""
    if not may_lead(viewer, of):
        raise NotAllowed(LEAD)


def may_work(viewer: Viewer, case: CleanupCase) -> bool:
    return viewer.may(WORK) and viewer.covers(case.place_code)


def check_works(viewer: Viewer, case: CleanupCase) -> None:
    """Raise NotAllowed without the right, OutOfReach outside the areas."""
    viewer.require(WORK)
    if not viewer.covers(case.place_code):
        raise OutOfReach([case.person_id] if case.person_id else [])


def check_open(of: CleanupRound) -> None:
    """Raise Refused for a round that is closed."""
    if of.state != CleanupRound.State.OPEN:
        raise Refused(_("This clean-up is closed: open it again first."))


def may_sign(viewer: Viewer, area: str) -> bool:
    """Whether this viewer may sign a community off, if nothing of its cases is their own work."""
    return viewer.may(SIGN) and viewer.covers(area)


def check_signs(viewer: Viewer, area: str) -> None:
    """Raise NotAllowed unless `may_sign`."""
    if not may_sign(viewer, area):
        raise NotAllowed(SIGN)
