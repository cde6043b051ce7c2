"""Undo a change."""

from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.audit.reversal import ChangedSince, reverse
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.people import policies


def undo(*, actor: Viewer, change_id: int) -> Change:
    """Put back what a change wrote, and record that too; returns the change.

    Raises Refused when its rows were changed since, NotAllowed when the actor may not (policies.may_undo).
    """
    change = Change.objects.filter(pk=change_id).first()
    if change is None or not policies.may_undo(actor, change):
        raise NotAllowed("undo")
    try:
        with recording(
            actor=actor,
            action=policies.UNDO,
            subject_kind=change.subject_kind,
            subject_id=change.subject_id,
            place_code=change.place_code,
            reason=f"{policies.UNDO_REASON}{change.pk}",
        ) as recorder:
            reverse(change, recorder)
    except (ChangedSince, ProtectedError) as error:
        raise Refused(_("This was changed again since, so it cannot be undone. Correct it instead.")) from error
    return change
