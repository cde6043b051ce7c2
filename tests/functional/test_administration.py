"""Administrators and supervisors at work, on a phone and on a desktop."""

import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from domicile.apps.access.log import record_look
from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from domicile.apps.audit.recording import recording
from tests import cast
from tests.functional.navigating import go_to

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


def test_the_pages_of_administration_are_reached_from_one(page: Page, assert_accessible: Check, shot: Shot) -> None:
    with recording(
        actor=cast.sun_viewer(), action="areas.split_area", subject_kind="area", subject_id=uuid.uuid4(),
        place_code=cast.TOWNSHIP,
    ) as change:  # fmt: skip
        change.values += [
            ["people_spell", "", "move", {"place_code": [cast.GRID, cast.OTHER_GRID], "rows": [12, 12]}],
            ["areas_area", "", "proof", {"residents": [12, 12], "dwellings": [5, 5]}],
        ]
    page.goto("/")
    go_to(page, "/administration/")
    assert_accessible(page)
    shot(page, "administration")
    with page.expect_navigation():
        page.locator("main a[href='/administration/rules/']").click()
    assert_accessible(page)
    page.locator("#role-grid_worker summary").press("Enter")
    expect(page.locator("#role-grid_worker dl")).to_be_visible()
    assert_accessible(page)
    shot(page, "rules-in-force")
    page.goto("/administration/changes/?action=areas.split_area")
    with page.expect_navigation():
        page.locator("main tbody a").first.click()
    expect(page.locator("#proof")).to_be_visible()
    assert_accessible(page)
    shot(page, "change-of-areas")
    look = record_look(cast.wu_viewer(), question="search", persons=[uuid.uuid4(), uuid.uuid4()])
    page.goto(f"/administration/looks/{look}/")
    expect(page.locator("main a[href*='/persons/']")).to_have_count(2)
    assert_accessible(page)
    shot(page, "look")
    page.goto("/administration/review-rules/")
    assert_accessible(page)


@pytest.mark.parametrize("device", ["page_zh_phone", "page_en_desktop"])
def test_an_area_says_what_waits_for_review(
    request: pytest.FixtureRequest, signed_in: Callable[..., Page], device: str, assert_accessible: Check, shot: Shot
) -> None:
    page = signed_in(request.getfixturevalue(device), cast.SUN)
    page.goto("/administration/review-rules/add/")
    page.locator("#id_scope").fill(cast.GRID)
    page.locator("#id_action").select_option("people.end_stay")
    page.locator("#id_needs_review_1").check()
    assert_accessible(page)
    shot(page, "review-rule-add")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    expect(page.locator("#holding")).to_be_visible()
    assert_accessible(page)
    shot(page, "review-rules")
    with page.expect_navigation():
        page.locator("main tbody a[href$='/remove/']").first.click()
    assert_accessible(page)
    shot(page, "review-rule-remove")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
