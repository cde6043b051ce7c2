"""From the listing to the main figures: an enumerator lists and calls, a supervisor decides, the office draws and counts."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.quickcount import comparing, counting
from domicile.apps.census.quickcount.models import QuickCount
from domicile.apps.census.sample import drawing
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    OFFICE,
    SUPERVISOR,
    form,
    make_building,
    make_census,
    make_dwelling,
    make_household,
    person,
)  # fmt: skip
from tests.cast import COUNTY, GRID, Actor, viewer

DEVICES = ["page_zh_phone", "page_en_desktop"]
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(params=DEVICES)
def enter(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Callable[[Actor], Page]:
    """Signs an actor in on either device."""
    return lambda actor: signed_in(request.getfixturevalue(request.param), actor)


@pytest.fixture
def census() -> Census:
    """A census of its own, with three buildings."""
    made = make_census(code=f"t{uuid.uuid4().hex[:8]}", name="安禾县人口普查")
    for number in range(1, 4):
        make_building(made, number=f"B{number}", address=f"安禾县河沿街道和平路{number}号")
    return made


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def answered(census: Census, count: int) -> list[Household]:
    """Households of the first building that have answered; the first of them twice."""
    building = census.buildings.get(number="B1")
    homes = []
    for number in range(count):
        home = make_household(make_dwelling(building, str(101 + number)), expected=2, head_name=f"林{number + 1}")
        told = form(
            person(name="林某", birth_year=1960 + number), person(sex=2, birth_year=1903 if number == 1 else 1962)
        )
        receive(
            census=census, household=home, road="collect", form="short", content=told, instance=f"a{number}", at=IN,
            by=viewer(ENUMERATOR),
        )  # fmt: skip
        homes.append(home)
    later = IN + dt.timedelta(hours=3)
    receive(census=census, household=homes[0], road="web", form="short", content=form(), instance="w", at=later)
    return homes


def test_an_enumerator_lists_a_building_and_notes_a_visit(
    enter: Callable[[Actor], Page], census: Census, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(ENUMERATOR)
    page.goto(reverse("census:listing", args=[census.code]))
    assert_accessible(page)
    shot(page, "census-listing")
    page.goto(reverse("census:listed_area", args=[census.code, GRID]))
    assert_accessible(page)
    page.get_by_role("link", name="B2 ").first.click()
    assert_accessible(page)
    shot(page, "census-building-empty")
    page.locator(".page-actions a.btn-primary").click()
    assert_accessible(page)
    page.fill("#id_number", "101")
    shot(page, "census-door-form")
    send(page)
    page.fill("#id_head_name", "林家主")
    page.fill("#id_expected", "3")
    page.select_option("#id_absence", "some")
    assert_accessible(page)
    shot(page, "census-household-form")
    send(page)
    home = Household.objects.get(census=census)
    page.goto(reverse("census:split_household", args=[home.pk]))
    page.fill("#id_head_name", "林次子")
    page.fill("#id_expected", "1")
    assert_accessible(page)
    send(page)
    expect(page.locator("main")).to_contain_text("林次子")
    assert_accessible(page)
    shot(page, "census-building")
    page.goto(reverse("census:import_listing", args=[census.code, GRID]))
    assert_accessible(page)
    sheet = "楼栋编号,门牌,用途,户主姓名,人数\nB3,101,有人住,陈一,2\nB9,102,空房,,\n"
    page.set_input_files("#id_file", {"name": "a.csv", "mimeType": "text/csv", "buffer": sheet.encode()})
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main .notice-error").first).to_contain_text("3")
    assert_accessible(page)
    shot(page, "census-sheet-faults")
    page.set_input_files(
        "#id_file", {"name": "a.csv", "mimeType": "text/csv", "buffer": sheet.replace("B9", "B3").encode()}
    )
    send(page)
    assert Dwelling.objects.filter(building__census=census).count() == 3
    assert_accessible(page)
    shot(page, "census-listed-area")
    page.goto(reverse("census:household", args=[home.pk]))
    assert_accessible(page)
    page.locator(".page-actions a.btn-primary").click()
    page.check("input[name=outcome][value=not_home]")
    page.fill("#id_again_on", timezone.localdate().isoformat())
    assert_accessible(page)
    shot(page, "census-call-form")
    send(page)
    shot(page, "census-household")
    page.goto(reverse("census:call_backs", args=[census.code]))
    expect(page.locator("main")).to_contain_text("林家主")
    assert_accessible(page)
    shot(page, "census-call-backs")


def test_a_supervisor_follows_the_work_and_decides_what_counts(
    enter: Callable[[Actor], Page], census: Census, assert_accessible: Check, shot: Shot
) -> None:
    homes = answered(census, 4)
    page = enter(SUPERVISOR)
    page.goto(reverse("census:progress", args=[census.code]))
    assert_accessible(page)
    shot(page, "census-progress")
    page.goto(reverse("census:progress_area", args=[census.code, GRID]))
    expect(page.locator("main")).to_contain_text("127")
    assert_accessible(page)
    shot(page, "census-stands-out")
    page.goto(reverse("census:doubled", args=[census.code]))
    assert_accessible(page)
    shot(page, "census-twice")
    page.goto(reverse("census:household", args=[homes[0].pk]))
    assert_accessible(page)
    shot(page, "census-two-forms")
    kept = Answer.objects.get(household=homes[0], road="web")
    page.goto(reverse("census:answer", args=[kept.pk]))
    assert_accessible(page)
    shot(page, "census-form")
    send(page)
    kept.refresh_from_db()
    assert kept.state == "counts"
    page.goto(reverse("census:draw_reinterviews", args=[census.code, GRID]))
    assert_accessible(page)
    send(page)
    assert_accessible(page)
    shot(page, "census-again")
    page.locator("main ul a.btn").first.click()
    page.fill("#id_items", "20")
    assert_accessible(page)
    send(page)
    page.goto(reverse("census:daily", args=[census.code]))
    assert_accessible(page)
    shot(page, "census-days")


def test_the_office_draws_the_sample_and_reads_the_main_figures(
    enter: Callable[[Actor], Page], census: Census, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(OFFICE)
    page.goto(reverse("census:sample", args=[census.code]))
    assert_accessible(page)
    shot(page, "census-sample-empty")
    answered(census, 6)
    page.goto(reverse("census:draw_sample", args=[census.code]))
    assert_accessible(page)
    page.fill("#id_interval", "2")
    shot(page, "census-draw")
    send(page)
    assert_accessible(page)
    shot(page, "census-sample")
    held = drawing.holding(census)
    assert held is not None
    assert held.drawn == 3
    page.goto(reverse("census:quick_count", args=[census.code]))
    assert_accessible(page)
    shot(page, "census-quick-empty")
    page.goto(reverse("census:bring_totals", args=[census.code]))
    assert_accessible(page)
    run = QuickCount.objects.create(census=census, asked_at=timezone.now())
    counting.count(run)
    sheet = f"area code,people\n{COUNTY},14\n{GRID[:9]},11\n".encode()
    comparing.bring(actor=viewer(OFFICE), census=census, source="户籍登记", content=sheet)
    page.goto(reverse("census:quick_count", args=[census.code]))
    expect(page.locator("main")).to_contain_text("户籍登记")
    assert_accessible(page)
    shot(page, "census-quick")
