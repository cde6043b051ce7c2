"""Each list as owner, colleague and stranger; the logs with their filters."""

import uuid

import pytest
from django.test import Client

from domicile.apps.access.log import record_look
from domicile.apps.access.models import Look
from domicile.apps.accounts import actions
from domicile.apps.administration.views.logs import Looks
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "log"])
PERSON = uuid.UUID("0190b6a0-0000-7000-8000-00000000f00d")  # fixed: parallel test processes must name the same tests
LISTS = {
    "/administration/accounts/": {cast.WU},
    "/administration/looks/": {cast.WU, cast.ZHENG},
    f"/administration/persons/{PERSON}/looks/": {cast.WU, cast.ZHENG},
    "/administration/changes/": {cast.WU, cast.ZHENG},
}


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("actor", cast.CAST, ids=lambda actor: actor.username)
def test_each_list_opens_for_those_whose_duty_it_is(client: Client, address: str, actor: cast.Actor) -> None:
    cast.sign_in(client, actor)
    assert client.get(address).status_code == (200 if actor in LISTS[address] else 403)


@pytest.mark.parametrize("address", LISTS)
def test_no_list_opens_for_a_stranger(client: Client, address: str) -> None:
    assert client.get(address)["Location"].startswith("/accounts/sign-in/")


def text(client: Client, address: str) -> str:
    return " ".join(str(cell.value) for row in client.get(address).context["rows"] for cell in row.cells)


def test_accounts_of_other_areas_do_not_show(client: Client) -> None:
    cast.sign_in(client, cast.WU)
    cast.make_user(cast.QIAN)
    cast.make_user(cast.LI)
    shown = text(client, "/administration/accounts/")
    assert "钱社区" in shown
    assert "社区干事 770101001001" in shown
    assert "李外县" not in shown


def test_looks_are_found_by_account_person_day_and_purpose(client: Client) -> None:
    cast.sign_in(client, cast.ZHENG)
    for actor in (cast.QIAN, cast.ZHAO, cast.LI):
        cast.make_user(actor)
    record_look(cast.qian_viewer(), question="person", persons=[PERSON])
    record_look(cast.zhao_viewer(), question="search", persons=[uuid.uuid4()])
    record_look(cast.li_viewer(), question="person", persons=[PERSON])
    everything = text(client, "/administration/looks/")
    assert "钱社区" in everything
    assert "赵网格" in everything
    assert "李外县" not in everything
    assert "赵网格" not in text(client, f"/administration/looks/?user={cast.QIAN.id}")
    assert "赵网格" not in text(client, f"/administration/looks/?person={PERSON}")
    assert "钱社区" in text(client, f"/administration/looks/?person={PERSON}")
    assert text(client, "/administration/looks/?until=2001-01-01") == ""
    assert "钱社区" not in text(client, "/administration/looks/?purpose=door_visit")


def test_asking_who_looked_at_somebody_is_a_look_itself(client: Client) -> None:
    cast.sign_in(client, cast.ZHENG)
    client.get(f"/administration/persons/{PERSON}/looks/")
    look = Look.objects.using("log").get(question="looks_at_person")
    assert (look.user_id, look.purpose, bytes(look.persons)) == (cast.ZHENG.id, "oversight", PERSON.bytes)


def test_a_filter_that_makes_no_sense_is_said_so_and_shows_nothing(client: Client) -> None:
    cast.sign_in(client, cast.ZHENG)
    page = client.get("/administration/looks/?person=nobody&since=2026-99-99")
    assert set(page.context["form"].errors if "form" in page.context else page.context["filter_form"].errors) == {
        "person",
        "since",
    }
    assert page.context["rows"] == []


def test_changes_show_who_and_what_without_values(client: Client) -> None:
    cast.sign_in(client, cast.WU)
    made = actions.create_user(actor=cast.wu_viewer(), username="he", real_name="何新", area_code=cast.TOWNSHIP)
    shown = text(client, "/administration/changes/")
    assert "新建账号" in shown
    assert "吴管理" in shown
    assert made.user.real_name not in shown


def test_long_lists_come_in_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.sign_in(client, cast.ZHENG)
    for _number in range(5):
        record_look(cast.zheng_viewer(), question="search")
    monkeypatch.setattr(Looks, "page_size", 2)
    first, last = client.get("/administration/looks/"), client.get("/administration/looks/?page=3")
    assert (len(first.context["rows"]), first.context["previous_url"], first.context["next_url"]) == (2, "", "?page=2")
    assert (len(last.context["rows"]), last.context["next_url"]) == (1, "")
    assert client.get("/administration/looks/?page=x").status_code == 200
