"""Repeated failures close an account for a while; passwords and codes count together."""

import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.accounts import actions, policies
from domicile.apps.accounts.models import User
from tests import cast
from tests.codes import code_of, wrong_code_of

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def qian() -> User:
    return cast.make_user(cast.QIAN)


def try_password(password: str, client: Client | None = None, **extra: str) -> int:
    answer = (client or Client()).post("/accounts/sign-in/", {"login": "qian", "password": password}, **extra)
    return answer.status_code


def test_so_many_wrong_passwords_close_the_account_and_the_page_says_for_how_long(client: Client, qian: User) -> None:
    limit = policies.failure_limit()
    assert [try_password(f"wrong {number}") for number in range(limit)] == [200] * (limit - 1) + [429]
    answer = client.post("/accounts/sign-in/", {"login": "qian", "password": cast.PASSWORD})
    assert answer.status_code == 429
    assert answer["Retry-After"] == str(int(policies.lockout_time().total_seconds()))
    assert str(int(policies.lockout_time().total_seconds() // 60)) in answer.content.decode()


def test_other_addresses_and_browsers_count_together(qian: User) -> None:
    for number in range(policies.failure_limit()):
        try_password("wrong", REMOTE_ADDR=f"10.0.0.{number}", HTTP_USER_AGENT=f"browser {number}")
    assert try_password(cast.PASSWORD, REMOTE_ADDR="10.9.9.9") == 429


def test_an_office_that_shares_an_address_is_not_closed_for_one_account(qian: User) -> None:
    cast.make_user(cast.ZHAO)
    for _number in range(policies.failure_limit()):
        try_password("wrong")
    answer = Client().post("/accounts/sign-in/", {"login": "zhao", "password": cast.PASSWORD})
    assert answer.status_code == 302


def test_wrong_codes_count_as_wrong_passwords_do(qian: User) -> None:
    secret = actions.give_second_factor(actor=cast.wu_viewer(), user_id=qian.id)
    client = Client()
    try_password("wrong", client)
    try_password(cast.PASSWORD, client)
    answers = [
        client.post("/accounts/code/", {"code": wrong_code_of(secret)}).status_code
        for _number in range(policies.failure_limit() - 1)
    ]
    assert answers == [200] * (policies.failure_limit() - 2) + [429]
    assert client.post("/accounts/code/", {"code": code_of(secret)})["Location"] == "/accounts/sign-in/"
    assert try_password(cast.PASSWORD, client) == 429
    assert client.get("/").status_code == 302


def test_the_account_opens_again_by_itself_and_trying_meanwhile_does_not_prolong_it(qian: User) -> None:
    for _number in range(policies.failure_limit() + 3):
        try_password("wrong")
    assert try_password(cast.PASSWORD) == 429
    past = timezone.now() - policies.lockout_time() - dt.timedelta(seconds=1)
    AccessAttempt.objects.update(attempt_time=past)
    assert try_password(cast.PASSWORD) == 302


def test_what_was_typed_is_not_kept_with_the_attempt(qian: User) -> None:
    try_password("a wrong password")
    kept = AccessAttempt.objects.get()
    assert "a wrong password" not in kept.post_data


def test_a_number_typed_as_a_name_is_kept_nowhere_in_the_clear(client: Client) -> None:
    number = "770101198001011234"
    for _attempt in range(policies.failure_limit() + 1):
        client.post("/accounts/sign-in/", {"login": number, "password": "wrong"})
    assert Look.objects.filter(question="locked_out").exists()
    assert not Look.objects.filter(user_name__contains=number).exists()
    assert not AccessAttempt.objects.filter(username__contains=number).exists()


def change(client: Client, old: str) -> int:
    new = "another long phrase 9"
    return client.post(
        "/accounts/password/", {"old_password": old, "new_password1": new, "new_password2": new}
    ).status_code


def test_wrong_old_passwords_count_and_end_the_session_that_tries_them(client: Client, qian: User) -> None:
    cast.sign_in(client, cast.QIAN)
    limit = policies.failure_limit()
    try_password("wrong")
    assert [change(client, f"wrong {number}") for number in range(limit - 1)] == [200] * (limit - 2) + [429]
    assert change(client, cast.PASSWORD) == 302
    assert client.get("/search/")["Location"].startswith("/accounts/sign-in/")
    assert try_password(cast.PASSWORD) == 429
    qian.refresh_from_db()
    assert qian.check_password(cast.PASSWORD)
    assert Look.objects.filter(question="locked_out").exists()


def test_a_password_is_not_changed_while_the_account_is_closed(client: Client, qian: User) -> None:
    cast.sign_in(client, cast.QIAN)
    for number in range(policies.failure_limit()):
        try_password(f"wrong {number}")
    assert change(client, cast.PASSWORD) == 429
    assert client.get("/")["Location"] == "/accounts/sign-in/"
    qian.refresh_from_db()
    assert qian.check_password(cast.PASSWORD)


def test_the_right_old_password_is_taken_after_a_wrong_one(client: Client, qian: User) -> None:
    cast.sign_in(client, cast.QIAN)
    assert change(client, "a wrong password") == 200
    kept = AccessAttempt.objects.get()
    assert kept.username == "qian"
    assert "a wrong password" not in kept.post_data
    assert "another long phrase" not in kept.post_data
    assert change(client, cast.PASSWORD) == 302
    assert client.get("/").status_code == 200
