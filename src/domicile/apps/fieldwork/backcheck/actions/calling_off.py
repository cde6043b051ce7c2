"""Call a draw off: before the first result, with a reason. It stays on file; its tasks end, its records can be drawn anew."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from domicile.apps.audit.recording import recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck import policies, selectors
from domicile.apps.fieldwork.backcheck.models import BackCheck, Draw
from domicile.apps.tasks.models import Task

CALL_OFF = "fieldwork.call_off_draw"
LONGEST_REASON = 200


@transaction.atomic
def call_off(*, actor: Viewer, draw_id: uuid.UUID, reason: str, today: dt.date) -> Draw:
    """Call a draw off. Raises Refused once a record of it has a result, for then nobody chooses whether it counts."""
    draw = selectors.draw(actor, draw_id)
    policies.check_judge(actor, draw.place_code)
    why = without_numbers(reason.strip())[:LONGEST_REASON]
    checks = list(BackCheck.objects.select_for_update().filter(stratum__draw=draw).order_by("pk"))
    if draw.called_off_on is not None:
        raise Refused(_("This draw is called off already."))
    if found := policies.results(draw):
        told = ngettext(
            "{count} record has a result already, so the draw stands: nobody chooses whether it counts. Have the others "
            "checked; what was entered wrongly is corrected by who entered it, or judged as an error of the checker.",
            "{count} records have a result already, so the draw stands: nobody chooses whether it counts. Have the others "
            "checked; what was entered wrongly is corrected by who entered it, or judged as an error of the checker.",
            found,
        )  # fmt: skip
        raise Refused(told.format(count=found))
    if not why:
        raise Refused(_("Say why the draw is called off. It stays on file with this reason."), "reason")
    tasks = Task.objects.select_for_update().filter(
        pk__in=[one.task_id for one in checks if one.task_id], state=Task.State.OPEN
    )
    with recording(
        actor=actor, action=CALL_OFF, subject_kind="draw", subject_id=draw.pk, place_code=draw.place_code, reason=why
    ) as change:
        change.update_many(
            list(tasks.order_by("pk")), state=Task.State.CANCELLED, closed_on=today, next_try_on=None, next_try_part=""
        )
        change.update_many(checks, state=BackCheck.State.CALLED_OFF)
        return change.update(draw, called_off_on=today, called_off_by=actor.user_id, called_off_why=why)
