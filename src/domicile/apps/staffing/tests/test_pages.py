"""The pages of the chain: who sees them, from a gap to its cure, hand-over with the open work, undo."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.staffing import badges
from domicile.apps.staffing.models import Badge, Course, Decision, Holding, Meeting, Post, Sitting, Worker
from domicile.apps.staffing.tests.making import BEFORE, chain_of_three, homes, post, worker
from domicile.apps.staffing.views.chain import MOST_OPEN
from domicile.apps.tasks import actions as tasks
from domicile.apps.tasks.models import Task
from tests import factories
from tests.cast import COMMUNITY, GRID, LI, QIAN, SUN, ZHAO, make_user, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)


@pytest.fixture
def qian(client: Client) -> Client:
    factories.area_tree()
    factories.grid()
    sign_in(client, QIAN)
    return client


def test_whoever_has_one_community_goes_straight_to_its_chain(qian: Client) -> None:
    answer = qian.get(reverse("staffing:communities"))
    assert answer.headers["Location"] == reverse("staffing:chain", args=[COMMUNITY])
    assert "还没有岗位" in qian.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize("actor", [LI, ZHAO])
def test_a_stranger_and_a_grid_worker_are_refused(client: Client, actor) -> None:  # type: ignore[no-untyped-def]
    lead, _group, _informant = chain_of_three()
    sign_in(client, actor)
    holder = Worker.objects.first()
    for address in (
        reverse("staffing:chain", args=[COMMUNITY]), reverse("staffing:gaps", args=[COMMUNITY]),
        reverse("staffing:post", args=[lead.pk]), reverse("staffing:worker", args=[holder.pk]),
        reverse("staffing:edit_post", args=[lead.pk]), reverse("staffing:network", args=[COMMUNITY]),
        reverse("staffing:meetings", args=[COMMUNITY]), reverse("staffing:courses", args=[COMMUNITY]),
    ):  # fmt: skip
        assert client.get(address).status_code == 403, address


def test_a_gap_leads_to_its_cure(qian: Client) -> None:
    homes(9)
    page = qian.get(reverse("staffing:gaps", args=[COMMUNITY])).content.decode()
    assert "没有信息员的网格" in page
    assert "和平路1号1栋" in page
    address = reverse("staffing:add_post", args=[COMMUNITY, "informant"])
    form = qian.get(f"{address}?place={GRID}").context["form"]
    assert form.initial["name"] == "第1网格"
    answer = qian.post(address, {"place": GRID, "name": "第1网格", "on": BEFORE.isoformat()})
    row = Post.objects.get()
    assert answer.headers["Location"] == reverse("staffing:post", args=[row.pk])
    added = qian.post(
        reverse("staffing:add_worker", args=[COMMUNITY]) + f"?post={row.pk}",
        {"name": "王信息", "since": BEFORE.isoformat()},
    )
    who = Worker.objects.get()
    assert added.headers["Location"] == reverse("staffing:give_post", args=[row.pk]) + f"?worker={who.pk}"
    qian.post(reverse("staffing:give_post", args=[row.pk]), {"worker": who.pk, "start": BEFORE.isoformat()})
    assert Holding.objects.get().worker == who
    assert "没有信息员的网格" not in qian.get(reverse("staffing:gaps", args=[COMMUNITY])).content.decode()
    tree = qian.get(reverse("staffing:chain", args=[COMMUNITY])).content.decode()
    assert "王信息" in tree


def test_a_head_is_given_buildings_and_entrances_that_are_offered_with_their_households(qian: Client) -> None:
    house = homes(9)
    homes(3, unit="2单元")
    address = reverse("staffing:add_post", args=[COMMUNITY, "head"])
    offered = dict(qian.get(address).context["form"].fields["houses"].choices)["第1网格"]
    assert (f"{house}|", "和平路1号1栋 (12)") in offered
    qian.post(address, {"place": GRID, "name": "1栋", "houses": [f"{house}|1单元"], "on": BEFORE.isoformat()})
    row = Post.objects.get()
    assert list(row.houses.values_list("entrance", flat=True)) == ["1单元"]
    wrong = qian.post(address, {"place": GRID, "name": "2栋", "houses": ["0190b6a0-0000-7000-8000-000000000000|"]})
    assert wrong.status_code == 422
    qian.post(reverse("staffing:edit_post", args=[row.pk]), {"name": "全楼", "houses": [f"{house}|", f"{house}|1单元"]})
    assert list(row.houses.values_list("entrance", flat=True)) == [""]  # the whole building holds its entrances


def task_of(account, reason: str = "清点") -> Task:  # type: ignore[no-untyped-def]
    """An open task at the grid, given to an account."""
    row = Meeting.objects.create(kind="station", place_code=GRID, held_on=BEFORE, title=reason)
    new = tasks.NewTask(
        kind="decision", subject_kind="decision", subject_id=row.pk, place_code=GRID, due_on=timezone.localdate(),
        reason=reason, worker=account,
    )  # fmt: skip
    return tasks.add_task(actor=qian_viewer(), new=new, today=timezone.localdate())


def test_when_a_post_ends_its_open_work_goes_to_the_successor_and_an_undo_brings_it_back(qian: Client) -> None:
    _lead, _group, informant = chain_of_three()
    leaving = Holding.objects.get(post=informant).worker
    make_user(ZHAO)
    Worker.objects.filter(pk=leaving.pk).update(user_id=SUN.id)
    make_user(SUN)
    successor = worker("赵网格", account=ZHAO.id)
    task = task_of(SUN.id)
    holding = Holding.objects.get(post=informant)
    end = timezone.localdate()
    answer = qian.post(
        reverse("staffing:end_holding", args=[holding.pk]),
        {"end": end.isoformat(), "successor": successor.pk},
        follow=True,
    )
    assert "1项未完成的任务转给赵网格" in answer.content.decode()
    task.refresh_from_db()
    assert task.worker == ZHAO.id
    assert Holding.objects.get(post=informant, end=None).worker == successor
    ended = Change.objects.get(action="staffing.end_holding")
    qian.post(reverse("staffing:undo", args=[ended.pk]), {"next": reverse("staffing:post", args=[informant.pk])})
    task.refresh_from_db()
    holding.refresh_from_db()
    assert (task.worker, holding.end) == (SUN.id, None)
    assert Holding.objects.filter(post=informant).count() == 1


def test_without_a_successor_the_work_goes_up_to_the_next_who_can_work_there_and_is_never_orphaned(
    qian: Client,
) -> None:
    lead, _group, informant = chain_of_three()
    make_user(ZHAO)
    Worker.objects.filter(holdings__post=informant).update(user_id=ZHAO.id)
    task = task_of(ZHAO.id)
    end_post(qian, informant)
    task.refresh_from_db()
    assert task.worker is None  # nobody above has an account: whoever works the area
    Worker.objects.filter(holdings__post=informant).update(user_id=None)
    Worker.objects.filter(holdings__post=lead).update(user_id=QIAN.id)
    other = worker("孙信息", account=ZHAO.id)
    qian.post(reverse("staffing:give_post", args=[informant.pk]), {"worker": other.pk, "start": end_day().isoformat()})
    task = task_of(ZHAO.id, "再清点")
    end_post(qian, informant, end_day() + dt.timedelta(days=1))
    task.refresh_from_db()
    assert task.worker == QIAN.id


def end_day() -> dt.date:
    return timezone.localdate()


def end_post(client: Client, row: Post, on: dt.date | None = None) -> None:
    holding = Holding.objects.get(post=row, end=None)
    answer = client.post(reverse("staffing:end_holding", args=[holding.pk]), {"end": (on or end_day()).isoformat()})
    assert answer.status_code == 302, answer.content.decode()


def test_a_refused_end_says_what_to_do(qian: Client) -> None:
    _lead, _group, informant = chain_of_three()
    holding = Holding.objects.get(post=informant)
    answer = qian.post(reverse("staffing:end_holding", args=[holding.pk]), {"end": BEFORE.isoformat()})
    assert answer.status_code == 422
    assert "请选更晚的日期" in answer.content.decode()


def test_a_meeting_is_kept_and_its_decision_becomes_a_task_that_closes_it(qian: Client) -> None:
    _lead, group, _informant = chain_of_three()
    make_user(ZHAO)
    who = Holding.objects.get(post=group).worker
    today = timezone.localdate()
    answer = qian.post(
        reverse("staffing:add_meeting", args=[COMMUNITY]),
        {
            "kind": "station",
            "held_on": today.isoformat(),
            "title": "第47周例会",
            "present": [who.pk],
            "minutes": "通报情况",
        },
    )
    meeting = Meeting.objects.get()
    assert answer.headers["Location"] == reverse("staffing:meeting", args=[meeting.pk])
    due = today + dt.timedelta(days=7)
    qian.post(
        reverse("staffing:decide", args=[meeting.pk]),
        {"decided": "更换楼道灯", "worker": who.pk, "due": due.isoformat()},
    )
    decision = Decision.objects.get()
    task = Task.objects.get(pk=decision.task_id)
    assert (task.due_on, task.place_code, task.reason) == (due, COMMUNITY + "000", "更换楼道灯")
    page = qian.get(reverse("staffing:meetings", args=[COMMUNITY])).content.decode()
    assert "更换楼道灯" in page
    tasks.record_outcome(actor=qian_viewer(), task_id=task.pk, outcome="done", moment=timezone.localtime())
    decision.refresh_from_db()
    assert decision.done_on == today
    tasks.undo(actor=qian_viewer(), task_id=task.pk)
    decision.refresh_from_db()
    assert decision.done_on is None


def test_a_badge_follows_a_course_and_a_passed_test(client: Client) -> None:
    factories.area_tree()
    make_user(ZHAO)
    who = worker("赵网格", account=ZHAO.id)
    today = timezone.localdate()
    sign_in(client, ZHAO)
    address = reverse("staffing:test", args=["collection"])
    assert "请先参加培训" in client.get(address).content.decode()
    assert client.post(address, {f"q{place}": 0 for place in range(1, 11)}).status_code == 422
    course = Course.objects.create(place_code=COMMUNITY + "000", subject="collection", title="入户", held_on=today)
    course.attendance.create(worker=who)
    form = client.get(address).context["form"]
    assert len(form.fields) == 10
    again = client.get(address).context["form"]
    assert [field.label for field in form.fields.values()] == [field.label for field in again.fields.values()]
    assert client.post(address, {"q1": 0}).status_code == 422
    right = right_answers(client, "collection")
    client.post(address, right)
    assert Sitting.objects.get().passed
    assert badges.holds(ZHAO.id, "collection", today)
    assert not badges.holds(ZHAO.id, "safety", today)
    assert not badges.holds(QIAN.id, "collection", today)
    assert not badges.holds(None, "collection", today)
    end = Badge.objects.get().end
    assert badges.holds(who, "collection", end - dt.timedelta(days=1))
    assert not badges.holds(who, "collection", end)
    Worker.objects.update(until=today)
    assert not badges.holds(ZHAO.id, "collection", today)


def right_answers(client: Client, subject: str) -> dict[str, int]:
    from domicile.apps.staffing import bank

    seed = client.session["staffing_test"]["seed"]
    questions = bank.draw(subject, seed=seed, count=10, language="zh")
    return {f"q{place}": question.right for place, question in enumerate(questions, start=1)}


def test_a_failed_test_gives_no_badge_and_is_tried_another_day(client: Client) -> None:
    factories.area_tree()
    make_user(ZHAO)
    who = worker("赵网格", account=ZHAO.id)
    course = Course.objects.create(
        place_code=COMMUNITY + "000", subject="collection", title="入户", held_on=timezone.localdate()
    )
    course.attendance.create(worker=who)
    sign_in(client, ZHAO)
    address = reverse("staffing:test", args=["collection"])
    client.get(address)
    wrong = {name: (place + 1) % 3 for name, place in right_answers(client, "collection").items()}
    client.post(address, wrong)
    assert not Sitting.objects.get().passed
    assert not Badge.objects.exists()
    assert "上次测试未通过" in client.get(address).content.decode()


def test_every_page_of_the_chain_opens(qian: Client) -> None:
    _lead, group, informant = chain_of_three()
    who = Holding.objects.get(post=group).worker
    for name, argument in (
        ("chain", COMMUNITY), ("gaps", COMMUNITY), ("workers", COMMUNITY), ("meetings", COMMUNITY), ("courses", COMMUNITY),
        ("add_worker", COMMUNITY), ("add_site", COMMUNITY), ("add_meeting", COMMUNITY), ("add_course", COMMUNITY),
        ("worker", who.pk), ("correct_worker", who.pk), ("worker_left", who.pk), ("post", group.pk), ("edit_post", group.pk),
        ("give_post", group.pk), ("close_post", group.pk),
    ):  # fmt: skip
        assert qian.get(reverse(f"staffing:{name}", args=[argument])).status_code == 200, name
    assert qian.get(reverse("staffing:own_training")).status_code == 200
    assert post("clerk", above=informant.above.above).above is not None


def test_the_list_of_a_county_has_each_community_with_its_posts(client: Client) -> None:
    chain_of_three()
    sign_in(client, SUN)
    page = client.get(reverse("staffing:communities")).content.decode()
    assert "河沿社区" in page
    assert "1 / 1" in page


def test_a_long_chain_is_folded_and_tells_what_lies_in_each_fold(qian: Client) -> None:
    _lead, _group, informant = chain_of_three()
    address = reverse("staffing:chain", args=[COMMUNITY])
    assert qian.get(address).content.decode().count("data-printed-open open") == 1
    for number in range(MOST_OPEN):
        post("head", above=informant, name=f"{number}栋")
    page = qian.get(address).content.decode()
    assert "data-printed-open open" not in page
    assert page.count('<details class="chain-fold" data-printed-open>') == 2
    assert f"下设{MOST_OPEN}个岗位" in page  # below the informant
    assert f"下设{MOST_OPEN + 1}个岗位" in page  # below the group
    assert f"空缺{MOST_OPEN}个" in page
