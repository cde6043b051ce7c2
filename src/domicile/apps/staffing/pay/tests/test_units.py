"""For what a rate is paid once stands in the dated table: a visit to a door, whatever it answers, or each task."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.places.models import Dwelling
from domicile.apps.staffing.pay import actions, computing, selectors
from domicile.apps.staffing.pay.models import PaidPiece, PayRun
from domicile.apps.staffing.tests.working import LATER, MONTH, closed, doors, due, found, visited, zhao_at_work
from domicile.apps.tasks.models import Task, Try
from domicile.apps.tenure.models import Holder, Rental
from domicile.core.policy import honoraria
from tests.cast import COMMUNITY, QIAN, SUN, make_user, qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
DAY = dt.date(2026, 10, 15)
NEXT_DAY = DAY + dt.timedelta(days=1)


@pytest.fixture
def home() -> Dwelling:
    make_user(QIAN), make_user(SUN)
    zhao_at_work()
    return doors(1)[0]


def paid() -> tuple[Decimal, list[tuple[str, int]]]:
    run = computing.compute(actor=qian_viewer(), month=MONTH, today=LATER, community=COMMUNITY)
    [row] = selectors.statements(run)
    return row.total, [(line.kind, line.count) for line in row.lines]


def also(home: Dwelling, *kinds: str, on: dt.date = DAY) -> None:
    """More tasks that the last visit of a door answered."""
    record = Visit.objects.filter(dwelling=home, visited_on=on).latest("pk")
    for kind in kinds:
        closed(due(home, on, kind=kind), on, source=record.pk)


def test_a_visit_that_answers_four_tasks_at_one_door_is_paid_once(home: Dwelling) -> None:
    visited(due(home, DAY), home, DAY)
    also(home, "revisit", "verify")
    rental = Rental.objects.create(dwelling=home, landlord=Holder.objects.create(name="羊秀英"))
    record = Visit.objects.get()
    closed(due(home, DAY, kind="contract_ends", subject_kind="rental", subject_id=rental.pk), DAY, source=record.pk)
    assert Task.objects.filter(state="done").count() == 4
    assert paid() == (Decimal("3.00"), [("visit", 1), ("entry", 1), ("accepted", 1)])
    assert PaidPiece.objects.values("visit_id").distinct().count() == 1


def test_where_the_table_says_task_each_of_them_is_paid(home: Dwelling, monkeypatch: pytest.MonkeyPatch) -> None:
    visited(due(home, DAY), home, DAY)
    also(home, "revisit", "verify")
    monkeypatch.setattr(honoraria, "unit", lambda kind, on: honoraria.TASK)
    assert paid() == (Decimal("9.00"), [("visit", 3), ("entry", 3), ("accepted", 3)])
    assert not PaidPiece.objects.exclude(visit_id=None).exists()


def test_many_forms_of_one_visit_pay_no_more_and_are_accepted_together(home: Dwelling) -> None:
    visited(due(home, DAY), home, DAY)
    second = visited(due(home, DAY, kind="revisit"), home, DAY)
    proposal = found(second, "people.add_person", state="returned")
    assert paid() == (Decimal("1.50"), [("visit", 1), ("entry", 1)])
    type(proposal).objects.update(state="accepted")
    assert paid() == (Decimal("3.00"), [("visit", 1), ("entry", 1), ("accepted", 1)])


def test_another_day_is_another_visit(home: Dwelling) -> None:
    visited(due(home, DAY), home, DAY)
    visited(due(home, NEXT_DAY, kind="revisit"), home, NEXT_DAY)
    assert paid() == (Decimal("6.00"), [("visit", 2), ("entry", 2), ("accepted", 2)])


def test_no_visit_is_paid_again_by_another_of_its_tasks(home: Dwelling) -> None:
    first = due(home, DAY)
    visited(first, home, DAY)
    paid()
    actions.approve(actor=sun_viewer(), run_id=PayRun.objects.get().pk)
    Try.objects.filter(task=first).delete()  # taken back
    Task.objects.filter(pk=first.pk).update(state="open", outcome="", closed_on=None)
    also(home, "revisit")  # told late, of the same visit
    run = computing.compute(actor=qian_viewer(), month="2026-11", today=dt.date(2026, 12, 12), community=COMMUNITY)
    assert selectors.statements(run) == []
    piece = PaidPiece.objects.filter(kind="visit").get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PaidPiece.objects.create(
            line=piece.line, task_id=Task.objects.latest("pk").pk, visit_id=piece.visit_id, kind="visit", day=DAY
        )


KINDS = st.lists(st.sampled_from(["revisit", "verify", "contract_ends"]), max_size=3, unique=True)


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(kinds=KINDS, finds=st.integers(0, 3), more=st.integers(0, 2))
def test_the_pay_of_a_visit_changes_with_neither_tasks_forms_nor_finds(kinds: list[str], finds: int, more: int) -> None:
    with transaction.atomic():
        make_user(QIAN)
        zhao_at_work()
        home = doors(1)[0]
        form = visited(due(home, DAY), home, DAY)
        also(home, *kinds)
        for _number in range(finds):
            found(form, "people.newborn")
        for _number in range(more):
            visited(due(home, DAY, kind="revisit"), home, DAY)
        assert paid() == (Decimal("3.00"), [("visit", 1), ("entry", 1), ("accepted", 1)])
        transaction.set_rollback(True)
