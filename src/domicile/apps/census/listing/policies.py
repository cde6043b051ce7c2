"""What may be done at a listed door: who may and when."""

from domicile.apps.census.listing import actions
from domicile.apps.common.viewer import Viewer

SEE, DO, PROGRESS = "view_answer", actions.PERMISSION, "view_progress"
#: Changes of the listing that can be undone from the page of a building.
UNDOABLE = (actions.LIST, actions.CHANGE, actions.CHECK, actions.END, actions.SPLIT, actions.UNDO_END, actions.PLACE)


def may_list(viewer: Viewer, place_code: str) -> bool:
    """Whether the viewer lists there."""
    return viewer.may(DO) and viewer.covers(place_code)
