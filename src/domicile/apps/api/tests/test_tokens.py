"""Tokens: never more than their owner may, shown once, kept as a hash, refused when they no longer hold."""

import base64
import datetime as dt
import io
import logging

import pytest
from django.db import connections
from django.utils import timezone

from domicile.apps.access.models import Grant, Look
from domicile.apps.api import actions, doors, keys, policies
from domicile.apps.api.models import Token, TokenUse
from domicile.apps.api.tests.conftest import account
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from tests.cast import (
    CHEN,
    COMMUNITY,
    GRID,
    LI,
    OTHER_COMMUNITY,
    QIAN,
    SUN,
    TOWNSHIP,
    WU,
    ZHAO,
    li_viewer,
    qian_viewer,
    viewer,
    wu_viewer,
)

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
SOON = dt.timedelta(days=30)


def make(actor=QIAN, **changes):
    account(actor)
    values = {
        "actor": viewer(actor),
        "client": "窗口程序",
        "purpose": actor.purpose,
        "scopes": [actor.scope],
        "permissions": ["view_areas", "search"],
        "expires_on": timezone.localdate() + SOON,
    }
    return actions.make_token(**(values | changes))


def test_a_token_says_what_it_may(call):
    made = make()
    answer = call(made.text, "GET", "/me")
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert said["permissions"] == ["search", "view_areas"]
    assert (said["scopes"], said["purpose"], said["client"]) == ([COMMUNITY], "register_maintenance", "窗口程序")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not answer.cookies


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"scopes": [OTHER_COMMUNITY]}, "scopes"),
        ({"scopes": [TOWNSHIP]}, "scopes"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["77010100100"]}, "scopes"),
        ({"permissions": ["review_change"]}, "permissions"),
        ({"permissions": ["manage_accounts"]}, "permissions"),
        ({"permissions": []}, "permissions"),
        ({"purpose": "door_visit", "permissions": ["view_number_full"]}, "permissions"),
        ({"purpose": "query_desk"}, "purpose"),
        ({"purpose": ""}, "purpose"),
        ({"client": " "}, "client"),
        ({"expires_on": dt.date(2020, 1, 1)}, "expires_on"),
        ({"expires_on": dt.date(2099, 1, 1)}, "expires_on"),
    ],
)
def test_nobody_gives_a_program_more_than_they_have(changes, field):
    with pytest.raises(Refused) as refusal:
        make(**changes)
    assert refusal.value.field == field
    assert not Token.objects.exists()


@pytest.mark.parametrize("actor", [ZHAO, WU, CHEN])
def test_some_roles_connect_no_program(actor):
    with pytest.raises(NotAllowed):
        make(actor)


def test_a_token_follows_its_owner(call):
    made = make(permissions=["view_areas", "view_household"])
    assert call(made.text, "GET", "/households").status_code == 200
    Grant.objects.filter(user=made.token.owner).update(
        scope=GRID
    )  # no role of Qian's is over a grid only: less remains
    assert call(made.text, "GET", "/me").json()["scopes"] == [GRID]
    Grant.objects.filter(user=made.token.owner).delete()
    assert call(made.text, "GET", "/me").json()["permissions"] == []
    assert call(made.text, "GET", "/households").status_code == 403
    owner = made.token.owner
    owner.is_active = False
    owner.save()
    assert call(made.text, "GET", "/me").status_code == 401


def test_another_role_of_the_owner_gives_the_token_nothing(call):
    made = make(permissions=["view_areas", "view_household"])
    Grant.objects.filter(user=made.token.owner).update(role="grid_worker")
    assert call(made.text, "GET", "/me").json()["permissions"] == []
    assert call(made.text, "GET", "/households").status_code == 403


def test_a_narrower_scope_is_kept(call):
    made = make(SUN, scopes=[GRID])
    assert call(made.text, "GET", "/me").json()["scopes"] == [GRID]
    assert doors.common_scopes(("770101", "770102001"), ["77", "770101001", "770103"]) == (
        "770101",
        "770101001",
        "770102001",
    )


@pytest.mark.parametrize("state", ["expired", "revoked", "wrong", "shapeless", "none"])
def test_what_does_not_hold_is_refused_alike(call, state):
    made = make()
    text = made.text
    if state == "expired":
        Token.objects.update(expires_on=timezone.localdate())
    elif state == "revoked":
        actions.revoke_token(actor=qian_viewer(), token_id=made.token.pk)
    elif state == "wrong":
        text = text[:-1] + ("A" if text[-1] != "A" else "B")
    else:
        text = "dom_short" if state == "shapeless" else ""
    answer = call(text, "GET", "/me")
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "token"


def test_wrong_tokens_close_the_door_for_that_address_and_token_alone(call):
    made, other = make(), make()
    wrong = made.text[:-3] + "xyz"
    for _time in range(policies.wrong_tokens()):
        assert call(wrong, "GET", "/me").status_code == 401
    locked = call(made.text, "GET", "/me")
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) == policies.lockout_seconds()
    assert call(other.text, "GET", "/me").status_code == 200
    assert Look.objects.using("log").filter(question="token_refused", user_id=QIAN.id).count() == 1
    for number in range(policies.wrong_tokens()):
        call(f"dom_abcdefg{'abcdefghijklmnop'[number]}_{'x' * 43}", "GET", "/me")
    assert call("dom_zzzzzzzz_" + "x" * 43, "GET", "/me").status_code == 429
    assert call(other.text, "GET", "/me").status_code == 200


def test_comparing_takes_as_long_for_what_is_not_there(monkeypatch):
    compared = []
    monkeypatch.setattr(keys.hmac, "compare_digest", lambda one, other: compared.append((one, other)) or one == other)
    assert not keys.fits("dom_aaaaaaaa_x", None)
    assert not keys.fits("dom_aaaaaaaa_x", b"\1" * 16)
    assert len(compared) == 2
    assert all(len(one) == len(other) == 16 for one, other in compared)


def test_neither_a_token_nor_its_hash_stands_in_a_log(call):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        made = make()
        call(made.text, "GET", "/me")
        call(made.text + "x", "GET", "/me")
        call(made.text, "POST", "/persons/search", {"text": made.text})
        actions.revoke_token(actor=qian_viewer(), token_id=made.token.pk)
    finally:
        logging.getLogger().removeHandler(handler)
    secret = made.text.rpartition("_")[2]
    assert secret not in stream.getvalue()
    for alias in ("default", "log"):
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f'SELECT * FROM "{table}"')
                for row in cursor.fetchall():
                    assert secret not in "".join(str(value) for value in row), table
    digest = bytes(Token.objects.get().digest)
    assert digest == keys.digest_of(made.text)
    logged = "".join(Change.objects.values_list("values", flat=True))
    assert base64.b64encode(digest).decode() not in logged


def test_a_call_is_a_look_that_names_the_token_and_its_use_is_noted(call, home):
    made = make(permissions=["view_person"])
    call(made.text, "GET", f"/persons/{home.head.pk}")
    look = Look.objects.using("log").get(question="person")
    assert (look.user_id, look.purpose, look.channel) == (QIAN.id, QIAN.purpose, f"api:{made.token.prefix}")
    assert bytes(look.persons) == home.head.pk.bytes
    assert TokenUse.objects.get().pk == made.token.pk


def test_who_may_end_a_token():
    made = make()
    account(LI), account(WU)
    with pytest.raises(NotAllowed):
        actions.revoke_token(actor=li_viewer(), token_id=made.token.pk)
    assert actions.revoke_token(actor=wu_viewer(), token_id=made.token.pk).revoked_at
    with pytest.raises(Refused):
        actions.revoke_token(actor=wu_viewer(), token_id=made.token.pk)
