"""Duplicates in the browser: a search finds who was planted, two records are compared, merged, seen as one and unmerged."""

import datetime as dt
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import Page, expect

from domicile.apps.duplicates import jobs
from domicile.apps.duplicates.finders import FINDERS
from domicile.apps.duplicates.models import Pair, Run
from domicile.apps.duplicates.searching import search
from domicile.apps.duplicates.tests.pieces import refreshed, twice
from domicile.apps.people.models import Person, SamePerson
from tests import factories
from tests.cast import QIAN, SUN, sun_viewer

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
BORN = dt.date(1971, 3, 9)


def planted() -> tuple[Person, Person]:
    """Some families; a person registered anew after moving within the community; one with a slip in the name; one elsewhere."""
    for surname in "李赵钱孙周吴":
        factories.family(surname=surname)
    one, other = twice(name="上官玉屏")
    number = factories.number_of(birth_date=BORN, sex="2")
    one.documents.all().delete()
    for record in (one, other):
        factories.document(of=record, number=number)
    factories.telephone(of=other, number="13800000001")
    slip, right = twice(name="欧阳志强")
    Person.objects.filter(pk=slip.pk).update(name="欧阳志刚")
    twice(name="慕容雪梅", code=factories.FAR_GRID)
    refreshed(slip, right)
    search(actor=sun_viewer(), today=dt.date(2026, 6, 1), find=FINDERS["duckdb"], engine="duckdb")
    return one, other


def walk(page: Page, one: Person, other: Person, check: Check, shot: Shot) -> None:
    """From the list to the merged card and back to two records."""
    pair = Pair.objects.get(left=min(one.pk, other.pk), right=max(one.pk, other.pk))
    page.goto(reverse("duplicates:list"))
    expect(page.locator("main")).to_contain_text("上官玉屏")
    check(page)
    shot(page, "duplicates-list")
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("duplicates:pair", args=[pair.pk])}"]').click()
    page.locator(".pair-weighed > summary").click()
    check(page)
    shot(page, "duplicates-pair")
    page.check(f'input[name=stands][value="{one.pk}"]')
    with page.expect_navigation():
        page.locator(f'form[action="{reverse("duplicates:merge", args=[pair.pk])}"] button[type=submit]').click()
    expect(page.locator("[aria-invalid=true], .field-error").first).to_be_visible()  # no reason was given
    page.locator(f'form[action="{reverse("duplicates:merge", args=[pair.pk])}"] [name=reason]').fill("本人持户口簿确认")
    with page.expect_navigation():
        page.locator(f'form[action="{reverse("duplicates:merge", args=[pair.pk])}"] button[type=submit]').click()
    expect(page).to_have_url(page.url.split("/people/")[0] + reverse("people:person", args=[one.pk]))
    expect(page.locator(".stays > li")).to_have_count(2)
    check(page)
    shot(page, "duplicates-merged-card")
    page.goto(reverse("people:person", args=[other.pk]))  # the address of the other record
    expect(page).to_have_url(page.url.split("/people/")[0] + reverse("people:person", args=[one.pk]))
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("duplicates:unmerge", args=[other.pk])}"]').click()
    page.locator("[name=reason]").fill("其实是姐妹")
    check(page)
    shot(page, "duplicates-unmerge")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".stays > li.is-open")).to_have_count(1)
    assert not SamePerson.objects.exists()
    page.goto(reverse("duplicates:list") + "?state=apart")
    expect(page.locator("main")).to_contain_text("其实是姐妹")
    check(page)
    shot(page, "duplicates-apart")


def test_two_records_are_merged_and_unmerged_on_a_phone(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    one, other = planted()
    walk(signed_in(page_zh_phone, QIAN), one, other, assert_accessible, shot)


def test_two_records_are_merged_and_unmerged_at_a_desk(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    one, other = planted()
    walk(signed_in(page_en_desktop, SUN), one, other, assert_accessible, shot)


def test_the_keyboard_alone_tells_two_records_apart(page_en_desktop: Page, signed_in: Callable[..., Page]) -> None:
    one, other = planted()
    pair = Pair.objects.get(left=min(one.pk, other.pk), right=max(one.pk, other.pk))
    page = signed_in(page_en_desktop, SUN)
    page.goto(reverse("duplicates:pair", args=[pair.pk]))
    page.locator(f'form[action="{reverse("duplicates:apart", args=[pair.pk])}"] [name=reason]').focus()
    page.keyboard.type("twins, seen both")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    pair.refresh_from_db()
    assert pair.state == Pair.State.APART


def test_a_search_is_asked_for_on_the_page_and_told_how_far_it_is(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    planted()
    page = signed_in(page_zh_phone, SUN)
    page.goto(reverse("duplicates:list"))
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("duplicates:search")}"]').click()
    page.locator("[name=reason]").fill("导入之后核对一次")
    assert_accessible(page)
    shot(page, "duplicates-search")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main [role=status]").first).to_be_visible()
    expect(page.locator(f'main a[href="{reverse("duplicates:search")}"]')).to_have_count(0)
    assert_accessible(page)
    shot(page, "duplicates-searching")
    run = Run.objects.get(state=Run.State.WAITING)
    jobs.search_in_background.call(run.pk.hex)
    page.reload()
    run.refresh_from_db()
    assert run.state == Run.State.DONE
    expect(page.locator(f'main a[href="{reverse("duplicates:search")}"]')).to_have_count(1)
