"""Two administrators and a role that both must agree to, on a phone and on a desktop."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from domicile.apps.access.models import Grant
from tests import cast

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
DEVICES = {"page_zh_phone": "770151", "page_en_desktop": "770152"}


@pytest.fixture(params=DEVICES)
def offices(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> tuple[Page, Callable[[str], Page], str]:
    """A page, a way to sign in to it as one of two administrators of a county of their own, and that county."""
    page, county = request.getfixturevalue(request.param), DEVICES[request.param]

    def enter(name: str) -> Page:
        return signed_in(page, cast.Actor(f"{name}{county}", f"{name}管理", "administrator", county, ""))

    return page, enter, county


def send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()


def follow(page: Page, address: str) -> None:
    with page.expect_navigation():
        page.locator(f"main a[href*='{address}']").first.click()


def give(page: Page, account: object, role: str, scope: str) -> None:
    page.goto(f"/administration/accounts/{account}/grant/")
    page.locator("#id_role").select_option(role)
    page.locator("#id_scope").fill(scope)
    send(page)


def test_a_role_is_asked_for_refused_approved_and_undone(
    offices: tuple[Page, Callable[[str], Page], str], assert_accessible: Check, shot: Shot
) -> None:
    page, enter, county = offices
    actor = cast.Actor(f"mei{county}", "梅网格", "statistician", county, "")
    mei = cast.make_user(actor)
    grid = f"{county}001001001"

    enter("hua")  # the only administrator: held at once, and marked
    page.goto("/administration/grants/")
    expect(page.locator("main .empty")).to_be_visible()
    assert_accessible(page)
    shot(page, "second-administrator-none")
    give(page, mei.pk, "grid_worker", grid)
    expect(page.locator("main .badge")).to_be_visible()
    assert_accessible(page)
    shot(page, "second-administrator-given-alone")
    page.goto("/administration/")
    expect(page.locator("main .notice")).to_be_visible()
    shot(page, "second-administrator-start-alone")

    enter("lan")  # a second one confirms it, and asks for another
    page.goto("/")
    follow(page, "/administration/grants/")
    assert_accessible(page)
    shot(page, "second-administrator-alone")
    follow(page, "/approve/")
    assert_accessible(page)
    send(page)
    expect(page.locator("#alone")).to_have_count(0)
    give(page, mei.pk, "community_officer", grid[:12])
    expect(page.locator("#messages .notice")).to_be_visible()
    assert_accessible(page)
    shot(page, "second-administrator-asked")
    page.goto("/administration/grants/")
    expect(page.locator("main a[href*='/withdraw/']")).to_be_visible()

    enter("hua")  # the first one refuses without a reason, with one, takes it back and approves
    page.goto("/administration/")
    follow(page, "/administration/grants/")
    shot(page, "second-administrator-waiting")
    follow(page, "/refuse/")
    send(page)
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    page.locator("#id_note").fill("不在本社区")
    send(page)
    expect(page.get_by_text("不在本社区")).to_be_visible()
    follow(page, "/reopen/")
    assert_accessible(page)
    send(page)
    follow(page, "/approve/")
    shot(page, "second-administrator-approve")
    send(page)
    assert_accessible(page)
    shot(page, "second-administrator-decided")
    assert Grant.objects.get(user=mei, role="community_officer").state == Grant.State.HOLDS

    give(page, mei.pk, "query_clerk", county)
    page.goto("/administration/grants/")
    follow(page, "/withdraw/")
    assert_accessible(page)
    send(page)
    assert not Grant.objects.filter(user=mei, role="query_clerk").exists()
