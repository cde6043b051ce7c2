"""What the state of a record allows, apart from who asks."""

from collections.abc import Iterable

from domicile.apps.audit.models import Change
from domicile.apps.collect.policies import reaches
from domicile.apps.collect.registry import handler
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.items import ITEMS

UNDOABLE = frozenset(
    {
        "people.correct_name",
        "people.give_name",
        "people.correct_dwelling",
        "people.end_stay",
        "people.leave_household",
        "people.record_death",
        "people.add_member",
        "people.add_household",
        "people.change_head",
        "people.regroup",
        "people.set_parent",
        "people.local_values",
        *(item.action for item in ITEMS.values()),
    }
)
UNDO = "people.undo"
UNDO_REASON = "undo "


def may_undo(viewer: Viewer, change: Change) -> bool:
    """Whether this viewer may take the change back: whoever made it, and whoever could make it at once there.

    A change that only the county decides is not taken back by a community: that would be a decision too.
    """
    if change.action not in UNDOABLE or not viewer.covers(change.place_code):
        return False
    if viewer.user_id is not None and change.actor_id == viewer.user_id:
        return True
    return viewer.may("apply_change") and reaches(viewer, change.place_code, handler(change.action).level())


def undone(changes: Iterable[Change]) -> set[int]:
    """The ids of changes that later ones among `changes` took back."""
    reasons = (change.reason for change in changes if change.action == UNDO)
    return {int(reason.removeprefix(UNDO_REASON)) for reason in reasons if reason[len(UNDO_REASON) :].isdigit()}
