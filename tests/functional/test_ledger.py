"""The ledger of households in the browser: purpose, filter, sort, pages, download; no name in any address."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from domicile.apps.people.models import Household
from tests import factories
from tests.cast import SUN

DEVICES = ["page_zh_phone", "page_en_desktop"]
GRID = "770101001001071"
FAMILIES = 60


@pytest.fixture(params=DEVICES)
def page(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Page:
    """Sun on either device, with sixty families in a grid of their own."""
    factories.area_tree()
    house = factories.building(place_code=GRID, street="台账路", plate="7号")
    if not Household.objects.filter(dwelling__building=house).exists():
        for number in range(FAMILIES):
            home = factories.dwelling(within=house, room=f"{100 + number}室")
            factories.family(size=2, at=home, surname="卫" if number == 7 else "韩")
    return signed_in(request.getfixturevalue(request.param), SUN)


def choose_grid(page: Page) -> None:
    page.locator("#id_place").select_option(GRID)
    page.locator("#ledger button[type=submit]").first.click()
    expect(page.locator("tbody tr").first).to_contain_text("台账路")


def test_households_are_filtered_sorted_paged_and_downloaded(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    phone = (page.viewport_size or {})["width"] == 390
    page.goto("/ledgers/households/")
    expect(page.get_by_role("heading", level=1)).to_have_text("住户台账" if phone else "Ledger of households")
    choose_grid(page)
    assert_accessible(page)
    shot(page, "ledger-households")
    page.locator("nav.pager button[value='2']").click()
    expect(page.locator("tbody tr")).to_have_count(FAMILIES - 50)
    assert_accessible(page)
    if not phone:
        page.locator("thead button").first.click()
        expect(page.locator("thead th[aria-sort=ascending]")).to_have_count(1)
        page.locator("thead th[aria-sort] button").click()
        expect(page.locator("tbody tr").first).to_contain_text("159室")
        assert_accessible(page)
        shot(page, "ledger-households-sorted")
    page.locator("#id_head").fill("卫建国")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "卫" not in page.url
    assert "?" not in page.url
    with page.expect_download() as download:
        page.locator("#ledger button[value=xlsx]").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.locator("#id_head").fill("没有这个人")
    page.keyboard.press("Enter")
    expect(page.locator(".empty-title")).to_be_visible()
    assert_accessible(page)
    shot(page, "ledger-households-empty")


def test_the_head_leads_to_the_household(page: Page) -> None:
    page.goto("/ledgers/households/")
    choose_grid(page)
    page.locator("tbody tr th a").first.click()
    page.wait_for_url("**/households/**")


def test_a_purpose_is_asked_for_first(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None]
) -> None:
    page = signed_in(page_en_desktop, SUN, purpose="")
    page.goto("/ledgers/households/")
    page.wait_for_url("**/access/purpose/**")
    page.get_by_label("Keeping the register").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ledger of households")
