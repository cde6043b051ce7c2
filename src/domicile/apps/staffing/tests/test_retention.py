"""Figures and statements of workers end when their time is over; sums that accounts need stand without names."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.staffing.assessment import actions as assessing
from domicile.apps.staffing.assessment import computing as assess
from domicile.apps.staffing.assessment.models import AssessedMonth, Correction, Figure, Objection
from domicile.apps.staffing.models import Worker
from domicile.apps.staffing.pay import actions, computing, selectors
from domicile.apps.staffing.pay.models import PaidPiece, PaidSum, PayAdjustment, PayRun, Statement
from domicile.apps.staffing.retention import erase_figures, erase_statements
from domicile.apps.staffing.tests.making import worker
from domicile.apps.staffing.tests.working import LATER, MONTH, doors, due, visited, zhao_at_work
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from tests.cast import COMMUNITY, QIAN, SUN, make_user, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
MIDDLE = dt.date(2026, 10, 15)
PAID = dt.date(2026, 11, 20)
KEPT, OVER = dt.date(2029, 11, 20), dt.date(2029, 11, 21)


@pytest.fixture
def zhao() -> Worker:
    make_user(QIAN), make_user(SUN)
    found = zhao_at_work()
    for home in doors(3):
        visited(due(home, MIDDLE), home, MIDDLE)
    return found


@pytest.fixture
def run(zhao: Worker) -> PayRun:
    """A run of two statements, adjusted, approved and paid."""
    made = computing.compute(actor=qian_viewer(), month=MONTH, today=LATER, community=COMMUNITY)
    other = worker("孙补发", actor=sun_viewer())
    for who, amount in ((zhao, "-1.00"), (other, "7.30")):
        actions.adjust(actor=qian_viewer(), run_id=made.pk, worker_id=who.pk, amount=Decimal(amount), reason="补发")
    actions.approve(actor=sun_viewer(), run_id=made.pk)
    PayRun.objects.filter(pk=made.pk).update(state="paid", paid_on=PAID)
    made.refresh_from_db()
    return made


def total(run: PayRun) -> Decimal:
    return sum((row.total for row in selectors.statements(run)), Decimal(0))


def test_a_paid_run_keeps_its_sums_and_no_names(run: PayRun, client: Client) -> None:
    before = total(run)
    assert erase_statements(actor=MACHINE, today=KEPT) == 0
    assert erase_statements(actor=MACHINE, today=OVER) == 2
    run.refresh_from_db()
    assert run.erased_on == OVER
    for model in (Statement, PaidPiece, PayAdjustment):
        assert not model._default_manager.exists()
    sums = [(row.kind, row.rate, row.count, row.amount) for row in selectors.sums(run)]
    assert sums == [
        ("visit", Decimal("0.50"), 3, Decimal("1.50")), ("entry", Decimal("1.00"), 3, Decimal("3.00")),
        ("accepted", Decimal("1.50"), 3, Decimal("4.50")), ("adjusted", Decimal("0.00"), 2, Decimal("6.30")),
    ]  # fmt: skip
    assert sum((row.amount for row in selectors.sums(run)), Decimal(0)) == before == Decimal("15.30")
    assert erase_statements(actor=MACHINE, today=OVER) == 0
    change = Change.objects.get(action="staffing.erase_statements")
    assert "补发" not in change.values  # no copy of what is erased
    assert Run.objects.get(rule="retention").settled == 2
    sign_in(client, SUN)
    shown = client.get(reverse("staffing:pay_run", args=[run.pk])).content.decode()
    assert "15.30" in shown
    assert "孙补发" not in shown
    file = client.get(reverse("staffing:pay_file", args=[run.pk, "csv"]))
    assert "15.30" in b"".join(file).decode()


def test_runs_that_are_not_paid_stay(run: PayRun) -> None:
    PayRun.objects.update(state="approved", paid_on=None)
    assert erase_statements(actor=MACHINE, today=dt.date(2040, 1, 1)) == 0
    assert Statement.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        PayRun.objects.update(erased_on=OVER)


def test_the_figures_of_a_closed_month_go_with_objections_and_corrections_and_it_stays_closed(
    zhao: Worker, client: Client
) -> None:
    assess.compute(actor=qian_viewer(), month=MONTH, today=LATER, community=COMMUNITY)
    figure = Figure.objects.get(worker=zhao)
    Objection.objects.create(
        figure=figure, words="不对", raised_at=timezone.now(), answer="核实过", answered_at=timezone.now()
    )
    Correction.objects.create(figure=figure, measure="coverage", part=1, whole=1, reason="核实", made_at=timezone.now())
    assert erase_figures(actor=MACHINE, today=dt.date(2040, 1, 1)) == 0  # open still
    closed_at = timezone.make_aware(dt.datetime.combine(PAID, dt.time(12)))
    AssessedMonth.objects.update(state="closed", closed_at=closed_at)
    assert erase_figures(actor=MACHINE, today=KEPT) == 0
    count = Figure.objects.count()
    assert erase_figures(actor=MACHINE, today=OVER) == count
    assert not Objection.objects.exists()
    month = AssessedMonth.objects.get()
    assert (month.state, month.erased_on) == ("closed", OVER)
    with pytest.raises(Refused, match="清除"):
        assessing.reopen(actor=qian_viewer(), month_id=month.pk, reason="再看")
    AssessedMonth.objects.update(month="2026-10")
    sign_in(client, QIAN)
    page = client.get(reverse("staffing:assessment", args=[COMMUNITY]), {"month": MONTH})
    assert OVER.isoformat() in page.content.decode()
    assert not PaidSum.objects.exists()
