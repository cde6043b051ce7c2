"""Find a person: in Chinese on a phone and in English on a desktop, with all that can come back."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.cast import QIAN, SUN


@pytest.fixture(scope="module")
def people(server, django_db_blocker):
    """A street of its own with a family and somebody from elsewhere; it stays for the journeys of this module."""
    with django_db_blocker.unblock():
        make.area_tree()
        house = make.building(street="寻人路", plate="7号", name="2栋")
        household = make.family(size=3, at=make.dwelling(within=house, room="301室"), surname="寻")
        guest = make.person(
            name="寻远方", number="780203199003070018", phone="13900007777", birth_date=dt.date(1990, 3, 7),
            registered_code="780203001001", registered_text="",
        )  # fmt: skip
        make.spell(of=guest, at=make.dwelling(within=house, room="302室"), start=dt.date(2024, 2, 1), reason="01")
        for _ in range(24):
            make.spell(of=make.person(name="同名人", number=None), at=household.dwelling, kind="temporary")
    return household


@pytest.fixture(params=["page_zh_phone", "page_en_desktop"])
def page(request, signed_in, people):
    return signed_in(request.getfixturevalue(request.param), QIAN, "register_maintenance")


def ask(page, text):
    page.goto("/search/")
    page.locator("#q").fill(text)
    page.locator("#q").press("Enter")
    page.locator("#results > *").first.wait_for()
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-swapping")).to_have_count(0)


def test_the_box_says_what_can_be_asked(page, assert_accessible, shot):
    page.goto("/search/")
    assert page.locator("#q").is_visible()
    assert_accessible(page)
    shot(page, "search-box")


@pytest.mark.parametrize("text", ["寻远方", "xun yuanfang", "780203199003070018", "139 0000 7777", "寻 1990年"])
def test_a_person_is_found_and_opened(page, text, assert_accessible, shot):
    ask(page, text)
    assert "寻远方" in page.locator("#results").inner_text()
    # What was asked stands in no address.
    assert page.url.endswith("/search/")
    assert_accessible(page)
    if text == "寻远方":
        shot(page, "search-found")
    page.get_by_role("link", name="寻远方").click()
    page.wait_for_url("**/people/*/")
    assert page.locator("h1").inner_text().startswith("寻远方")


def test_a_number_with_a_slip_is_found_and_flagged(page, assert_accessible, shot):
    ask(page, "780203199003070081")
    assert page.locator("#results .notice-warning").is_visible()
    assert page.locator("#results tbody tr").count() == 1
    assert_accessible(page)
    shot(page, "search-slip")


def test_an_address_leads_to_its_people(page, assert_accessible, shot):
    ask(page, "寻人路7号")
    assert page.locator("#results tbody tr").count() == 2
    assert_accessible(page)
    shot(page, "search-address")
    page.get_by_role("link", name="301室").click()
    page.wait_for_url("**/dwellings/*/")
    assert page.locator("main").inner_text().count("寻") > 3


def test_more_than_a_page_is_turned(page, assert_accessible):
    ask(page, "同名人")
    assert page.locator("#results tbody tr").count() == 20
    page.locator("#results .pager button").click()
    expect(page.locator("#results tbody tr")).to_have_count(4)
    assert_accessible(page)


@pytest.mark.parametrize(
    ("text", "kind"), [("查无此人", "empty"), ("1234567890123456", "problem"), ("200岁", "problem")]
)
def test_nothing_found_and_nothing_to_look_for_are_explained(page, text, kind, assert_accessible, shot):
    ask(page, text)
    assert page.locator("#results .empty, #results [role=alert]").is_visible()
    assert_accessible(page)
    shot(page, f"search-{kind}")


def test_without_a_script_the_box_works_too(browser, server, signed_in, people):
    context = browser.new_context(base_url=server, java_script_enabled=False, locale="zh-CN")
    page = signed_in(context.new_page(), SUN, "register_maintenance")
    page.goto("/search/")
    page.locator("#q").fill("寻远方")
    with page.expect_navigation():
        page.locator("#q").press("Enter")
    assert page.locator("#results tbody tr").count() == 1
    context.close()
