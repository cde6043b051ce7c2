"""The community sets up a phone, a form comes from it, its proposal is accepted, what could not be taken is listed."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from domicile.apps.collect.openrosa.models import AppUser
from domicile.apps.fieldwork.collected.tests.phones import Phone, account, filled, give_badge, phone_of, processed
from tests import factories
from tests.cast import QIAN, ZHAO

Check = Callable[[Page], None]


def sent() -> tuple[str, str]:
    """Two forms of a phone, processed: one that became a proposal, one with a part that could not be taken."""
    phone = phone_of()
    homes = []
    for size in (3, 2):
        home = factories.dwelling()
        household = factories.family(size=size, at=home, registered=False)
        homes.append((home, list(household.members.order_by("relation", "pk").values_list("person_id", flat=True))))
    (first, people), (second, couple) = homes
    forms = (
        filled("leaving", f"<dwelling>{first.pk}</dwelling><left>{people[2]}</left><left_on>2026-01-03</left_on>"),
        filled("leaving", f"<dwelling>{second.pk}</dwelling><left>{couple[0]}</left><left_on>2026-01-03</left_on>"),
    )
    for xml in forms:
        assert Phone(phone.app_user, phone.token, Client()).send(xml).status_code == 201
    processed()
    return str(first.pk), str(second.pk)


def test_a_phone_is_set_up_on_a_desktop(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check, shot: Callable[[Page, str], None]
) -> None:
    give_badge(account(ZHAO))
    page = signed_in(page_en_desktop, QIAN)
    page.goto("/collection/phones/")
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Set up a phone").click()
    assert_accessible(page)
    page.get_by_label("Worker").select_option(label=f"{ZHAO.real_name} ({ZHAO.scope})")
    page.get_by_label("Which phone").fill("work phone 3")
    shot(page, "collect-add")
    with page.expect_navigation():
        page.get_by_role("button", name="Show the QR code").click()
    expect(page.get_by_role("img", name="QR code with the settings of the app")).to_be_visible()
    assert_accessible(page)
    shot(page, "collect-code")
    with page.expect_navigation():
        page.get_by_role("link", name="The phone is set up").click()
    assert_accessible(page)
    shot(page, "collect-phone")
    assert AppUser.objects.filter(label="work phone 3").exists()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_came_leads_to_its_proposal_and_back(
    language: str, request: pytest.FixtureRequest, signed_in: Callable[..., Page], assert_accessible: Check,
    shot: Callable[[Page, str], None],
) -> None:  # fmt: skip
    sent()
    page = signed_in(request.getfixturevalue("page_zh_phone" if language == "zh" else "page_en_desktop"), QIAN)
    page.goto("/collection/submissions/?state=processed")
    assert_accessible(page)
    shot(page, "collect-submissions")
    with page.expect_navigation():
        page.locator("tbody tr").first.get_by_role("link").click()
    assert_accessible(page)
    shot(page, "collect-submission")
    with page.expect_navigation():
        page.locator("[aria-labelledby=results] a").first.click()
    back = page.get_by_role("link", name="查看表单" if language == "zh" else "See the form")
    assert_accessible(page)
    with page.expect_navigation():
        page.get_by_role("button", name="通过" if language == "zh" else "Accept").click()
    page.goto("/collection/submissions/?state=aside")
    with page.expect_navigation():
        page.locator("tbody tr").first.get_by_role("link").click()
    assert_accessible(page)
    shot(page, "collect-aside")
    assert back is not None
    assert uuid.UUID(page.url.rstrip("/").rsplit("/", 1)[1])
