"""What the state of a record allows, apart from who asks."""

from collections.abc import Iterable

from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import Viewer

UNDOABLE = frozenset({"people.correct_name", "people.end_stay", "people.add_member"})
UNDO = "people.undo"
UNDO_REASON = "undo "


def may_undo(viewer: Viewer, change: Change) -> bool:
    """Whether this viewer may take the change back: whoever made it, and whoever may change at once there."""
    return (
        change.action in UNDOABLE
        and viewer.covers(change.place_code)
        and (viewer.may("apply_change") or (viewer.user_id is not None and change.actor_id == viewer.user_id))
    )


def undone(changes: Iterable[Change]) -> set[int]:
    """The ids of changes that later ones among `changes` took back."""
    reasons = (change.reason for change in changes if change.action == UNDO)
    return {int(reason.removeprefix(UNDO_REASON)) for reason in reasons if reason[len(UNDO_REASON) :].isdigit()}
