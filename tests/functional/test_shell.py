"""The frame around every page and the pieces on it, in both languages, on a phone and on a desktop."""

from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect

from tests.cast import QIAN, SUN, WU, Actor
from tests.functional.navigating import go_to

DEVICES = ["page_zh_phone", "page_en_desktop"]


@pytest.fixture(params=DEVICES)
def pieces(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Iterator[Page]:
    """The page with every piece of the look, on either device."""
    with override_settings(ROOT_URLCONF="tests.functional.pieces"):
        page = signed_in(request.getfixturevalue(request.param), QIAN)
        page.goto("/i18n/pieces/")
        yield page


@pytest.mark.parametrize(
    ("device", "heading"), [("page_zh_phone", "没有这个页面"), ("page_en_desktop", "There is no such page")]
)
def test_a_wrong_address_is_explained(
    device: str,
    heading: str,
    request: pytest.FixtureRequest,
    signed_in: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:
    page = signed_in(request.getfixturevalue(device), QIAN)
    page.goto("/no-such-page/")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert_accessible(page)
    shot(page, "404")


def test_every_piece_is_accessible(
    pieces: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    expect(pieces.get_by_role("contentinfo")).to_be_visible()
    assert_accessible(pieces)
    shot(pieces, "pieces")


def test_a_dialog_opens_closes_and_gives_the_focus_back(
    pieces: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    opener = pieces.get_by_role("button", name="打开对话框")
    opener.click()
    expect(pieces.get_by_role("dialog")).to_be_visible()
    assert_accessible(pieces)
    shot(pieces, "dialog")
    pieces.keyboard.press("Escape")
    expect(pieces.get_by_role("dialog")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_language_is_switched_and_kept(pieces: Page) -> None:
    before = pieces.evaluate("document.documentElement.lang")
    pieces.get_by_role("button", name="English" if before.startswith("zh") else "中文").click()
    expect(pieces.locator("html")).to_have_attribute("lang", "en" if before.startswith("zh") else "zh-hans")
    pieces.reload()
    expect(pieces.locator("html")).to_have_attribute("lang", "en" if before.startswith("zh") else "zh-hans")


def test_fingers_find_large_targets_on_a_phone(page_zh_phone: Page, signed_in: Callable[..., Page]) -> None:
    with override_settings(ROOT_URLCONF="tests.functional.pieces"):
        page = signed_in(page_zh_phone, QIAN)
        page.goto("/i18n/pieces/")
        heights = page.evaluate(
            "[...document.querySelectorAll('.btn, .topbar-side button, .topbar-entries a, .field input[type=text]')]"
            ".filter((item) => item.offsetParent).map((item) => [item.outerHTML, item.getBoundingClientRect().height])"
        )
    assert heights
    assert not [markup for markup, height in heights if height < 44]


def test_the_page_is_used_by_keyboard(pieces: Page) -> None:
    pieces.keyboard.press("Tab")
    skip = pieces.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    pieces.keyboard.press("Enter")
    expect(pieces.locator("#content")).to_be_focused()


def test_paper_shows_the_ledger_and_no_navigation(pieces: Page) -> None:
    pieces.emulate_media(media="print")
    expect(pieces.get_by_role("banner")).to_be_hidden()
    expect(pieces.get_by_role("table")).to_be_visible()


@pytest.mark.parametrize("actor", [SUN, WU], ids=lambda actor: actor.username)
@pytest.mark.parametrize("device", DEVICES)
def test_every_page_of_the_navigation_is_reached(
    device: str,
    actor: Actor,
    request: pytest.FixtureRequest,
    signed_in: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:
    page = signed_in(request.getfixturevalue(device), actor)
    page.goto("/")
    assert_accessible(page)
    shot(page, f"navigation-{actor.username}")
    ways = page.get_by_role("navigation").locator(".topbar-entries a")
    for address in ways.evaluate_all("links => links.map((link) => link.getAttribute('href'))"):
        go_to(page, address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_menu_of_a_phone_is_used_by_keyboard(
    page_zh_phone: Page,
    signed_in: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:
    page = signed_in(page_zh_phone, SUN)
    page.goto("/areas/")
    more = page.locator(".topbar-more > summary")
    inside = page.locator(".topbar-more a")
    expect(inside.first).to_be_hidden()
    assert "is-current" in (more.get_attribute("class") or "")
    more.press("Enter")
    expect(inside.first).to_be_visible()
    assert_accessible(page)
    shot(page, "navigation-menu")
    more.press("Tab")
    expect(inside.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(inside.first).to_be_hidden()
    expect(more).to_be_focused()
    more.click()
    page.get_by_role("contentinfo").click()
    expect(inside.first).to_be_hidden()
    narrow = page.evaluate(
        "[...document.querySelectorAll('.topbar a, .topbar summary')].filter((item) => item.checkVisibility())"
        ".every((item) => item.getBoundingClientRect().height >= 44 && item.getBoundingClientRect().right <= 390)"
    )
    assert narrow


def test_at_a_desk_the_entries_keep_one_row(
    page_en_desktop: Page, signed_in: Callable[..., Page], shot: Callable[[Page, str], None]
) -> None:
    page = signed_in(page_en_desktop, SUN)
    page.goto("/administration/")
    bar = page.locator(".topbar").bounding_box()
    assert bar is not None
    assert bar["height"] < 64
    more = page.locator(".topbar-more > summary")
    assert "is-current" in (more.get_attribute("class") or "").split()
    more.click()
    shown = (
        page.get_by_role("navigation").locator("a:visible").evaluate_all("links => links.map((one) => one.pathname)")
    )
    every = page.locator(".topbar-entries a").evaluate_all("links => links.map((one) => one.pathname)")
    assert sorted(shown) == sorted(every), "each entry once"
    shot(page, "navigation-menu")
