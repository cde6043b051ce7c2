"""Honoraria: every completed step once, to the cent; approved by a second person; never paid twice."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.staffing.models import Holding, Worker
from domicile.apps.staffing.pay import actions, computing, selectors
from domicile.apps.staffing.pay.models import PaidPiece, PayLine, PayRate, PayRun, Statement
from domicile.apps.staffing.tests.making import given, worker
from domicile.apps.staffing.tests.working import (
    LATER,
    MONTH,
    NEXT,
    closed,
    doors,
    due,
    found,
    tried,
    visited,
    zhao_at_work,
)
from domicile.apps.tasks.models import Task, Try
from tests.cast import COMMUNITY, QIAN, SUN, TOWNSHIP, ZHAO, li_viewer, make_user, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
DAY = dt.timedelta(days=1)
MIDDLE = dt.date(2026, 10, 15)


def compute(actor=None, *, month=MONTH, today=LATER) -> PayRun:  # type: ignore[no-untyped-def]
    return computing.compute(actor=actor or qian_viewer(), month=month, today=today, community=COMMUNITY)


def steps() -> set[tuple[object, str]]:
    return set(PaidPiece.objects.values_list("task_id", "kind"))


@pytest.fixture
def zhao() -> Worker:
    make_user(QIAN), make_user(SUN)
    return zhao_at_work()


def told(row: Worker) -> selectors.Told:
    return next(one for one in selectors.statements(PayRun.objects.get()) if one.worker == row)


def test_each_step_of_a_completed_task_is_paid_once_however_the_visit_came_out(zhao):
    one, two, three, four = doors(4)
    visited(due(one, MIDDLE), one, MIDDLE)
    visited(due(two, MIDDLE), two, MIDDLE, outcome="refused")
    closed(due(three, MIDDLE), MIDDLE)  # tapped, not told with a form
    tried(due(four, MIDDLE), MIDDLE)  # not completed yet
    compute()
    lines = [(row.kind, str(row.rate), row.count, str(row.amount)) for row in told(zhao).lines]
    assert lines == [("visit", "0.50", 3, "1.50"), ("entry", "1.00", 2, "2.00"), ("accepted", "1.50", 2, "3.00")]
    assert told(zhao).total == Decimal("6.50")
    assert told(zhao).capitals == "人民币陆元伍角整"


def test_what_was_returned_is_not_accepted_until_it_is_made_good(zhao):
    [home] = doors(1)
    form = visited(due(home, MIDDLE), home, MIDDLE)
    proposal = found(form, "people.add_person", state="returned")
    compute()
    assert told(zhao).total == Decimal("1.50")
    actions.approve(actor=sun_viewer(), run_id=PayRun.objects.get().pk)
    type(proposal).objects.filter(pk=proposal.pk).update(state="accepted")
    later = compute(month="2026-11", today=dt.date(2026, 12, 12))
    [row] = selectors.statements(later)
    assert [(line.kind, line.count) for line in row.lines] == [("accepted", 1)]
    assert len(PaidPiece.objects.all()) == 3


def test_a_review_that_is_late_costs_nobody_anything(zhao):
    [home] = doors(1)
    found(visited(due(home, MIDDLE), home, MIDDLE), "people.add_person", state="waiting")
    compute()
    assert told(zhao).total == Decimal("3.00")


def test_the_month_waits_for_its_review_and_an_accepted_form_for_its_days_whatever_it_tells(zhao):
    with pytest.raises(Refused, match="审核期还没有结束"):
        compute(today=NEXT + 6 * DAY)
    one, two = doors(2)
    late = dt.date(2026, 11, 5)
    first, second = due(one, MIDDLE), due(two, MIDDLE)
    found(visited(first, one, late), "people.add_person")
    visited(second, two, late)
    Task.objects.update(closed_on=dt.date(2026, 10, 31))  # the phone was without a network
    compute(today=dt.date(2026, 11, 8))
    assert {kind for _task, kind in steps()} == {"visit", "entry"}
    compute(today=dt.date(2026, 11, 12))
    assert len(steps()) == 6


def test_computed_again_nothing_changes_and_nothing_is_written(zhao):
    for home in doors(3):
        visited(due(home, MIDDLE), home, MIDDLE)
    compute()
    before = (list(PaidPiece.objects.values_list("pk")), Change.objects.count())
    compute()
    assert (list(PaidPiece.objects.values_list("pk")), Change.objects.count()) == before


def test_no_task_is_paid_twice_after_other_months_hand_over_or_being_closed_again(zhao):
    [home] = doors(1)
    task = due(home, MIDDLE)
    visited(task, home, MIDDLE)
    run = compute()
    actions.approve(actor=sun_viewer(), run_id=run.pk)
    # Taken back, handed over, and closed once more by somebody else in the next month.
    Try.objects.filter(task=task).delete()
    Task.objects.filter(pk=task.pk).update(state="open", outcome="", closed_on=None, worker=SUN.id)
    other = worker("孙接手", actor=sun_viewer(), account=SUN.id)
    holding = Holding.objects.get(worker=zhao)
    Holding.objects.filter(pk=holding.pk).update(end=NEXT)
    given(holding.post, other, start=NEXT)
    task.refresh_from_db()
    visited(task, home, NEXT + DAY, by=SUN.id)
    compute(month="2026-11", today=dt.date(2026, 12, 12))
    assert PaidPiece.objects.count() == 3
    assert not Statement.objects.filter(worker=other).exists()


def test_the_database_pays_no_step_twice(zhao):
    [home] = doors(1)
    visited(due(home, MIDDLE), home, MIDDLE)
    compute()
    piece = PaidPiece.objects.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        PaidPiece.objects.create(line=piece.line, task_id=piece.task_id, kind=piece.kind, day=NEXT)


def test_work_told_late_is_paid_with_a_later_month_but_never_from_before_the_first(zhao):
    one, two, three = doors(3)
    closed(due(one, MIDDLE - 30 * DAY), MIDDLE - 30 * DAY)  # before honoraria were paid here
    closed(due(two, MIDDLE), MIDDLE)
    run = compute()
    assert PaidPiece.objects.count() == 1
    actions.approve(actor=sun_viewer(), run_id=run.pk)
    closed(due(three, MIDDLE), MIDDLE)  # told late
    later = compute(month="2026-11", today=dt.date(2026, 12, 12))
    assert [line.count for line in PayLine.objects.filter(statement__run=later)] == [1]


def test_only_time_at_work_here_is_paid_here(zhao):
    [home] = doors(1)
    closed(due(home, MIDDLE), MIDDLE)
    Worker.objects.filter(pk=zhao.pk).update(until=MIDDLE)
    compute()
    assert not PaidPiece.objects.exists()


def test_a_run_is_approved_by_somebody_else_who_is_not_paid_by_it_and_then_stands_still(zhao):
    [home] = doors(1)
    visited(due(home, MIDDLE), home, MIDDLE)
    run = compute()
    with pytest.raises(Refused, match="由他人批准"):
        actions.approve(actor=qian_viewer(), run_id=run.pk)
    for stranger in (li_viewer(), zhao_viewer()):
        with pytest.raises(NotAllowed):
            actions.approve(actor=stranger, run_id=run.pk)
    actions.approve(actor=sun_viewer(), run_id=run.pk)
    for act in (
        lambda: compute(),
        lambda: actions.discard(actor=qian_viewer(), run_id=run.pk),
        lambda: actions.adjust(
            actor=qian_viewer(), run_id=run.pk, worker_id=zhao.pk, amount=Decimal("1"), reason="补发"
        ),
        lambda: actions.approve(actor=sun_viewer(), run_id=run.pk),
    ):
        with pytest.raises(Refused, match="已批准"):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        PayRun.objects.filter(pk=run.pk).update(approved_by=run.prepared_by)


def test_who_is_paid_by_a_run_does_not_approve_it(zhao):
    own = worker("孙县区", actor=sun_viewer(), account=SUN.id)
    [home] = doors(1)
    closed(due(home, MIDDLE), MIDDLE, by=SUN.id)
    run = compute()
    assert told(own).total == Decimal("0.50")
    with pytest.raises(Refused, match="不能批准自己的补贴"):
        actions.approve(actor=sun_viewer(), run_id=run.pk)


def test_a_run_is_paid_once_it_is_approved(zhao):
    [home] = doors(1)
    visited(due(home, MIDDLE), home, MIDDLE)
    run = compute()
    with pytest.raises(Refused, match="批准通过"):
        actions.mark_paid(actor=qian_viewer(), run_id=run.pk, on=LATER, today=LATER)
    actions.approve(actor=sun_viewer(), run_id=run.pk)
    PayRun.objects.filter(pk=run.pk).update(approved_at=dt.datetime(2026, 11, 13, 4, tzinfo=dt.UTC))
    for wrong in (LATER, LATER + 9 * DAY):
        with pytest.raises(Refused):
            actions.mark_paid(actor=qian_viewer(), run_id=run.pk, on=wrong, today=LATER + 5 * DAY)
    paid = actions.mark_paid(actor=qian_viewer(), run_id=run.pk, on=LATER + 2 * DAY, today=LATER + 5 * DAY)
    assert (paid.state, paid.paid_on) == ("paid", LATER + 2 * DAY)


def test_adjustments_have_a_reason_stay_when_computed_again_and_are_approved_by_another(zhao):
    [home] = doors(1)
    visited(due(home, MIDDLE), home, MIDDLE)
    run = compute(sun_viewer())
    adjustment = adjust(run, zhao)
    closed(due(doors(2)[0], MIDDLE), MIDDLE)
    compute(sun_viewer())
    assert (told(zhao).earned, told(zhao).adjusted, told(zhao).total) == (
        Decimal("3.50"), Decimal("-0.35"), Decimal("3.15"),
    )  # fmt: skip
    for wrong in ({"amount": Decimal(0)}, {"amount": Decimal("0.001")}, {"reason": ""}):
        with pytest.raises(Refused):
            adjust(run, zhao, **wrong)
    adjust(run, zhao, amount=Decimal("-9.00"))
    with pytest.raises(Refused, match="负数"):
        actions.approve(actor=sun_viewer(), run_id=run.pk)
    with pytest.raises(Refused, match="由他人批准"):
        actions.approve(actor=qian_viewer(), run_id=run.pk)
    actions.withdraw_adjustment(actor=qian_viewer(), adjustment_id=adjustment.pk)
    assert told(zhao).adjusted == Decimal("-9.00")


def adjust(run, row, **fields):  # type: ignore[no-untyped-def]
    values = {"amount": Decimal("-0.35"), "reason": "上月多发", **fields}
    return actions.adjust(actor=qian_viewer(), run_id=run.pk, worker_id=row.pk, **values)


def test_a_draft_is_undone_and_what_it_would_have_paid_is_free_again(zhao):
    [home] = doors(1)
    visited(due(home, MIDDLE), home, MIDDLE)
    run = compute()
    actions.discard(actor=qian_viewer(), run_id=run.pk)
    assert not PaidPiece.objects.exists()
    compute()
    assert PaidPiece.objects.count() == 3


def test_a_township_sets_rates_of_its_own_from_a_day_on(zhao):
    one, two = doors(2)
    closed(due(one, MIDDLE), MIDDLE)
    closed(due(two, MIDDLE), MIDDLE + 5 * DAY)
    values = {"scope": TOWNSHIP, "kind": "visit", "since": MIDDLE + DAY}
    with pytest.raises(NotAllowed):  # whoever is paid in the community does not set what is paid there
        actions.set_rate(actor=qian_viewer(), amount=Decimal("0.80"), **values | {"scope": COMMUNITY})
    for wrong in (Decimal("0.805"), Decimal("-1"), Decimal(9999)):
        with pytest.raises(Refused):
            actions.set_rate(actor=sun_viewer(), amount=wrong, **values)
    row = actions.set_rate(actor=sun_viewer(), amount=Decimal("0.80"), **values)
    compute()
    assert [(str(line.rate), line.count) for line in told(zhao).lines] == [("0.50", 1), ("0.80", 1)]
    assert told(zhao).total == Decimal("1.30")
    actions.end_rate(actor=sun_viewer(), rate_id=row.pk)
    assert not PayRate.objects.exists()
    compute()
    assert told(zhao).total == Decimal("1.00")


def test_each_worker_sees_the_own_statement_once_it_is_approved_and_nobody_else_without_the_permission(zhao):
    [home] = doors(1)
    visited(due(home, MIDDLE), home, MIDDLE)
    run = compute()
    pk = Statement.objects.get().pk
    for stranger in (zhao_viewer(), li_viewer()):
        with pytest.raises(NotAllowed):
            selectors.statement(stranger, pk)
    actions.approve(actor=sun_viewer(), run_id=run.pk)
    assert selectors.statement(zhao_viewer(), pk).total == Decimal("3.00")
    assert [row.total for row in selectors.own_statements(zhao)] == [Decimal("3.00")]
    Worker.objects.filter(pk=zhao.pk).update(user_id=None)
    with pytest.raises(NotAllowed):
        selectors.statement(zhao_viewer(), pk)


def test_computing_takes_as_many_queries_for_much_work_as_for_little(zhao):
    def queries():  # type: ignore[no-untyped-def]
        with CaptureQueriesContext(connection) as seen:
            compute()
        return len(seen)

    [home, other] = doors(2)
    visited(due(home, MIDDLE), home, MIDDLE)
    compute()
    closed(due(other, MIDDLE, kind="visit"), MIDDLE)
    few = queries()
    for number, home in enumerate(doors(9)):
        visited(due(home, MIDDLE), home, MIDDLE)
        someone = worker(f"新工{number}")
        Worker.objects.filter(pk=someone.pk).update(user_id=None)
    assert queries() == few
    assert ZHAO.id
