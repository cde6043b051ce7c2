"""What the journeys stand on: a check that sees faults on each page anew, devices that remember nothing."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.functional.devices import DESKTOP, Devices

# By the rule of axe that names it; one for each standard: WCAG 2.0 A, WCAG 2.0 AA, WCAG 2.2 AA, good practice.
TINY = '<button style="padding: 0; font: 8px serif">a</button>'
FAULTS = {
    "image-alt": '<img src="data:,">',
    "color-contrast": '<p style="color: #bbb">pale</p>',
    "target-size": f"<p>{TINY}{TINY}</p>",
    "heading-order": "<h1>one</h1><h4>four</h4>",
}


def show(page: Page, body: str) -> None:
    page.goto("about:blank")
    page.set_content(f"<!doctype html><html lang=en><title>t</title><body><main><h1>h</h1>{body}</main>")


@pytest.mark.parametrize("rule", FAULTS)
def test_a_fault_is_named_on_the_second_page_as_on_the_first(
    page_en_desktop: Page, assert_accessible: Callable[[Page], None], rule: str
) -> None:
    show(page_en_desktop, "<p>all is well</p>")
    assert_accessible(page_en_desktop)
    show(page_en_desktop, FAULTS[rule])
    for _ in range(2):
        with pytest.raises(AssertionError, match=rule):
            assert_accessible(page_en_desktop)


def test_a_page_that_scrolls_sideways_is_seen(page_zh_phone: Page, assert_accessible: Callable[[Page], None]) -> None:
    show(page_zh_phone, '<meta name="viewport" content="width=device-width"><p style="width: 900px">wide</p>')
    with pytest.raises(AssertionError, match="sideways"):
        assert_accessible(page_zh_phone)


LEAVE = """() => { localStorage.setItem("seen", "1"); sessionStorage.setItem("seen", "1"); document.cookie = "seen=1; path=/" }"""
SEEN = """() => [localStorage.getItem("seen"), sessionStorage.getItem("seen"), /seen/.test(document.cookie)]"""


def test_nothing_of_a_journey_is_there_for_the_next(devices: Devices, browser: Browser, server: str) -> None:
    for _ in range(2):
        with devices.page(browser, DESKTOP) as page:
            page.goto("/accounts/sign-in/")
            assert page.evaluate(SEEN) == [None, None, False]
            page.evaluate(LEAVE)
            assert page.evaluate(SEEN) == ["1", "1", True]
            page.context.new_page()
    window = devices.windows[browser, DESKTOP["viewport"]["width"]]
    assert [page.url for page in window.pages] == [f"{server}/healthz"]


def test_a_window_that_failed_is_not_used_again(devices: Devices, browser: Browser) -> None:
    with devices.page(browser, DESKTOP) as page:
        former = page.context
    with pytest.raises(TimeoutError), devices.page(browser, DESKTOP):
        raise TimeoutError
    with devices.page(browser, DESKTOP) as page:
        assert page.context is not former
