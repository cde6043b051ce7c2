"""Enter what was found at the door, without having seen what was on file."""

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck import policies, selectors
from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem
from domicile.apps.fieldwork.backcheck.questions import QUESTIONS, agrees, read
from domicile.apps.tasks.models import Task
from domicile.apps.vault.sealing import seal

ENTER = "fieldwork.back_check"


@transaction.atomic
def enter(*, actor: Viewer, check_id: uuid.UUID, answers: Mapping[uuid.UUID, str], today: dt.date) -> BackCheck:
    """Keep what was told at the door, by item; what is left out nobody could tell. The task is done with it.

    Raises Refused for an answer that cannot be (its field is the item's id) or where all are left out, NotAllowed for who
    collected or accepted the record, and for everybody but who has the task.
    """
    check = BackCheck.objects.select_for_update(of=("self",)).filter(pk=check_id).first()
    if check is None or not actor.covers(check.place_code):
        raise OutOfReach
    task = Task.objects.select_for_update().filter(pk=check.task_id).first() if check.task_id else None
    policies.check_enter(actor, check, task)
    items = list(check.items.select_related("check_of").order_by("position"))
    told = {item.pk: _read(item, answers.get(item.pk, ""), today) for item in items}
    if not any(told.values()):
        raise Refused(
            _("Answer at least one question. If nobody opened or told you anything, say so in the list of tasks.")
        )
    first = selectors.opened(items, "first")
    with recording(
        actor=actor, action=ENTER, subject_kind="back_check", subject_id=check.pk, place_code=check.place_code
    ) as change:
        for item in items:
            said = told[item.pk]
            same = agrees(QUESTIONS[item.key], first[item.pk], said) if said and first[item.pk] else None
            change.update(item, answer=seal(item, "answer", said), agrees=same)
        change.update(check, state=BackCheck.State.CHECKED, checked_by=actor.user_id, checked_on=today)
        if task is not None and task.state == Task.State.OPEN:
            change.update(
                task, state=Task.State.DONE, outcome=Task.Outcome.DONE, closed_on=today, tries=task.tries + 1,
                next_try_on=None, next_try_part="",
            )  # fmt: skip
    return check


def _read(item: CheckItem, text: str, today: dt.date) -> str:
    if not text.strip():
        return ""
    try:
        return read(QUESTIONS[item.key], text, today)
    except Refused as refusal:
        raise Refused(refusal.message, str(item.pk)) from None


def after_task(change: Recorder, actor: Viewer, task: Task, outcome: str, today: dt.date) -> None:
    """A refused visit or a wrong address ends the check without an answer; undone together with it."""
    ends = {
        Task.Outcome.REFUSED: BackCheck.State.REFUSED,
        Task.Outcome.WRONG_ADDRESS: BackCheck.State.WRONG_ADDRESS,
    }
    check = BackCheck.objects.select_for_update(of=("self",)).filter(pk=task.subject_id).first()
    if check is not None and outcome in ends:
        change.update(check, state=ends[Task.Outcome(outcome)])
