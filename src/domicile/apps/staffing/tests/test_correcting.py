"""Minutes, decisions and courses are corrected, with what stood before in the history and the way back."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.staffing.actions import correcting, meetings, training
from domicile.apps.staffing.models import Course, Decision, Meeting, Worker
from domicile.apps.staffing.tests.making import chain_of_three
from domicile.apps.tasks import actions as tasks
from domicile.apps.tasks.models import Task
from tests.cast import COMMUNITY, LI, QIAN, li_viewer, make_user, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)


@pytest.fixture
def qian(client: Client) -> Client:
    chain_of_three()
    sign_in(client, QIAN)
    return client


def workers() -> list[Worker]:
    return list(Worker.objects.order_by("number"))


def meeting() -> Meeting:
    today = timezone.localdate()
    return meetings.hold_meeting(
        actor=qian_viewer(), kind="station", place_code=COMMUNITY, held_on=today, title="周例会", minutes="通报情况",
        present=[workers()[0].pk], today=today,
    )  # fmt: skip


def decision() -> Decision:
    today = timezone.localdate()
    return meetings.decide(
        actor=qian_viewer(), meeting_id=meeting().pk, decided="更换楼道灯", worker_id=workers()[0].pk,
        due=today + dt.timedelta(days=7), today=today,
    )  # fmt: skip


def undo(client: Client, action: str) -> None:
    change = Change.objects.filter(action=action).latest("pk")
    client.post(reverse("staffing:undo", args=[change.pk]))


def test_minutes_are_corrected_and_put_back(qian: Client) -> None:
    row, (first, second, *_rest) = meeting(), workers()
    address = reverse("staffing:correct_meeting", args=[row.pk])
    assert "通报情况" in qian.get(address).content.decode()
    sent = {
        "kind": "office", "held_on": row.held_on.isoformat(), "title": "周例会（更正）", "minutes": "通报走访情况 13812345678",
        "present": [second.pk],
    }  # fmt: skip
    assert qian.post(address, sent).headers["Location"] == reverse("staffing:meeting", args=[row.pk])
    row.refresh_from_db()
    assert (row.kind, row.title, row.minutes) == ("office", "周例会（更正）", "通报走访情况 [number]")
    assert [worker.pk for worker in row.present.all()] == [second.pk]
    assert qian.post(address, {**sent, "minutes": "通报走访情况"}).status_code == 302
    same = {**sent, "minutes": "通报走访情况"}
    assert qian.post(address, same).status_code == 422  # nothing differs
    page = qian.get(reverse("staffing:meeting", args=[row.pk])).content.decode()
    assert page.count("更正会议记录") >= 2  # the button and the history
    for change in Change.objects.filter(action=correcting.MEETING).order_by("-pk"):
        qian.post(reverse("staffing:undo", args=[change.pk]))
    row.refresh_from_db()
    assert (row.kind, row.title, row.minutes) == ("station", "周例会", "通报情况")
    assert [worker.pk for worker in row.present.all()] == [first.pk]


def test_a_corrected_decision_takes_its_task_along(qian: Client) -> None:
    row, due = decision(), timezone.localdate() + dt.timedelta(days=20)
    address = reverse("staffing:correct_decision", args=[row.pk])
    qian.post(address, {"decided": "更换三楼楼道灯", "worker": workers()[1].pk, "due": due.isoformat()})
    row.refresh_from_db()
    task = Task.objects.get(pk=row.task_id)
    assert (row.text, row.worker_id, task.reason, task.due_on) == (
        "更换三楼楼道灯",
        workers()[1].pk,
        "更换三楼楼道灯",
        due,
    )
    undo(qian, correcting.DECISION)
    row.refresh_from_db(), task.refresh_from_db()
    assert (row.text, task.reason) == ("更换楼道灯", "更换楼道灯")


def test_a_decision_is_taken_back_with_its_task_until_it_is_done(qian: Client) -> None:
    row = decision()
    tasks.record_outcome(actor=qian_viewer(), task_id=row.task_id, outcome="done", moment=timezone.localtime())
    undo(qian, meetings.DECIDE)
    assert Decision.objects.exists()
    address = reverse("staffing:correct_decision", args=[row.pk])
    sent = {"decided": "别的", "worker": workers()[0].pk, "due": row.due.isoformat()}
    assert qian.post(address, sent).status_code == 422
    tasks.undo(actor=qian_viewer(), task_id=row.task_id)
    undo(qian, meetings.DECIDE)
    assert not Decision.objects.exists()
    assert not Task.objects.exists()


def test_a_course_is_corrected_and_put_back(qian: Client) -> None:
    today, (first, second, *_rest) = timezone.localdate(), workers()
    row = training.hold_course(
        actor=qian_viewer(), place_code=COMMUNITY, subject="collection", title="入户", held_on=today,
        present=[first.pk], today=today,
    )  # fmt: skip
    address = reverse("staffing:correct_course", args=[row.pk])
    assert "入户" in qian.get(address).content.decode()
    sent = {
        "subject": "collection",
        "title": "入户采集",
        "held_on": today.isoformat(),
        "present": [first.pk, second.pk],
    }
    qian.post(address, sent)
    row.refresh_from_db()
    assert (row.title, row.attended.count()) == ("入户采集", 2)
    undo(qian, correcting.COURSE)
    row.refresh_from_db()
    assert (row.title, row.attended.count()) == ("入户", 1)


def test_a_stranger_corrects_nothing(client: Client) -> None:
    chain_of_three()
    row, today = meeting(), timezone.localdate()
    make_user(LI)
    with pytest.raises(NotAllowed):
        correcting.correct_meeting(
            actor=li_viewer(), meeting_id=row.pk, kind="office", held_on=today, title="x", minutes="", present=[],
            today=today,
        )  # fmt: skip
    sign_in(client, LI)
    assert client.get(reverse("staffing:correct_meeting", args=[row.pk])).status_code == 403
    assert not Course.objects.exists()
