"""Assessed months, runs and rates follow the code of their area; where two become one, nothing is lost or mixed."""

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.areas import actions
from domicile.apps.areas.models import Area
from domicile.apps.audit.models import Change
from domicile.apps.staffing.assessment.computing import compute
from domicile.apps.staffing.assessment.models import AssessedMonth, Figure
from domicile.apps.staffing.models import Worker
from domicile.apps.staffing.pay.models import PayRate, PayRun
from tests import factories
from tests.cast import SUN, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
A, B, C = "770101001001", "770101001002", "770101001003"
ON, TODAY = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


@pytest.fixture(autouse=True)
def kept() -> None:
    factories.area_tree()
    now = timezone.now()
    for code, months in ((A, ("2026-08", "2026-09")), (B, ("2026-09",))):
        for month in months:
            AssessedMonth.objects.create(place_code=code + "000", month=month, told_on=ON, computed_at=now)
            PayRun.objects.create(place_code=code + "000", month=month, prepared_at=now)
    PayRate.objects.create(scope=A, kind="visit", since=ON, amount=Decimal("0.70"))


def held(model: type[AssessedMonth] | type[PayRun]) -> set[tuple[str, str]]:
    return {(place[:12], month) for place, month in model.objects.values_list("place_code", "month")}


def area(code: str) -> Area:
    return Area.objects.get(code=code, valid_to=None)


def test_they_go_on_under_the_new_code() -> None:
    actions.recode_area(actor=sun_viewer(), area_id=area(A).pk, on=ON, code=C, today=TODAY)
    for model in (AssessedMonth, PayRun):
        assert held(model) == {(C, "2026-08"), (C, "2026-09"), (B, "2026-09")}


def merged() -> None:
    actions.merge_area(actor=sun_viewer(), area_id=area(A).pk, into_id=area(B).pk, on=ON, today=TODAY)


def test_of_two_that_become_one_a_month_that_both_have_stands_there_twice_and_says_whence() -> None:
    merged()
    for model in (AssessedMonth, PayRun):
        assert held(model) == {(B, "2026-08"), (B, "2026-09")}
        rows = model._default_manager.filter(month="2026-09").order_by("came_from")
        assert list(rows.values_list("came_from", flat=True)) == ["", A + "000"]
        assert model._default_manager.get(month="2026-08").came_from == ""


def test_undone_they_are_back_where_they_were() -> None:
    today = timezone.localdate()
    before = [held(model) for model in (AssessedMonth, PayRun)]
    merged()
    change = Change.objects.get(action="areas.merge_area")
    actions.undo_area_change(actor=sun_viewer(), change_id=change.pk, today=today)
    assert [held(model) for model in (AssessedMonth, PayRun)] == before
    assert not PayRun.objects.exclude(came_from="").exists()
    assert not AssessedMonth.objects.exclude(came_from="").exists()


def test_whoever_keeps_the_other_community_finds_them_on_its_pages(client: Client) -> None:
    merged()
    made = PayRun.objects.get(month="2026-09", came_from="")
    other = PayRun.objects.get(month="2026-09", came_from=A + "000")
    sign_in(client, SUN)
    listed = client.get(reverse("staffing:pay", args=[B])).content.decode()
    for run in (made, other):
        assert reverse("staffing:pay_run", args=[run.pk]) in listed
    name = Area.objects.get(code=A).name
    assert name in client.get(reverse("staffing:pay_run", args=[other.pk])).content.decode()


def test_a_worker_assessed_in_the_one_that_ended_is_not_assessed_again_in_the_other() -> None:
    row = Worker.objects.create(
        number="77010100100101", place_code=A + "000", name="甲", since=ON - dt.timedelta(days=200)
    )
    Figure.objects.create(month=AssessedMonth.objects.get(place_code=A + "000", month="2026-09"), worker=row)
    merged()
    row.refresh_from_db()
    assert row.place_code == B + "000"
    compute(actor=sun_viewer(), month="2026-09", today=TODAY, community=B)
    assert Figure.objects.filter(worker=row).count() == 1
    compute(actor=sun_viewer(), month="2026-10", today=TODAY, community=B)
    assert Figure.objects.get(worker=row, month__month="2026-10").month.place_code == B + "000"
