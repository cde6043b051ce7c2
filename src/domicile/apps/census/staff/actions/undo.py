"""Undo a change of the staff of a census."""

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.models import Change
from domicile.apps.census import undoing
from domicile.apps.census.staff import policies
from domicile.apps.census.staff.actions import assigning, recruits
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.words import POSTS
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing.actions import undo as staffing
from domicile.apps.staffing.actions.holdings import END
from domicile.apps.staffing.models import Holding, Worker

UNDOABLE = (
    recruits.RECRUIT, recruits.CORRECT, recruits.SIGN, recruits.BADGE, recruits.COVER, recruits.LEAVE, assigning.ASSIGN,
)  # fmt: skip


@transaction.atomic
def undo(*, actor: Viewer, change_id: int) -> Change:
    """Put back what a change wrote; also the posts that ended with a drop-out or with an undertaking that was taken back, with
    the work that is still open.

    What the account could see does not come back by itself: an administrator gives it anew. Raises Refused where something was
    changed since, NotAllowed outside the actor's areas.
    """
    change = undoing.undo(
        actor=actor, change_id=change_id, actions=UNDOABLE,
        may=lambda viewer, place: policies.may_manage(viewer, place),
    )  # fmt: skip
    if change.action in {recruits.RECRUIT, recruits.SIGN}:
        _still_fit(actor, change)
    if before := {recruits.LEAVE: recruits.REASON, recruits.SIGN: recruits.TAKEN_BACK}.get(change.action):
        ended = Change.objects.filter(action=END, reason=f"{before}{change.pk}", pk__gt=change.pk)
        for one in list(ended.order_by("-pk")):
            staffing.undo(actor=actor, change_id=one.pk)
    return change


def _still_fit(actor: Viewer, change: Change) -> None:
    """Raise Refused where somebody with an area would be left without a signed undertaking; end roles that nobody stands for."""
    row = Recruit.objects.filter(pk=change.subject_id).first()
    if row is not None:
        unfit = [row.worker_id] if row.undertaking_signed_on is None else []
    else:
        table = Recruit._meta.db_table
        unfit = [fields["worker_id"][1] for of, _key, _operation, fields in orjson.loads(change.values) if of == table]
    left = [worker for worker in Worker.objects.filter(pk__in=unfit) if not recruits.stands(worker)]
    if Holding.objects.filter(worker__in=left, end=None, post__role__in=list(POSTS.values())).exists():
        raise Refused(_("Who has an area has signed. End the post first."))
    for worker in left:
        recruits.end_roles(actor, worker, timezone.localdate())
