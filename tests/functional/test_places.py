"""Streets, buildings and dwellings in the browser: the lists, a house table, changes at the door, plates."""

import itertools
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from domicile.apps.places import numbering
from domicile.apps.places.models import Building, Dwelling, PlateOrder
from tests import factories
from tests.cast import QIAN, ZHAO
from tests.functional.navigating import go_to

DEVICES = ["page_zh_phone", "page_en_desktop"]
_streets = itertools.count(1)
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(params=DEVICES)
def device(request: pytest.FixtureRequest) -> Page:
    return request.getfixturevalue(request.param)


@pytest.fixture
def house() -> Building:
    """A building of two entrances on a street of its own, some of it let, one family in it."""
    factories.area_tree()
    street = f"{'松竹梅兰菊桂荷莲榆槐柏枫桐樟'[next(_streets) - 1]}荫路"
    made = factories.building(street=street, plate="8", name="2")
    for unit, room, use in (
        ("1", "101", "owner_occupied"), ("1", "102", "let"), ("1", "201", "vacant"), ("2", "101", "commercial"),
        ("2", "302", "unknown"),
    ):  # fmt: skip
        factories.dwelling(
            within=made,
            unit=unit,
            room=room,
            use=use,
            address=f"安禾县青石街道河沿社区{street}8号2幢{unit}单元{room}室",
        )
    factories.building(street=street, plate="", name="5")
    factories.family(size=3, at=Dwelling.objects.get(building=made, key="1|101"))
    numbering.give_out(Building.objects.filter(street=street))
    made.refresh_from_db()
    return made


def press(page: Page) -> None:
    with page.expect_navigation():
        page.locator("form.panel button[type=submit]").click()


def test_lists_of_places_lead_to_the_house_table(
    device: Page, house: Building, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(device, QIAN)
    page.goto("/")
    go_to(page, "/places/")
    assert_accessible(page)
    shot(page, "places-buildings")
    page.goto(f"/places/?text={house.street}")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.goto(f"/places/?text={house.street}&plate=none")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto("/places/streets/?plate=some")
    expect(page.locator("tbody")).to_contain_text(house.street)
    assert_accessible(page)
    shot(page, "places-streets")
    with page.expect_navigation():
        page.get_by_role("link", name=house.street).click()
    assert_accessible(page)
    shot(page, "places-street")
    page.goto(f"/places/buildings/{house.pk}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{house.street}8号2幢")
    expect(page.locator(".house-room")).to_have_count(5)
    expect(page.locator(".figures")).to_contain_text("3")
    assert_accessible(page)
    shot(page, "places-building")
    page.goto("/places/plates/")
    assert_accessible(page)
    shot(page, "places-plates")


def test_a_building_and_a_dwelling_are_added_at_the_door(
    device: Page, house: Building, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(device, QIAN)
    page.goto("/places/buildings/add/")
    assert_accessible(page)
    shot(page, "places-add-building")
    page.locator("#id_place_code").select_option(factories.GRID)
    page.locator("#id_street").fill(house.street)
    page.locator("#id_plate").fill("8号")
    page.locator("#id_building").fill("2幢")
    page.locator("#id_reason").fill("新建")
    press(page)
    expect(page.locator("#id_building_error")).to_be_visible()
    shot(page, "places-add-building-refused")
    page.locator("#id_building").fill("3")
    press(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{house.street}8号3幢")
    assert_accessible(page)
    shot(page, "places-building-empty")
    with page.expect_navigation():
        page.get_by_role("link", name="新增房屋").or_(page.get_by_role("link", name="Add a dwelling")).first.click()
    assert_accessible(page)
    page.locator("#id_unit").fill("1")
    page.locator("#id_room").fill("101")
    page.locator("#id_use").select_option("let")
    page.locator("#id_reason").fill("新建")
    press(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{house.street}8号3幢1单元101室")


def test_a_dwelling_is_corrected_found_by_its_old_address_and_set_back(
    device: Page, house: Building, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(device, QIAN)
    home = Dwelling.objects.get(building=house, key="2|302")
    page.goto(f"/places/dwellings/{home.pk}/correct/")
    assert_accessible(page)
    shot(page, "places-correct-dwelling")
    page.locator("#id_room").fill("303")
    page.locator("#id_reason").fill("门牌看错")
    press(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("303室")
    page.goto("/search/")
    page.locator("input[name=q]").first.fill(f"{house.street}8号2幢2单元302室")
    page.locator("input[name=q]").first.press("Enter")
    expect(page.locator("#results")).to_contain_text("303室")
    shot(page, "places-search-former")
    page.goto(f"/places/dwellings/{home.pk}/particulars/")
    assert_accessible(page)
    shot(page, "places-particulars")
    page.locator("input[name=use][value=let]").check()
    page.locator("#id_floor_area").fill("88.5")
    page.locator("#id_rooms").fill("3")
    page.locator("#id_reason").fill("入户核实")
    press(page)
    page.goto(f"/places/dwellings/{home.pk}/history/")
    expect(page.locator(".stays > li")).to_have_count(2)
    assert_accessible(page)
    shot(page, "places-dwelling-history")
    with page.expect_navigation():
        page.locator(".stays form button").first.click()
    home.refresh_from_db()
    assert (home.use, home.rooms) == ("unknown", None)


def test_a_demolished_building_still_shows_who_is_on_file_there(
    device: Page, house: Building, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(device, QIAN)
    page.goto(f"/places/buildings/{house.pk}/demolish/")
    assert_accessible(page)
    shot(page, "places-demolish")
    page.locator("#id_reason").fill("旧城改造")
    press(page)
    expect(page.locator(".notice-warning")).to_contain_text("3")
    assert_accessible(page)
    shot(page, "places-demolished")
    page.goto(f"/places/buildings/{house.pk}/history/")
    assert_accessible(page)
    with page.expect_navigation():
        page.locator(".stays form button").first.click()
    expect(page.locator(".house-gone")).to_have_count(0)


def test_a_grid_worker_proposes_on_the_phone(
    page_zh_phone: Page, house: Building, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(page_zh_phone, ZHAO)
    home = Dwelling.objects.get(building=house, key="1|102")
    page.goto(f"/places/dwellings/{home.pk}/particulars/")
    page.locator("input[name=use][value=vacant]").check()
    page.locator("#id_reason").fill("租客已搬走")
    press(page)
    expect(page.locator(".notice-info")).to_be_visible()
    home.refresh_from_db()
    assert home.use == "let"


def test_plates_are_ordered_printed_and_mounted(
    device: Page, house: Building, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(device, QIAN)
    PlateOrder.objects.all().delete()
    page.goto("/places/orders/")
    assert_accessible(page)
    shot(page, "places-orders-empty")
    page.goto("/places/orders/add/")
    assert_accessible(page)
    shot(page, "places-order-add")
    page.locator("#id_community").select_option(factories.COMMUNITY)
    page.locator("#id_note").fill("铝板反光膜，30×20厘米")
    press(page)
    expect(page.locator("tbody tr").first).to_be_visible()
    assert_accessible(page)
    shot(page, "places-order")
    for name in ("order.pdf", "plates.pdf"):
        answer = page.request.get(f"{page.url}{name}")
        assert answer.ok
        assert answer.body().startswith(b"%PDF")
    page.locator("input[name=line]").first.check()
    with page.expect_navigation():
        page.locator("button[name=done][value=mounted]").click()
    expect(page.locator("tbody")).to_contain_text(
        "安装" if "zh" in (page.locator("html").get_attribute("lang") or "") else "mounted"
    )
    assert_accessible(page)
    shot(page, "places-order-mounted")
    page.goto("/places/orders/")
    expect(page.locator("tbody tr")).to_have_count(1)
    shot(page, "places-orders")
