"""The pages of tasks: today's list, one tap, the notice, arranging by hand, the rules and the calendar."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.tasks import calendars, jobs
from domicile.apps.tasks.generating import MACHINE, ran_today
from domicile.apps.tasks.models import CalendarDay, Run, Task
from domicile.apps.tasks.tests import making
from tests import factories, pdf
from tests.cast import CHEN, GRID, LI, QIAN, SUN, ZHAO, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def ground():
    factories.area_tree()


def due(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def test_the_list_of_the_day_goes_from_building_to_building(client):
    far = factories.building(plate="112号", name="1栋")
    near = factories.building(plate="9号", name="1栋")
    for house, room in ((far, "101室"), (near, "1102室"), (near, "901室")):
        making.task(at=factories.dwelling(within=house, room=room), due=due(3))
    sign_in(client, ZHAO)

    page = client.get(reverse("tasks:today"), **ENGLISH).content.decode()

    order = [
        page.index(text) for text in ("人民路9号1栋2单元901室", "人民路9号1栋2单元1102室", "人民路112号1栋2单元101室")
    ]
    assert order == sorted(order)
    assert page.count("task-stop") == 2
    assert "due soon" in page


def test_overdue_tasks_are_told_and_those_of_a_later_try_wait(client):
    making.task(opened=due(-40), due=due(-1))
    making.task(opened=due(-1), due=due(5), next_try_on=due(1), next_try_part="evening", tries=1)
    sign_in(client, ZHAO)

    page = client.get(reverse("tasks:today"), **ENGLISH).content.decode()

    assert page.count('class="task"') == 1
    assert "overdue: 1" in page
    assert client.get(reverse("tasks:open"), **ENGLISH).content.decode().count('class="task"') == 2


@pytest.mark.parametrize(("language", "text"), [("zh-hans", "今天没有任务"), ("en", "Nothing to do today")])
def test_an_empty_day_says_so(client, language, text):
    sign_in(client, ZHAO)
    assert text in client.get(reverse("tasks:today"), HTTP_ACCEPT_LANGUAGE=language).content.decode()


def test_the_list_takes_as_many_queries_for_many_as_for_one(client):
    sign_in(client, ZHAO)
    counts = []
    for count in (1, 12):
        for number in range(count):
            making.task(at=factories.dwelling(within=factories.building(plate=f"{number}号")), due=due(3))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("tasks:today"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_only_the_most_urgent_are_listed(client):
    for number in range(42):
        making.task(at=factories.dwelling(within=factories.building(plate=f"{number}号")), due=due(number + 1))
    sign_in(client, ZHAO)

    page = client.get(reverse("tasks:today"), **ENGLISH).content.decode()

    assert page.count('class="task"') == 40
    assert "The 40 most urgent of 42" in page


def test_what_else_is_to_be_done_at_a_stop_of_the_list_is_listed_too(client):
    first = factories.building(plate="1号")
    making.task(at=factories.dwelling(within=first, room="1室"), due=due(1))
    for number in range(2, 42):
        making.task(at=factories.dwelling(within=factories.building(plate=f"{number}号")), due=due(2))
    late = making.task(at=factories.dwelling(within=first, room="2室"), due=due(90))
    sign_in(client, ZHAO)

    page = client.get(reverse("tasks:today"), **ENGLISH).content.decode()

    assert f"task-{late.pk}" in page
    assert page.count('class="task"') == 41
    line = client.post(reverse("tasks:outcome", args=[late.pk]), {"outcome": "done"}, HTTP_HX_REQUEST="true", **ENGLISH)
    assert "Before you: 41" in line.content.decode()
    assert 'hx-swap-oob="true">1</small>' in line.content.decode()


def test_one_tap_notes_the_outcome_and_one_takes_it_back(client):
    row = making.task(due=due(3))
    sign_in(client, ZHAO)

    line = client.post(
        reverse("tasks:outcome", args=[row.pk]), {"outcome": "not_at_home"}, HTTP_HX_REQUEST="true", **ENGLISH
    ).content.decode()
    row.refresh_from_db()
    assert row.tries == 1
    assert "Next try" in line
    assert reverse("tasks:notice", args=[row.pk]) in line

    line = client.post(reverse("tasks:undo", args=[row.pk]), HTTP_HX_REQUEST="true", **ENGLISH).content.decode()
    row.refresh_from_db()
    assert (row.tries, row.next_try_on) == (0, None)
    assert "Taken back" in line

    answer = client.post(reverse("tasks:outcome", args=[row.pk]), {"outcome": "done"})
    assert answer.status_code == 302
    again = client.post(reverse("tasks:outcome", args=[row.pk]), {"outcome": "done"}, HTTP_HX_REQUEST="true", **ENGLISH)
    assert "Somebody has closed this task already." in again.content.decode()
    assert "done" in client.get(reverse("tasks:closed"), **ENGLISH).content.decode()


def test_only_what_one_said_oneself_is_offered_to_be_taken_back(client):
    rows = [making.task(due=due(3)) for _ in range(3)]
    sign_in(client, QIAN)
    client.post(reverse("tasks:outcome", args=[rows[0].pk]), {"outcome": "done"})
    sign_in(client, ZHAO)
    client.post(reverse("tasks:outcome", args=[rows[1].pk]), {"outcome": "done"})
    client.post(reverse("tasks:outcome", args=[rows[2].pk]), {"outcome": "not_at_home"})

    closed = client.get(reverse("tasks:closed")).content.decode()
    assert closed.count('class="task"') == 2
    assert closed.count("/undo/") == 2  # one form, whose address stands in it twice
    assert reverse("tasks:undo", args=[rows[1].pk]) in closed
    assert reverse("tasks:undo", args=[rows[2].pk]) in client.get(reverse("tasks:open")).content.decode()


def test_the_notice_is_chinese_and_names_nobody(client):
    home = factories.dwelling()
    head = factories.person(name="欧阳不应出现")
    factories.household(at=home, members=[(head, "02")])
    row = making.task(
        at=home, opened=due(-1), due=due(3), next_try_on=due(1), next_try_part="evening", tries=1, reason="欧阳家来电"
    )
    sign_in(client, ZHAO)

    answer = client.get(reverse("tasks:notice", args=[row.pk]), **ENGLISH)

    assert answer["Content-Type"] == "application/pdf"
    text = pdf.text(answer.content)
    assert "家中无人" in text
    assert "18:00–20:00" in text
    for name in ("欧阳", ZHAO.real_name, "zhao"):
        assert name not in text


@pytest.mark.parametrize("actor", [LI, CHEN])
def test_strangers_and_other_roles_get_nothing(client, actor):
    row = making.task(due=due(3))
    sign_in(client, actor)

    assert row.pk.hex not in client.get(reverse("tasks:today")).content.decode().replace("-", "")
    for name in ("outcome", "undo"):
        assert client.post(reverse(f"tasks:{name}", args=[row.pk]), {"outcome": "done"}).status_code in {403, 404}
    assert client.get(reverse("tasks:notice", args=[row.pk])).status_code in {403, 404}
    row.refresh_from_db()
    assert row.state == "open"


def test_a_purpose_is_asked_for_first(client):
    sign_in(client, ZHAO, "")
    assert reverse("access:purpose") in client.get(reverse("tasks:today"))["Location"]


def test_a_task_is_added_from_the_card_of_a_dwelling_and_of_a_building(client):
    home = factories.dwelling()
    sign_in(client, QIAN)
    for kind, key, page in (
        ("dwelling", home.pk, reverse("people:dwelling", args=[home.pk])),
        ("building", home.building_id, reverse("places:building", args=[home.building_id])),
    ):
        way = reverse("tasks:add", args=[kind, key])
        assert way in client.get(page).content.decode()
        assert client.get(way).status_code == 200
        sent = {"kind": "visit", "due_on": due(5).isoformat(), "reason": "回访"}
        assert client.post(way, sent)["Location"] == page
        assert client.post(way, sent).status_code == 422
    assert set(Task.objects.values_list("subject_kind", "reason")) == {("dwelling", "回访"), ("building", "回访")}
    assert client.get(reverse("tasks:add", args=["person", home.pk])).status_code == 404


def test_tasks_are_cancelled_with_a_reason_and_given_to_somebody(client):
    row = making.task(due=due(3))
    zhao = sign_in(client, ZHAO)
    assert client.get(reverse("tasks:cancel", args=[row.pk])).status_code == 403
    sign_in(client, QIAN)

    assert ZHAO.real_name in client.get(reverse("tasks:give", args=[row.pk])).content.decode()
    client.post(reverse("tasks:give", args=[row.pk]), {"worker": str(zhao.pk)})
    row.refresh_from_db()
    assert row.worker == zhao.pk

    assert client.post(reverse("tasks:cancel", args=[row.pk]), {"reason": ""}).status_code == 422
    client.post(reverse("tasks:cancel", args=[row.pk]), {"reason": "房屋已拆除"})
    row.refresh_from_db()
    assert row.state == "cancelled"


def test_the_start_page_reminds(client):
    making.task(opened=due(-40), due=due(-1))
    sign_in(client, ZHAO)
    assert "overdue: 1" in client.get("/", **ENGLISH).content.decode()


def test_the_rules_are_told_and_run_by_a_button(client):
    factories.dwelling(use="let")
    sign_in(client, SUN)
    page = client.get(reverse("tasks:rules"), **ENGLISH).content.decode()
    assert "once in 6 months; due within 30 days" in page
    assert "never" in page

    page = client.post(reverse("tasks:run"), follow=True, **ENGLISH).content.decode()

    assert "Tasks made: 2; no longer needed: 0." in page
    assert Run.objects.filter(rule="visit_due", made=1, scope="770101").exists()
    sign_in(client, ZHAO)
    assert client.get(reverse("tasks:rules")).status_code == 403


YEAR = "date,kind\n2051-10-02,off\n2051-10-07,work\n"


def test_a_calendar_is_loaded_by_the_county_for_everybody(client):
    sign_in(client, SUN)
    way = reverse("tasks:load_calendar")
    assert client.get(way).status_code == 200
    broken = SimpleUploadedFile("c.csv", b"2051-10-02")
    assert client.post(way, {"file": broken}).status_code == 422
    client.post(way, {"file": SimpleUploadedFile("c.csv", YEAR.encode())})

    assert CalendarDay.objects.count() == 2
    assert 2051 in calendars.calendar().years
    assert not calendars.calendar().is_working_day(dt.date(2051, 10, 2))
    with pytest.raises(NotAllowed):
        calendars.load(actor=qian_viewer(), text=YEAR)


@pytest.mark.parametrize(
    "text",
    ["", "no calendar", "date,kind\n2051-10-02,off\n", "date,kind\n2051-10-03,work\n2051-10-02,off\n", "- [1, 2]", "- {",
     "date,kind\n" + "x" * 200_000],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(text):
    with pytest.raises(Refused):
        calendars.load(actor=sun_viewer(), text=text)


def test_a_year_is_loaded_again_in_the_place_of_what_was_known():
    calendars.load(actor=sun_viewer(), text=YEAR)
    calendars.load(actor=sun_viewer(), text="- {date: 2051-10-03, kind: 'off'}\n- {date: 2051-10-08, kind: work}\n")

    assert list(CalendarDay.objects.order_by("day").values_list("day", flat=True)) == [
        dt.date(2051, 10, 3), dt.date(2051, 10, 8),
    ]  # fmt: skip


def test_the_server_queues_the_daily_run_once():
    factories.dwelling(use="let")
    assert jobs.wake() is True
    assert jobs.wake() is False
    assert DBTaskResult.objects.count() == 1

    jobs.daily.call()

    assert ran_today(timezone.localdate())
    assert jobs.wake() is False
    assert Task.objects.get(rule="visit_due").place_code == GRID
    jobs.daily.call()
    assert Run.objects.filter(rule="visit_due").count() == 1
    assert MACHINE.user_id is None
