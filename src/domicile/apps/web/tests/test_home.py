"""The start page shows each role its own ways to go."""

import pytest
from django.test import Client

from domicile.apps.access.models import Grant
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def ways(client: Client) -> set[str]:
    return {entry.url_name for entry in client.get("/").context["navigation"]}


@pytest.mark.parametrize("actor", cast.CAST, ids=lambda actor: actor.username)
def test_the_navigation_fits_the_role(client: Client, actor: cast.Actor) -> None:
    cast.sign_in(client, actor, "")
    assert ("administration:start" in ways(client)) == (actor not in {cast.ZHAO, cast.CHEN})
    assert ("people:search" in ways(client)) == (actor in {cast.ZHAO, cast.QIAN, cast.SUN, cast.LI})


def test_who_sees_ledgers_finds_moves_among_what_is_to_do(client: Client) -> None:
    cast.sign_in(client, cast.QIAN)
    assert "/moves/" in {task["url"] for task in client.get("/").context["tasks"]}


def test_a_worker_finds_the_search_box_on_the_start_page(client: Client) -> None:
    cast.sign_in(client, cast.ZHAO)
    assert 'name="q"' in client.get("/").content.decode()


def test_somebody_without_a_role_is_told_whom_to_ask(client: Client) -> None:
    user = cast.sign_in(client, cast.ZHAO)
    Grant.objects.filter(user=user).delete()
    page = client.get("/").content.decode()
    assert "管理员" in page
    assert 'name="q"' not in page


def test_the_purpose_stated_stands_on_every_page(client: Client) -> None:
    cast.sign_in(client, cast.ZHAO)
    assert "入户走访" in client.get("/").content.decode()


def test_english_by_a_switch(client: Client) -> None:
    cast.sign_in(client, cast.ZHAO)
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    page = client.get("/").content.decode()
    assert '<html lang="en">' in page
    assert "Door visit" in page
