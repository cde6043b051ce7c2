"""Undo a recorded change of the census, as long as nothing touched the same rows since."""

from collections.abc import Callable, Collection

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.audit.reversal import ChangedSince, reverse
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

UNDO = "census.undo"


def undo(*, actor: Viewer, change_id: int, actions: Collection[str], may: Callable[[Viewer, str], bool]) -> Change:
    """Put back what one of these actions wrote; returns its change. `may(actor, place code)` is asked of the change's place.

    Raises Refused where its rows were changed since, NotAllowed for another action or a place of others.
    """
    change = Change.objects.filter(pk=change_id, action__in=list(actions)).first()
    if change is None or not may(actor, change.place_code):
        raise NotAllowed("undo")
    try:
        with recording(
            actor=actor, action=UNDO, subject_kind=change.subject_kind, subject_id=change.subject_id,
            place_code=change.place_code, reason=f"undo {change.pk}",
        ) as recorder:  # fmt: skip
            reverse(change, recorder)
    except (ChangedSince, ProtectedError) as error:
        raise Refused(_("This was changed again since, so it cannot be undone. Correct it instead.")) from error
    return change
