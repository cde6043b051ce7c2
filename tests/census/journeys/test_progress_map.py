"""A supervisor sees on a map how far each area is: the table first, numbers on the map, an area opened by keyboard, on paper."""

import uuid
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.areas.models import Grid
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.plan.models import Census
from domicile.apps.census.tests.making import (
    IN,
    LISTED,
    OFFICE,
    SUPERVISOR,
    form,
    make_building,
    make_census,
    make_dwelling,
    make_household,
)  # fmt: skip
from tests.cast import COMMUNITY, viewer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
EAST, NORTH, SIDE = 118.1, 36.4, 0.002
#: Households that have answered, of four, in each area; the last two have no border, and the one before the last no place at all.
ANSWERED = (4, 3, 2, 1, 0, 2, 3)


@pytest.fixture
def census() -> Census:
    made = make_census(code=f"m{uuid.uuid4().hex[:8]}", name="安禾县人口普查")
    for number, answered in enumerate(ANSWERED, start=1):
        code = f"{COMMUNITY}{number:03d}"
        west, south = EAST + (number - 1) % 3 * SIDE, NORTH - (number - 1) // 3 * SIDE
        bordered, placed = number < 6, number != 6
        ring = [
            [west, south],
            [west + SIDE, south],
            [west + SIDE * 0.9, south + SIDE],
            [west, south + SIDE],
            [west, south],
        ]
        border = {"type": "Polygon", "coordinates": [ring]} if bordered else None
        told = {"name": f"柳溪社区第{number}网格", "boundary": border, "valid_from": LISTED}
        Grid.objects.update_or_create(code=code, valid_to=None, defaults=told)
        for house in range(2):
            place = {"longitude": west + SIDE * (0.3 + house * 0.3), "latitude": south + SIDE / 2} if placed else {}
            building = make_building(made, number=f"M{number}-{house}", place_code=code, **place)
            for door in range(2):
                home = make_household(make_dwelling(building, str(101 + door)))
                if house * 2 + door < answered:
                    receive(
                        census=made, household=home, road="collect", form="short", content=form(), at=IN, by=viewer(OFFICE),
                        instance=f"{code}-{house}-{door}",
                    )  # fmt: skip
    return made


@pytest.mark.parametrize("device", ["page_zh_phone", "page_en_desktop"])
def test_a_supervisor_sees_on_a_map_how_far_each_area_is(
    request: pytest.FixtureRequest,
    device: str,
    signed_in: Callable[..., Page],
    census: Census,
    assert_accessible: Check,
    shot: Shot,
) -> None:
    page = signed_in(request.getfixturevalue(device), SUPERVISOR)
    page.goto(reverse("census:progress", args=[census.code]))
    page.locator(f'a[href="{reverse("census:progress_map", args=[census.code])}"]').click()
    rows = page.locator("main table tbody tr")
    expect(rows).to_have_count(len(ANSWERED))
    shapes = page.locator(".progress-map a")
    expect(shapes).to_have_count(6)
    shot(page, "census-progress-map")
    assert_accessible(page)
    # No wider than the screen, and whatever is coloured says its number as well.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "75 %" in page.locator(".progress-map text").all_text_contents()
    page.emulate_media(media="print")
    shot(page, "census-progress-map-printed")
    page.emulate_media(media="screen")
    first = page.locator(
        f'.progress-map a[href="{reverse("census:progress_area", args=[census.code, f"{COMMUNITY}001"])}"]'
    )
    assert "100" in (first.get_attribute("aria-label") or "")
    first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("第1网格")
