"""A data processor keys a paper form at the keyboard, finds slips for an area, decides where two keyings differ."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.accounts.models import User
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.keying import actions
from domicile.apps.census.keying.tests.test_keying import FIRST, SECOND, THIRD
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.tests.filled import short, somebody
from domicile.apps.census.tests.making import make_building, make_census, make_dwelling, make_household
from tests.cast import make_user, viewer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
SignedIn = Callable[..., Page]


def home(number: str) -> Household:
    census = Census.objects.filter(code="c2030").first() or make_census()
    return make_household(make_dwelling(make_building(census, number)), expected=1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_form_is_keyed_without_leaving_the_keyboard(
    language: str, request: pytest.FixtureRequest, signed_in: SignedIn, assert_accessible: Check, shot: Shot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(actions, "drawn", lambda sheet_id, today: False)
    household = home(f"K{language}")
    page = signed_in(request.getfixturevalue("page_zh_phone" if language == "zh" else "page_en_desktop"), FIRST)
    page.goto(reverse("census:keying", args=["c2030"]))
    page.fill("#find", f"K{language}")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_be_visible()
    assert_accessible(page)
    shot(page, "keying-start")
    page.locator(".keying-begin button").click()
    assert_accessible(page)
    page.locator("#h-kind").focus()
    for digits in ("1", "1", "0", "0", "0", "0", "0", "1", "80", "3"):
        page.keyboard.type(digits)
        page.keyboard.press("Enter")
    expect(page.locator("#p0-name")).to_be_focused()
    for typed in ("林小明", "0", "", "1", "1985", "4", "1", "1", "", "1", "", "1", "", "5", "7"):
        page.keyboard.insert_text(typed)
        page.keyboard.press("Enter")
    expect(page.locator("main form button[type=submit]")).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[aria-invalid=true]")).to_have_count(1)
    assert_accessible(page)
    shot(page, "keying-form")
    page.fill("#p0-literate", "1")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("已录入" if language == "zh" else "The form is keyed")
    assert Answer.objects.get(household=household).road == "paper"


def test_two_keyings_that_differ_are_decided_and_slips_are_listed(
    page_zh_phone: Page, signed_in: SignedIn, assert_accessible: Check, shot: Shot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "drawn", lambda sheet_id, today: True)
    household = home("KD")
    page = signed_in(page_zh_phone, THIRD)
    if not User.objects.filter(username=FIRST.username).exists():
        make_user(FIRST)
    sheet = actions.key(actor=viewer(FIRST), household_id=household.pk, form="short", content=short())
    actions.key_second(actor=viewer(SECOND), sheet_id=sheet.pk, content=short(somebody(sex=2)))
    page.goto(reverse("census:decide_keying", args=[sheet.pk]))
    assert_accessible(page)
    shot(page, "keying-decide")
    page.locator('input[value="second"]').check()
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("已核定")
    assert_accessible(page)
    page.goto(reverse("census:slips", args=["c2030"]))
    assert_accessible(page)
    shot(page, "slips")
    page.goto(reverse("census:give_household_code", args=[household.pk]))
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    assert_accessible(page)
    shot(page, "slip-code")
