"""What stands in the pictures of docs/guide: who sees each, on which device, and the steps that lead to it."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 720},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 1.5,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 760}}
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
    choose(page, "/birth/")
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


def more(page: Page) -> None:
    """The menu of the ways to go, on a phone."""
    go(page, "/")
    page.locator(".topbar-more > summary").click()


def chain(page: Page) -> None:
    """The chain of the officer's community."""
    go(page, "/staffing/")
    if "/community/" not in page.url:
        follow(page, 'main a[href*="/staffing/community/"]')


def today() -> dt.date:
    """The day where the county lies."""
    return dt.datetime.now(ZoneInfo("Asia/Shanghai")).date()


def send(page: Page) -> None:
    """Send the form of the page."""
    with page.expect_navigation():
        page.locator("main form .form-actions button[type=submit]").first.click()


def campaign(page: Page) -> None:
    """A campaign over one grid, its tasks given out."""
    if "campaign" in FOUND:
        go(page, FOUND["campaign"])
        return
    go(page, "/campaigns/add/")
    page.fill("#id_name", "冬季清理摸底")
    page.select_option("#id_scope", index=1)
    for field, days in (("reference_on", 0), ("starts_on", 0), ("ends_on", 7)):
        page.fill(f"#id_{field}", (today() + dt.timedelta(days=days)).isoformat())
    send(page)
    FOUND["campaign"] = page.url
    follow(page, '.page-actions a[href$="/freeze/"]')
    page.fill("#id_seed", "3 1 4 1 5 9")
    send(page)
    follow(page, '.page-actions form[action$="/give-out/"] button')


def back_check(page: Page) -> None:
    """A draw from what was accepted lately."""
    if "back-check" in FOUND:
        go(page, FOUND["back-check"])
        return
    go(page, "/back-checks/draw/")
    page.fill("#id_begin", (today() - dt.timedelta(days=90)).isoformat())
    page.fill("#id_last", today().isoformat())
    send(page)
    FOUND["back-check"] = page.url


def month_of(part: str) -> Steps:
    """The month before last in the assessment or the honoraria of the officer's community, computed."""

    def steps(page: Page) -> None:
        if part not in FOUND:
            chain(page)
            go(page, f"{page.url.split('?')[0]}{part}/")
            page.select_option("#month", f"{today().replace(day=1) - dt.timedelta(days=1):%Y-%m}")
            with page.expect_navigation():
                page.locator('main form[action$="/compute/"] button[type=submit]').click()
            FOUND[part] = page.url
        go(page, FOUND[part])

    return steps


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
    Scene("more", "grid_worker", PHONE, more),
    Scene("tasks", "grid_worker", PHONE, at("/tasks/")),
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
    Scene("download", "community_officer", DESK, dialog("download")),
    Scene("print", "community_officer", DESK, print_household),
    Scene("chain", "community_officer", DESK, chain),
    Scene("phones", "community_officer", DESK, at("/collection/phones/")),
    Scene("campaign", "community_officer", DESK, campaign),
    Scene("back-check", "community_officer", DESK, back_check),
    Scene("assessment", "community_officer", DESK, month_of("assessment")),
    Scene("pay", "community_officer", DESK, month_of("pay")),
    Scene("my-month", "grid_worker", PHONE, at("/staffing/my-month/")),
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
