"""Undo a change of the chain, as long as nothing touched the same rows since."""

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.audit.reversal import ChangedSince, reverse
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing import policies
from domicile.apps.staffing.actions.correcting import COURSE, DECISION, MEETING, untask
from domicile.apps.staffing.actions.holdings import END
from domicile.apps.staffing.actions.meetings import DECIDE
from domicile.apps.staffing.handing import give_back

UNDO = "staffing.undo"
UNDOABLE = (
    "staffing.add_worker", "staffing.correct_worker", "staffing.worker_left", "staffing.open_post", "staffing.edit_post",
    "staffing.close_post", "staffing.give_post", "staffing.end_holding", "staffing.sign_letter", "staffing.open_site",
    "staffing.close_site", DECIDE, MEETING, DECISION, COURSE,
)  # fmt: skip


def undo(*, actor: Viewer, change_id: int) -> Change:
    """Put back what a change of the chain wrote; returns it. Work that was handed over goes back as far as it is open.

    Raises Refused when its rows were changed since, NotAllowed outside the actor's areas.
    """
    change = Change.objects.filter(pk=change_id, action__in=UNDOABLE).first()
    if change is None or not policies.may_manage(actor, change.place_code):
        raise NotAllowed("undo")
    try:
        with recording(
            actor=actor, action=UNDO, subject_kind=change.subject_kind, subject_id=change.subject_id,
            place_code=change.place_code, reason=f"undo {change.pk}",
        ) as recorder:  # fmt: skip
            if change.action == DECIDE:
                untask(change, recorder)
            reverse(change, recorder)
            if change.action == END:
                give_back(change, recorder)
    except (ChangedSince, ProtectedError) as error:
        raise Refused(_("This was changed again since, so it cannot be undone. Correct it instead.")) from error
    return change
