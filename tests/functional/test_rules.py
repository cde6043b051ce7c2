"""Rules in the browser: an operator sees what is to be put right, goes to the card and says why it is right; an entry warns."""

import datetime as dt
from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.people.models import Person
from domicile.apps.quality import jobs
from domicile.apps.quality.models import RuleFinding
from tests import factories
from tests.cast import QIAN, SUN

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def ground() -> Person:
    """An old lady, a name with a digit, a household without a head, a dwelling that was demolished."""
    factories.area_tree()
    old = factories.person(name="寿南山", sex="2", birth_date=dt.date(1921, 3, 4))
    factories.household(members=[(old, "02")])
    home = factories.dwelling(in_use_to=dt.date(2020, 1, 1))
    head = factories.person(name="王3", sex="1", birth_date=dt.date(1980, 5, 6))
    factories.household(at=home, members=[(head, "99")])
    jobs.run_now(timezone.localdate())
    return old


def test_an_operator_works_through_what_is_to_be_put_right(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    old = ground()
    page = signed_in(page_zh_phone, QIAN)
    page.goto(reverse("quality:rules"))
    expect(page.locator("main")).to_contain_text("百岁以上需核实")
    assert_accessible(page)
    shot(page, "rules-overview")
    with page.expect_navigation():
        page.locator("tr", has_text="百岁以上需核实").locator("button").first.click()
    expect(page.locator("main")).to_contain_text("寿南山")
    assert_accessible(page)
    shot(page, "rules-list")
    with page.expect_navigation():
        page.locator("main a", has_text="寿南山").first.click()
    expect(page.locator(".findings")).to_contain_text("上门看望")
    assert_accessible(page)
    shot(page, "rules-card")
    with page.expect_navigation():
        page.locator(".findings a", has_text="情况属实").first.click()
    assert_accessible(page)
    shot(page, "rules-explain")
    page.fill("#id_reason", "上门看望，看过身份证")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".findings")).to_contain_text("看过身份证")
    assert_accessible(page)
    shot(page, "rules-card-explained")
    assert RuleFinding.objects.get(rule="P04", person=old).state == "explained"
    with page.expect_navigation():
        page.locator(".findings button", has_text="撤回").click()
    assert RuleFinding.objects.get(rule="P04", person=old).state == "open"


def test_an_entry_warns_and_holds_nothing_up(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    head = factories.person(name="王强", sex="1", birth_date=dt.date(1980, 5, 6))
    household = factories.household(members=[(head, "02")])
    page = signed_in(page_en_desktop, SUN)
    page.goto(reverse("people:add_member", args=[household.pk]))
    page.fill("#id_name", "李小花")
    page.select_option("#id_sex", "2")
    page.fill("#id_birth_date", "1950-01-01")
    page.select_option("#id_relation", "30")
    page.fill("#id_reason", "told at the door")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    expect(page.locator("body")).to_contain_text("Please look at this:")
    expect(page.locator(".findings")).to_contain_text("Child of the head older than the head")
    assert_accessible(page)
    shot(page, "rules-entry")
    assert Person.objects.filter(name="李小花").exists()
    page.goto(reverse("quality:rules"))
    assert_accessible(page)
    shot(page, "rules-overview-desk")
