"""Work at doors is paid by the engine: each household once, whatever came out."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from domicile.apps.census.fieldwork.models import Call
from domicile.apps.census.listing.models import Household
from domicile.apps.census.staff.tests.working import OFFICE, ground, plan, won
from domicile.apps.census.tests.making import make_building, make_dwelling, make_household
from domicile.apps.staffing.models import Worker
from domicile.apps.staffing.pay import computing
from domicile.apps.staffing.pay.models import PaidPiece, PayLine
from tests.cast import COMMUNITY, Actor, make_user, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
MONTH, FIRST, LAST = "2026-08", dt.date(2026, 8, 3), dt.date(2026, 8, 20)
TODAY = dt.date(2026, 9, 20)
HE = Actor("he", "何普查", "enumerator", COMMUNITY + "001", "enumeration")
LU = Actor("lu", "陆普查", "enumerator", COMMUNITY + "002", "enumeration")


def call(household: Household, by: Actor, outcome: str, on: dt.date = FIRST) -> None:
    at = timezone.make_aware(dt.datetime.combine(on, dt.time(10)))
    Call.objects.create(household=household, by=by.id, outcome=outcome, at=at)


def paid(by: Actor) -> dict[str, tuple[int, Decimal]]:
    rows = PayLine.objects.filter(statement__worker__user_id=by.id)
    return {row.kind: (row.count, row.amount) for row in rows}


def test_each_household_is_paid_once_whatever_came_out() -> None:
    ground()
    census = plan("2026")
    for actor in (HE, LU):
        make_user(actor)
        won(census, actor.real_name, account=actor.id)
    Worker.objects.update(since=dt.date(2026, 1, 1))
    house = make_building(census, "B9")
    homes = [make_household(make_dwelling(house, number)) for number in ("101", "102", "103", "104")]
    call(homes[0], HE, "not_home")
    call(homes[0], HE, "answered", LAST)
    call(homes[1], HE, "refused")
    call(homes[1], LU, "answered", LAST)
    call(homes[2], LU, "gone")
    call(homes[3], LU, "later")
    for _twice in range(2):
        computing.compute(actor=viewer(OFFICE), month=MONTH, today=TODAY, community=COMMUNITY)
    assert paid(HE) == {"visit": (2, Decimal("1.00")), "entry": (2, Decimal("2.00")), "accepted": (2, Decimal("3.00"))}
    assert {kind: count for kind, (count, _amount) in paid(LU).items()} == {"visit": 1, "entry": 1, "accepted": 1}
    computing.compute(actor=viewer(OFFICE), month="2026-09", today=dt.date(2026, 10, 20), community=COMMUNITY)
    assert PaidPiece.objects.count() == 9
