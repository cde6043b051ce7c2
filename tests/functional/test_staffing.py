"""The responsibility chain in the browser: from a gap to its cure, hand-over, undo, a meeting, the test; both devices."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.accounts.models import User
from domicile.apps.staffing.models import Badge, Course, Decision, Holding, Meeting, Post, Site, Worker
from tests import factories
from tests.cast import COMMUNITY, GRID, QIAN, ZHAO, Actor, make_user

DEVICES = ["page_zh_phone", "page_en_desktop"]
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
CHAIN = reverse("staffing:chain", args=[COMMUNITY])
GAPS = reverse("staffing:gaps", args=[COMMUNITY])


@pytest.fixture
def ground() -> None:
    """A community with two grids and a building, and no chain yet."""
    for model in (Badge, Course, Decision, Meeting, Holding, Site):
        model.objects.all().delete()
    Post.objects.update(above=None)
    Post.objects.all().delete()
    for row in Worker.objects.all():
        row.sittings.all().delete()
        row.delete()
    factories.area_tree()
    factories.grid(), factories.grid(code=COMMUNITY + "002")
    house = factories.building(place_code=GRID, street="责任路", plate="1号")
    if not house.dwellings.exists():
        for _number in range(9):
            factories.household(at=factories.dwelling(within=house, unit="1单元"))


@pytest.fixture(params=DEVICES)
def enter(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Callable[[Actor], Page]:
    """Signs an actor in on either device."""
    return lambda actor: signed_in(request.getfixturevalue(request.param), actor)


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()


def follow(page: Page, address: str) -> None:
    with page.expect_navigation():
        page.locator(f'main a[href="{address}"]:visible').first.click()


def open_post(page: Page, role: str, name: str, **choices: str) -> Post:
    page.goto(reverse("staffing:add_post", args=[COMMUNITY, role]))
    for field, value in choices.items():
        page.select_option(f"#id_{field}", value)
    page.fill("#id_name", name)
    send(page)
    return Post.objects.get(name=name)


def test_from_a_gap_to_its_cure_and_on_to_the_successor(
    enter: Callable[[Actor], Page], ground: None, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(QIAN)
    page.goto(reverse("staffing:communities"))
    assert page.url.endswith(CHAIN)
    assert_accessible(page)
    shot(page, "staffing-empty")
    lead = open_post(page, "lead", "社区责任人")
    assert_accessible(page)
    group = open_post(page, "coordinator", "第1组")
    page.goto(GAPS)
    assert_accessible(page)
    shot(page, "staffing-gaps")
    with page.expect_navigation():
        page.locator(f'main a[href*="place={GRID}"]').first.click()
    assert_accessible(page)
    expect(page.locator("#id_name")).to_have_value("第1网格")
    send(page)
    informant = Post.objects.get(role="informant")
    assert (informant.above, group.above) == (group, lead)
    follow(page, reverse("staffing:give_post", args=[informant.pk]))
    assert_accessible(page)
    with page.expect_navigation():
        page.locator("main .notice a").first.click()
    page.fill("#id_name", "王信息")
    page.fill("#id_phone", "13800000001")
    assert_accessible(page)
    shot(page, "staffing-add-worker")
    send(page)
    send(page)
    assert_accessible(page)
    shot(page, "staffing-post")
    holding = Holding.objects.get(post=informant)
    Holding.objects.filter(pk=holding.pk).update(start=timezone.localdate() - dt.timedelta(days=30))
    Worker.objects.update(since=timezone.localdate() - dt.timedelta(days=30))
    page.goto(reverse("staffing:add_worker", args=[COMMUNITY]))
    page.fill("#id_name", "孙接任")
    send(page)
    assert_accessible(page)
    page.goto(reverse("staffing:end_holding", args=[holding.pk]))
    assert_accessible(page)
    successor = Worker.objects.get(name="孙接任")
    page.select_option("#id_successor", str(successor.pk))
    shot(page, "staffing-hand-over")
    send(page)
    expect(page.locator(".notice-success")).to_be_visible()
    assert Holding.objects.get(post=informant, end=None).worker == successor
    with page.expect_navigation():
        page.locator('main form[action*="undo"] button').first.click()
    assert Holding.objects.get(post=informant).worker != successor
    assert_accessible(page)
    page.goto(reverse("staffing:workers", args=[COMMUNITY]))
    assert_accessible(page)
    shot(page, "staffing-workers")
    page.goto(CHAIN)
    assert_accessible(page)
    shot(page, "staffing-chain")


def test_a_meeting_decides_and_a_course_leads_to_the_badge(
    enter: Callable[[Actor], Page], ground: None, assert_accessible: Check, shot: Shot
) -> None:
    if not User.objects.filter(username=ZHAO.username).exists():
        make_user(ZHAO)
    today = timezone.localdate()
    who = Worker.objects.create(
        number=COMMUNITY + "0001", place_code=COMMUNITY + "000", name="赵网格", user_id=ZHAO.id, since=today
    )
    page = enter(QIAN)
    page.goto(reverse("staffing:meetings", args=[COMMUNITY]))
    assert_accessible(page)
    follow(page, reverse("staffing:add_meeting", args=[COMMUNITY]))
    assert_accessible(page)
    page.locator("input[name=kind][value=station]").check()
    page.fill("#id_title", "每周例会")
    page.locator(f"input[name=present][value='{who.pk}']").check()
    shot(page, "staffing-minutes")
    send(page)
    meeting = Meeting.objects.get()
    follow(page, reverse("staffing:decide", args=[meeting.pk]))
    page.fill("#id_decided", "更换楼道灯")
    page.select_option("#id_worker", str(who.pk))
    assert_accessible(page)
    send(page)
    assert_accessible(page)
    shot(page, "staffing-meeting")
    page.goto(reverse("staffing:meetings", args=[COMMUNITY]))
    assert_accessible(page)
    shot(page, "staffing-meetings")
    page.goto(reverse("staffing:decision", args=[Decision.objects.get().pk]))
    assert_accessible(page)
    page.goto(reverse("staffing:add_course", args=[COMMUNITY]))
    page.locator("input[name=subject][value=collection]").check()
    page.fill("#id_title", "入户采集培训")
    page.locator(f"input[name=present][value='{who.pk}']").check()
    assert_accessible(page)
    send(page)
    assert_accessible(page)
    page.goto(reverse("staffing:courses", args=[COMMUNITY]))
    assert_accessible(page)
    shot(page, "staffing-courses")
    enter(ZHAO)
    page.goto(reverse("staffing:own_training"))
    assert_accessible(page)
    shot(page, "staffing-own-training")
    follow(page, reverse("staffing:test", args=["collection"]))
    assert_accessible(page)
    shot(page, "staffing-test")
    for place in range(1, 11):
        page.locator(f"input[name=q{place}]").first.check()
    send(page)
    expect(page.locator(".notice-success, .notice-warning").first).to_be_visible()
    assert_accessible(page)
    page.goto(reverse("staffing:worker", args=[who.pk]))  # a grid worker sees no page of the chain
    expect(page.locator("h1")).to_be_visible()
    enter(QIAN)
    page.goto(reverse("staffing:worker", args=[who.pk]))
    assert_accessible(page)
    shot(page, "staffing-worker")
