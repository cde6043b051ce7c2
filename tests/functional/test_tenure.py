"""Rentals and owners in the browser: entered at the door, visited, extended, ended; the ledger; both devices."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.places.models import Dwelling
from domicile.apps.tenure.models import Holding, Rental
from tests import factories
from tests.cast import QIAN, SUN, ZHAO, Actor

DEVICES = ["page_zh_phone", "page_en_desktop"]
GRID = factories.GRID
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture
def home() -> Dwelling:
    factories.area_tree()
    house = factories.building(place_code=GRID, street="租赁路", plate="8号")
    return factories.family(size=2, at=factories.dwelling(within=house), surname="牛", registered=False).dwelling


@pytest.fixture(params=DEVICES)
def enter(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Callable[[Actor], Page]:
    """Signs an actor in on either device."""
    return lambda actor: signed_in(request.getfixturevalue(request.param), actor)


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def follow(page: Page, name: str, key: object) -> None:
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse(f"tenure:{name}", args=[key])}"]:visible').first.click()


def fill_rental(page: Page) -> None:
    """What somebody at the door types and ticks: all else is filled in already."""
    page.fill("#id_landlord_name", "马守仁")
    page.fill("#id_landlord_phone", "13800001234")
    page.locator("input[name=tenant_ids]").first.check()
    page.fill("#id_last_day", "2099-12-31")
    page.locator("input[name=safety]").first.check()


def test_a_rental_is_entered_at_the_door_and_goes_its_way(
    enter: Callable[[Actor], Page], home: Dwelling, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(QIAN)
    page.goto(reverse("people:dwelling", args=[home.pk]))
    follow(page, "add_rental", home.pk)
    assert_accessible(page)
    send(page)
    expect(page.locator(".field-error").first).to_be_visible()
    assert_accessible(page)
    shot(page, "rental-add-errors")
    fill_rental(page)
    shot(page, "rental-add")
    send(page)
    rental = Rental.objects.get(dwelling=home)
    assert page.url.endswith(reverse("tenure:rental", args=[rental.pk]))
    assert_accessible(page)
    shot(page, "rental")
    for name, fill in (("record_visit", None), ("extend_contract", "2100-12-31")):
        follow(page, name, rental.pk)
        assert_accessible(page)
        shot(page, f"rental-{name}")
        if fill:
            page.fill("#id_last_day", fill)
        else:
            page.fill("#id_reason", "走访")
            page.locator("input[name=safety]").last.check()
        send(page)
        expect(page.locator("main")).to_contain_text("马守仁")
    page.goto(reverse("people:dwelling", args=[home.pk]))
    assert_accessible(page)
    shot(page, "dwelling-with-rental")
    page.goto(reverse("tenure:end_rental", args=[rental.pk]))
    assert_accessible(page)
    page.locator("input[name=use][value=vacant]").check()
    page.fill("#id_reason", "退租")
    send(page)
    shot(page, "rental-ended")
    home.refresh_from_db()
    assert home.use == "vacant"
    with page.expect_navigation():
        page.locator("form[action*=undo] button").first.click()
    home.refresh_from_db()
    assert home.use == "let"
    assert_accessible(page)


def test_a_grid_workers_rental_waits_for_review(
    enter: Callable[[Actor], Page], home: Dwelling, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(ZHAO)
    page.goto(reverse("tenure:add_rental", args=[home.pk]))
    fill_rental(page)
    send(page)
    expect(page.locator("main .notice").first).to_be_visible()
    assert_accessible(page)
    shot(page, "rental-waits")
    assert not Rental.objects.filter(dwelling=home).exists()
    with page.expect_navigation():
        page.locator("main .notice a").first.click()
    assert_accessible(page)
    shot(page, "rental-proposal")


def test_owners_are_changed(
    enter: Callable[[Actor], Page], home: Dwelling, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(QIAN)
    for name in ("马守仁", "羊秀英"):
        page.goto(reverse("tenure:change_holder", args=[home.pk]))
        assert_accessible(page)
        page.fill("#id_name", name)
        if name == "羊秀英":
            page.locator("input[name=replaces]").check()
            shot(page, "owner-change")
        page.fill("#id_reason", "房产证")
        send(page)
    assert_accessible(page)
    shot(page, "owners")
    assert Holding.objects.get(dwelling=home, end=None).holder.name == "羊秀英"


def test_the_ledger_of_rentals(
    enter: Callable[[Actor], Page], home: Dwelling, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(SUN)
    page.goto(reverse("tenure:add_rental", args=[home.pk]))
    fill_rental(page)
    page.fill("#id_contract_start", "2020-01-01")
    page.fill("#id_last_day", "2020-12-31")
    send(page)
    assert_accessible(page)
    page.goto(reverse("tenure:ledger"))
    assert_accessible(page)
    shot(page, "ledger-rentals")
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    page.locator("#id_contract").select_option("ended")
    page.locator("#ledger button[type=submit]").first.click()
    expect(page.locator("tbody")).to_contain_text("租赁路")
    assert_accessible(page)
    shot(page, "ledger-rentals-ended")
