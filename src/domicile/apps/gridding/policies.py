"""Who proposes and adopts grids: whoever keeps areas, inside the own ones. Everybody else sees nothing of it."""

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.policies import PERMISSION as KEEP
from domicile.apps.common.viewer import Viewer
from domicile.apps.gridding.models import Proposal

COMMUNITY = 12
#: The changes of a plan, as the log of changes names them.
ASK, DRAW, MOVE, ADOPT, TAKE_BACK, DISCARD = (
    "gridding.ask", "gridding.draw", "gridding.change", "gridding.adopt", "gridding.undo_adoption", "gridding.discard",
)  # fmt: skip


def check_community(viewer: Viewer, code: str) -> None:
    """Raise NotAllowed unless the viewer keeps the areas of a community."""
    viewer.require(KEEP)
    if len(code) != COMMUNITY or not (code.isascii() and code.isdigit()) or not viewer.covers(code):
        raise OutOfReach


def check_proposal(viewer: Viewer, row: Proposal | None) -> None:
    """Raise NotAllowed unless there is such a plan of a community that the viewer keeps."""
    viewer.require(KEEP)
    if row is None:
        raise OutOfReach
    check_community(viewer, row.community)
