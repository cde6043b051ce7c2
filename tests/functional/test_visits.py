"""Visits and rounds without a phone: entered at a card, shown, listed by grid, taken back."""

import pytest
from playwright.sync_api import expect

from domicile.apps.fieldwork.models import Visit
from tests import factories as make
from tests.cast import QIAN, ZHAO


@pytest.fixture
def home(server, django_db_blocker):
    """A family at a door."""
    with django_db_blocker.unblock():
        make.area_tree()
        house = make.building(street="巡查路", plate="3号", name="1栋")
        found = make.dwelling(within=house, room="")
        make.family(size=2, at=found, registered=False)
        return found


@pytest.mark.parametrize(("fixture", "actor"), [("page_zh_phone", ZHAO), ("page_en_desktop", QIAN)])
def test_a_visit_and_a_round_from_the_card_to_the_ledger(
    request, fixture, actor, signed_in, home, assert_accessible, shot
):
    page = signed_in(request.getfixturevalue(fixture), actor)
    page.goto(f"/visits/add/dwelling/{home.pk}/")
    assert_accessible(page)
    shot(page, "visit-enter")
    page.locator("[name=outcome][value=met]").check()
    page.locator("[name=confirmed]").first.check()
    with page.expect_navigation():
        page.locator("main button[type=submit]").first.click()
    assert_accessible(page)
    shot(page, "visit-page")
    with page.expect_navigation():
        page.locator("main .lead a").click()
    expect(page.locator("#visits-title")).to_be_visible()
    page.goto(f"/visits/add/building/{home.building_id}/")
    page.locator("[name=matters][value=passage]").check()
    page.locator("[name=what]").fill("三楼堆放杂物")
    assert_accessible(page)
    shot(page, "round-enter")
    with page.expect_navigation():
        page.locator("main button[type=submit]").first.click()
    for path, name in (("/visits/", "visits"), ("/rounds/", "rounds"), ("/rounds/coverage/", "rounds-by-grid")):
        page.goto(path)
        assert_accessible(page)
        shot(page, name)
    visit = Visit.objects.filter(dwelling=home).latest("pk")
    page.goto(f"/visits/{visit.pk}/")
    with page.expect_navigation():
        page.locator("form[action$='/take-back/'] button").click()
    assert not Visit.objects.filter(pk=visit.pk).exists()
