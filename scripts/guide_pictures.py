"""Makes the pictures of docs/guide: a small synthetic county is made, served, and visited in a headless browser.

`python scripts/guide_pictures.py` writes docs/guide/pictures/NAME.LANGUAGE.jpg for each scene below, in both languages;
`--only NAME …` makes these alone. Pages of people at the door are 390 px wide, those of a desk
1280 px. Scenes run in their order: what one leaves behind, such as a proposal, a later one may show.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

TOP = Path(__file__).resolve().parent.parent
PICTURES = TOP / "docs" / "guide" / "pictures"
DOMICILE = Path(sys.executable).with_name("domicile")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    # The map is drawn without a graphics card; no other host is found.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PEOPLE, QUALITY = 2000, 40
LANGUAGES = {"zh": ("zh-hans", "zh-CN"), "en": ("en", "en-US")}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 720},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 1.5,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 760}}
# What each role says that it looks for.
PURPOSES = {
    "grid_worker": "door_visit",
    "community_officer": "register_maintenance",
    "county_operator": "register_maintenance",
    "administrator": "oversight",
    "supervisor": "oversight",
}
Steps = Callable[[Page], None]


@dataclass(frozen=True)
class Scene:
    """A picture: its name, who sees it on which device, and the steps that lead to it."""

    name: str
    role: str
    device: dict[str, Any]
    steps: Steps
    purpose: str = ""
    whole: bool = False  # the whole page instead of what fits on the screen


def at(address: str) -> Steps:
    """A page with an address of its own."""
    return lambda page: go(page, address)


def go(page: Page, address: str) -> None:
    page.goto(address)


def follow(page: Page, selector: str, number: int = 0) -> None:
    """A click that leads to another page."""
    with page.expect_navigation():
        page.locator(selector).nth(number).click()


FOUND: dict[str, str] = {}  # addresses found once, for both languages


def household(page: Page) -> None:
    """The first household of at least three members in the ledger."""
    if "household" in FOUND:
        go(page, FOUND["household"])
        return
    go(page, "/ledgers/households/")
    for address in [row.get_attribute("href") or "" for row in page.locator("main tbody th a").all()[:12]]:
        go(page, address)
        if page.locator("main section").first.locator('a[href^="/people/"]').count() > 2:
            FOUND["household"] = address
            return


def dwelling(page: Page) -> None:
    household(page)
    follow(page, "h1 a")


def person(page: Page) -> None:
    household(page)
    follow(page, 'main section a[href^="/people/"]')


def menu(page: Page) -> None:
    """The card of a household with its menu open."""
    household(page)
    page.locator(".change-menu > summary").click()


def choose(page: Page, part: str) -> None:
    """Follow the entry of the card's menu whose address holds `part`."""
    page.locator(".change-menu > summary").click()
    follow(page, f'.change-menu a[href*="{part}"]')


def add_person(page: Page) -> None:
    household(page)
    choose(page, "/add/")
    page.fill("#id_name", "陈小雨")


def waiting(page: Page) -> None:
    """A newborn proposed at the door."""
    household(page)
    choose(page, "/newborn/")
    page.select_option("#id_sex", "2")
    if page.locator("#id_reason").input_value() == "":
        page.fill("#id_reason", "入户走访时本人告知")
    with page.expect_navigation():
        page.locator("main form .form-actions button[type=submit]").click()


def move(page: Page) -> None:
    household(page)
    choose(page, "/regroup/move/")


def rental(page: Page) -> None:
    go(page, "/ledgers/rentals/")
    follow(page, "main table tbody th a")
    if "/rentals/" not in page.url:
        follow(page, 'main a[href^="/rentals/"]')


def proposal(page: Page) -> None:
    go(page, "/proposals/")
    follow(page, "main table tbody th a")


def dialog(name: str) -> Steps:
    """A dialog of the ledger of households."""

    def steps(page: Page) -> None:
        go(page, "/ledgers/households/")
        page.locator(f"[data-dialog-open={name}]").click()

    return steps


def print_household(page: Page) -> None:
    household(page)
    follow(page, 'main a[href$="/print/"]')


def building(page: Page) -> None:
    go(page, "/places/")
    follow(page, "main table tbody th a")


def upload(page: Page) -> None:
    """A messy sheet, sent and checked."""
    go(page, "/imports/new/")
    page.set_input_files("#id_file", {"name": "采集表.csv", "mimeType": "text/csv", "buffer": SHEET.encode()})
    with page.expect_navigation():
        page.locator("main form.panel button[type=submit]").click()


def preview(page: Page) -> None:
    upload(page)
    with page.expect_navigation():
        page.locator("main form.panel button[type=submit]").click()
    page.locator("dl.figures").wait_for(timeout=60_000)


def community(page: Page) -> None:
    go(page, "/areas/")
    names = page.locator('main a[href^="/areas/"]').all()
    community_pages = [link.get_attribute("href") or "" for link in names if "社区" in (link.text_content() or "")]
    go(page, community_pages[0])
    page.locator("#happens").scroll_into_view_if_needed()
    page.mouse.wheel(0, 400)


def split(page: Page) -> None:
    """What a split of a community would bring; nothing is changed."""
    community(page)
    code = (page.locator("main dl.facts .tabular, main dl.facts dd").first.text_content() or "").strip()
    follow(page, 'main a[href$="/split/"]')
    page.fill("#id_code", f"{code[:9]}{int(code[9:12]) + 90:03d}")
    page.fill("#id_name", "新桥社区")
    page.locator("main input[name=parts]").first.check()
    page.fill("#id_reason", "县政府批复")
    with page.expect_navigation():
        page.locator("form.panel button[type=submit]").click()


def map_page(page: Page) -> None:
    go(page, "/map/")
    page.locator("html[data-still='1']").wait_for(timeout=60_000)


def account(page: Page) -> None:
    go(page, "/administration/accounts/")
    follow(page, "main table tbody th a")


SHEET = """本户地址,网格编码,联系电话,姓名,与户主关系,性别,身份证号,户籍地址
柳溪社区新桥路1号101室,770101001001001,1380000000,王建国,户主,男,,云屏省平川市安禾县青石街道
,,,李秀英,配偶,女,,云屏省平川市安禾县青石街道
,,,王小明,,男,,云屏省平川市安禾县青石街道
"""

SCENES = (
    Scene("sign-in", "", PHONE, at("/accounts/sign-in/")),
    Scene("purpose", "grid_worker", PHONE, at("/access/purpose/")),
    Scene("start", "grid_worker", PHONE, at("/")),
    Scene("dwelling", "grid_worker", PHONE, dwelling),
    Scene("household", "grid_worker", PHONE, household),
    Scene("person", "grid_worker", PHONE, person),
    Scene("menu", "grid_worker", PHONE, menu),
    Scene("add-person", "grid_worker", PHONE, add_person),
    Scene("move", "grid_worker", PHONE, move),
    Scene("rental", "grid_worker", PHONE, rental),
    Scene("waiting", "grid_worker", PHONE, waiting),
    Scene("proposals", "community_officer", DESK, at("/proposals/")),
    Scene("proposal", "community_officer", DESK, proposal),
    Scene("ledgers", "community_officer", DESK, at("/ledgers/")),
    Scene("ledger", "community_officer", DESK, at("/ledgers/households/")),
    Scene("columns", "community_officer", DESK, dialog("columns")),
    Scene("view", "community_officer", DESK, dialog("view")),
    Scene("print", "community_officer", DESK, print_household),
    Scene("building", "county_operator", DESK, building),
    Scene("import", "county_operator", DESK, at("/imports/new/"), purpose="import_check"),
    Scene("import-columns", "county_operator", DESK, upload, purpose="import_check"),
    Scene("import-check", "county_operator", DESK, preview, purpose="import_check"),
    Scene("export", "county_operator", DESK, at("/exports/")),
    Scene("area", "county_operator", DESK, community),
    Scene("split", "county_operator", DESK, split),
    Scene("map", "county_operator", DESK, map_page),
    Scene("accounts", "administrator", DESK, at("/administration/accounts/")),
    Scene("account", "administrator", DESK, account),
    Scene("looks", "supervisor", DESK, at("/administration/looks/")),
    Scene("changes", "supervisor", DESK, at("/administration/changes/")),
    Scene("programs", "county_operator", DESK, at("/programs/tokens/add/")),
)


@contextmanager
def county(home: Path) -> Iterator[str]:
    """A synthetic county in this folder and a server on it; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DOMICILE_HOME": str(home)}
    subprocess.run(
        [DOMICILE, "demo", "--people", str(PEOPLE), "--no-serve"],
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    server = subprocess.Popen(
        [DOMICILE, "serve", "--port", str(port), "--workers", "1", "--seal-every", "3600"],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    try:
        _await(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _await(address: str) -> None:
    for _attempt in range(300):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5)
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    sys.exit(f"the server does not answer on {address}")


class Visitors:
    """The accounts of the demonstration, each signed in once."""

    browser: Browser

    def __init__(self, address: str, home: Path) -> None:
        self.address, self.home = address, home
        lines = (home / "demo-logins.txt").read_text("utf-8").splitlines()
        self.logins = {one["role"]: one for one in (json.loads(line) for line in lines if line.startswith("{"))}
        self.cookies: dict[str, Any] = {}
        self.stated: dict[str, str] = {}

    def enter(self, scene: Scene, language: str) -> BrowserContext:
        """A browser of the scene's device and language, signed in, with the purpose stated."""
        stated, locale = LANGUAGES[language]
        context = self.browser.new_context(
            base_url=self.address, locale=locale, timezone_id="Asia/Shanghai", **scene.device
        )
        context.set_default_timeout(15_000)
        if scene.role:
            if scene.role not in self.cookies:
                self.cookies[scene.role] = self._sign_in(scene.role)
            context.add_cookies(self.cookies[scene.role])
        context.add_cookies([{"name": "django_language", "value": stated, "url": self.address}])
        purpose = scene.purpose or PURPOSES.get(scene.role, "")
        if self.stated.get(scene.role, "") != purpose:
            self._state(context, purpose)
            self.stated[scene.role] = purpose
        return context

    def _sign_in(self, role: str) -> Any:
        """Password and the code of the moment, as a person gives them."""
        login, context = self.logins[role], self.browser.new_context(base_url=self.address)
        page = context.new_page()
        page.goto("/accounts/sign-in/")
        page.fill("input[name=login]", login["username"])
        page.fill("input[name=password]", login["password"])
        follow(page, "main form.panel button[type=submit]")
        page.fill("input[name=code]", self._code(login["username"]))
        follow(page, "main form.panel button[type=submit]")
        cookies = context.cookies()
        context.close()
        return cookies

    def _code(self, username: str) -> str:
        command: list[str] = [str(DOMICILE), "demo", "--code", username]
        environment = {**os.environ, "DOMICILE_HOME": str(self.home)}
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()

    def _state(self, context: BrowserContext, purpose: str) -> None:
        page = context.new_page()
        page.goto("/access/purpose/")
        page.locator(f"input[value={purpose}]").check()
        follow(page, "main form.panel button[type=submit]")
        page.close()


def draw(visitors: Visitors, scene: Scene, language: str, folder: Path) -> None:
    context = visitors.enter(scene, language)
    page = context.new_page()
    scene.steps(page)
    page.wait_for_load_state("networkidle")
    page.screenshot(
        path=folder / f"{scene.name}.{language}.jpg", type="jpeg", quality=QUALITY, full_page=scene.whole,
        animations="disabled", scale="device",
    )  # fmt: skip
    context.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[], help="make these scenes alone")
    parser.add_argument("--folder", type=Path, default=PICTURES, help="where the pictures go")
    options = parser.parse_args()
    found = next((path for path in map(shutil.which, BROWSERS) if path), None)
    if found is None:
        sys.exit("no Chromium here: run scripts/system-packages, or install the package chromium")
    options.folder.mkdir(parents=True, exist_ok=True)
    failed = []
    with tempfile.TemporaryDirectory() as folder, county(Path(folder)) as address, sync_playwright() as playwright:
        visitors = Visitors(address, Path(folder))
        for language, (_stated, locale) in LANGUAGES.items():
            # Days and buttons for files are drawn in the language of the browser itself.
            arguments = [*ARGUMENTS, f"--lang={locale}"]
            environment: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": locale}
            browser = playwright.chromium.launch(executable_path=found, args=arguments, env=environment)
            visitors.browser = browser
            for scene in SCENES:
                if scene.name in options.only or not options.only:
                    try:
                        draw(visitors, scene, language, options.folder)
                    except Exception as problem:
                        print(f"{scene.name}.{language}: {problem}", file=sys.stderr)
                        failed.append(scene.name)
            browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
