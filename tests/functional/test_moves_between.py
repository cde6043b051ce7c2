"""What waits between the two ends of moves, in the browser: the report by pairs of areas, its lists, who is expected."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from domicile.apps.moves.lists import holiday
from domicile.apps.moves.models import Move
from domicile.apps.moves.tests.making import HAN, arrived, declared, flat, han_viewer, home, members
from domicile.apps.moves.tests.test_deadlines import BEFORE, TODAY, question
from domicile.apps.moves.tests.test_handing import NEXT, announced
from domicile.apps.moves.tests.test_meant import asked, namesakes, waiting
from domicile.apps.tasks.models import CalendarDay
from domicile.core.spells import national_calendar
from tests.cast import QIAN, SUN, qian_viewer
from tests.factories import area_tree
from tests.peers.incoming import own_register, peer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def moves() -> tuple[Move, Move, Move]:
    """A question, a difference, and somebody announced who will be back for the holidays."""
    for year in {(TODAY + dt.timedelta(days=40)).year} - national_calendar().years:
        CalendarDay.objects.get_or_create(day=dt.date(year, 1, 1), defaults={"kind": "off"})
    return (
        question(), arrived(han_viewer(), declared(qian_viewer(), *members(home(2))), flat(), day=BEFORE),
        declared(qian_viewer(), *members(home(1)), expected_return=holiday(TODAY)["begin"]),
    )  # fmt: skip


def link(page: Page, move: Move) -> Locator:
    """The way to a move from the page."""
    return page.locator(f'main a[href="{reverse("moves:move", args=[move.pk])}"]')


def test_a_figure_leads_to_its_moves(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    _asked, differs, announced = moves()
    page = signed_in(page_en_desktop, QIAN)
    page.goto(reverse("moves:reconciliation"))
    expect(page.locator("main")).to_contain_text("What is open today")
    assert_accessible(page)
    shot(page, "moves-reconciliation")
    with page.expect_navigation():
        page.locator(f'form[action="{reverse("moves:differing")}"] button').first.click()
    expect(link(page, differs)).to_be_visible()
    expect(page.locator("main")).to_contain_text(str(BEFORE))
    assert_accessible(page)
    shot(page, "moves-differing")
    page.goto(reverse("moves:returning"))
    expect(link(page, announced)).to_be_visible()
    assert_accessible(page)
    shot(page, "moves-returning")


def test_what_waits_on_a_phone(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    asked, _differs, announced = moves()
    page = signed_in(page_zh_phone, HAN)
    page.goto(reverse("tasks:today"))
    expect(page.locator("main")).to_contain_text("有人将到达")
    assert_accessible(page)
    shot(page, "moves-tasks")
    with page.expect_navigation():
        link(page, announced).first.click()
    expect(page.locator("#turn-title")).to_be_visible()
    assert_accessible(page)
    shot(page, "move-turn")
    page.goto(reverse("moves:waiting"))
    page.locator("details.filter-panel").evaluate("panel => { panel.open = true }")
    page.select_option("#id_late", "all")
    with page.expect_navigation():
        page.locator(".filter-buttons button[type=submit]").click()
    expect(link(page, asked)).to_be_visible()
    assert_accessible(page)
    shot(page, "moves-waiting")
    page.goto(reverse("moves:reconciliation"))
    assert_accessible(page)
    shot(page, "moves-reconciliation-phone")


def test_a_move_without_a_community_is_handed_on(
    page_zh_phone: Page, page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    announced()
    move = announced()
    page = signed_in(page_en_desktop, SUN)
    page.goto(reverse("moves:unplaced"))
    assert_accessible(page)
    shot(page, "moves-unplaced")
    page.goto(reverse("moves:choose_community", args=[move.pk]))
    page.fill("#find", "塔社区")
    with page.expect_navigation():
        page.locator("button[name=search]").click()
    expect(page.locator("input[name=code]")).to_have_count(2)
    assert_accessible(page)
    shot(page, "move-hand-on")
    page = signed_in(page_zh_phone, SUN)
    page.goto(reverse("moves:unplaced"))
    page.locator("input[name=row]").first.check()
    with page.expect_navigation():
        page.locator("button[name=bulk][value=hand_on]").click()
    page.locator(f"input[name=code][value='{NEXT}']").check()
    page.fill("#id_reason", "按登记地址分派")
    assert_accessible(page)
    shot(page, "move-hand-on")
    with page.expect_navigation():
        page.locator("main form .btn-primary").click()
    expect(page.locator("main")).to_contain_text("已分派")
    shot(page, "moves-unplaced")


@pytest.mark.usefixtures("unlinked")
def test_who_is_meant_is_chosen_side_by_side(
    page_zh_phone: Page, page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    moves()
    area_tree()
    own_register()
    namesakes()
    asked(peer())
    address = reverse("moves:question", args=[waiting().pk])
    for page in (signed_in(page_en_desktop, QIAN), signed_in(page_zh_phone, QIAN)):
        page.goto(address)
        assert_accessible(page)
        shot(page, "move-meant")
    page.locator("input[type=radio][value=none]").check()
    page.fill("#id_reason", "经核对都不是")
    with page.expect_navigation():
        page.locator("main form .btn-primary").click()
    expect(page.locator("main")).to_contain_text("没有等待的询问")
    assert_accessible(page)
