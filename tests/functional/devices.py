"""The devices of the journeys: a phone and a desktop, each one window for all journeys of a worker, emptied after each.

A window of its own for each journey would read, parse and compile every style and script anew, and so would a process of its
own: a page without scripts stays open in each window, whose process draws the pages of all journeys.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

# What a page may take on a machine that is busy with other things; nothing waits this long where all is well.
PATIENCE = 30_000
PICTURES = "DOMICILE_PICTURES" in os.environ
KEPT_BY_PAGES = "local_storage,indexeddb,cache_storage,service_workers,websql,file_systems"
# A Chinese phone, 390 px wide.
PHONE: dict[str, Any] = {
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    # Four times the points to paint, for pictures alone: pages are laid out alike.
    "device_scale_factor": 2 if PICTURES else 1,
}
# An English desktop, 1280 px wide.
DESKTOP: dict[str, Any] = {
    "locale": "en-US",
    "timezone_id": "Asia/Shanghai",
    "viewport": {"width": 1280, "height": 900},
}


class Devices:
    """The windows of one worker's browsers on one server."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.windows: dict[tuple[Browser, int], BrowserContext] = {}

    @contextmanager
    def page(self, browser: Browser, device: dict[str, Any]) -> Iterator[Page]:
        """A page on the device, signed out; nothing of it is there for the next one."""
        key = (browser, device["viewport"]["width"])
        window = self.windows.pop(key, None) or self._open(browser, device)
        page = window.new_page()
        page.set_default_timeout(PATIENCE)
        try:
            yield page
            self._empty(window)
        except BaseException:
            window.close()
            raise
        self.windows[key] = window

    def _open(self, browser: Browser, device: dict[str, Any]) -> BrowserContext:
        window = browser.new_context(base_url=self.server, **device)
        window.new_page().goto("/healthz")
        return window

    def _empty(self, window: BrowserContext) -> None:
        staying, *former = window.pages
        for page in former:
            page.close()
        session = window.new_cdp_session(staying)
        session.send("Storage.clearDataForOrigin", {"origin": self.server, "storageTypes": KEPT_BY_PAGES})
        session.detach()
        window.clear_cookies()
        window.clear_permissions()
