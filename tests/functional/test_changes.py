"""Correct a name, end a stay, add a person, review: the way from the card and back, on a phone and on a desktop."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.people.models import Household, Person, Spell
from tests import factories
from tests.cast import QIAN, SUN, ZHAO, Actor

DEVICES = ["page_zh_phone", "page_en_desktop"]
Enter = Callable[..., Page]


@pytest.fixture
def household() -> Household:
    return factories.family(registered=False)


@pytest.fixture(params=DEVICES)
def enter(request: pytest.FixtureRequest, signed_in: Enter) -> Callable[[Actor], Page]:
    """Signs an actor in on either device."""
    return lambda actor: signed_in(request.getfixturevalue(request.param), actor)


def chinese(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.lang").startswith("zh"))


def test_the_county_corrects_a_name_and_undoes_it(
    enter: Callable[[Actor], Page], household: Household, assert_accessible: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    person = household.members.get(relation="20").person
    page = enter(SUN)
    page.goto(reverse("people:person", args=[person.pk]))
    page.locator(".change-menu > summary").click()
    with page.expect_navigation():
        page.locator(f'a[href="{reverse("people:corrections", args=[person.pk])}"]').click()
    with page.expect_navigation():
        page.locator(f'a[href="{reverse("people:correct_name", args=[person.pk])}"]').click()
    assert_accessible(page)
    page.fill("#id_name", "")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".field-error").first).to_be_visible()
    assert_accessible(page)
    shot(page, "correct-name-error")
    page.fill("#id_name", "曾小明")
    page.select_option("#id_evidence", "identity_document")
    page.fill("#id_reason", "证件上写法不同")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("曾小明")
    assert_accessible(page)
    shot(page, "corrected")
    with page.expect_navigation():
        page.locator(f'a[href="{reverse("people:history", args=[person.pk])}"]').click()
    assert_accessible(page)
    page.get_by_role("button", name="撤销" if chinese(page) else "Undo").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(person.name)
    assert Person.objects.get(pk=person.pk).name == person.name


def test_when_the_head_leaves_another_is_named(
    enter: Callable[[Actor], Page], household: Household, assert_accessible: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    head, spouse = (household.members.get(relation=code).person for code in ("02", "10"))
    page = enter(QIAN)
    page.goto(reverse("people:end_stay", args=[Spell.objects.get(person=head).pk]))
    assert_accessible(page)
    shot(page, "end-stay")
    page.fill("#id_reason", "搬走")
    page.select_option("#id_new_head_id", str(spouse.pk))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**{reverse('people:person', args=[head.pk])}")
    assert household.members.get(person=spouse).relation == "02"


def test_a_worker_proposes_and_the_community_accepts(
    enter: Callable[[Actor], Page], household: Household, assert_accessible: Callable[[Page], None],
    shot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    page = enter(ZHAO)
    page.goto(reverse("people:add_member", args=[household.pk]))
    assert_accessible(page)
    shot(page, "add-person")
    page.fill("#id_name", "王小雨")
    page.select_option("#id_relation", "20")
    page.select_option("#id_sex", "2")
    page.fill("#id_reason", "新来")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**{reverse('people:household', args=[household.pk])}")
    shot(page, "waiting-for-review")
    assert not household.members.filter(person__name="王小雨").exists()
    page.context.clear_cookies()
    enter(QIAN)
    page.goto(reverse("collect:proposals"))
    assert_accessible(page)
    shot(page, "proposals")
    with page.expect_navigation():
        page.locator("main tbody a").first.click()
    assert_accessible(page)
    page.locator("button[value=return]").click()
    expect(page.locator("#note")).to_be_focused()  # nothing goes back without a reason
    assert_accessible(page)
    shot(page, "proposal-error")
    with page.expect_navigation():
        page.locator("button[value=accept]").click()
    assert household.members.filter(person__name="王小雨").exists()
