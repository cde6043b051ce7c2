"""What a month is measured by: whose work it is, what counts, what explains it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domicile.apps.staffing.assessment import measures, registry
from domicile.apps.staffing.assessment.registry import Share
from domicile.apps.staffing.models import Holding
from domicile.apps.staffing.tests.making import given, worker
from domicile.apps.staffing.tests.working import (
    FIRST,
    LAST,
    NEXT,
    closed,
    doors,
    due,
    found,
    sent,
    tried,
    visited,
    zhao_at_work,
)
from tests.cast import QIAN, SUN, ZHAO, make_user, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
DAY = dt.timedelta(days=1)
MIDDLE = dt.date(2026, 10, 15)


def share(name, *accounts):  # type: ignore[no-untyped-def]
    told = registry.shares(name, accounts or [ZHAO.id], FIRST, NEXT)
    return told.get((accounts or [ZHAO.id])[0])


def test_in_time_is_closed_by_the_day_that_it_was_due_however_it_came_out():
    zhao_at_work()
    one, two, three, four, _gone = (due(home, MIDDLE) for home in doors(5))
    closed(one, MIDDLE)
    closed(two, MIDDLE, outcome="refused")
    late = closed(three, MIDDLE + DAY)
    assert share("timeliness") == Share(2, 5)
    lacks = registry.missed("timeliness", [ZHAO.id], FIRST, NEXT)[ZHAO.id]
    assert {miss.id for miss in lacks} == {late.pk, four.pk, _gone.pk}


def test_a_door_at_which_nobody_is_ever_met_is_no_fault_after_three_tries_in_time():
    zhao_at_work()
    [home] = doors(1)
    task = due(home, MIDDLE)
    tried(task, MIDDLE - 2 * DAY), tried(task, MIDDLE - DAY)
    assert share("timeliness") == Share(0, 1)
    tried(task, MIDDLE)
    assert share("timeliness") == Share(1, 1)


def test_what_was_cancelled_or_settled_by_the_register_was_nobodys_to_do():
    zhao_at_work()
    one, two = (due(home, MIDDLE) for home in doors(2))
    type(one).objects.filter(pk=one.pk).update(state="cancelled", closed_on=MIDDLE)
    type(two).objects.filter(pk=two.pk).update(state="done", outcome="settled", closed_on=MIDDLE)
    assert share("timeliness") is None


def test_coverage_counts_doors_that_somebody_went_to_at_least_once():
    zhao_at_work()
    first, second, third = doors(3)
    tried(due(first, MIDDLE), MIDDLE)
    due(second, MIDDLE), closed(due(second, LAST), LAST)
    never = due(third, MIDDLE)
    assert share("coverage") == Share(2, 3)
    assert [miss.id for miss in registry.missed("coverage", [ZHAO.id], FIRST, NEXT)[ZHAO.id]] == [never.pk]


def test_a_form_is_whole_when_nothing_of_it_was_returned_and_counts_once_however_much_it_tells():
    zhao_at_work()
    full, empty, wrong = sent(MIDDLE), sent(MIDDLE), sent(MIDDLE)
    for _number in range(4):
        found(full, "people.add_person")
    found(wrong, "people.add_person", state="returned"), found(wrong, "people.leave", state="accepted")
    assert share("completeness") == Share(2, 3)
    assert [miss.id for miss in registry.missed("completeness", [ZHAO.id], FIRST, NEXT)[ZHAO.id]] == [wrong.pk]
    assert empty.results.count() == 1


def test_who_takes_over_does_not_answer_for_what_was_late_before():
    leaving = zhao_at_work()
    make_user(SUN)
    successor = worker("孙接手", actor=sun_viewer(), account=SUN.id)
    task = due(doors(1)[0], MIDDLE, worker=ZHAO.id)
    holding = Holding.objects.get(worker=leaving)
    Holding.objects.filter(pk=holding.pk).update(end=MIDDLE + 3 * DAY)
    given(holding.post, successor, start=MIDDLE + 3 * DAY)
    type(task).objects.filter(pk=task.pk).update(worker=SUN.id)  # handed over
    assert share("timeliness", SUN.id) is None
    assert share("timeliness", ZHAO.id) == Share(0, 1)
    closed(task, MIDDLE + 4 * DAY, by=SUN.id)
    assert share("timeliness", SUN.id) is None


def test_who_closes_the_task_of_another_in_time_has_done_it():
    zhao_at_work()
    make_user(QIAN)
    task = due(doors(1)[0], MIDDLE)
    closed(task, MIDDLE, by=QIAN.id)
    assert share("timeliness", QIAN.id) == Share(1, 1)
    assert share("timeliness", ZHAO.id) is None


def test_work_of_nobody_counts_against_nobody():
    zhao_at_work()
    Holding.objects.all().delete()
    task = due(doors(1)[0], MIDDLE)
    closed(task, MIDDLE + DAY)
    assert share("timeliness") is None


def test_a_share_is_part_of_a_whole_and_a_name_is_registered_once():
    with pytest.raises(ValueError, match="no share"):
        Share(3, 2)
    with pytest.raises(ValueError, match="measured already"):
        registry.register("timeliness", registry.shares)  # type: ignore[arg-type]
    assert {"timeliness", "completeness", "coverage", "back_check_error"} <= set(registry.measured())
    assert registry.shares("unknown", [ZHAO.id], FIRST, NEXT) == {}


def test_measuring_takes_as_many_queries_for_much_work_as_for_little():
    zhao_at_work()

    def queries():  # type: ignore[no-untyped-def]
        with CaptureQueriesContext(connection) as seen:
            for tell in (measures.in_time, measures.everywhere, measures.whole):
                tell([ZHAO.id], FIRST, NEXT)
        return len(seen)

    little = [(home, due(home, MIDDLE)) for home in doors(1)]
    visited(little[0][1], little[0][0], MIDDLE)
    few = queries()
    for home in doors(12):
        visited(due(home, MIDDLE), home, MIDDLE)
    assert queries() == few <= 7
