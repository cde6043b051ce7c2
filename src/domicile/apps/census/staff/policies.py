"""Who sees and keeps the staff of a census; the rules are those of the engine (apps/staffing)."""

from domicile.apps.census.plan.models import Census
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing.policies import MANAGE, VIEW, may_manage

__all__ = ["GRANT", "MANAGE", "VIEW", "check_manage", "may_manage"]
GRANT = "grant_access"


def check_manage(viewer: Viewer, census: Census, place_code: str) -> None:
    """Raise NotAllowed unless the viewer keeps the staff of a place of the census."""
    if not may_manage(viewer, place_code) or not place_code.startswith(census.scope):
        raise NotAllowed(MANAGE)
