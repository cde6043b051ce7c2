"""Areas and grids in the browser: the tree, a card, a split recorded, a refusal, the areas of a past day."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from domicile.apps.areas.models import Area
from tests import factories
from tests.cast import SUN
from tests.functional.navigating import go_to

DEVICES = ["page_zh_phone", "page_en_desktop"]
TOWNSHIP = "770101071"


@pytest.fixture(params=DEVICES)
def page(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Page:
    """Sun, who keeps the areas of the county, on either device; each with communities of their own."""
    factories.area_tree()
    number = 1 + DEVICES.index(request.param)
    code = f"{TOWNSHIP}{number:03d}"
    defaults = {"valid_from": factories.LONG_AGO}
    Area.objects.get_or_create(
        code=f"{TOWNSHIP}000", valid_to=None, defaults={"name": "桥头街道", "level": 4, **defaults}
    )
    made = {"name": f"桥头{number}社区", "level": 5, "urban_rural": "111", **defaults}
    _area, new = Area.objects.get_or_create(code=code, valid_to=None, defaults=made)
    for serial in (1, 2) if new else ():
        factories.grid(code=f"{code}{serial:03d}", name=f"桥头{number}社区第{serial}格")
        house = factories.building(place_code=f"{code}{serial:03d}", street="桥头路", plate=f"{number}{serial}号")
        factories.dwelling(within=house)
    return signed_in(request.getfixturevalue(request.param), SUN)


def own(page: Page) -> str:
    """The name of the community that belongs to this device."""
    return "桥头1社区" if (page.viewport_size or {})["width"] == 390 else "桥头2社区"


def test_the_tree_leads_to_every_area_and_grid(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    page.goto("/")
    go_to(page, "/areas/")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "区划与网格" if own(page) == "桥头1社区" else "Areas and grids"
    )
    assert_accessible(page)
    shot(page, "areas-tree")
    page.get_by_role("link", name=own(page), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(own(page))
    assert_accessible(page)
    shot(page, "areas-card")
    page.get_by_role("link", name=f"{own(page)}第1格").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{own(page)}第1格")
    assert_accessible(page)
    shot(page, "areas-grid")


def test_a_split_is_refused_with_the_cure_and_then_recorded(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    name = own(page)
    old = Area.objects.get(name=name, valid_to=None)
    page.goto(f"/areas/{old.pk}/split/")
    assert_accessible(page)
    page.locator("#id_code").fill(old.code)
    page.locator("#id_name").fill(f"{name}新区")
    page.get_by_label(f"{name}第2格").check()
    page.locator("#id_on").fill("2024-07-01")
    page.locator("form.panel button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#id_code_error")).to_contain_text(name)
    assert_accessible(page)
    shot(page, "areas-split-refused")
    page.locator("#id_code").fill(f"{old.code[:9]}{int(old.code[9:]) + 50:03d}")
    page.locator("form.panel button[type=submit]").click()
    expect(page.locator("#tally")).to_be_visible()
    assert_accessible(page)
    shot(page, "areas-split-preview")
    page.locator("button[name=again]").click()
    expect(page.locator("#id_name")).to_have_value(f"{name}新区")
    page.locator("form.panel button[type=submit]").click()
    expect(page.locator("#tally")).to_be_visible()
    assert not Area.objects.filter(name=f"{name}新区").exists()
    page.locator("button[name=confirmed]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{name}新区")
    expect(page.get_by_role("heading", name="来源").or_(page.get_by_role("heading", name="Came from"))).to_be_visible()
    assert_accessible(page)
    shot(page, "areas-split-done")
    page.goto("/areas/?on=2023-01-01")
    expect(page.get_by_role("link", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=f"{name}新区")).to_have_count(0)
    assert_accessible(page)
    shot(page, "areas-past")


def test_the_ledger_of_grids_is_filtered_sorted_and_downloaded(
    page: Page, assert_accessible: Callable[[Page], None], shot: Callable[[Page, str], None]
) -> None:
    page.goto("/grids/")
    if not page.locator("#id_text").is_visible():  # folded on a phone
        page.locator("#ledger summary").click()
    page.locator("#id_text").fill(TOWNSHIP)
    page.locator("#ledger button[type=submit]").first.click()
    expect(page.locator("tbody tr").first).to_contain_text("桥头")
    assert_accessible(page)
    shot(page, "grids-ledger")
    page.locator("[data-dialog-open=download]").click()
    with page.expect_download() as download:
        page.locator("#download button[value=csv]").click()
    page.keyboard.press("Escape")
    assert download.value.suggested_filename.startswith("grids-")
    page.goto("/grids/?text=没有这个网格")
    expect(page.locator(".empty-title")).to_be_visible()
    assert_accessible(page)
    shot(page, "grids-empty")
