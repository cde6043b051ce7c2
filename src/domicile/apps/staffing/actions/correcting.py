"""Correct minutes, decisions and courses: what stood before stays in the history, and is put back by undo."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.audit.reversal import reverse
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing import policies
from domicile.apps.staffing.actions import meetings, training
from domicile.apps.staffing.actions.common import locked, text
from domicile.apps.staffing.badges import subjects
from domicile.apps.staffing.models import Course, CoursePresence, Decision, Meeting, MeetingPresence, Worker
from domicile.apps.staffing.words import MEETINGS
from domicile.apps.tasks import actions as tasks
from domicile.apps.tasks.models import Task

MEETING, DECISION, COURSE = "staffing.correct_meeting", "staffing.correct_decision", "staffing.correct_course"


@transaction.atomic
def correct_meeting(
    *, actor: Viewer, meeting_id: uuid.UUID, kind: str, held_on: dt.date, title: str, minutes: str,
    present: Sequence[uuid.UUID], today: dt.date,
) -> Meeting:  # fmt: skip
    """Set what stands of a meeting. Raises Refused, also when nothing differs."""
    row = locked(Meeting, meeting_id)
    policies.check_manage(actor, row.place_code)
    if kind not in MEETINGS:
        raise Refused(_("Choose one of the list."), "kind")
    if held_on > today:
        raise Refused(_("The day must not lie after today."), "held_on")
    if len(minutes) > meetings.LONGEST_MINUTES:
        raise Refused(_("At most {count} characters.").format(count=meetings.LONGEST_MINUTES), "minutes")
    name = text(title, "title", longest=120)
    same = Meeting.objects.filter(kind=kind, place_code=row.place_code, held_on=held_on, title=name)
    if same.exclude(pk=row.pk).exists():
        raise Refused(_("This meeting is on file already."), "title")
    held = list(row.attendance.select_related("worker"))
    with recording(
        actor=actor, action=MEETING, subject_kind=meetings.KIND, subject_id=row.pk, place_code=row.place_code
    ) as change:
        change.update(row, kind=kind, held_on=held_on, title=name, minutes=without_numbers(minutes.strip()))
        new = _present(actor, held, present, change)
        change.create_many([MeetingPresence(meeting=row, worker=worker) for worker in new])
        _refuse_same(change)
    return row


@transaction.atomic
def correct_decision(
    *, actor: Viewer, decision_id: uuid.UUID, decided: str, worker_id: uuid.UUID, due: dt.date, today: dt.date
) -> Decision:
    """Set what was decided, by whom and by when; its task follows while it is open. Raises Refused."""
    row = locked(Decision, decision_id)
    policies.check_manage(actor, row.meeting.place_code)
    if row.done_on is not None:
        raise Refused(_("It is done already."))
    worker = Worker.objects.filter(pk=worker_id).first()
    if worker is None or not actor.covers(worker.place_code):
        raise Refused(_("Choose workers of your area."), "worker")
    if due != row.due and due < today:
        raise Refused(_("The day must not lie before today."), "due")
    open_tasks = Task.objects.select_for_update().filter(state=Task.State.OPEN)
    task = open_tasks.filter(pk=row.task_id).first() if row.task_id is not None else None
    with recording(
        actor=actor, action=DECISION, subject_kind=meetings.KIND, subject_id=row.meeting_id,
        place_code=row.meeting.place_code,
    ) as change:  # fmt: skip
        changed = worker.pk != row.worker_id
        change.update(row, text=text(decided, "decided", longest=300), worker=worker, due=due)
        if task is not None:
            new: dict[str, Any] = {"reason": row.text[: tasks.LONGEST_REASON], "due_on": max(due, task.opened_on)}
            if changed:
                new["worker"] = meetings.account_for(actor, worker, row.meeting, today)
            change.update(task, **new)
        _refuse_same(change)
    return row


@transaction.atomic
def correct_course(
    *, actor: Viewer, course_id: uuid.UUID, subject: str, title: str, held_on: dt.date, present: Sequence[uuid.UUID],
    today: dt.date,
) -> Course:  # fmt: skip
    """Set what stands of a course. Badges that followed from it stay. Raises Refused."""
    row = locked(Course, course_id)
    policies.check_manage(actor, row.place_code)
    if subject not in subjects(today):
        raise Refused(_("Choose one of the list."), "subject")
    if held_on > today:
        raise Refused(_("The day must not lie after today."), "held_on")
    name = text(title, "title", longest=120)
    same = Course.objects.filter(place_code=row.place_code, subject=subject, held_on=held_on, title=name)
    if same.exclude(pk=row.pk).exists():
        raise Refused(_("This course is on file already."), "title")
    held = list(row.attendance.select_related("worker"))
    with recording(
        actor=actor, action=COURSE, subject_kind=training.KIND, subject_id=row.pk, place_code=row.place_code
    ) as change:
        change.update(row, subject=subject, title=name, held_on=held_on)
        new = _present(actor, held, present, change)
        change.create_many([CoursePresence(course=row, worker=worker) for worker in new])
        _refuse_same(change)
    return row


def _present(actor: Viewer, held: Sequence[Any], present: Sequence[uuid.UUID], change: Recorder) -> list[Worker]:
    """Take out who was not there; returns who is to be added. Workers of other areas stay as they are."""
    there = list(Worker.objects.filter(pk__in=present).order_by("number"))
    known = {row.worker_id for row in held}
    if any(worker.pk not in known and not actor.covers(worker.place_code) for worker in there):
        raise Refused(_("Choose workers of your area."), "present")
    for row in held:
        if row.worker_id not in set(present) and actor.covers(row.worker.place_code):
            change.delete(row)
    return [worker for worker in there if worker.pk not in known]


def _refuse_same(change: Recorder) -> None:
    if not change.values:
        raise Refused(_("Nothing differs from what is on file."))


def untask(decided: Change, recorder: Recorder) -> None:
    """Take away the task of a decision that is undone. Raises ChangedSince where somebody worked on it."""
    rows = Task.objects.filter(kind=meetings.TASK, place_code=decided.place_code)
    keys = [row.pk for row in rows.only("pk") if row.pk.hex in decided.values]
    for made in Change.objects.filter(subject_id__in=keys, action=tasks.ADD):
        reverse(made, recorder)
