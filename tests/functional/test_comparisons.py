"""A comparison with another register in the browser: proposed, answered, and somebody found looked into."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.comparisons.models import Comparison, Likeness
from domicile.apps.comparisons.tests.pieces import comparison, likeness, linked, resident
from tests import factories
from tests.cast import QIAN, SUN

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


def form(page: Page, name: str, row: Comparison | Likeness) -> str:
    return f'form[action="{reverse(f"comparisons:{name}", args=[row.pk])}"]'


def walk(page: Page, check: Check, shot: Shot) -> None:
    """From the first, empty list to a proposal, over an answer, to somebody who is settled."""
    there = linked()
    mother, _son = resident(), resident(name="李桂兰", registered=factories.COMMUNITY)
    page.goto(reverse("duplicates:list"))
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("comparisons:list")}"]').click()
    check(page)
    shot(page, "comparisons-empty")
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("comparisons:propose")}"]').click()
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    expect(page.locator("[aria-invalid=true], .field-error").first).to_be_visible()  # no reason was given
    page.locator("[name=places]").fill("780202")
    page.locator("[name=most]").fill("2000")
    page.locator("[name=reason]").fill("核对两地重复登记")
    check(page)
    shot(page, "comparisons-propose")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    row = Comparison.objects.filter(here=True).latest("proposed_at")
    page.locator("main details > summary").click()
    check(page)
    shot(page, "comparisons-proposed")
    page.locator(f"{form(page, 'stop', row)} [name=reason]").fill("地方填错了")
    with page.expect_navigation():
        page.locator(f"{form(page, 'stop', row)} button").click()
    asked = comparison(there, state="proposed", here=False)
    page.goto(reverse("comparisons:list"))
    check(page)
    shot(page, "comparisons-list")
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("comparisons:one", args=[asked.pk])}"]').click()
    check(page)
    shot(page, "comparisons-answer")
    with page.expect_navigation():
        page.locator(f"{form(page, 'accept', asked)} button").click()
    expect(page.locator("main [role=status]").first).to_be_visible()
    check(page)
    shot(page, "comparisons-running")
    Comparison.objects.filter(pk=asked.pk).update(state="done", ended_at=timezone.now(), found=1)
    found = likeness(asked, mother, kinds="name_birth name_phone", strength=2)
    page.reload()
    check(page)
    shot(page, "comparisons-done")
    look_into(page, found, check, shot)


def look_into(page: Page, found: Likeness, check: Check, shot: Shot) -> None:
    """Ask the other register, then note what was done."""
    with page.expect_navigation():
        page.locator(f'main a[href="{reverse("comparisons:found", args=[found.pk])}"]').click()
    check(page)
    shot(page, "comparisons-found")
    page.locator(f"{form(page, 'ask', found)} [name=reason]").fill("两地都登记为居住")
    with page.expect_navigation():
        page.locator(f"{form(page, 'ask', found)} button").click()
    expect(page.locator("main .pair-list")).to_contain_text("两地都登记为居住")
    page.goto(reverse("comparisons:found", args=[found.pk]))
    page.locator(f"{form(page, 'settle', found)} [name=reason]").fill("已补办迁入")
    check(page)
    shot(page, "comparisons-asked")
    with page.expect_navigation():
        page.locator(f"{form(page, 'settle', found)} button").click()
    page.goto(reverse("comparisons:one", args=[found.comparison_id]) + "?state=decided")
    expect(page.locator("main .pair-list")).to_contain_text("已补办迁入")
    check(page)
    shot(page, "comparisons-decided")


def test_two_registers_are_compared_at_a_desk(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    walk(signed_in(page_en_desktop, SUN), assert_accessible, shot)


def test_two_registers_are_compared_on_a_phone(
    page_zh_phone: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Shot
) -> None:
    walk(signed_in(page_zh_phone, SUN), assert_accessible, shot)


def test_the_keyboard_alone_tells_somebody_found_apart(page_en_desktop: Page, signed_in: Callable[..., Page]) -> None:
    found = likeness(comparison(linked()), resident())
    page = signed_in(page_en_desktop, QIAN)
    page.goto(reverse("comparisons:found", args=[found.pk]))
    page.locator(f"{form(page, 'apart', found)} [name=reason]").focus()
    page.keyboard.type("another person of this name")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    found.refresh_from_db()
    assert found.state == Likeness.State.APART
