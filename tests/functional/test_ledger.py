"""Ledgers in the browser: purpose, filter, pages, columns, views, chosen rows, files; no name in any address."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from domicile.apps.people.models import Household
from domicile.apps.screens.models import SavedView
from tests import factories
from tests.cast import QIAN, SUN

DEVICES = ["page_zh_phone", "page_en_desktop"]
GRID = "770101001001071"
FAMILIES = 60


def is_phone(page: Page) -> bool:
    return (page.viewport_size or {})["width"] == 390


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


def press(page: Page, button: Locator) -> None:
    with page.expect_navigation():
        button.click()


def open_filter(page: Page) -> None:
    if not page.locator("#id_place").is_visible():
        page.locator(".filter-panel > summary").click()


def choose_grid(page: Page) -> None:
    open_filter(page)
    page.locator("#id_place").select_option(GRID)
    press(page, page.locator(".filter-buttons button"))


def search_head(page: Page, name: str) -> None:
    open_filter(page)
    page.locator("#id_head").fill(name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_the_page_of_all_ledgers_leads_to_each(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    page.goto("/ledgers/")
    assert_accessible(page)
    shot(page, "ledgers")
    press(page, page.get_by_role("link", name="独居老人台账" if is_phone(page) else "Elderly living alone"))
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "独居老人台账" if is_phone(page) else "Elderly living alone"
    )
    assert_accessible(page)


def test_households_are_filtered_sorted_paged_and_downloaded(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    page.goto("/ledgers/households/")
    expect(page.get_by_role("heading", level=1)).to_have_text("住户台账" if is_phone(page) else "Ledger of households")
    choose_grid(page)
    expect(page.locator("tbody tr").first).to_contain_text("台账路")
    assert_accessible(page)
    shot(page, "ledger-households")
    page.locator("#goto").fill("2")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(FAMILIES - 50)
    press(page, page.locator("nav.pager button[value='1']"))
    expect(page.locator("tbody tr")).to_have_count(50)
    page.locator("#total button").click()
    expect(page.locator("#total")).to_contain_text("60")
    if not is_phone(page):
        press(page, page.locator("thead button").first)
        press(page, page.locator("thead th[aria-sort=ascending] button"))
        expect(page.locator("tbody tr").first).to_contain_text("159室")
        assert_accessible(page)
        shot(page, "ledger-households-sorted")
    search_head(page, "卫建国")
    expect(page.locator("tbody tr")).to_have_count(1)
    assert "?" not in page.url
    page.locator("[data-dialog-open=download]").click()
    assert_accessible(page)
    shot(page, "ledger-download")
    with page.expect_download() as download:
        page.locator("#download button[value=xlsx]").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    expect(page.locator("#download")).to_be_hidden()
    search_head(page, "没有这个人")
    expect(page.locator(".empty-title")).to_be_visible()
    assert_accessible(page)
    shot(page, "ledger-households-empty")


def test_columns_are_chosen_and_kept_as_a_view_that_colleagues_see(
    page: Page,
    signed_in: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:
    phone = is_phone(page)
    title = "手机视图" if phone else "Wide view"
    SavedView.objects.filter(title=title).delete()
    page.goto("/ledgers/households/?view=plain")
    choose_grid(page)
    page.locator("[data-dialog-open=columns]").click()
    page.locator("#columns input[value=kind]").check()
    line = page.locator("#columns li", has=page.locator("input[value=address]"))
    while line.locator("xpath=preceding-sibling::li").count():
        line.locator("[data-move=up]").click()
    expect(line.locator("[data-move=up]")).to_be_focused()
    assert_accessible(page)
    shot(page, "ledger-columns")
    press(page, page.locator("#columns button[type=submit]"))
    expect(page.locator("tbody tr").first.locator("th")).to_contain_text("台账路")
    expect(page.locator("tbody tr").first).to_contain_text("家庭户" if phone else "Family household")
    page.locator("[data-dialog-open=view]").click()
    page.locator("#view-name").fill(title)
    page.locator("#view-scope").select_option(SUN.scope)
    assert_accessible(page)
    shot(page, "ledger-save-view")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".view-bar [aria-current]")).to_contain_text(title)
    expect(page.locator("tbody tr").first.locator("th")).to_contain_text("台账路")
    assert_accessible(page)
    shot(page, "ledger-view")
    colleague = signed_in(page, QIAN)
    colleague.goto("/ledgers/households/?view=plain")
    press(colleague, colleague.locator(".view-bar a", has_text=title))
    expect(colleague.locator("tbody tr").first.locator("th")).to_contain_text("台账路")
    colleague.locator("[data-dialog-open=view]").click()
    expect(colleague.locator("#view .view-list li", has_text=title)).to_be_visible()
    expect(colleague.locator("#view .view-list li", has_text=title).locator("[value=remove]")).to_have_count(0)


def test_people_are_filtered_and_some_of_them_are_taken(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    page.goto("/ledgers/people/")
    open_filter(page)
    page.locator("#id_sex").select_option("2")
    page.locator("#id_age_from").fill("40")
    choose_grid(page)
    expect(page.locator("tbody tr")).to_have_count(50)
    assert_accessible(page)
    shot(page, "ledger-people")
    expect(page.locator("[data-bulk-bar]")).to_be_hidden()
    page.locator("input[name=row]").nth(0).check()
    page.locator("input[name=row]").nth(1).check()
    expect(page.locator("[data-bulk-count]")).to_have_text("2")
    assert_accessible(page)
    shot(page, "ledger-people-chosen")
    with page.expect_download() as download:
        page.locator("[data-bulk-bar] button[value=csv]").click()
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 3 + 2
    if not is_phone(page):
        page.locator("[data-choose-all]").check()
        expect(page.locator("[data-bulk-count]")).to_have_text("50")


def test_the_head_leads_to_the_household(page: Page) -> None:
    page.goto("/ledgers/households/?view=plain")
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
