"""Makes the pictures of docs/guide: a small synthetic county is made, served, and visited in a headless browser.

`python -m scripts.guide_pictures` writes docs/guide/pictures/NAME.LANGUAGE.jpg for each scene of guide_scenes.py, in both
languages; `--only NAME …` makes these alone. Scenes run in their order: what one leaves behind, such as a proposal, a later
one may show.
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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from scripts.guide_scenes import SCENES, Scene, follow

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
PEOPLE, QUALITY = 2000, 35
LANGUAGES = {"zh": ("zh-hans", "zh-CN"), "en": ("en", "en-US")}
# What each role says that it looks for.
PURPOSES = {
    "grid_worker": "door_visit",
    "community_officer": "register_maintenance",
    "county_operator": "register_maintenance",
    "administrator": "oversight",
    "supervisor": "oversight",
}


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
