"""A month from computing to closing: the worker first, objection and answer, correction with a reason, frozen, reopened."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.staffing import months
from domicile.apps.staffing.assessment import actions, computing, selectors
from domicile.apps.staffing.assessment.models import AssessedMonth, Correction, Figure, Measured, Miss
from domicile.apps.staffing.tests.making import worker
from domicile.apps.staffing.tests.working import LATER, MONTH, NEXT, closed, doors, due, visited, zhao_at_work
from tests.cast import COMMUNITY, QIAN, li_viewer, make_user, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
DAY = dt.timedelta(days=1)
MIDDLE = dt.date(2026, 10, 15)


def compute(actor=None, *, today=NEXT):  # type: ignore[no-untyped-def]
    return computing.compute(actor=actor or qian_viewer(), month=MONTH, today=today, community=COMMUNITY)


@pytest.fixture
def figure() -> Figure:
    """Zhao was in time at one door of two."""
    zhao = zhao_at_work()
    make_user(QIAN)
    one, two = doors(2)
    visited(due(one, MIDDLE), one, MIDDLE)
    visited(due(two, MIDDLE), two, MIDDLE + DAY)
    compute()
    return Figure.objects.get(worker=zhao)


def test_a_month_is_computed_once_it_is_over_and_again_without_any_change(figure):
    assert figure.score == Decimal("81.3")  # 30 × 50 + 20 × 100 + 30 × 100, of 80
    assert set(figure.measured.values_list("measure", "part", "whole")) == {
        ("timeliness", 1, 2), ("coverage", 2, 2), ("completeness", 2, 2),
    }  # fmt: skip
    before = (list(Measured.objects.values_list("pk")), Change.objects.count())
    again = compute()
    assert (again.changed, again.workers) == (0, 3)
    assert (list(Measured.objects.values_list("pk")), Change.objects.count()) == before
    with pytest.raises(Refused, match="还没有结束"):
        computing.compute(actor=qian_viewer(), month="2026-11", today=NEXT, community=COMMUNITY)
    with pytest.raises(Refused):
        computing.compute(actor=qian_viewer(), month="2026-13", today=NEXT, community=COMMUNITY)


def test_without_anything_measured_there_is_no_score(figure):
    others = Figure.objects.exclude(pk=figure.pk)
    assert others.count() == 2
    assert {row.score for row in others} == {None}


def test_only_who_assesses_an_area_computes_it(figure):
    for stranger in (zhao_viewer(), li_viewer()):
        with pytest.raises(NotAllowed):
            compute(stranger)
    with pytest.raises(NotAllowed):
        computing.compute(actor=qian_viewer(), month=MONTH, today=NEXT)
    assert computing.compute(actor=months.MACHINE, month=MONTH, today=NEXT).workers == 3


def test_the_worker_sees_the_own_figures_at_once_and_the_office_some_days_later(figure):
    month = figure.month
    assert selectors.figure(zhao_viewer(), figure.pk, NEXT) == figure
    with pytest.raises(NotAllowed):
        selectors.figure(qian_viewer(), figure.pk, NEXT + 2 * DAY)
    assert selectors.rows(qian_viewer(), month, NEXT + 2 * DAY) == []
    assert selectors.figure(qian_viewer(), figure.pk, NEXT + 3 * DAY) == figure
    numbers = [row.worker.number for row in selectors.rows(qian_viewer(), month, NEXT + 3 * DAY)]
    assert numbers == sorted(numbers)  # by worker number, never by score
    assert len(numbers) == 3
    for stranger in (li_viewer(), zhao_viewer()):
        with pytest.raises(NotAllowed):
            selectors.rows(stranger, month, LATER)
    other = Figure.objects.exclude(pk=figure.pk).first()
    with pytest.raises(NotAllowed):
        selectors.figure(zhao_viewer(), other.pk, LATER)


def test_figures_explain_themselves(figure):
    lines = {line.measure: line for line in selectors.card(zhao_viewer(), figure).lines}
    assert lines["timeliness"].sentence == "2项任务中1项按期完成"
    [late] = lines["timeliness"].missed
    assert "考核路9号" in late
    assert "2026-10-15" in late
    assert lines["back_check_error"].sentence == "没有可考核的内容，权重由其他考核项按比例分担。"
    assert str(lines["timeliness"].part.weight) == "37.5"


def test_a_worker_objects_the_office_answers_and_corrects_with_a_reason(figure):
    objection = actions.object_to(actor=zhao_viewer(), figure_id=figure.pk, words="那天停电，系统登不上。")
    with pytest.raises(Refused, match="已提交"):
        actions.object_to(actor=zhao_viewer(), figure_id=figure.pk, words="再说一次")
    with pytest.raises(NotAllowed):
        actions.object_to(actor=sun_viewer(), figure_id=figure.pk, words="不是我的")
    with pytest.raises(Refused, match="未处理的异议"):
        actions.close(actor=qian_viewer(), month_id=figure.month_id, today=LATER)
    with pytest.raises(NotAllowed):
        actions.answer(actor=qian_viewer(), objection_id=objection.pk, words="太早", today=NEXT)
    actions.answer(actor=qian_viewer(), objection_id=objection.pk, words="属实，已更正。", today=LATER)
    for wrong in ({"reason": " "}, {"part": 3}, {"measure": "people_found"}):
        with pytest.raises(Refused):
            correct(figure, **wrong)
    correct(figure)
    figure.refresh_from_db()
    assert figure.score == Decimal("100.0")
    compute(today=LATER)  # what was measured is the same, and the correction stands
    figure.refresh_from_db()
    assert figure.score == Decimal("100.0")
    assert set(figure.measured.filter(measure="timeliness").values_list("part", "whole")) == {(1, 2)}
    assert Change.objects.get(action=actions.CORRECT).reason == "停电，系统无法登录"
    actions.withdraw_correction(actor=qian_viewer(), correction_id=Correction.objects.get().pk, today=LATER)
    figure.refresh_from_db()
    assert figure.score == Decimal("81.3")


def correct(figure, **fields):  # type: ignore[no-untyped-def]
    values = {"measure": "timeliness", "part": 2, "whole": 2, "reason": "停电，系统无法登录", "today": LATER, **fields}
    return actions.correct(actor=qian_viewer(), figure_id=figure.pk, **values)


def test_nobody_judges_the_own_figures(figure):
    own = worker("钱社区", account=QIAN.id)
    compute(today=NEXT + DAY)
    mine = Figure.objects.get(worker=own)
    with pytest.raises(NotAllowed):
        actions.correct(
            actor=qian_viewer(), figure_id=mine.pk, measure="coverage", part=1, whole=1, reason="x", today=LATER
        )


def test_a_closed_month_stands_still_until_it_is_reopened_with_a_reason(figure):
    with pytest.raises(Refused, match="先由本人核对"):
        actions.close(actor=qian_viewer(), month_id=figure.month_id, today=NEXT)
    actions.close(actor=qian_viewer(), month_id=figure.month_id, today=LATER)
    one, _two = doors(2)
    closed(due(one, MIDDLE), MIDDLE)
    assert compute(today=LATER).closed == 1
    figure.refresh_from_db()
    assert figure.score == Decimal("81.3")
    with pytest.raises(Refused, match="已关账"):
        correct(figure)
    with pytest.raises(Refused, match="已关账"):
        actions.object_to(actor=zhao_viewer(), figure_id=figure.pk, words="还有一件事")
    with pytest.raises(Refused):
        actions.reopen(actor=qian_viewer(), month_id=figure.month_id, reason=" ")
    actions.reopen(actor=qian_viewer(), month_id=figure.month_id, reason="补登一项任务")
    assert compute(today=LATER).changed == 1
    figure.refresh_from_db()
    assert figure.score == Decimal("87.5")
    assert AssessedMonth.objects.get().reopened_for == "补登一项任务"


def test_computing_takes_as_many_queries_for_many_workers_and_much_work_as_for_few(figure):
    def queries():  # type: ignore[no-untyped-def]
        with CaptureQueriesContext(connection) as seen:
            compute()
        return len(seen)

    Miss.objects.all().delete()  # so that something is written
    few = queries()
    for number in range(6):
        worker(f"新工{number}")
    for home in doors(8):
        visited(due(home, MIDDLE), home, MIDDLE + DAY)
    assert queries() <= few + 1  # the new figures


@pytest.mark.parametrize("wrong", [{"state": "closed"}, {"month": "last"}, {"month": "1999-12"}])
def test_the_database_refuses_what_cannot_be(figure, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        AssessedMonth.objects.filter(pk=figure.month_id).update(**wrong)


def test_the_database_keeps_a_figure_and_a_share_whole(figure):
    for model, wrong in ((Figure, {"score": Decimal("100.1")}), (Measured, {"part": 3, "whole": 2})):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=model.objects.first().pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.create(month=figure.month, worker=figure.worker)
