"""The review by keyboard on a desktop and with a thumb on a phone: one after the other, many at once, sent again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.tests.reviewers import joined, left_on, moved_out
from tests import factories
from tests.cast import GRID, QIAN, Actor, make_user

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def worker(username: str, name: str) -> Actor:
    """Somebody whose proposals nobody else's journey has."""
    actor = Actor(username, name, "grid_worker", GRID, "door_visit")
    make_user(actor)
    return actor


def press(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def state(proposal: Proposal) -> str:
    proposal.refresh_from_db()
    return proposal.state


def test_two_hundred_a_day_by_keyboard(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    yue = worker("yue", "岳网格")
    first, second, third, fourth, fifth = (moved_out(by=yue) for _ in range(5))
    page = signed_in(page_en_desktop, QIAN)
    page.goto(f"/proposals/?worker={yue.real_name}")
    assert_accessible(page)
    shot(page, "review-queue")
    press(page, "g")
    assert_accessible(page)
    shot(page, "review-one")
    press(page, "a")
    assert state(first) == "accepted"
    assert str(second.pk) in page.url
    shot(page, "review-next")
    press(page, "u")
    assert state(first) == "waiting"
    press(page, "a")
    assert str(second.pk) in page.url
    page.keyboard.press("r")
    expect(page.get_by_label("Why it goes back")).to_be_focused()
    page.keyboard.type("a day that the lease says")
    press(page, "Enter")
    assert state(second) == "returned"
    shot(page, "review-returned")
    press(page, "u")
    assert state(second) == "waiting"
    page.keyboard.press("r")
    page.keyboard.type("a day that the lease says")
    press(page, "Enter")
    assert state(second) == "returned"
    press(page, "c")
    page.get_by_label("First day no longer living here").fill("2026-05-04")
    assert_accessible(page)
    shot(page, "review-correct")
    with page.expect_navigation():
        page.get_by_role("button", name="Accept as corrected").click()
    assert str(left_on(third)) == "2026-05-04"
    page.goto(f"/proposals/?worker={yue.real_name}")
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    press(page, "b")
    assert_accessible(page)
    shot(page, "review-batch")
    with page.expect_navigation():
        page.get_by_role("button", name="Accept those ticked").click()
    assert_accessible(page)
    shot(page, "review-batch-told")
    assert (state(fourth), state(fifth)) == ("accepted", "accepted")


def test_a_newcomer_is_reviewed_on_a_phone_returned_and_sent_again(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    gong = worker("gong", "龚网格")
    household = factories.family(registered=False)
    newcomer, leaver = joined(household, by=gong), moved_out(household, by=gong)
    page = signed_in(page_zh_phone, QIAN)
    page.goto(f"/proposals/?worker={gong.real_name}")
    assert_accessible(page)
    shot(page, "review-queue-phone")
    with page.expect_navigation():
        page.locator("tbody a").first.click()
    assert_accessible(page)
    shot(page, "review-one-phone")
    expect(page.locator(".notice-warning")).to_contain_text("结束居住")
    expect(page.get_by_role("table")).to_contain_text("1999-02-03")
    page.get_by_label("退回原因").fill("请核对出生日期")
    with page.expect_navigation():
        page.get_by_role("button", name="退回", exact=True).click()
    assert state(newcomer) == "returned"
    assert str(leaver.pk) in page.url
    page.context.clear_cookies()
    signed_in(page, gong)
    page.goto(f"/proposals/{newcomer.pk}/")
    assert_accessible(page)
    shot(page, "review-returned-phone")
    with page.expect_navigation():
        page.get_by_role("link", name="改正后重新提交").click()
    page.get_by_label("出生日期").fill("1999-02-13")
    shot(page, "review-again-phone")
    with page.expect_navigation():
        page.get_by_role("button", name="重新提交").click()
    assert state(newcomer) == "waiting"
