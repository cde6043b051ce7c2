"""Administrators and supervisors at work, on a phone and on a desktop."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from domicile.apps.access.log import record_look
from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from tests import cast

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(params=["page_zh_phone", "page_en_desktop"])
def page(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Page:
    return signed_in(request.getfixturevalue(request.param), cast.WU)


@pytest.fixture
def colleague(request: pytest.FixtureRequest) -> User:
    number = abs(hash(request.node.nodeid)) % 10**8
    return cast.make_user(cast.Actor(f"gao{number}", "高同事", "grid_worker", cast.GRID, ""))


def test_an_account_is_added_given_a_role_and_closed(
    page: Page, colleague: User, assert_accessible: Check, shot: Shot
) -> None:
    page.goto("/administration/accounts/")
    assert_accessible(page)
    shot(page, "accounts")
    page.goto("/administration/accounts/add/")
    page.locator("main form").evaluate("form => form.requestSubmit()")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    shot(page, "account-errors")
    name = f"new{colleague.username}"
    page.locator("#id_username").fill(name)
    page.locator("#id_real_name").fill("新同事")
    page.locator("#id_area_code").fill(cast.COMMUNITY)
    page.locator("main form").evaluate("form => form.requestSubmit()")
    expect(page.locator("main code")).to_be_visible()
    assert_accessible(page)
    shot(page, "account-password")
    page.locator("main a.btn").click()
    user = User.objects.get(username=name)
    page.goto(f"/administration/accounts/{user.pk}/grant/")
    page.locator("#id_role").select_option("grid_worker")
    page.locator("#id_scope").fill(cast.GRID)
    assert_accessible(page)
    shot(page, "account-grant")
    page.locator("main form").evaluate("form => form.requestSubmit()")
    expect(page.locator("main tbody tr")).to_have_count(1)
    assert_accessible(page)
    shot(page, "account")
    with page.expect_navigation():
        page.locator("main tbody a").click()
    assert_accessible(page)
    shot(page, "account-revoke")
    page.locator("main form button").click()
    page.wait_for_url("**/accounts/*/")
    assert not Grant.objects.filter(user=user).exists()
    page.goto(f"/administration/accounts/{user.pk}/close/")
    page.locator("main form button").click()
    page.wait_for_url("**/accounts/*/")
    user.refresh_from_db()
    assert not user.is_active
    assert_accessible(page)


def test_the_logs_are_read_and_filtered(page: Page, colleague: User, assert_accessible: Check, shot: Shot) -> None:
    person = uuid.uuid4()
    record_look(cast.zhao_viewer(), question="search", persons=[person])
    for address, name in (
        ("/administration/looks/", "looks"),
        (f"/administration/persons/{person}/looks/", "looks-at-person"),
        ("/administration/changes/", "changes"),
        ("/administration/looks/?person=x", "looks-error"),
        ("/administration/looks/?until=2001-01-01", "looks-none"),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_accessible(page)
        shot(page, name)


def test_a_refusal_says_what_to_do(page: Page, assert_accessible: Check, shot: Shot) -> None:
    page.goto("/search/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(page)
    shot(page, "refused")
