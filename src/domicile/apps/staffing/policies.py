"""Who may see and keep the chain."""

from domicile.apps.common.viewer import NotAllowed, Viewer

VIEW, MANAGE = "view_staff", "manage_staff"
COMMUNITY = 12


def check_view(viewer: Viewer, place_code: str) -> None:
    """Raise NotAllowed unless the viewer may see the chain there."""
    if not (viewer.may(VIEW) or viewer.may(MANAGE)) or not viewer.covers(place_code):
        raise NotAllowed(VIEW)


def may_manage(viewer: Viewer, place_code: str) -> bool:
    """Whether the viewer may change the chain there."""
    return viewer.may(MANAGE) and viewer.covers(place_code)


def check_manage(viewer: Viewer, place_code: str) -> None:
    """Raise NotAllowed unless `may_manage`."""
    if not may_manage(viewer, place_code):
        raise NotAllowed(MANAGE)
