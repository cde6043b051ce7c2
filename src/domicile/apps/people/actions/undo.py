"""Undo one's own change."""

from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.audit.reversal import ChangedSince, reverse
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

UNDOABLE = frozenset({"people.correct_name", "people.end_stay", "people.add_member"})


def undo(*, actor: Viewer, change_id: int) -> Change:
    """Put back what a change wrote, and record that too. Raises Refused when its rows were changed since.

    Whoever made the change may undo it, and whoever may apply changes there.
    """
    change = Change.objects.filter(pk=change_id, action__in=UNDOABLE).first()
    if change is None or not actor.covers(change.place_code):
        raise NotAllowed("undo")
    if not (actor.may("apply_change") or change.actor_id == actor.user_id):
        raise NotAllowed("undo")
    try:
        with recording(
            actor=actor, action="people.undo", subject_kind=change.subject_kind, subject_id=change.subject_id,
            place_code=change.place_code, reason=f"undo {change.pk}",
        ) as recorder:  # fmt: skip
            reverse(change, recorder)
    except (ChangedSince, ProtectedError) as error:
        raise Refused(_("This was changed again since, so it cannot be undone. Correct it instead.")) from error
    return change
