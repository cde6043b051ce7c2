"""A move in the browser: declared on the card, seen at both ends, the arrival registered with candidates side by side."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.moves.models import Move
from domicile.apps.moves.tests.making import DAY, HAN, arrived, declared, flat, han_viewer, home, members
from domicile.apps.people.models import Person
from tests import factories
from tests.cast import QIAN, qian_viewer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]:not([name=search])").last.click()


def test_a_move_is_declared_on_a_phone(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    household = home(3)
    flat()
    head, spouse, child = members(household)
    page = signed_in(page_zh_phone, QIAN)
    page.goto(reverse("people:person", args=[head.pk]))
    assert page.locator(f'main a[href="{reverse("moves:declare", args=[head.pk])}"]').count() == 1
    page.goto(reverse("moves:declare", args=[head.pk]))
    page.check(f'input[name=who][value="{child.pk}"]')
    page.select_option("#id_area", factories.OTHER_COMMUNITY)
    page.fill("#id_day", DAY.isoformat())
    page.fill("#id_reason", "本人申报")
    send(page)
    expect(page.locator(".field-error").first).to_contain_text("户主")
    assert_accessible(page)
    shot(page, "move-declare")
    page.select_option("#id_new_head_id", str(spouse.pk))
    send(page)
    move = Move.objects.get(people__person=head)
    assert page.url.endswith(reverse("moves:move", args=[move.pk]))
    expect(page.locator("main")).to_contain_text("已告知流入地")
    assert_accessible(page)
    shot(page, "move")
    page.goto(reverse("moves:leaving"))
    expect(page.locator("main")).to_contain_text(head.name)
    assert_accessible(page)
    shot(page, "moves-leaving")


def test_an_arrival_finds_its_declarations_and_what_differs_is_settled(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    household, there = home(2), flat()
    head, spouse = members(household)
    born = dt.date(1980, 5, 6)
    for who, name in ((head, "张建国"), (spouse, "章建国")):
        Person.objects.filter(pk=who.pk).update(name=name, sound="zhangjianguo", birth_date=born, sex="1")
        who.refresh_from_db()
    other = declared(qian_viewer(), spouse)
    move = declared(qian_viewer(), head, new_head_id=spouse.pk)
    page = signed_in(page_en_desktop, HAN)
    page.goto(reverse("moves:arrival", args=[there.pk]))
    page.fill("#id_name", "张建国")
    page.select_option("#id_sex", "1")
    page.fill("#id_birth_date", born.isoformat())
    page.fill("#id_day", (DAY - dt.timedelta(days=10)).isoformat())
    page.fill("#id_reason", "seen at the door")
    send(page)
    expect(page.locator("input[name=choice]")).to_have_count(3)
    assert page.locator("input[name=choice]:checked").count() == 0
    assert_accessible(page)
    shot(page, "arrival-candidates")
    page.check(f'input[name=choice][value="move:{move.pk}"]')
    send(page)
    expect(page.locator("main")).to_contain_text("disagree")
    assert_accessible(page)
    shot(page, "move-disagreeing")
    page.goto(reverse("moves:arriving"))
    assert_accessible(page)
    shot(page, "moves-arriving")
    page.goto(reverse("moves:arrive", args=[other.pk]))
    assert_accessible(page)
    shot(page, "move-arrive")


@pytest.mark.parametrize("screen", ["page_zh_phone", "page_en_desktop"])
def test_the_place_left_corrects_where_to(
    screen: str, request: pytest.FixtureRequest, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    person, number = members(home(1))[0], factories.number_of(birth_date=dt.date(1980, 5, 6))
    factories.document(of=person, number=number)
    move = declared(qian_viewer(), person, to_where="elsewhere", to_code="", to_text="上海市")
    arrived(han_viewer(), move, flat(), day=DAY, document_number=number)
    page = signed_in(request.getfixturevalue(screen), QIAN)
    page.goto(reverse("moves:move", args=[move.pk]))
    shot(page, "move-differing-where")
    with page.expect_navigation():
        page.click(f'main a[href="{reverse("moves:correct_where", args=[move.pk])}"]')
    expect(page.locator("#id_area")).to_have_value(factories.OTHER_COMMUNITY)
    page.fill("#id_reason", "电话核实")
    assert_accessible(page)
    shot(page, "move-correct-where")
    send(page)
    assert page.url.endswith(reverse("moves:move", args=[move.pk]))
    move.refresh_from_db()
    assert move.state == "confirmed"
    shot(page, "move-where-corrected")
