"""The pages of roles that wait for a second administrator."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "log"])
FENG = cast.Actor("feng", "冯管理", "administrator", cast.COUNTY, "oversight")
SHEN = cast.Actor("shen", "沈外县", "administrator", "770102", "oversight")
LIST = "/administration/grants/"


@pytest.fixture
def asked() -> Grant:
    """A role for Qian that Wu asked for and Feng may decide on."""
    for actor in (cast.WU, FENG, cast.QIAN):
        cast.make_user(actor)
    return ask("grid_worker", cast.GRID)


def ask(role: str, scope: str) -> Grant:
    client = Client()
    cast.sign_in(client, cast.WU)
    client.post(
        f"/administration/accounts/{cast.QIAN.id}/grant/", {"role": role, "scope": scope, "valid_from": "2026-01-01"}
    )
    return Grant.objects.get(user_id=cast.QIAN.id, role=role, scope=scope, state=Grant.State.WAITING)


def test_each_administrator_reads_what_there_is_to_do(client: Client, asked: Grant) -> None:
    steps = {cast.WU: "withdraw", FENG: "approve"}
    for actor, step in steps.items():
        cast.sign_in(client, actor)
        page = client.get(LIST).content.decode()
        assert cast.QIAN.real_name in page
        assert f"{asked.pk}/{step}/" in page
        assert ("approve" in page) == (step == "approve")
        assert (LIST in client.get("/").content.decode()) == (actor is FENG)
        assert client.get("/administration/").context["to_decide"] == (1 if actor is FENG else 0)


def test_a_colleague_approves_and_the_role_stands_on_the_account(client: Client, asked: Grant) -> None:
    account = f"/administration/accounts/{cast.QIAN.id}/"
    cast.sign_in(client, FENG)
    assert LIST in client.get(account).content.decode()
    assert client.get(f"{LIST}{asked.pk}/approve/").status_code == 200
    assert client.post(f"{LIST}{asked.pk}/approve/").headers["Location"] == LIST
    asked.refresh_from_db()
    assert asked.state == Grant.State.HOLDS
    assert f"/administration/grants/{asked.pk}/revoke/" in client.get(account).content.decode()
    assert client.post(f"{LIST}{asked.pk}/approve/").status_code == 422
    assert client.post(f"{LIST}{asked.pk}/reopen/").status_code == 302
    assert client.post(f"{LIST}{asked.pk}/refuse/", {"note": ""}).status_code == 422
    assert client.post(f"{LIST}{asked.pk}/refuse/", {"note": "电话 15412345678"}).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, "15412345678" in asked.decision_note) == (Grant.State.REFUSED, False)


def test_nothing_is_asked_about_a_closed_account(client: Client, asked: Grant) -> None:
    User.objects.filter(pk=cast.QIAN.id).update(is_active=False, closed_on="2026-11-20")
    cast.sign_in(client, FENG)
    assert f"{asked.pk}/approve/" not in client.get(LIST).content.decode()
    assert client.get("/administration/").context["to_decide"] == 0
    assert f'href="{LIST}"' not in client.get(f"/administration/accounts/{cast.QIAN.id}/").content.decode()


def test_a_role_given_alone_is_confirmed_not_approved(client: Client, asked: Grant) -> None:
    Grant.objects.filter(pk=asked.pk).update(state=Grant.State.HOLDS, alone=True)
    cast.sign_in(client, FENG)
    page = client.get(f"{LIST}{asked.pk}/approve/")
    assert (page.context["heading"], page.context["submit_label"]) == ("确认单人授予的角色", "确认")
    assert client.post(f"{LIST}{asked.pk}/approve/").status_code == 302


@pytest.mark.parametrize("actor", [SHEN, cast.SUN, cast.ZHENG], ids=lambda actor: actor.username)
def test_nobody_else_sees_or_decides(client: Client, asked: Grant, actor: cast.Actor) -> None:
    cast.sign_in(client, actor)
    listed = client.get(LIST)
    assert listed.status_code == (200 if actor is SHEN else 403)
    assert cast.QIAN.real_name not in listed.content.decode()
    for step in ("approve", "refuse", "withdraw", "reopen"):
        assert client.get(f"{LIST}{asked.pk}/{step}/").status_code == 403
        assert client.post(f"{LIST}{asked.pk}/{step}/", {"note": "x"}).status_code == 403
    asked.refresh_from_db()
    assert asked.state == Grant.State.WAITING


def test_who_asked_sees_the_way_to_decide_closed(client: Client, asked: Grant) -> None:
    cast.sign_in(client, cast.WU)
    assert client.post(f"{LIST}{asked.pk}/approve/").status_code == 422
    assert client.post(f"{LIST}{asked.pk}/reopen/").status_code == 403
    assert client.post(f"{LIST}{asked.pk}/withdraw/").status_code == 302
    assert not Grant.objects.filter(pk=asked.pk).exists()


def test_a_long_list_takes_as_many_queries_as_a_short_one(client: Client, asked: Grant) -> None:
    cast.sign_in(client, FENG)
    client.get(LIST)
    counts = []
    for roles in ((), ("community_officer", "township_operator", "county_operator", "query_clerk")):
        for role, scope in zip(roles, (cast.COMMUNITY, cast.TOWNSHIP, cast.COUNTY, cast.COUNTY), strict=False):
            ask(role, scope)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(LIST)
        assert len(page.context["waiting"]) == 1 + len(roles)
        counts.append(len(queries))
    assert counts[0] == counts[1]
