"""A coder takes the texts of the long forms and codes one with a single key."""

import uuid
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.coding.models import Wording
from domicile.apps.census.coding.tests.test_coding import CODER
from domicile.apps.census.sample import drawing
from domicile.apps.census.tests.making import (
    IN,
    OFFICE,
    form,
    make_building,
    make_census,
    make_dwelling,
    make_household,
    person,
)
from tests.cast import Actor, viewer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(params=["page_zh_phone", "page_en_desktop"])
def enter(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Callable[[Actor], Page]:
    """Signs an actor in on either device."""
    return lambda actor: signed_in(request.getfixturevalue(request.param), actor)


def test_a_text_is_coded_with_one_key(enter: Callable[[Actor], Page], assert_accessible: Check, shot: Shot) -> None:
    census = make_census(code=f"k{uuid.uuid4().hex[:8]}", name="安禾县人口普查")
    building = make_building(census)
    homes = [make_household(make_dwelling(building, str(101 + at)), census) for at in range(4)]
    drawing.draw(actor=viewer(OFFICE), census=census, seed=2, interval=2, strata="whole")
    for at, home in enumerate(homes):
        home.refresh_from_db()
        if home.form == "long":
            text = ("在电子厂流水线上装手机", "给人看孩子做饭")[at % 2]
            told = form(person(worked=1, occupation_text=text, industry_text="铁路运输业"))
            receive(census=census, household=home, road="web", form="long", content=told, instance=f"k{at}", at=IN)
    page = enter(CODER)
    page.goto(reverse("census:coding", args=[census.code]))
    assert_accessible(page)
    page.locator(".page-actions button").click()
    assert_accessible(page)
    shot(page, "coding-lists")
    page.goto(reverse("census:coding_text", args=[census.code, "occupation"]))
    assert_accessible(page)
    shot(page, "coding-text")
    left = Wording.objects.filter(census=census, listed="occupation", how="").count()
    with page.expect_navigation():
        page.keyboard.press("1")
    expect(page.locator("h1")).to_be_visible()
    assert Wording.objects.filter(census=census, listed="occupation", how="").count() == left - 1
