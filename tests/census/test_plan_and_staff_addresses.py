"""Every address of plan and staff, tried by whom it is not for: what is not theirs is not there, and nothing is written."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.audit.models import Change
from domicile.apps.census.plan.actions import rulings
from domicile.apps.census.plan.urls import urlpatterns as plan_addresses
from domicile.apps.census.staff.tests.working import ENUMERATOR, OFFICE, TODAY, ground, plan, won
from domicile.apps.census.staff.urls import urlpatterns as staff_addresses
from tests.cast import COMMUNITY, COUNTY, GRID, Actor, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ELSEWHERE = Actor("shi", "施外区", "census_office", "770102", "supervision")
CODER = Actor("tao", "陶编码", "processor", COUNTY, "processing")
#: What everybody of the census may read: the plan and what was ruled. Who has no part in this census reads neither.
READ_BY_ALL = {"overview", "rulings"}
OPEN = {"censuses", "check_badge"}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("actor", [ELSEWHERE, ENUMERATOR, CODER], ids=lambda actor: f"{actor.role}-{actor.scope}")
def test_nobody_reaches_what_is_not_theirs(client: Client, actor: Actor, method: str) -> None:
    ground()
    census = plan()
    row = won(census, "王普查")
    rulings.rule(actor=viewer(OFFICE), census_id=census.pk, asked="问？", answered="答。", on=TODAY, today=TODAY)
    known = {"code": census.code, "community": COMMUNITY, "grid": GRID, "number": 1}
    ids: dict[str, int | uuid.UUID] = {
        "undo_plan": Change.objects.latest("pk").pk,
        "undo_staff": Change.objects.latest("pk").pk,
    }
    sign_in(client, actor)
    before, reached = Change.objects.count(), []
    for one in [*plan_addresses, *staff_addresses]:
        asked = one.pattern.converters
        address = reverse(
            f"census:{one.name}", kwargs={key: known.get(key, ids.get(one.name, row.pk)) for key in asked}
        )
        answer = getattr(client, method)(address)
        allowed = one.name in OPEN or (one.name in READ_BY_ALL and actor != ELSEWHERE)
        if one.name == "create_census" and actor == ELSEWHERE:  # an office plans its own
            allowed = True
        if answer.status_code not in {403, 405} and not allowed:
            reached.append((address, answer.status_code))
    assert reached == []
    assert Change.objects.count() == before
