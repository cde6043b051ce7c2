"""Assessed months, runs and rates follow the code of their area; where two become one, nothing is lost or mixed."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from domicile.apps.areas import actions
from domicile.apps.areas.models import Area
from domicile.apps.staffing.assessment.models import AssessedMonth
from domicile.apps.staffing.pay.models import PayRate, PayRun
from tests import factories
from tests.cast import sun_viewer

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


def test_of_two_that_become_one_a_month_that_both_have_stays_where_it_was() -> None:
    actions.merge_area(actor=sun_viewer(), area_id=area(A).pk, into_id=area(B).pk, on=ON, today=TODAY)
    for model in (AssessedMonth, PayRun):
        assert held(model) == {(B, "2026-08"), (A, "2026-09"), (B, "2026-09")}
