"""Sessions end: with the account, when nobody works in them, after a working day, when the second factor is reset."""

import datetime as dt
import time

import pytest
from django.test import Client
from django.utils import timezone

from domicile.apps.access.models import Grant
from domicile.apps.accounts import actions, policies, sessions
from domicile.apps.accounts.models import OpenSession, User
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 11, 22)


def shift(client: Client, **seconds: float) -> None:
    """Let a session be older than it is."""
    session = client.session
    for key, age in seconds.items():
        session[getattr(sessions, key)] = time.time() - age
    session.save()


def test_a_leavers_session_ends_at_once(client: Client) -> None:
    user = cast.sign_in(client, cast.QIAN)
    assert client.get("/").status_code == 200
    actions.close_account(actor=cast.wu_viewer(), user_id=user.id, on=TODAY)
    assert client.get("/")["Location"] == "/accounts/sign-in/"
    assert Client().post("/accounts/sign-in/", {"login": "qian", "password": cast.PASSWORD}).status_code == 200


def test_a_day_of_leaving_closes_the_account_without_anybody_doing_it(client: Client) -> None:
    user = cast.sign_in(client, cast.QIAN)
    User.objects.filter(pk=user.pk).update(closed_on=dt.date(2020, 1, 1))
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("action", [actions.reset_second_factor, actions.reset_password])
def test_resetting_a_factor_ends_every_session(client: Client, action: object) -> None:
    user = cast.sign_in(client, cast.QIAN)
    action(actor=cast.wu_viewer(), user_id=user.id)  # type: ignore[operator]
    assert client.get("/").status_code == 302


def test_a_role_that_was_taken_away_is_gone_at_the_next_click(client: Client) -> None:
    user = cast.sign_in(client, cast.WU)
    assert client.get("/administration/accounts/").status_code == 200
    Grant.objects.filter(user=user).delete()
    assert client.get("/administration/accounts/").status_code == 403


def test_an_idle_session_ends(client: Client) -> None:
    cast.sign_in(client, cast.QIAN)
    shift(client, LAST_SEEN=policies.idle_minutes() * 60 - 5)
    assert client.get("/").status_code == 200
    shift(client, LAST_SEEN=policies.idle_minutes() * 60 + 5)
    assert client.get("/").status_code == 302


def test_a_session_ends_after_a_working_day_however_busy(client: Client) -> None:
    cast.sign_in(client, cast.QIAN)
    shift(client, SECOND_FACTOR=policies.session_seconds() + 5)
    assert client.get("/").status_code == 302


def test_reading_pages_does_not_write_the_session_each_time(client: Client) -> None:
    cast.sign_in(client, cast.QIAN)
    seen = client.session[sessions.LAST_SEEN]
    client.get("/")
    assert client.session[sessions.LAST_SEEN] == seen
    shift(client, LAST_SEEN=sessions.TOUCH_EVERY + 1)
    client.get("/")
    assert client.session[sessions.LAST_SEEN] > seen


def test_a_partial_request_sends_the_whole_page_to_sign_in(client: Client) -> None:
    answer = client.get("/search/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer["HX-Redirect"] == "/accounts/sign-in/"


def test_nobody_is_sent_to_another_site_after_signing_in(client: Client) -> None:
    cast.make_user(cast.QIAN)
    answer = client.post("/accounts/sign-in/?next=https://example.com/", {"login": "qian", "password": cast.PASSWORD})
    assert answer["Location"] == "/"


def test_ones_own_password_is_changed_and_the_other_sessions_end(client: Client) -> None:
    other = Client()
    user = cast.sign_in(client, cast.QIAN)
    cast.sign_in(other, cast.QIAN)
    new = "a longer phrase of words"
    form = {"old_password": cast.PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/accounts/password/", form | {"old_password": "wrong"}).context["form"].errors
    assert (
        client.post("/accounts/password/", form | {"new_password1": "short", "new_password2": "short"})
        .context["form"]
        .errors
    )
    assert client.post("/accounts/password/", form).status_code == 302
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302
    user.refresh_from_db()
    assert user.check_password(new)


def test_a_clock_set_back_locks_nobody_out(client: Client) -> None:
    cast.sign_in(client, cast.QIAN)
    for _time in range(policies.sessions_at_once()):
        cast.sign_in(Client(), cast.QIAN)
    OpenSession.objects.update(started_at=timezone.now() + dt.timedelta(days=30))
    cast.sign_in(client, cast.QIAN)
    assert client.get("/").status_code == 200
