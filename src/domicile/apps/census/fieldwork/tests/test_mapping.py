"""Progress on a map: each area once, with its number and share, and in the table whatever cannot be drawn."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.areas.models import Area, Grid
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.fieldwork import mapping
from domicile.apps.census.fieldwork.selectors import Progress
from domicile.apps.census.frame.models import Stairwell
from domicile.apps.census.plan.models import Census
from domicile.apps.census.tests.making import (
    ENUMERATOR,
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
from tests.cast import COMMUNITY, GRID, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
EAST, NORTH = 118.1, 36.4


def square(west: float, south: float, side: float = 0.002) -> dict[str, Any]:
    ring = [(west, south), (west + side, south), (west + side, south + side), (west, south + side), (west, south)]
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}


def area(census: Census, number: int, answered: int, *, boundary: Any = None, placed: bool = True) -> str:
    """An enumeration area of four households, of which some have answered."""
    code = f"{COMMUNITY}{number:03d}"
    if boundary is not None:
        told = {"name": f"第{number}网格", "boundary": boundary, "valid_from": LISTED}
        Grid.objects.update_or_create(code=code, valid_to=None, defaults=told)
    place = {"longitude": EAST + number * 0.003, "latitude": NORTH} if placed else {}
    building = make_building(census, number=f"B{number}", place_code=code, dwellings=4, **place)
    for door in range(4):
        home = make_household(make_dwelling(building, str(101 + door)))
        if door < answered:
            receive(
                census=census, household=home, road="collect", form="short", content=form(), instance=f"{code}{door}", at=IN,
                by=viewer(OFFICE),
            )  # fmt: skip
    return code


def shown(client: Client, census: Census, **told: str) -> Any:
    return client.get(reverse("census:progress_map", args=[census.code]), told, headers={"accept-language": "en"})


def test_each_area_is_drawn_by_its_border_or_its_buildings_and_leads_to_its_page(client: Client) -> None:
    census = make_census()
    first = area(census, 1, 4, boundary=square(EAST, NORTH))
    second, third = area(census, 2, 1), area(census, 3, 0, placed=False)
    sign_in(client, SUPERVISOR)
    page = shown(client, census)
    text = page.text
    assert text.index("<table") < text.index('<svg class="progress-map"')
    drawn = {shape.unit.code: shape for shape, _says, _address in page.context["shapes"]}
    assert set(drawn) == {first, second}
    assert [drawn[code].unit.step.percent for code in (first, second)] == [100, 1]
    assert [mark.text for mark in drawn[first].marks] == ["1", "100 %"]
    assert "2 " in next(says for shape, says, _at in page.context["shapes"] if shape.unit.code == second)
    assert "1 of 4 households have answered (25 %)" in text
    for code in (first, second):
        assert text.count(f'href="{reverse("census:progress_area", args=[census.code, code])}"') == 2
    # What cannot be drawn stands in the table and is named below the map.
    assert text.count(f'href="{reverse("census:progress_area", args=[census.code, third])}"') == 1
    assert len(page.context["missing"]) == 1
    assert "林家主" not in text


def test_who_may_not_open_an_area_has_the_map_without_links_and_of_the_own_area_only(client: Client) -> None:
    census = make_census()
    area(census, 1, 2), area(census, 2, 1)
    sign_in(client, ENUMERATOR)
    page = shown(client, census)
    assert [shape.unit.code for shape, _says, _at in page.context["shapes"]] == [GRID]
    assert reverse("census:progress_area", args=[census.code, GRID]) not in page.text


def test_a_stairwell_of_another_area_is_drawn_there(client: Client) -> None:
    census = make_census()
    code = area(census, 1, 0, placed=False)
    building = make_building(census, number="B9", place_code=f"{COMMUNITY}002", longitude=EAST, latitude=NORTH)
    Stairwell.objects.create(building=building, place_code=code, name="1")
    made = mapping.drawing(census, mapping.units([Progress(code, listed=4)]))
    assert made is not None
    assert [one.unit.code for one in made.shapes] == [code]


def test_the_map_asks_as_often_for_many_areas_as_for_one(django_assert_num_queries: Any) -> None:
    census = make_census()
    rows = [Progress(f"{COMMUNITY}{number:03d}", listed=4) for number in range(1, 41)]
    for number in range(1, 41):
        place = {"longitude": EAST + number % 7 * 0.003, "latitude": NORTH + number // 7 * 0.003}
        make_building(census, number=f"B{number}", place_code=f"{COMMUNITY}{number:03d}", **place)
    for some in (rows[:1], rows):
        with django_assert_num_queries(3):
            made = mapping.drawing(census, mapping.units(some))
        assert made is not None
        assert len(made.shapes) == len(some)


def test_more_areas_than_can_be_told_apart_are_drawn_by_larger_ones_that_lead_further(client: Client) -> None:
    rows = [Progress(f"770101{one:03d}{two:03d}{three:03d}", listed=10, answered=5) for one in (1, 2) for two in range(1, 21)
            for three in range(1, 11)]  # fmt: skip
    found = mapping.units(rows)
    assert {len(one.code) for one in found} == {12}
    assert (len(found), found[0].progress.listed, found[0].progress.percent) == (40, 100, 50)
    census = make_census()
    community = f"{COMMUNITY}"
    Area.objects.filter(code=community).update(boundary=square(EAST, NORTH, 0.01))
    make_building(census, place_code="770101002001001", longitude=EAST + 0.05, latitude=NORTH)
    units = mapping.units([*rows, *(Progress(f"{community}{number:03d}", listed=1) for number in range(1, 5))])
    made = mapping.drawing(census, units)
    assert made is not None
    assert {one.unit.code for one in made.shapes} >= {"770101002001"}


@pytest.mark.parametrize(
    ("listed", "answered", "step"),
    [
        (0, 0, 0),
        (1000, 9, 0),
        (100, 1, 1),
        (100, 49, 1),
        (100, 50, 50),
        (100, 80, 80),
        (1000, 999, 80),
        (3, 3, 100),
        (3, 4, 100),
    ],
)
def test_an_area_is_done_only_where_nobody_is_left(listed: int, answered: int, step: int) -> None:
    assert mapping.step_of(Progress("", listed=listed, answered=answered)).percent == step


@pytest.mark.parametrize("within", ["77010100", "x" * 12, "770101001", "9" * 15, "' OR 1"])
def test_a_map_of_one_area_shows_what_lies_in_it(client: Client, within: str) -> None:
    census = make_census()
    area(census, 1, 2)
    sign_in(client, OFFICE)
    page = shown(client, census, **{"in": within})
    assert page.status_code == 200
    assert len(page.context["units"]) == (0 if within == "9" * 15 else 1)
