"""Undo a change of the staff of a census."""

import orjson
from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.audit.models import Change
from domicile.apps.census import undoing
from domicile.apps.census.staff import policies
from domicile.apps.census.staff.actions import assigning, recruits
from domicile.apps.census.staff.models import Recruit
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.actions import undo as staffing
from domicile.apps.staffing.actions.holdings import END
from domicile.apps.staffing.models import Holding

UNDOABLE = (
    recruits.RECRUIT, recruits.CORRECT, recruits.SIGN, recruits.BADGE, recruits.COVER, recruits.LEAVE, assigning.ASSIGN,
)  # fmt: skip


@transaction.atomic
def undo(*, actor: Viewer, change_id: int) -> Change:
    """Put back what a change wrote; of a drop-out also the posts that ended with it, with the work that is still open.

    What the account could see does not come back by itself: an administrator gives it anew. Raises Refused where something was
    changed since, NotAllowed outside the actor's areas.
    """
    change = undoing.undo(
        actor=actor, change_id=change_id, actions=UNDOABLE,
        may=lambda viewer, place: policies.may_manage(viewer, place),
    )  # fmt: skip
    if change.action in {recruits.RECRUIT, recruits.SIGN}:
        _check_still_fit(change)
    if change.action == recruits.LEAVE:
        ended = Change.objects.filter(action=END, reason=f"{recruits.REASON}{change.pk}", pk__gt=change.pk)
        for one in list(ended.order_by("-pk")):
            staffing.undo(actor=actor, change_id=one.pk)
    return change


def _check_still_fit(change: Change) -> None:
    """Raise Refused where somebody with an area would be left without a signed undertaking."""
    row = Recruit.objects.filter(pk=change.subject_id).first()
    if row is not None:
        unfit = [row.worker_id] if row.undertaking_signed_on is None else []
    else:
        table = Recruit._meta.db_table
        unfit = [fields["worker_id"][1] for of, _key, _operation, fields in orjson.loads(change.values) if of == table]
    if Holding.objects.filter(worker__in=unfit, end=None).exists():
        raise Refused(_("Who has an area has signed. End the post first."))
