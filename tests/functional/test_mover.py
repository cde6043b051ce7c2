"""The mover's own word: said on a cheap phone with a code, without a script; taken up by staff in a form that it fills."""

from collections.abc import Callable

from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.moves.models import Move
from domicile.apps.moves.mover import actions
from domicile.apps.moves.mover.models import MoverWord
from domicile.apps.moves.tests.making import HAN, LATER, declared, flat, home, members
from tests import factories
from tests.cast import qian_viewer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def given() -> tuple[Move, str]:
    people = members(home(2))
    move = declared(qian_viewer(), *people)
    return move, actions.give_for_move(actor=qian_viewer(), move_id=move.pk).text


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).click()


def test_a_mover_says_on_a_phone_that_they_have_arrived(
    page_zh_phone: Page, server: str, assert_accessible: Check, shot: Shot
) -> None:
    cache.clear()
    _move, code = given()
    page = page_zh_phone
    page.goto(f"/m/#{code}")
    expect(page.locator("#code")).to_have_value(code)
    assert not page.url.endswith(code)
    shot(page, "mover-enter")
    page.fill("#code", "ACDE-3467-HJKM")
    press(page, "main form button")
    expect(page.locator("[role=alert]")).to_contain_text("说明码不对")
    assert_accessible(page)
    page.fill("#code", code.lower())
    press(page, "main form button")
    assert_accessible(page)
    shot(page, "mover-choose")
    press(page, "button[value=arrived]")
    page.fill("#id_day", LATER.isoformat())
    page.fill("#id_to_text", "阳光小区3栋201")
    page.fill("#id_contact", "139123")
    press(page, "main form button")
    expect(page.locator(".field-error")).to_contain_text("11 位")
    assert_accessible(page)
    shot(page, "mover-say")
    page.fill("#id_contact", "13912345678")
    press(page, "main form button")
    expect(page.locator("h1")).to_contain_text("已经发出")
    assert_accessible(page)
    shot(page, "mover-said")
    assert MoverWord.objects.filter(to_text="阳光小区3栋201").exists()


def test_what_was_said_fills_the_form_of_the_arrival(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    move, _code = given()
    there = flat()
    row = actions.MoverCode.objects.get(move=move, stopped_at=None)
    people = actions.going(row)
    said = actions.Said("arrived", (people[0],), LATER, to_text=there.room or "201", contact="13912345678")
    actions.say(actor=actions.codes.MOVER, code_id=row.pk, arguments=said)
    page = signed_in(page_en_desktop, HAN)
    page.goto(reverse("moves:words"))
    expect(page.locator("main")).to_contain_text("They have arrived")
    assert_accessible(page)
    shot(page, "mover-words")
    page.goto(reverse("moves:move", args=[move.pk]))
    assert_accessible(page)
    shot(page, "mover-move")
    press(page, f'form[action="{reverse("moves:word_follow", args=[MoverWord.objects.get(code=row).pk])}"] button')
    expect(page.locator("#id_day")).to_have_value(LATER.isoformat())
    assert page.locator("input[name=where]").count() > 0
    assert page.locator("input[name=who]:checked").count() == 1
    assert_accessible(page)
    shot(page, "mover-arrive")
    assert factories.OTHER_COMMUNITY in move.ends.get(side="destination").code
    page.goto(reverse("moves:move", args=[move.pk]))
    press(page, f'form[action="{reverse("moves:give_code", args=[move.pk])}"] button')
    expect(page.locator("h1")).to_contain_text("shown once")
    assert_accessible(page)
    shot(page, "mover-code")
