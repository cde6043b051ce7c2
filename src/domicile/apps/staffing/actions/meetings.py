"""Meetings with their minutes, and decisions that become tasks."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing import policies
from domicile.apps.staffing.actions.common import locked, place, text
from domicile.apps.staffing.models import Decision, Meeting, MeetingPresence, Worker
from domicile.apps.staffing.words import MEETINGS
from domicile.apps.tasks import actions as tasks
from domicile.apps.tasks.selectors import workers as accounts

KIND = "staff_meeting"
HOLD, DECIDE = "staffing.hold_meeting", "staffing.decide"
TASK = "decision"
LONGEST_MINUTES = 4000


@transaction.atomic
def hold_meeting(
    *,
    actor: Viewer,
    kind: str,
    place_code: str,
    held_on: dt.date,
    title: str,
    minutes: str,
    present: Sequence[uuid.UUID],
    today: dt.date,
) -> Meeting:
    """Keep a meeting that was held, with its minutes and who was there. Raises Refused."""
    where = place(place_code)
    policies.check_manage(actor, where)
    if kind not in MEETINGS:
        raise Refused(_("Choose one of the list."), "kind")
    if held_on > today:
        raise Refused(_("The day must not lie after today."), "held_on")
    if len(minutes) > LONGEST_MINUTES:
        raise Refused(_("At most {count} characters.").format(count=LONGEST_MINUTES), "minutes")
    row = Meeting(
        kind=kind, place_code=where, held_on=held_on, title=text(title, "title", longest=120),
        minutes=without_numbers(minutes.strip()),
    )  # fmt: skip
    if Meeting.objects.filter(kind=kind, place_code=where, held_on=held_on, title=row.title).exists():
        raise Refused(_("This meeting is on file already."), "title")
    there = list(Worker.objects.filter(pk__in=present).order_by("number"))
    if any(not actor.covers(worker.place_code) for worker in there):
        raise Refused(_("Choose workers of your area."), "present")
    with recording(actor=actor, action=HOLD, subject_kind=KIND, subject_id=row.pk, place_code=where) as change:
        change.create(row)
        change.create_many([MeetingPresence(meeting=row, worker=worker) for worker in there])
    return row


@transaction.atomic
def decide(
    *, actor: Viewer, meeting_id: uuid.UUID, decided: str, worker_id: uuid.UUID, due: dt.date, today: dt.date
) -> Decision:
    """Keep a decision of a meeting, and make it a task of the worker's account, or of whoever works the area."""
    meeting = locked(Meeting, meeting_id)
    policies.check_manage(actor, meeting.place_code)
    worker = Worker.objects.filter(pk=worker_id).first()
    if worker is None or not actor.covers(worker.place_code):
        raise Refused(_("Choose workers of your area."), "worker")
    if not worker.at_work(today):
        raise Refused(_("{name} is not there on this day.").format(name=worker.name), "worker")
    if due < today:
        raise Refused(_("The day must not lie before today."), "due")
    row = Decision(meeting=meeting, text=text(decided, "decided", longest=300), worker=worker, due=due)
    if Decision.objects.filter(meeting=meeting, text=row.text, worker=worker).exists():  # a form sent twice
        raise Refused(_("This decision is on file already."), "decided")
    account = account_for(actor, worker, meeting, today)
    with recording(
        actor=actor, action=DECIDE, subject_kind=KIND, subject_id=meeting.pk, place_code=meeting.place_code
    ) as change:
        new = tasks.NewTask(
            kind=TASK, subject_kind=TASK, subject_id=row.pk, place_code=meeting.place_code, due_on=due, reason=row.text,
            worker=account, level="community",
        )  # fmt: skip
        task = tasks.add_task(actor=actor, new=new, today=today)
        row.task_id = task.pk
        change.create(row)
    return row


def account_for(actor: Viewer, worker: Worker, meeting: Meeting, today: dt.date) -> uuid.UUID | None:
    """The account that gets the task of a decision; None: whoever works the area."""
    if worker.user_id is None:
        return None
    works = accounts(actor, meeting.place_code, today).filter(pk=worker.user_id).exists()
    return worker.user_id if works else None
