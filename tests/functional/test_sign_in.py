"""Signing in on a phone and on a desktop: the second factor set up, asked for, refused, and the door closed."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from domicile.apps.accounts import actions, policies
from domicile.apps.accounts.models import User
from tests import cast
from tests.codes import code_of, wrong_code_of

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]


@dataclass(frozen=True)
class Words:
    """What the pages say in one language."""

    language: str
    sign_in: str
    username: str
    password: str
    code: str
    go_on: str
    set_up: str
    work: str
    sign_out: str


CHINESE = Words("zh-hans", "登录", "用户名", "密码", "验证码", "继续", "完成设置", "开始工作", "退出登录")
ENGLISH = Words(
    "en", "Sign in", "User name", "Password", "Verification code", "Go on", "Set up", "Go on to work", "Sign out"
)
DEVICES = [("page_zh_phone", CHINESE), ("page_en_desktop", ENGLISH)]


@pytest.fixture(params=DEVICES, ids=["zh-phone", "en-desktop"])
def visit(request: pytest.FixtureRequest) -> tuple[Page, Words]:
    device, words = request.param
    return request.getfixturevalue(device), words


@pytest.fixture
def newcomer(visit: tuple[Page, Words], request: pytest.FixtureRequest) -> User:
    """An account of this journey alone, with a password and no second factor."""
    number = abs(hash(request.node.nodeid)) % 10**8
    user = cast.make_user(cast.Actor(f"he{number}", "何新", "community_officer", cast.COMMUNITY, ""))
    User.objects.filter(pk=user.pk).update(language=visit[1].language)
    return user


def give_password(page: Page, words: Words, user: User, password: str = cast.PASSWORD) -> None:
    page.get_by_label(words.username).fill(user.username)
    page.get_by_label(words.password).fill(password)
    page.get_by_role("button", name=words.go_on).click()


def give_code(page: Page, words: Words, code: str, button: str) -> None:
    page.get_by_label(words.code).fill(code)
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def test_the_first_sign_in_sets_up_the_second_factor(
    visit: tuple[Page, Words], newcomer: User, assert_accessible: Check, shot: Shot
) -> None:
    page, words = visit
    page.goto("/search/")
    assert_accessible(page)
    shot(page, "sign-in")
    give_password(page, words, newcomer, "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_accessible(page)
    shot(page, "sign-in-wrong")
    give_password(page, words, newcomer)
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    assert_accessible(page)
    shot(page, "second-factor")
    give_code(page, words, wrong_code_of(secret), words.set_up)
    expect(page.locator(".field-error")).to_be_visible()
    assert_accessible(page)
    shot(page, "second-factor-wrong")
    assert page.locator("code.secret").inner_text().replace(" ", "") == secret
    give_code(page, words, code_of(secret), words.set_up)
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    assert_accessible(page)
    shot(page, "recovery-codes")
    page.get_by_role("link", name=words.work).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("何新")
    assert_accessible(page)
    shot(page, "home")


def test_password_and_code_lead_where_one_wanted_to_go(
    visit: tuple[Page, Words], newcomer: User, assert_accessible: Check, shot: Shot
) -> None:
    page, words = visit
    secret = actions.give_second_factor(actor=cast.wu_viewer(), user_id=newcomer.pk)
    page.goto("/access/purpose/")
    give_password(page, words, newcomer)
    assert_accessible(page)
    shot(page, "code")
    give_code(page, words, code_of(secret), words.sign_in)
    expect(page.get_by_role("radio")).to_have_count(4)
    assert page.url.endswith("/access/purpose/")
    assert_accessible(page)
    shot(page, "purpose")
    page.get_by_role("radio").first.check()
    page.get_by_role("main").get_by_role("button", name=words.go_on).click()
    expect(page.locator(".purpose-bar")).to_be_visible()
    page.get_by_role("button", name=words.sign_out).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words.sign_in)


def test_repeated_failures_close_the_door_and_the_page_says_what_to_do(
    visit: tuple[Page, Words], newcomer: User, assert_accessible: Check, shot: Shot
) -> None:
    page, words = visit
    secret = actions.give_second_factor(actor=cast.wu_viewer(), user_id=newcomer.pk)
    page.goto("/")
    give_password(page, words, newcomer)
    for _number in range(policies.failure_limit()):
        give_code(page, words, wrong_code_of(secret), words.sign_in)
    expect(page.get_by_role("alert")).to_contain_text(str(int(policies.lockout_time().total_seconds() // 60)))
    assert_accessible(page)
    shot(page, "locked-out")
    page.goto("/")
    give_password(page, words, newcomer)
    expect(page.get_by_role("alert")).to_be_visible()


def test_a_leavers_session_ends_at_once(visit: tuple[Page, Words], newcomer: User) -> None:
    page, words = visit
    secret = actions.give_second_factor(actor=cast.wu_viewer(), user_id=newcomer.pk)
    page.goto("/")
    give_password(page, words, newcomer)
    give_code(page, words, code_of(secret), words.sign_in)
    expect(page.get_by_role("heading", level=1)).to_contain_text("何新")
    actions.close_account(actor=cast.wu_viewer(), user_id=newcomer.pk, on=dt.date(2026, 1, 1))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(words.sign_in)
