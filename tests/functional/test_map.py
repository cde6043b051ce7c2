"""The map in the browser: what is drawn is listed, a building leads to its people, borders are drawn and undone."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect
from shapely.geometry import box, mapping

from domicile.apps.areas.models import Area, Grid
from domicile.apps.maps import kept
from domicile.apps.places.models import Building
from tests import factories
from tests.cast import CHEN, SUN

pytestmark = pytest.mark.graphics
PATIENCE = 60_000
DEVICES = ["page_zh_phone", "page_en_desktop"]
TOWNSHIP = "770101081"
WEST, SOUTH = 161.0, 26.0


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    """Drawing without a graphics card takes its time on a busy machine; nothing waits longer than it must."""
    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=30_000)


@pytest.fixture(params=DEVICES)
def page(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Page:
    """Sun, who keeps the borders, on either device; each with a community of two grids of their own."""
    make_community(DEVICES.index(request.param))
    page = signed_in(request.getfixturevalue(request.param), SUN)
    page.set_default_timeout(PATIENCE)
    return page


def make_community(number: int) -> None:
    factories.area_tree()
    code = f"{TOWNSHIP}{number + 1:03d}"
    since = {"valid_from": factories.LONG_AGO}
    for made, name, level in ((f"{TOWNSHIP}000", "望江街道", 4), (code, f"望江{number + 1}社区", 5)):
        Area.objects.get_or_create(code=made, valid_to=None, defaults={"name": name, "level": level, **since})
    for serial in (1, 2):
        west = WEST + 0.02 * number + 0.01 * (serial - 1)
        grid = factories.grid(code=f"{code}{serial:03d}", name=f"望江{number + 1}社区第{serial}网格")
        shape = box(west, SOUTH, west + 0.01, SOUTH + 0.01)
        Grid.objects.filter(pk=grid.pk).update(
            boundary=mapping(shape), west=west, south=SOUTH, east=west + 0.01, north=SOUTH + 0.01
        )
        for house in range(4):
            built = factories.building(
                place_code=grid.code, street="望江路", plate=f"{number}{serial}{house}号", name=f"{house + 1}栋",
                longitude=west + 0.002 + 0.002 * house, latitude=SOUTH + 0.003 + 0.001 * house,
            )  # fmt: skip
            if not built.dwellings.exists():
                factories.family(size=2 if house else 1, at=factories.dwelling(within=built))
    kept.forget()


def serial_of(page: Page) -> int:
    return 1 if (page.viewport_size or {})["width"] == 390 else 2


def open_map(page: Page, at: str = "") -> None:
    """The map, drawn and still, or listed."""
    page.set_default_timeout(PATIENCE)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/map/{at}")
    expect(page.locator("html[data-map=listed], html[data-map=drawn][data-still]")).to_be_attached()


def wait_until_still(page: Page) -> None:
    expect(page.locator("html[data-still]")).to_be_attached()


def press(page: Page, chinese: str, english: str) -> None:
    """A button that leads to another page."""
    with page.expect_navigation():
        page.get_by_role("button", name=chinese).or_(page.get_by_role("button", name=english)).first.click()


def test_the_list_finds_chooses_and_leads_to_the_people(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    open_map(page)
    expect(page.locator("html[data-map=drawn]")).to_be_attached()
    assert_accessible(page)
    shot(page, "map-county")
    page.locator("#tab-grids").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-buildings")).to_have_attribute("aria-selected", "true")
    search = page.locator("#map-search")
    search.fill(f"望江路{serial_of(page) - 1}11号")
    search.press("ArrowDown")
    expect(page.locator(".map-item").first).to_be_focused()
    page.keyboard.press("Enter")
    panel = page.locator("#map-panel-body")
    expect(panel.get_by_role("heading", level=2)).to_contain_text("望江路")
    assert_accessible(page)
    shot(page, "map-building")
    panel.get_by_role("link", name="谁住在这里").or_(panel.get_by_role("link", name="Who lives here")).click()
    expect(panel.locator(".map-home")).to_have_count(1)
    expect(panel.locator(".map-rows a")).to_have_count(2)
    assert_accessible(page)
    shot(page, "map-people")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator(".map-item").first).to_be_focused()


def test_a_grid_is_split_by_a_line_seen_first_and_undone(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    number = serial_of(page) - 1
    code = f"{TOWNSHIP}{number + 1:03d}001"
    grid = Grid.objects.get(code=code, valid_to=None)
    open_map(page, f"#grid={grid.pk.hex}")
    panel = page.locator("#map-panel-body")
    expect(panel.get_by_role("heading", level=2)).to_have_text(grid.name)
    shot(page, "map-grid")
    panel.locator("[data-tool=split]").click()
    expect(page.locator("html[data-tool=split][data-still]")).to_be_attached()
    done = page.locator("#map-done")
    expect(done).to_be_disabled()
    canvas = page.locator(".maplibregl-canvas").bounding_box()
    tools = page.locator("#map-tools").bounding_box()
    assert canvas is not None
    assert tools is not None
    middle, below = canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"]
    # From above the grid, which begins 32 px below the tools, to below it.
    for y in (tools["y"] + tools["height"] + 12, below - 12):
        page.mouse.move(middle, y - 3)
        page.mouse.click(middle, y)
    expect(done).to_be_enabled()
    shot(page, "map-split-drawn")
    with page.expect_navigation():
        done.click()
    expect(page.locator("#id_code")).to_have_value(f"{code[:12]}003")
    assert_accessible(page)
    shot(page, "map-split-named")
    press(page, "查看影响", "Show what follows")
    assert_accessible(page)
    shot(page, "map-split-follows")
    press(page, "保存", "Save")
    assert Grid.objects.filter(code=f"{code[:12]}003", valid_to=None).exists()
    page.goto(f"/map/grids/{grid.pk}/")
    assert_accessible(page)
    press(page, "撤销", "Undo")
    assert not Grid.objects.filter(code=f"{code[:12]}003").exists()


@pytest.mark.parametrize("page", ["page_zh_phone"], indirect=True)
def test_a_border_is_pasted_and_neighbours_merge_without_the_map(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    number = serial_of(page) - 1
    code = f"{TOWNSHIP}{number + 1:03d}001"
    grid = Grid.objects.get(code=code, valid_to=None)
    west = WEST + 0.02 * number
    page.goto(f"/map/grids/{grid.pk}/border/")
    assert_accessible(page)
    page.locator("#id_boundary").fill(box(west, SOUTH, west + 0.005, SOUTH + 0.01).wkt)
    press(page, "查看影响", "Show what follows")
    assert_accessible(page)
    shot(page, "map-border-follows")
    page.goto(f"/map/grids/{grid.pk}/merge/")
    assert_accessible(page)
    page.goto(f"/map/grids/{grid.pk}/buildings/")
    assert_accessible(page)


@pytest.mark.parametrize("page", ["page_zh_phone"], indirect=True)
def test_what_does_not_fit_is_listed_and_shown(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    number = serial_of(page) - 1
    house = Building.objects.filter(place_code__startswith=f"{TOWNSHIP}{number + 1:03d}", street="望江路").first()
    assert house is not None
    Building.objects.filter(pk=house.pk).update(longitude=WEST + 0.06)
    kept.forget()
    page.goto("/map/checks/")
    assert_accessible(page)
    shot(page, "map-checks")
    open_map(page)
    page.locator("#tab-problems").click()
    zoom = page.locator(".map-problem button").first
    expect(zoom).to_be_visible()
    zoom.click()
    assert_accessible(page)
    wait_until_still(page)
    shot(page, "map-problems")
    Building.objects.filter(pk=house.pk).update(longitude=WEST + 0.02 * number + 0.002)


def test_without_the_graphics_the_list_does_the_same(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    make_community(0)
    page = signed_in(page_zh_phone, SUN)
    page.add_init_script(
        "const get = HTMLCanvasElement.prototype.getContext;"
        "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
        " return kind.startsWith('webgl') ? null : get.call(this, kind, ...rest) }"
    )
    open_map(page)
    expect(page.locator("html[data-map=listed]")).to_be_attached()
    expect(page.locator("#map-note")).to_be_visible()
    page.locator(".map-item").first.click()
    expect(page.locator("#map-panel-body").get_by_role("heading", level=2)).to_be_visible()
    assert_accessible(page)
    shot(page, "map-listed")


def test_who_may_not_see_people_is_shown_no_small_count(
    page_en_desktop: Page, signed_in: Callable[..., Page], shot: Callable[[Page, str], None]
) -> None:
    make_community(1)
    page = signed_in(page_en_desktop, CHEN, "")
    open_map(page)
    page.locator("#tab-buildings").click()
    page.locator("#map-search").fill("望江路110号")
    expect(page.locator(".map-item").first).to_contain_text("<3 people")
    shot(page, "map-protected")
