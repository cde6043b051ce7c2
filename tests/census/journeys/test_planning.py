"""The census office plans a census and staffs an area; an administrator gives access; somebody at the door checks a badge."""

import re
import uuid
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.accounts.models import User
from domicile.apps.areas.models import Grid
from domicile.apps.census.plan.models import Census, Need, Phase, Ruling, Supply
from domicile.apps.census.staff import badge
from domicile.apps.census.staff.actions import assigning, recruits
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.tests.working import DAY, OFFICE, TODAY, frame, ground, passed_test, plan, won
from domicile.apps.staffing.models import Holding, Post
from tests.cast import COMMUNITY, COUNTY, Actor, viewer

DEVICES = ["page_zh_phone", "page_en_desktop"]
ADMIN = Actor("mei", "梅管理", "administrator", COUNTY, "oversight")
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(params=DEVICES)
def enter(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Callable[[Actor], Page]:
    """Signs an actor in on either device."""
    return lambda actor: signed_in(request.getfixturevalue(request.param), actor)


@pytest.fixture
def code() -> str:
    """The code of a census that nobody has planned; who worked for others before holds no post of the five areas."""
    Holding.objects.filter(post__place_code__startswith=COMMUNITY).delete()
    Post.objects.filter(place_code__startswith=COMMUNITY, role="informant").delete()
    Post.objects.filter(place_code__startswith=COMMUNITY).delete()
    codes = ground(5)
    Grid.objects.filter(code__startswith=COMMUNITY, valid_to=None).exclude(code__in=codes).delete()
    return f"t{uuid.uuid4().hex[:8]}"


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def test_from_the_plan_to_a_staffed_area(
    enter: Callable[[Actor], Page], code: str, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(OFFICE)
    page.goto(reverse("census:censuses"))
    assert_accessible(page)
    page.goto(reverse("census:create_census"))
    page.fill("#id_code", code)
    page.fill("#id_name", "安禾县人口普查")
    page.select_option("#id_scope", COUNTY)
    page.fill("#id_reference_on", (TODAY + 10 * DAY).isoformat())
    assert_accessible(page)
    shot(page, "census-create")
    send(page)
    assert_accessible(page)
    shot(page, "census-plan")
    census = Census.objects.get(code=code)
    page.goto(reverse("census:set_phases", args=[code]))
    assert_accessible(page)
    shot(page, "census-phases")
    page.fill("#id_publish_last", (TODAY + 300 * DAY).isoformat())
    send(page)
    assert Phase.objects.get(census=census, kind="publish").ends_on == TODAY + 301 * DAY

    frame(census, ground(5))
    for number in range(1, 5):
        won(census, f"普查员{'一二三四'[number - 1]}", near=f"{COMMUNITY}{number:03d}")
    won(census, "陆指导", duty="supervisor")
    page.goto(reverse("census:staff_area", args=[code, COMMUNITY]))
    assert_accessible(page)
    page.goto(reverse("census:add_recruit", args=[code, COMMUNITY]))
    assert_accessible(page)
    shot(page, "census-recruit-form")
    page.fill("#id_name", "何后备")
    page.check("#id_reserve")
    send(page)
    shot(page, "census-recruit")
    assert_accessible(page)
    row = Recruit.objects.get(census=census, worker__name="何后备")
    page.goto(reverse("census:sign_undertaking", args=[row.pk]))
    send(page)
    passed_test(row)
    page.goto(reverse("census:propose_staff", args=[code, COMMUNITY]))
    assert_accessible(page)
    shot(page, "census-proposal")
    send(page)
    assert_accessible(page)
    shot(page, "census-area")
    assert Holding.objects.filter(post__role="informant", post__place_code__startswith=COMMUNITY).count() == 5

    page.goto(reverse("census:drop_out", args=[Recruit.objects.get(census=census, worker__name="普查员一").pk]))
    page.select_option("#id_successor", str(row.pk))
    assert_accessible(page)
    page.fill("#id_on", (TODAY + 2 * DAY).isoformat())
    send(page)
    assert_accessible(page)
    shot(page, "census-dropped-out")
    assert Holding.objects.filter(worker=row.worker, start=TODAY + 2 * DAY).exists()
    page.goto(reverse("staffing:chain", args=[COMMUNITY]))
    assert_accessible(page)
    shot(page, "census-posts")


def test_rulings_supplies_and_what_is_ready(
    enter: Callable[[Actor], Page], code: str, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(OFFICE)
    page.goto(reverse("census:create_census"))
    page.fill("#id_code", code)
    page.fill("#id_name", "安禾县人口普查")
    page.select_option("#id_scope", COUNTY)
    page.fill("#id_reference_on", (TODAY + 10 * DAY).isoformat())
    send(page)
    census = Census.objects.get(code=code)
    frame(census, ground(5)[:3])
    page.goto(reverse("census:add_ruling", args=[code]))
    page.fill("#id_asked", "停在岸边的渔船上住着一家人，怎么登记？")
    page.fill("#id_answered", "在标准时点停靠的普查小区登记为家庭户。")
    send(page)
    page.fill("#ruling-search", "渔船")
    with page.expect_navigation():
        page.locator("form[role=search] button").click()
    expect(page.locator("main")).to_contain_text("#1")
    assert_accessible(page)
    shot(page, "census-rulings")
    page.goto(reverse("census:set_need", args=[code]))
    page.fill("#id_what", "手机")
    page.fill("#id_per_area", "1")
    send(page)
    page.goto(reverse("census:move_supply", args=[code]))
    page.select_option("#id_place_code", COMMUNITY)
    page.fill("#id_what", "手机")
    page.fill("#id_count", "3")
    assert_accessible(page)
    send(page)
    assert_accessible(page)
    shot(page, "census-supplies")
    with page.expect_navigation():
        page.locator("a.badge-error").first.click()
    assert page.input_value("#id_count") == "2"
    send(page)
    assert (Need.objects.filter(census=census).count(), Supply.objects.filter(census=census).count()) == (1, 2)
    page.goto(reverse("census:readiness", args=[code]))
    assert_accessible(page)
    shot(page, "census-readiness")
    with page.expect_navigation():
        page.locator("main td a.badge-error").first.click()
    assert not page.url.endswith("readiness/")
    page.goto("/")
    assert_accessible(page)
    shot(page, "census-start")
    page.goto(reverse("census:rulings", args=[code]))
    with page.expect_navigation():
        page.locator("form[action*=undo] button").first.click()
    assert not Ruling.objects.filter(census=census).exists()


def test_access_and_a_badge_at_the_door(
    enter: Callable[[Actor], Page], code: str, assert_accessible: Check, shot: Shot
) -> None:
    account = User.objects.create_user(code, "x" * 12, real_name="何普查", area_code=COMMUNITY)
    census = plan(code)
    row = won(census, "何普查", account=account.pk)
    assigning.assign(
        actor=viewer(OFFICE), census_id=census.pk, community=COMMUNITY, on=TODAY,
        plan=assigning.Plan({COMMUNITY + "001": row.pk}),
    )  # fmt: skip
    recruits.give_badge(actor=viewer(OFFICE), recruit_id=row.pk, on=TODAY, today=TODAY)
    page = enter(ADMIN)
    page.goto(reverse("census:access", args=[code]))
    assert_accessible(page)
    shot(page, "census-access")
    with page.expect_navigation():
        page.locator("form[action*=give] button").click()
    assert account.grants.get().scope == COMMUNITY + "001"
    page.context.clear_cookies()
    page.goto(reverse("census:check_badge"))
    assert_accessible(page)
    page.fill("#number", row.worker.number)
    page.fill("#code", "AAAA-AAAA")
    send(page)
    expect(page.locator("[role=status]")).not_to_contain_text("何普查")
    page.fill("#code", badge.code_of(row))
    send(page)
    expect(page.locator("[role=status]")).to_contain_text(re.compile("何普查"))
    assert_accessible(page)
    shot(page, "census-badge")
