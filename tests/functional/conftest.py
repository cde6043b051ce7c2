"""A real server and a real browser for the journeys.

The server stands on the test databases and nothing is rolled back: each journey makes the people it needs, and none
counts on being alone. `page_zh_phone` and `page_en_desktop` are signed out; `signed_in` signs them in.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.db.models import ForeignObjectRel, Model
from django.test import Client
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.cast import Actor, sign_in
from tests.functional.devices import DESKTOP, PATIENCE, PHONE, PICTURES, Devices

RESULTS = Path(__file__).resolve().parents[2] / "test-results"
# The first takes half the processor's time of the others, which draw a window with tabs around each page.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ALIASES = ("default", "log")
# Names, numbers and addresses of nobody leave this machine: the browser finds no other host.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
expect.set_options(timeout=PATIENCE)
# The map is drawn without a graphics card, which makes every page slow: only for journeys marked `graphics`.
GRAPHICS = ["--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong is told, and by its HTML alone: the rest of what axe knows is long, and nobody reads it.
AXE_OPTIONS = {
    "runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"], "selectors": False, "elementRef": False,
}  # fmt: skip
FAULTS = """options => axe.run(options).then(found => ({
    violations: found.violations.flatMap(({id, help, nodes}) => nodes.map(({html}) => `${id}: ${help}: ${html.slice(0, 200)}`)),
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
}))"""


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of a server on the test databases."""
    bundle = Path(str(settings.PACKAGE)) / "site" / "static" / "build" / "domicile.css"
    if not bundle.exists():
        pytest.fail("the front end is not built: run `make front-end`")
    with django_db_blocker.unblock():
        live = LiveServer("127.0.0.1")
        with urlopen(f"{live.url}/healthz", timeout=120):  # the first answer of a process loads every page there is
            pass
        yield live.url
        live.stop()


@pytest.fixture(autouse=True)
def databases(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Lets a journey store what it needs; it stays."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def unlinked(databases: None) -> Iterator[None]:
    """For a journey with other registers, of which a database has one set: it begins and ends without any."""
    from domicile.apps.peers.models import Peer

    _emptied(Peer)
    yield
    _emptied(Peer)


def _emptied(model: type[Model]) -> None:
    """Take away all rows, and what hangs on them."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in {model, "self"}:
            _emptied(relation.related_model)
    model._base_manager.all()._raw_delete(using="default")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def plain_browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium: pages of one window share a process, and what it compiled."""
    yield from _launched(playwright, ["--disable-gpu", "--process-per-site"])


@pytest.fixture(scope="session")
def graphics_browser(playwright: Playwright) -> Iterator[Browser]:
    """The system's Chromium with graphics drawn by the processor."""
    yield from _launched(playwright, GRAPHICS)


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """The browser that the journey needs."""
    name = "graphics_browser" if request.node.get_closest_marker("graphics") else "plain_browser"
    found: Browser = request.getfixturevalue(name)
    return found


def _launched(playwright: Playwright, more: list[str]) -> Iterator[Browser]:
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        pytest.fail("no Chromium here: run scripts/system-packages, or install the package chromium")
    chromium = playwright.chromium.launch(executable_path=found, args=[*ARGUMENTS, *more])
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def devices(server: str) -> Devices:
    """The phone and the desktop of this worker."""
    return Devices(server)


def _page(devices: Devices, browser: Browser, device: dict[str, Any]) -> Iterator[Page]:
    complaints: list[str] = []
    with devices.page(browser, device) as page:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        yield page
    # What the content security policy blocked and what a script stumbled over; not the statuses a journey asks for.
    serious = [text for text in complaints if not text.startswith("Failed to load resource")]
    assert not serious, f"the browser complained: {serious}"


@pytest.fixture
def page_zh_phone(devices: Devices, browser: Browser) -> Iterator[Page]:
    """A Chinese phone, 390 px wide."""
    yield from _page(devices, browser, PHONE)


@pytest.fixture
def page_en_desktop(devices: Devices, browser: Browser) -> Iterator[Page]:
    """An English desktop, 1280 px wide."""
    yield from _page(devices, browser, DESKTOP)


@pytest.fixture
def signed_in(server: str) -> Callable[..., Page]:
    """`signed_in(page, QIAN, purpose="…")`: the page with a session of this actor, its second factor done."""

    def enter(page: Page, actor: Actor, purpose: str | None = None) -> Page:
        client = Client()
        sign_in(client, actor, purpose)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": server}])
        return page

    return enter


#: The browser scrolls of its own accord to a field that has the focus or a place that was asked for, some frames later.
TO_THE_TOP = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    for (let quiet = 0, tries = 0; quiet < 3 && tries < 40; tries++) {
        await frame();
        quiet = scrollY === 0 ? quiet + 1 : 0;
        if (scrollY) scrollTo({ top: 0, behavior: 'instant' });
    }
}"""


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """`assert_accessible(page)`: axe finds no violation of WCAG 2.2 AA, the page has no sideways scroll.

    A click that leads to another page must have arrived before: `with page.expect_navigation(): link.click()`.
    """

    def check(page: Page) -> None:
        page.wait_for_load_state()
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        # From the top: what the bar covers elsewhere would be taken for small.
        page.evaluate(TO_THE_TOP)
        found = page.evaluate(FAULTS, AXE_OPTIONS)
        assert not found["violations"], "\n".join([page.url, *found["violations"]])
        assert found["overflow"] <= 0, f"{page.url} scrolls sideways by {found['overflow']} px"

    return check


@pytest.fixture
def shot() -> Callable[[Page, str], None]:
    """`shot(page, "search-empty")`: a picture of the whole page in test-results/, named by language and width too.

    Taken only where DOMICILE_PICTURES is set, since a long page takes long to draw.
    """

    def take(page: Page, name: str) -> None:
        if not PICTURES:
            return
        language = page.evaluate("document.documentElement.lang")
        width = (page.viewport_size or {"width": 0})["width"]
        RESULTS.mkdir(exist_ok=True)
        safe = re.sub(r"[^\w-]+", "-", name)
        page.screenshot(path=RESULTS / f"{safe}-{language}-{width}.png", full_page=True)

    return take
