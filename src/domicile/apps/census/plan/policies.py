"""Who may plan a census, keep its supplies, and read its plan. All of it names nobody."""

from domicile.apps.census.plan.models import Census
from domicile.apps.common.viewer import NotAllowed, Viewer

PLAN, PROGRESS, READ = "plan_census", "view_progress", "view_areas"
PLACE = 15


def concerns(viewer: Viewer, scope: str) -> bool:
    """Whether a census of this area takes place where the viewer works: around it or inside of it."""
    return bool(viewer.scopes) and (viewer.covers(scope) or any(mine.startswith(scope) for mine in viewer.scopes))


def may_plan(viewer: Viewer, scope: str) -> bool:
    """Whether the viewer plans for the whole of an area (2 to 15 digits)."""
    return viewer.may(PLAN) and bool(viewer.scopes) and viewer.covers(scope)


def check_plan(viewer: Viewer, scope: str) -> None:
    """Raise NotAllowed unless `may_plan`."""
    if not may_plan(viewer, scope):
        raise NotAllowed(PLAN)


def check_place(viewer: Viewer, census: Census, place_code: str) -> None:
    """Raise NotAllowed unless the viewer keeps things at a place of the census."""
    check_plan(viewer, place_code)
    if not place_code.startswith(census.scope):
        raise NotAllowed("place outside the census")
