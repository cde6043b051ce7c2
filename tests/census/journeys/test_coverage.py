"""After the enumeration: areas are asked again and compared, somebody decides, and forms are destroyed on their day by two."""

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.coverage import drawing
from domicile.apps.census.coverage.models import CoverageCase
from domicile.apps.census.coverage.tests.test_coverage import HEADS
from domicile.apps.census.ending import dropping
from domicile.apps.census.ending.models import MatchingEnd
from domicile.apps.census.plan.models import Census
from domicile.apps.census.quickcount import counting
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
from tests.cast import COMMUNITY, COUNTY, Actor, viewer

DEVICES = ["page_zh_phone", "page_en_desktop"]
OVERSEER = Actor("bao", "包监督", "supervisor", COUNTY, "oversight")
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(params=DEVICES)
def enter(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Callable[[Actor], Page]:
    """Signs an actor in on either device."""
    return lambda actor: signed_in(request.getfixturevalue(request.param), actor)


def counted(code: str, moment: dt.datetime) -> tuple[Census, bytes]:
    """A census of two areas that has been answered, and what the survey finds there: one slip of the pen, one who was missed."""
    census, rows = make_census(code=code, name="安禾县人口普查", reference_at=moment), [HEADS]
    for place in (1, 2):
        area = f"{COMMUNITY}{place:03d}"
        for number, name in enumerate(("赵志远", "钱春梅", "孙建国")):
            door = make_dwelling(make_building(census, f"{place}-{number}", area), "101")
            told = person(name=f"{name[0]}{name[1:]}", birth_year=1950 + 9 * number + place, birth_month=number + 1)
            home = make_household(door)
            receive(
                census=census, household=home, road="web", form="short", content=form(told), instance=f"{place}{number}",
                at=IN,
            )  # fmt: skip
            said = "赵致原" if place == 1 and number == 0 else name
            rows.append(f"{area},{number},{said},男,{told['birth_year']},{told['birth_month']}")
        rows.append(f"{area},9,李文静,女,1999,5")
    counting.count(counting.ask(actor=viewer(OFFICE), census=census))
    return census, "\n".join(rows).encode()


def test_areas_are_asked_again_and_the_estimates_read(
    enter: Callable[[Actor], Page], assert_accessible: Check, shot: Shot, tmp_path: Path
) -> None:
    census, told = counted(f"c{uuid.uuid4().hex[:8]}", dt.datetime(2030, 11, 1, tzinfo=dt.UTC))
    page = enter(OFFICE)
    page.goto(reverse("census:coverage", args=[census.code]))
    assert_accessible(page)
    shot(page, "coverage-none")
    page.locator(".page-actions a.btn-primary").click()
    assert_accessible(page)
    page.locator("input[name=areas]").fill("2")
    page.locator("main form button[type=submit]").click()
    (tmp_path / "survey.csv").write_bytes(told)
    page.goto(reverse("census:bring_coverage", args=[census.code]))
    assert_accessible(page)
    page.locator("input[type=file]").set_input_files(tmp_path / "survey.csv")
    page.locator("main form button[type=submit]").click()
    page.locator("main form .btn-primary").click()
    assert_accessible(page)
    shot(page, "coverage-estimates")
    area = page.get_by_role("link", name="1", exact=False).and_(page.locator("th a")).first
    area.click()
    assert_accessible(page)
    shot(page, "coverage-cases")
    before = CoverageCase.objects.filter(area__survey__census=census, outcome="open").count()
    page.locator("td a").first.click()
    assert_accessible(page)
    shot(page, "coverage-decide")
    page.locator("input[name=outcome]").first.check()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("h1")).to_be_visible()
    assert CoverageCase.objects.filter(area__survey__census=census, outcome="open").count() < before


def test_two_people_destroy_the_forms(enter: Callable[[Actor], Page], assert_accessible: Check, shot: Shot) -> None:
    census, _told = counted(f"e{uuid.uuid4().hex[:8]}", timezone.now() - dt.timedelta(days=1200))
    page = enter(OFFICE)
    page.goto(reverse("census:ending", args=[census.code]))
    assert_accessible(page)
    shot(page, "ending-kept")
    page.locator(".form-actions form button").click()
    page = enter(OVERSEER)
    page.goto(reverse("census:ending", args=[census.code]))
    assert_accessible(page)
    page.locator(".form-actions form button.btn-danger").click()
    expect(page.locator(".page-actions a.btn-primary")).to_be_visible()
    assert_accessible(page)
    shot(page, "ending-done")


def test_the_office_gives_an_area_to_somebody_and_ends_the_matching_for_good(
    enter: Callable[[Actor], Page], assert_accessible: Check, shot: Shot
) -> None:
    census, _told = counted(f"m{uuid.uuid4().hex[:8]}", dt.datetime(2030, 11, 1, tzinfo=dt.UTC))
    page = enter(OFFICE)
    page.goto(reverse("census:ending", args=[census.code]))
    assert_accessible(page)
    shot(page, "matching-kept")
    survey = drawing.draw(actor=viewer(OFFICE), census=census, seed=1, areas=2)
    page.goto(reverse("census:give_coverage", args=[survey.areas.order_by("position")[0].pk]))
    assert_accessible(page)
    shot(page, "coverage-give")
    survey.areas.all().delete()
    survey.delete()
    page.goto(reverse("census:end_matching", args=[census.code]))
    assert_accessible(page)
    page.locator("input[name=reason]").fill("all cases are decided")
    shot(page, "matching-sure")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("input[name=sure]")).to_be_visible()  # the second step is not passed over
    page.locator("input[name=sure]").check()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#numbers")).to_be_visible()
    shot(page, "matching-going")
    dropping.drop(MatchingEnd.objects.get(census=census))
    page.goto(reverse("census:ending", args=[census.code]))
    assert_accessible(page)
    shot(page, "matching-done")
    assert MatchingEnd.objects.get(census=census).done_at is not None
