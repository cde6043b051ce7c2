"""Programs in the browser: a token made, shown once and revoked; a webhook with its messages; the documentation."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from domicile.apps.api import actions
from domicile.apps.api.models import Delivery, Webhook
from tests import factories
from tests.cast import QIAN, SUN, WU, make_user, sun_viewer

DEVICES = ["page_zh_phone", "page_en_desktop"]
Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@pytest.fixture(params=DEVICES)
def page(request: pytest.FixtureRequest, signed_in: Callable[..., Page]) -> Page:
    factories.area_tree()
    return signed_in(request.getfixturevalue(request.param), SUN)


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).click()


def words(page: Page, chinese: str, english: str) -> str:
    return chinese if page.evaluate("document.documentElement.lang").startswith("zh") else english


def test_a_token_is_made_shown_once_and_revoked(page: Page, assert_accessible: Check, shot: Shot) -> None:
    page.goto("/programs/")
    expect(page.get_by_role("heading", level=1)).to_have_text(words(page, "程序接入", "Programs"))
    with page.expect_navigation():
        page.get_by_role("link", name=words(page, "接入一个程序", "Connect a program")).click()
    assert_accessible(page)
    page.locator("#id_client").fill("便民窗口" + page.evaluate("document.documentElement.lang"))
    page.locator("#id_scopes").fill("770102")
    page.locator("input[value=view_dwelling]").check()
    press(page, words(page, "建立令牌", "Make the token"))
    expect(page.locator("#id_scopes_error")).to_be_visible()
    assert_accessible(page)
    shot(page, "api-token-form")
    page.locator("#id_scopes").fill("770101001001")
    press(page, words(page, "建立令牌", "Make the token"))
    text = page.locator("main code").inner_text()
    assert text.startswith("dom_")
    assert_accessible(page)
    shot(page, "api-token-once")
    answer = page.request.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"})
    assert answer.json()["scopes"] == ["770101001001"]
    with page.expect_navigation():
        page.locator("main .btn-primary").click()
    assert text not in page.content()
    assert_accessible(page)
    shot(page, "api-token")
    with page.expect_navigation():
        page.locator("main .btn-danger").click()
    assert_accessible(page)
    press(page, words(page, "吊销", "Revoke"))
    expect(page.locator(".facts")).to_contain_text(words(page, "已吊销", "revoked"))
    assert page.request.get("/api/v1/me", headers={"Authorization": f"Bearer {text}"}).status == 401
    page.goto("/programs/")
    expect(page.locator("tbody tr").first).to_be_visible()
    assert_accessible(page)
    shot(page, "api-tokens")


def test_a_webhook_shows_what_became_of_its_messages(page: Page, assert_accessible: Check, shot: Shot) -> None:
    page.goto("/programs/webhooks/")
    assert_accessible(page)
    page.goto("/programs/webhooks/add/")
    page.locator("#id_client").fill("县平台")
    page.locator("#id_url").fill("https://10.0.0.1/hook")
    page.locator("#id_area").fill("770101")
    page.locator("input[value='import.committed']").check()
    press(page, words(page, "添加", "Add"))
    expect(page.locator("#id_url_error")).to_be_visible()
    assert_accessible(page)
    shot(page, "api-webhook-form")
    page.locator("#id_url").fill("https://hook.example.org/domicile")
    press(page, words(page, "添加", "Add"))
    expect(page.locator("main code")).to_contain_text("whsec_")
    with page.expect_navigation():
        page.locator("main .btn-primary").click()
    hook = Webhook.objects.get(pk=page.url.rstrip("/").rpartition("/")[2])
    now = timezone.now()
    for state, problem, answered in (("dead", "refused", 500), ("delivered", "", 204), ("waiting", "", None)):
        Delivery.objects.create(
            webhook=hook, kind="import.committed", body="{}", made_at=now, next_at=now + dt.timedelta(days=9),
            state=state, problem=problem, answered=answered, attempts=1,
        )  # fmt: skip
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert_accessible(page)
    shot(page, "api-webhook")
    page.locator("tbody button").first.click()
    expect(page.locator("tbody button")).to_have_count(1)
    page.goto("/programs/webhooks/")
    assert_accessible(page)
    shot(page, "api-webhooks")


def test_the_documentation_is_read_without_another_host(page: Page, assert_accessible: Check, shot: Shot) -> None:
    page.goto("/api/v1/docs")
    expect(page.locator("#read_dwelling h3")).to_be_visible()
    assert_accessible(page)
    shot(page, "api-docs")


def test_an_administrator_sees_and_ends_the_tokens_of_the_area(
    page_en_desktop: Page, signed_in: Callable[..., Page], assert_accessible: Check
) -> None:
    from domicile.apps.accounts.models import User

    User.objects.filter(username=SUN.username).first() or make_user(SUN)
    made = actions.make_token(
        actor=sun_viewer(), client="平台令牌", purpose=SUN.purpose, scopes=["770101"], permissions=["view_areas"],
        expires_on=timezone.localdate() + dt.timedelta(days=2),
    )  # fmt: skip
    page = signed_in(page_en_desktop, WU, purpose="")
    page.goto("/programs/")
    expect(page.get_by_role("link", name="Connect a program")).to_have_count(0)
    page.goto(f"/programs/tokens/{made.token.pk}/revoke/")
    assert_accessible(page)
    press(page, "Revoke")
    expect(page.locator(".facts")).to_contain_text("revoked")
    assert page.request.get("/programs/tokens/add/").status == 403
    signed_in(page, QIAN)
    assert page.goto(f"/programs/tokens/{made.token.pk}/").status == 403  # type: ignore[union-attr]
