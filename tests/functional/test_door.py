"""At the door, on a phone and on a desktop: a household, a newborn, a move, a split, a correction, a death, and undo."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.people.models import Household, Member, Parentage, Person, Spell
from tests import factories
from tests.cast import QIAN, SUN, ZHAO, Actor

DEVICES = ["page_zh_phone", "page_en_desktop"]
Enter = Callable[..., Page]
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture
def household() -> Household:
    return factories.family(registered=False)


@pytest.fixture(params=DEVICES)
def enter(request: pytest.FixtureRequest, signed_in: Enter) -> Callable[[Actor], Page]:
    """Signs an actor in on either device."""
    return lambda actor: signed_in(request.getfixturevalue(request.param), actor)


def card(page: Page, kind: str, key: object) -> None:
    page.goto(reverse(f"people:{kind}", args=[key]))


def choose(page: Page, address: str) -> None:
    """Open the menu of the card and follow the entry that leads to this address."""
    page.locator(".change-menu > summary").click()
    with page.expect_navigation():
        page.locator(f'.change-menu a[href^="{address}"]').click()


def save(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form .form-actions button[type=submit]").click()


def undo(page: Page) -> None:
    with page.expect_navigation():
        page.locator('form[action*="/undo/"] button').first.click()


def test_a_household_at_an_empty_dwelling(enter: Callable[[Actor], Page], assert_accessible: Check, shot: Shot) -> None:
    dwelling = factories.dwelling()
    number = factories.number_of(birth_date=dt.date(1985, 3, 4), sex="1")
    page = enter(QIAN)
    card(page, "dwelling", dwelling.pk)
    page.locator(".change-menu > summary").click()
    assert_accessible(page)
    shot(page, "door-menu-dwelling")
    with page.expect_navigation():
        page.locator(f'.change-menu a[href="{reverse("people:add_household", args=[dwelling.pk])}"]').click()
    page.fill("#id_people-0-name", "陈建国")
    page.fill("#id_people-0-document_number", number)
    with page.expect_navigation():
        page.locator("button[name=more]").click()
    expect(page.locator("#id_people-0-name")).to_have_value("陈建国")
    page.fill("#id_people-1-name", "陈小雨")
    page.select_option("#id_people-1-relation", "30")
    page.fill("#id_reason", "入户登记")
    save(page)
    assert_accessible(page)
    shot(page, "door-add-household-error")  # nobody said what sex the daughter is
    page.select_option("#id_people-1-sex", "2")
    save(page)
    assert_accessible(page)
    shot(page, "door-added-household")
    made = Household.objects.get(dwelling=dwelling)
    assert dict(made.members.values_list("person__name", "relation")) == {"陈建国": "02", "陈小雨": "30"}
    undo(page)
    page.wait_for_url(f"**{reverse('people:dwelling', args=[dwelling.pk])}")
    assert not Household.objects.filter(dwelling=dwelling).exists()


def test_a_newborn_without_a_name_and_its_name_later(
    enter: Callable[[Actor], Page], household: Household, assert_accessible: Check, shot: Shot
) -> None:
    mother = household.members.get(relation="10").person
    page = enter(QIAN)
    card(page, "household", household.pk)
    page.locator(".change-menu > summary").click()
    assert_accessible(page)
    shot(page, "door-menu-household")
    with page.expect_navigation():
        page.locator(f'.change-menu a[href="{reverse("vitals:birth", args=[household.pk])}"]').click()
    assert_accessible(page)
    page.select_option("#id_sex", "2")
    page.select_option("#id_mother", str(mother.pk))
    page.select_option("#id_relation", "30")
    page.fill("#id_reason", "出生")
    shot(page, "door-newborn")
    save(page)
    child = Parentage.objects.get(parent=mother).child
    card(page, "person", child.pk)
    expect(page.locator("main")).to_contain_text(mother.name)
    assert_accessible(page)
    shot(page, "door-newborn-card")
    choose(page, reverse("people:give_name", args=[child.pk]))
    assert_accessible(page)
    page.fill("#id_name", "王朝阳")
    page.fill("#id_reason", "报户口")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("王朝阳")


def test_the_head_moves_with_the_child_and_the_spouse_stays(
    enter: Callable[[Actor], Page], household: Household, assert_accessible: Check, shot: Shot
) -> None:
    head, spouse, child = (household.members.get(relation=code).person for code in ("02", "10", "20"))
    target = factories.dwelling()
    page = enter(QIAN)
    card(page, "household", household.pk)
    choose(page, reverse("people:regroup", args=[household.pk, "move"]))
    assert_accessible(page)
    shot(page, "door-move")
    page.locator(f'input[name=who][value="{spouse.pk}"]').uncheck()
    page.fill("#find", target.address)
    with page.expect_navigation():
        page.locator("button[name=search]").click()
    assert_accessible(page)
    page.locator(f'input[name=where][value="{target.pk}/"]').check()
    page.fill("#id_reason", "本人告知")
    shot(page, "door-move-found")
    save(page)
    assert_accessible(page)
    shot(page, "door-move-one-more-thing")
    page.select_option("#id_new_head_id", str(spouse.pk))
    save(page)
    moved = Member.objects.get(person=child, left_on=None).household
    page.wait_for_url(f"**{reverse('people:household', args=[moved.pk])}")
    shot(page, "door-moved")
    assert moved.dwelling == target
    assert Spell.objects.get(person=head, end=None).dwelling == target
    assert Member.objects.get(person=spouse, left_on=None).relation == "02"


def test_a_household_is_split_and_joined_again(
    enter: Callable[[Actor], Page], household: Household, assert_accessible: Check, shot: Shot
) -> None:
    child = household.members.get(relation="20").person
    page = enter(QIAN)
    page.goto(reverse("people:regroup", args=[household.pk, "split"]))
    assert_accessible(page)
    page.locator(f'input[name=who][value="{child.pk}"]').check()
    page.locator(f'input[name=where][value="{household.dwelling_id}/"]').check()
    page.fill("#id_reason", "分户")
    shot(page, "door-split")
    save(page)
    own = Member.objects.get(person=child, left_on=None).household
    assert own != household
    page.goto(reverse("people:regroup", args=[own.pk, "join"]))
    assert_accessible(page)
    page.locator(f'input[name=where][value="{household.dwelling_id}/{household.pk}"]').check()
    page.fill("#id_reason", "并户")
    save(page)
    page.select_option(f"#id_to_{child.pk}", "20")
    shot(page, "door-join")
    save(page)
    assert Member.objects.get(person=child, left_on=None).household == household


def test_corrections_say_who_decides_and_wait_on_the_card(
    enter: Callable[[Actor], Page], household: Household, assert_accessible: Check, shot: Shot
) -> None:
    person = household.members.get(relation="20").person
    page = enter(QIAN)
    card(page, "person", person.pk)
    page.locator(".change-menu > summary").click()
    assert_accessible(page)
    shot(page, "door-menu-person")
    with page.expect_navigation():
        page.locator(f'.change-menu a[href="{reverse("people:corrections", args=[person.pk])}"]').click()
    assert_accessible(page)
    shot(page, "door-corrections")
    with page.expect_navigation():
        page.locator(f'a[href="{reverse("people:correct", args=[person.pk, "education"])}"]').click()
    page.select_option("#id_education", "61")
    page.fill("#id_reason", "本人告知")
    shot(page, "door-correct-education")
    save(page)
    assert Person.objects.get(pk=person.pk).education == "61"
    page.goto(reverse("people:correct", args=[person.pk, "birth_date"]))
    assert_accessible(page)
    page.fill("#id_birth_date", "1990-01-02")
    page.select_option("#id_evidence", "birth_certificate")
    page.fill("#id_reason", "登记有误")
    shot(page, "door-correct-birth-date")
    save(page)
    expect(page.locator(".notice-warning").first).to_be_visible()
    assert_accessible(page)
    shot(page, "door-waiting")
    assert Person.objects.get(pk=person.pk).birth_date != dt.date(1990, 1, 2)


def test_parents_a_phone_and_a_death(
    enter: Callable[[Actor], Page], household: Household, assert_accessible: Check, shot: Shot
) -> None:
    head, spouse, child = (household.members.get(relation=code).person for code in ("02", "10", "20"))
    page = enter(SUN)
    page.goto(reverse("people:parents", args=[child.pk]))
    page.select_option("#id_parent_id", str(head.pk))
    page.fill("#id_reason", "户口簿")
    save(page)
    page.goto(reverse("people:parents", args=[child.pk]))
    assert_accessible(page)
    shot(page, "door-parents")
    page.goto(reverse("people:correct", args=[child.pk, "phones"]))
    assert_accessible(page)
    page.fill("#id_number", "13800000021")
    page.fill("#id_reason", "本人告知")
    save(page)
    assert child.phones.count() == 1
    page.goto(reverse("vitals:death", args=[head.pk]))
    assert_accessible(page)
    page.fill("#id_died_on", "2026-05-01")
    page.select_option("#id_paper_death_certificate", "death_certificate")
    page.select_option("#id_new_head_id", str(spouse.pk))
    page.fill("#id_reason", "家属告知")
    shot(page, "door-death")
    save(page)
    assert_accessible(page)
    shot(page, "door-died")
    assert not Spell.objects.filter(person=head, end=None).exists()
    card(page, "person", head.pk)
    undo(page)
    assert Spell.objects.filter(person=head, end=None).exists()


def test_everybody_leaves_as_a_proposal_that_is_found_by_filters(
    enter: Callable[[Actor], Page], household: Household, assert_accessible: Check, shot: Shot
) -> None:
    page = enter(ZHAO)
    card(page, "household", household.pk)
    choose(page, reverse("people:leave_household", args=[household.pk]))
    assert_accessible(page)
    shot(page, "door-leave")
    save(page)
    expect(page.locator(".notice-warning").first).to_be_visible()
    shot(page, "door-leave-waiting")
    page.context.clear_cookies()
    enter(QIAN)
    page.goto(reverse("collect:proposals"))
    if not page.locator("#id_kind").is_visible():  # on a phone the filter is folded
        page.locator("details:has(form.filters) > summary").click()
    page.select_option("#id_whose", "decide")
    page.select_option("#id_kind", "people.leave_household")
    with page.expect_navigation():
        page.locator("form.filters button").click()
    assert_accessible(page)
    shot(page, "door-proposals")
    with page.expect_navigation():
        page.locator("main tbody tr", has_text=household.dwelling.address).locator("a").first.click()
    assert_accessible(page)
    shot(page, "door-proposal")
    with page.expect_navigation():
        page.locator("button[value=accept]").click()
    household.refresh_from_db()
    assert household.ended_on is not None
