"""Who sees the frame and its areas, and who keeps them. None of it names anybody."""

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.policies import PERMISSION as KEEP
from domicile.apps.census.frame.models import Division, FrameFile
from domicile.apps.census.plan.models import Census
from domicile.apps.common.viewer import Viewer

VIEW = "view_areas"
COMMUNITY = 12


def may_keep(viewer: Viewer, code: str) -> bool:
    """Whether the viewer keeps the frame of an area: of a census by its scope, of a community by its code."""
    return viewer.may(KEEP) and bool(viewer.scopes) and viewer.covers(code)


def check_keep(viewer: Viewer, code: str) -> None:
    """Raise NotAllowed unless the viewer keeps the frame of an area, or of an area within it."""
    viewer.require(KEEP)
    if not (viewer.covers(code) or any(scope.startswith(code) for scope in viewer.scopes)):
        raise OutOfReach


def check_file(viewer: Viewer, row: FrameFile | None) -> None:
    """Raise NotAllowed unless the file is there and of an area that the viewer keeps: whoever uploaded it, or who keeps all."""
    viewer.require(KEEP)
    if row is None:
        raise OutOfReach
    if not viewer.covers(row.census.scope) and row.uploaded_by != viewer.user_id:
        raise OutOfReach


def check_community(viewer: Viewer, census: Census, community: str) -> None:
    """Raise NotAllowed unless the viewer keeps the areas of a community of the census."""
    viewer.require(KEEP)
    if len(community) != COMMUNITY or not community.startswith(census.scope) or not viewer.covers(community):
        raise OutOfReach


def check_division(viewer: Viewer, row: Division | None) -> None:
    """Raise NotAllowed unless there is such a plan of a community that the viewer keeps."""
    if row is None:
        viewer.require(KEEP)
        raise OutOfReach
    check_community(viewer, row.census, row.community)
