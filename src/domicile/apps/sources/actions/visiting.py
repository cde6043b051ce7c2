"""Ask somebody to go and look: a visit of the door, never of a person."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.sources.actions.deciding import checked, open_row, settle
from domicile.apps.sources.models import ListRow
from domicile.apps.sources.sides import dwelling_of
from domicile.apps.tasks import registry as tasks
from domicile.apps.tasks.actions import NewTask, add_task

VISIT = "sources.visit"


@transaction.atomic
def visit(*, actor: Viewer, row_id: uuid.UUID, due_on: dt.date, reason: str) -> ListRow:
    """Open a visit of the dwelling where the row belongs; the reason names nobody. Raises Refused, NotAllowed, OutOfReach."""
    row, text = open_row(actor, row_id), checked(reason)
    dwelling = dwelling_of(row)
    if dwelling is None:
        raise Refused(_("No dwelling is known for this row: find the address first."))
    door = tasks.doors("dwelling", [dwelling]).get(dwelling)
    if door is None or not actor.covers(door.place_code):
        raise OutOfReach
    add_task(
        actor=actor,
        new=NewTask(
            kind="visit", subject_kind="dwelling", subject_id=dwelling, place_code=door.place_code, due_on=due_on, reason=text,
            stop_id=door.stop_id, walk=door.walk,
        ),
        today=timezone.localdate(),
    )  # fmt: skip
    return settle(actor=actor, row=row, outcome=ListRow.Outcome.VISIT, reason=text, action=VISIT)
