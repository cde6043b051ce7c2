"""The main navigation, as somebody uses it: on a phone some of its entries stand in a menu."""

from playwright.sync_api import Page


def go_to(page: Page, address: str) -> None:
    """Follow the entry that leads to `address`; on a phone open the menu first where it stands there."""
    entry = page.get_by_role("navigation").locator(f"a[href='{address}']:visible")
    if entry.count() == 0:
        page.locator(".topbar-more > summary").click()
    with page.expect_navigation():
        entry.click()
