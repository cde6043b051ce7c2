"""Courses with attendance, the test, and the badge that follows from it."""

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing import bank, policies
from domicile.apps.staffing.actions.common import place, text
from domicile.apps.staffing.badges import subjects
from domicile.apps.staffing.models import Badge, Course, CoursePresence, Sitting, Worker
from domicile.core.policy.parameters import parameter

KIND = "staff_course"
WORKER = "staff_worker"
HOLD, SIT = "staffing.hold_course", "staffing.sit_test"
DAY = dt.timedelta(days=1)


@transaction.atomic
def hold_course(
    *,
    actor: Viewer,
    place_code: str,
    subject: str,
    title: str,
    held_on: dt.date,
    present: Sequence[uuid.UUID],
    today: dt.date,
) -> Course:
    """Keep a course that was held, with who took part. Raises Refused."""
    where = place(place_code)
    policies.check_manage(actor, where)
    if subject not in subjects(today):
        raise Refused(_("Choose one of the list."), "subject")
    if held_on > today:
        raise Refused(_("The day must not lie after today."), "held_on")
    there = list(Worker.objects.filter(pk__in=present).order_by("number"))
    if not there or any(not actor.covers(worker.place_code) for worker in there):
        raise Refused(_("Choose workers of your area."), "present")
    row = Course(place_code=where, subject=subject, title=text(title, "title", longest=120), held_on=held_on)
    if Course.objects.filter(place_code=where, subject=subject, held_on=held_on, title=row.title).exists():
        raise Refused(_("This course is on file already."), "title")
    with recording(actor=actor, action=HOLD, subject_kind=KIND, subject_id=row.pk, place_code=where) as change:
        change.create(row)
        change.create_many([CoursePresence(course=row, worker=worker) for worker in there])
    return row


def why_not(worker: Worker, subject: str, today: dt.date) -> str:
    """Why the worker cannot sit the test today; '' when nothing stands against it."""
    if subject not in subjects(today):
        return _("There is no such test.")
    since = today - dt.timedelta(days=parameter("staffing.course_days", today))
    courses = Course.objects.filter(subject=subject, held_on__gte=since, held_on__lte=today, attendance__worker=worker)
    if not courses.exists():
        return _("The course comes first. Ask your community when the next one is held.")
    wait = parameter("staffing.test_wait_days", today)
    last = Sitting.objects.filter(worker=worker, subject=subject).order_by("-taken_on", "-pk").first()
    if last is not None and not last.passed and today < last.taken_on + wait * DAY:
        return _("The last test was not passed. Try again on {day} or later.").format(day=last.taken_on + wait * DAY)
    return ""


@transaction.atomic
def sit_test(
    *, actor: Viewer, subject: str, seed: int, given: Sequence[int | None], language: str, today: dt.date
) -> Sitting:
    """Mark a test of the actor's own; a badge follows where it is passed. Raises Refused, NotAllowed without a worker."""
    worker = Worker.objects.select_for_update().filter(user_id=actor.user_id, until=None).first()
    if actor.user_id is None or worker is None:
        raise NotAllowed("only who has a worker number sits a test")
    against = why_not(worker, subject, today)
    if against:
        raise Refused(against)
    count = parameter("staffing.test_questions", today)
    questions = bank.draw(subject, seed=seed, count=count, language=language)
    if len(given) != count or any(answer is None for answer in given):
        raise Refused(_("Answer every question."))
    right = bank.correct(questions, given)
    passed = right >= parameter("staffing.test_pass", today)
    row = Sitting(worker=worker, subject=subject, taken_on=today, seed=seed, asked=count, correct=right, passed=passed)
    with recording(
        actor=actor, action=SIT, subject_kind=WORKER, subject_id=worker.pk, place_code=worker.place_code
    ) as change:
        change.create(row)
        if passed:
            end = today + parameter("staffing.badge_days", today) * DAY
            change.create(Badge(worker=worker, subject=subject, start=today, end=end))
    return row
