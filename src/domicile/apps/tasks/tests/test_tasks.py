"""Tasks: what the database holds to, how one comes out, who may, what is undone."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.tasks import actions, registry, selectors
from domicile.apps.tasks.models import Task, Try
from domicile.apps.tasks.tests import making
from tests import factories
from tests.cast import GRID, QIAN, SUN, ZHAO, li_viewer, make_user, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
CHINA = ZoneInfo("Asia/Shanghai")
MORNING = dt.datetime(2026, 3, 4, 10, 30, tzinfo=CHINA)
TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def ground():
    factories.area_tree()
    making.register()
    making.AFTER.clear()


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_on": dt.date(2026, 3, 1)},
        {"state": "done", "closed_on": TODAY},
        {"state": "done", "outcome": "done"},
        {"state": "done", "outcome": "not_at_home", "closed_on": TODAY},
        {"outcome": "done"},
        {"state": "cancelled"},
        {"level": "nation"},
        {"subject_kind": "person"},
        {"state": "cancelled", "closed_on": TODAY, "next_try_on": TODAY},
    ],
)
def test_the_database_refuses_what_cannot_be(wrong):
    row = making.task()
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=row.pk).update(**wrong)


def test_the_database_refuses_the_same_occurrence_twice():
    home = factories.dwelling()
    making.task(at=home, occurrence="2026-01")
    with pytest.raises(IntegrityError), transaction.atomic():
        making.task(at=home, occurrence="2026-01")
    making.task(at=home, occurrence="2026-07")


def test_a_kind_about_a_person_is_refused():
    with pytest.raises(ValueError, match="name the door"):
        registry.register(registry.Kind("test_watch", "x", {"person": "people:person"}))


def test_done_closes_a_task_and_can_be_taken_back():
    row = making.task(kind=making.KIND)

    done = actions.record_outcome(actor=zhao_viewer(), task_id=row.pk, outcome="done", moment=MORNING)

    assert (done.state, done.outcome, done.closed_on, done.tries) == ("done", "done", TODAY, 1)
    assert making.AFTER == [("赵网格", "done")]
    assert Try.objects.get(task=row).part == "morning"
    with pytest.raises(Refused, match="已有人办结"):
        actions.record_outcome(actor=zhao_viewer(), task_id=row.pk, outcome="refused", moment=MORNING)

    back = actions.undo(actor=zhao_viewer(), task_id=row.pk)

    assert (back.state, back.outcome, back.closed_on, back.tries) == ("open", "", None, 0)
    assert not Try.objects.exists()
    with pytest.raises(Refused):
        actions.undo(actor=zhao_viewer(), task_id=row.pk)


def test_nobody_at_home_plans_the_next_try_at_another_part_of_the_day():
    row = making.task()

    first = actions.record_outcome(actor=zhao_viewer(), task_id=row.pk, outcome="not_at_home", moment=MORNING)
    assert (first.state, first.next_try_on, first.next_try_part) == ("open", dt.date(2026, 3, 5), "evening")
    assert not selectors.of_today(zhao_viewer(), TODAY).exists()

    evening = dt.datetime(2026, 3, 5, 19, 0, tzinfo=CHINA)
    second = actions.record_outcome(actor=zhao_viewer(), task_id=row.pk, outcome="not_at_home", moment=evening)
    assert (second.next_try_on, second.next_try_part) == (dt.date(2026, 3, 8), "afternoon")

    afternoon = dt.datetime(2026, 3, 8, 15, 0, tzinfo=CHINA)
    third = actions.record_outcome(actor=zhao_viewer(), task_id=row.pk, outcome="not_at_home", moment=afternoon)
    assert third.next_try_on == dt.date(2026, 3, 15)
    assert third.next_try_part != "afternoon"
    assert third.tries == 3


def test_a_refusal_marks_the_visit_and_nothing_follows():
    row = making.task()

    actions.record_outcome(actor=zhao_viewer(), task_id=row.pk, outcome="refused", moment=MORNING)

    assert list(Task.objects.values_list("state", "outcome", "level")) == [("done", "refused", "grid")]


def test_a_wrong_address_becomes_a_task_of_the_community_and_both_are_taken_back_together():
    row = making.task()

    actions.record_outcome(actor=zhao_viewer(), task_id=row.pk, outcome="wrong_address", moment=MORNING)

    check = Task.objects.get(kind="check_address")
    assert (check.level, check.subject_id, check.due_on) == ("community", row.subject_id, dt.date(2026, 3, 11))
    assert list(selectors.before(qian_viewer())) == [check]
    assert list(selectors.before(zhao_viewer())) == [check]

    actions.undo(actor=zhao_viewer(), task_id=row.pk)
    assert list(Task.objects.values_list("pk", "state")) == [(row.pk, "open")]


def test_only_who_said_it_or_manages_tasks_takes_it_back():
    row = making.task()
    actions.record_outcome(actor=qian_viewer(), task_id=row.pk, outcome="done", moment=MORNING)

    with pytest.raises(NotAllowed):
        actions.undo(actor=zhao_viewer(), task_id=row.pk)
    actions.undo(actor=sun_viewer(), task_id=row.pk)


def test_who_is_outside_the_area_sees_and_does_nothing():
    row = making.task()

    assert not selectors.tasks(li_viewer()).exists()
    with pytest.raises(OutOfReach):
        actions.record_outcome(actor=li_viewer(), task_id=row.pk, outcome="done", moment=MORNING)
    with pytest.raises(OutOfReach):
        actions.cancel(actor=li_viewer(), task_id=row.pk, reason="x", today=TODAY)
    assert actions.hand_over(actor=li_viewer(), from_worker=ZHAO.id, to_worker=None) == 0


def test_without_a_purpose_there_are_no_tasks():
    making.task()
    assert not selectors.tasks(zhao_viewer("")).exists()


def new(home, **fields):
    return actions.NewTask(
        **{
            "kind": "visit", "subject_kind": "dwelling", "subject_id": home.pk, "place_code": home.place_code,
            "due_on": TODAY, "reason": "居民来电，请上门。电话13800001111", **fields,
        }
    )  # fmt: skip


def test_a_task_is_made_by_hand_once_and_keeps_no_number():
    home = factories.dwelling()

    made = actions.add_task(actor=zhao_viewer(), new=new(home), today=TODAY)

    assert made.reason == "居民来电，请上门。电话[number]"
    assert Change.objects.get(action="tasks.add").reason == made.reason
    with pytest.raises(Refused, match="已有同样"):
        actions.add_task(actor=zhao_viewer(), new=new(home), today=TODAY)
    with pytest.raises(Refused):
        actions.add_task(actor=zhao_viewer(), new=new(home, due_on=TODAY - dt.timedelta(days=1)), today=TODAY)
    with pytest.raises(Refused):
        actions.add_task(actor=zhao_viewer(), new=new(home, kind="watch"), today=TODAY)
    with pytest.raises(NotAllowed):
        actions.add_task(actor=li_viewer(), new=new(factories.dwelling()), today=TODAY)


def test_cancelling_needs_a_reason_and_is_taken_back():
    row = making.task()
    with pytest.raises(Refused):
        actions.cancel(actor=qian_viewer(), task_id=row.pk, reason=" ", today=TODAY)
    with pytest.raises(NotAllowed):
        actions.cancel(actor=zhao_viewer(), task_id=row.pk, reason="x", today=TODAY)

    actions.cancel(actor=qian_viewer(), task_id=row.pk, reason="房屋已拆除", today=TODAY)
    assert not selectors.open_tasks(qian_viewer()).exists()

    actions.undo(actor=qian_viewer(), task_id=row.pk)
    assert selectors.open_tasks(qian_viewer()).count() == 1


def test_a_task_is_given_only_to_who_works_there():
    zhao, sun = make_user(ZHAO), make_user(SUN)
    make_user(QIAN)
    row = making.task()

    assert [user.username for user in selectors.workers(qian_viewer(), GRID, TODAY)] == ["sun", "zhao", "qian"]
    actions.give(actor=qian_viewer(), task_id=row.pk, worker=zhao.pk, today=TODAY)
    assert list(selectors.open_tasks(qian_viewer(), worker=zhao.pk)) == [row]
    assert not selectors.before(sun_viewer()).exists()
    with pytest.raises(Refused):
        actions.give(actor=qian_viewer(), task_id=row.pk, worker=making.worker_id(), today=TODAY)
    assert sun.pk != zhao.pk


def test_open_tasks_are_handed_over_and_closed_ones_stay():
    old, heir = making.worker_id(), making.worker_id()
    rows = [making.task(worker=old) for _ in range(3)]
    closed = making.task(worker=old, state="done", outcome="done", closed_on=TODAY)
    elsewhere = making.task(worker=old, place_code=factories.OTHER_GRID)

    count = actions.hand_over(actor=qian_viewer(), from_worker=old, to_worker=heir, place_code=GRID, reason="换岗")

    assert count == 3
    assert {row.pk for row in selectors.open_tasks(qian_viewer(), worker=heir)} == {row.pk for row in rows}
    closed.refresh_from_db()
    elsewhere.refresh_from_db()
    assert closed.worker == elsewhere.worker == old
    assert Change.objects.filter(action="tasks.hand_over").count() == 1


def test_handing_over_takes_as_many_queries_for_many_as_for_one(django_assert_max_num_queries):
    old = making.worker_id()
    for _ in range(12):
        making.task(worker=old)
    with django_assert_max_num_queries(8):
        assert actions.hand_over(actor=qian_viewer(), from_worker=old, to_worker=None) == 12


def test_each_level_has_its_own_tasks_before_it():
    plain, raised = making.task(), making.task(level="community")
    without_grid = making.task(place_code=factories.COMMUNITY + "000", level="community")
    mine = making.task(worker=QIAN.id)

    assert set(selectors.before(zhao_viewer())) == {plain, raised}
    assert set(selectors.before(qian_viewer())) == {raised, without_grid, mine}
    assert not selectors.before(sun_viewer()).exists()
    assert selectors.counts(qian_viewer(), dt.date(2026, 5, 1)).overdue == 3
