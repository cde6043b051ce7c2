"""Signing in: a password, a second factor, and nothing without both."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domicile.apps.access.models import Look
from domicile.apps.accounts import actions, second_factor
from domicile.apps.accounts.models import OpenSession, User
from tests import cast
from tests.codes import code_of, wrong_code_of

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def qian() -> User:
    return cast.make_user(cast.QIAN)


@pytest.fixture
def secret(qian: User) -> str:
    return actions.give_second_factor(actor=cast.wu_viewer(), user_id=qian.id)


def give_password(client: Client, password: str = cast.PASSWORD, username: str = "qian"):  # type: ignore[no-untyped-def]
    return client.post("/accounts/sign-in/", {"login": username, "password": password})


def give_code(client: Client, code: str):  # type: ignore[no-untyped-def]
    return client.post("/accounts/code/", {"code": code})


def test_password_and_code_open_the_start_page(client: Client, secret: str) -> None:
    assert give_password(client)["Location"] == "/accounts/code/"
    assert client.get("/")["Location"] == "/accounts/sign-in/"
    assert give_code(client, code_of(secret))["Location"] == "/"
    assert client.get("/").status_code == 200


def test_a_code_is_understood_in_full_width_and_with_blanks(client: Client, secret: str) -> None:
    give_password(client)
    wide = code_of(secret).translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
    assert give_code(client, f" {wide[:3]} {wide[3:]} ").status_code == 302


def test_a_wrong_password_says_so_and_tells_no_more(client: Client, qian: User) -> None:
    known = give_password(client, "not the password")
    unknown = give_password(client, "not the password", "nobody-of-this-name")
    assert known.context["form"].errors == unknown.context["form"].errors != {}


def test_a_code_counts_once(secret: str) -> None:
    code = code_of(secret)
    for attempt, status in ((1, 302), (2, 200)):
        client = Client()
        give_password(client)
        assert give_code(client, code).status_code == status, attempt


def test_a_recovery_code_counts_once(qian: User, secret: str) -> None:
    codes = second_factor.recovery_codes_once(qian)
    assert len(codes) == 10
    assert second_factor.recovery_codes_once(qian) == []
    for status in (302, 200):
        client = Client()
        give_password(client)
        assert give_code(client, codes[0]).status_code == status


def test_without_a_second_factor_every_page_leads_to_setting_it_up(client: Client, qian: User) -> None:
    give_password(client)
    for address in ("/", "/search/", "/administration/accounts/", "/access/purpose/", "/accounts/recovery-codes/"):
        assert client.get(address)["Location"] == "/accounts/second-factor/", address
    page = client.get("/accounts/second-factor/")
    secret = page.context["secret"]
    assert 'src="data:image/svg+xml' in page.content.decode()
    assert client.post("/accounts/second-factor/", {"code": wrong_code_of(secret)}).context["form"].errors
    before = client.session.session_key
    assert client.post("/accounts/second-factor/", {"code": code_of(secret)})["Location"] == "/accounts/recovery-codes/"
    assert client.session.session_key != before
    assert len(client.get("/accounts/recovery-codes/").context["codes"]) == 10
    assert client.get("/accounts/recovery-codes/").context["codes"] == []
    assert client.get("/").status_code == 200


def test_a_password_that_was_given_is_changed_before_any_work(client: Client, qian: User) -> None:
    cast.make_user(cast.WU)
    given = actions.reset_password(actor=cast.wu_viewer(), user_id=qian.pk).password
    give_password(client, given)
    secret = client.get("/accounts/second-factor/").context["secret"]
    client.post("/accounts/second-factor/", {"code": code_of(secret)})
    assert len(client.get("/accounts/recovery-codes/").context["codes"]) == 10
    for address in ("/", "/search/", "/access/purpose/"):
        assert client.get(address)["Location"] == "/accounts/password/", address
    assert cast.WU.real_name in client.get("/accounts/password/").content.decode()
    own = {
        "old_password": given,
        "new_password1": "correct horse battery 2",
        "new_password2": "correct horse battery 2",
    }
    assert client.post("/accounts/password/", own)["Location"] == "/"
    assert client.get("/").status_code == 200


def test_the_session_key_changes_at_sign_in(client: Client, secret: str) -> None:
    client.get("/accounts/sign-in/")
    planted = client.session
    planted["planted"] = True
    planted.save()
    client.cookies["sessionid"] = planted.session_key or ""
    give_password(client)
    give_code(client, code_of(secret))
    assert client.session.session_key != planted.session_key
    assert Client(headers={"cookie": f"sessionid={planted.session_key}"}).get("/").status_code == 302


def test_secrets_lie_sealed_in_the_register(qian: User, secret: str) -> None:
    seed = second_factor.recovery_codes_once(qian)[0]
    for held in Authenticator.objects.filter(user=qian):
        assert secret not in str(held.data)
        assert seed not in str(held.data)


def test_the_secret_being_set_up_lies_sealed_in_the_session(client: Client, qian: User) -> None:
    give_password(client)
    secret = client.get("/accounts/second-factor/").context["secret"]
    assert secret not in str(dict(client.session.items()))


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/signup/", "/accounts/login/", "/accounts/password/reset/", "/accounts/password/change/",
        "/accounts/email/", "/accounts/2fa/",
        "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/download/",
        "/accounts/reauthenticate/", "/accounts/2fa/webauthn/", "/accounts/inactive/",
    ],
)  # fmt: skip
def test_nothing_else_of_the_library_has_an_address(client: Client, secret: str, address: str) -> None:
    cast.sign_in(client, cast.QIAN)
    assert client.get(address).status_code == 404


def test_sign_ins_are_kept_in_the_log_without_a_purpose(client: Client, qian: User, secret: str) -> None:
    give_password(client)
    give_code(client, code_of(secret))
    client.post("/accounts/sign-out/")
    noted = Look.objects.using("log").filter(user_id=qian.id).order_by("id").values_list("question", flat=True)
    assert list(noted) == ["sign_in", "sign_out"]


def test_signing_in_writes_nothing_to_the_register(client: Client, secret: str) -> None:
    with CaptureQueriesContext(connections["default"]) as queries:
        give_password(client)
        give_code(client, code_of(secret))
    written = [query["sql"] for query in queries if not query["sql"].lstrip().upper().startswith("SELECT")]
    assert written == []


def test_an_account_has_few_sessions_and_the_oldest_makes_room(qian: User, secret: str) -> None:
    clients = [Client() for _number in range(3)]
    for client, step in zip(clients, (-1, 0, 1), strict=True):
        give_password(client)
        assert give_code(client, code_of(secret, step)).status_code == 302
    assert [client.get("/").status_code for client in clients] == [302, 200, 200]
    assert OpenSession.objects.filter(user_id=qian.id).count() == 2


def test_the_users_language_is_spoken_unless_another_was_chosen(qian: User, secret: str) -> None:
    User.objects.filter(pk=qian.pk).update(language="en")
    first, second = Client(), Client()
    second.post("/i18n/setlang/", {"language": "zh-hans", "next": "/accounts/sign-in/"})
    for client, step, language in ((first, 0, "en"), (second, 1, "zh-hans")):
        give_password(client)
        give_code(client, code_of(secret, step))
        assert f'<html lang="{language}">' in client.get("/").content.decode().replace("zh-Hans", "zh-hans")


def test_signing_out_leaves_neither_session_nor_language(client: Client) -> None:
    cast.sign_in(client, cast.QIAN)
    client.post("/i18n/setlang/", {"language": "en"})
    answer = client.post("/accounts/sign-out/")
    assert answer.cookies["django_language"].value == ""
    assert answer["Clear-Site-Data"] == '"cache"'  # the next user of this machine presses Back
    assert client.get("/").status_code == 302
