"""The pages of moves: both tabs, the page of a move, declaring on a card, arriving at a door; who sees them."""

import datetime as dt
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domicile.apps.access.models import Look
from domicile.apps.collect.models import Proposal
from domicile.apps.moves.models import Move
from domicile.apps.moves.tests.making import DAY, HAN, LATER, arrived, declared, flat, han_viewer, home, members
from domicile.apps.people.models import Person
from domicile.apps.screens.tests.checks import LedgerChecks
from tests import factories
from tests.cast import LI, QIAN, SUN, ZHAO, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


class TestLeaving(LedgerChecks):
    url_name = "moves:leaving"
    headings = ("流出登记", "Those who leave")
    question = "ledger_leaving"

    def make(self, count: int) -> list[str]:
        people = [members(home(1))[0] for _ in range(count)]
        for number, person in enumerate(people):
            Person.objects.filter(pk=person.pk).update(
                name=f"张{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[number]}{person.pk.hex[-4:]}"
            )
            declared(qian_viewer(), Person.objects.get(pk=person.pk))
        return [Person.objects.get(pk=person.pk).name for person in people]


class TestArriving(TestLeaving):
    url_name = "moves:arriving"
    headings = ("流入登记", "Those who arrive")
    question = "ledger_arriving"
    owner = HAN


def post(client: Client, url: str, key: Any, /, **values: Any) -> Any:
    return client.post(reverse(url, args=[key]), values)


def test_declared_on_the_card_and_registered_at_the_other_end(client: Client) -> None:
    household, there = home(2), flat()
    head, spouse = members(household)
    sign_in(client, QIAN)
    assert (
        reverse("moves:declare", args=[head.pk])
        in client.get(reverse("people:person", args=[head.pk])).content.decode()
    )
    values = {"who": [head.pk], "to_where": "area", "area": factories.OTHER_COMMUNITY, "day": DAY, "reason": "本人申报"}
    answer = post(client, "moves:declare", head.pk, **values)
    assert answer.status_code == 422  # the head leaves somebody behind
    assert "new_head_id" in answer.context["form"].errors
    answer = post(client, "moves:declare", head.pk, **values, new_head_id=spouse.pk)
    move = Move.objects.get()
    assert answer.headers["Location"] == reverse("moves:move", args=[move.pk])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "已告知流入地" in page
    assert reverse("moves:arrive", args=[move.pk]) not in page  # that is for the other end

    sign_in(client, HAN)
    url = reverse("moves:arrive", args=[move.pk])
    assert url in client.get(reverse("moves:move", args=[move.pk])).content.decode()
    found = client.post(url, {"search": "1", "find": there.room, "who": [head.pk]}).content.decode()
    assert f"{there.pk}/" in found
    answer = client.post(url, {"who": [head.pk], "where": f"{there.pk}/", "day": LATER, "reason": "入户登记"})
    assert answer.status_code == 302
    move.refresh_from_db()
    assert move.state == "confirmed"
    page = client.get(reverse("moves:move", args=[move.pk]), **ENGLISH).content.decode()
    assert "counts here" in page
    assert there.address in page


def test_the_other_end_is_named_without_its_address(client: Client) -> None:
    household, there = home(1), flat()
    move = arrived(han_viewer(), declared(qian_viewer(), members(household)[0]), there)
    sign_in(client, QIAN)
    page = client.get(reverse("moves:move", args=[move.pk])).content.decode()
    assert household.dwelling.address in page
    assert there.address not in page
    assert "北塔社区" in page
    assert Look.objects.filter(question="move").exists()


def test_what_both_ends_disagree_on_stands_on_the_page(client: Client) -> None:
    move = arrived(han_viewer(), declared(qian_viewer(), members(home(1))[0]), flat(), day=DAY - dt.timedelta(days=9))
    sign_in(client, QIAN)
    page = client.get(reverse("moves:move", args=[move.pk]), **ENGLISH).content.decode()
    assert "What the two ends disagree on" in page
    assert str(DAY) in page
    assert str(DAY - dt.timedelta(days=9)) in page
    assert post(client, "moves:confirm", move.pk, reason="已与本人核实").status_code == 302
    move.refresh_from_db()
    assert move.state == "confirmed"


def test_a_grid_worker_proposes_and_the_community_accepts(client: Client) -> None:
    head = members(home(1))[0]
    sign_in(client, ZHAO)
    values = {"who": [head.pk], "to_where": "abroad", "to_text": "泰国", "day": DAY, "reason": "入户得知"}
    assert post(client, "moves:declare", head.pk, **values).status_code == 302
    assert not Move.objects.exists()
    proposal = Proposal.objects.get()
    sign_in(client, QIAN)
    page = client.get(reverse("collect:proposal", args=[proposal.pk])).content.decode()
    assert "泰国" in page
    client.post(reverse("collect:decide", args=[proposal.pk]), {"verdict": "accept", "version": proposal.version})
    assert Move.objects.get().state == "away"


def particulars(person: Person, **more: Any) -> dict[str, Any]:
    return {"name": person.name, "sex": person.sex, "birth_date": person.birth_date, "day": LATER, "reason": "入户登记",
            "registered": "unknown", **more}  # fmt: skip


def test_several_declarations_are_shown_and_none_is_chosen(client: Client) -> None:
    household, there = home(2), flat()
    head, spouse = members(household)
    Person.objects.filter(pk=spouse.pk).update(name="章建国", sound=head.sound, birth_date=head.birth_date, sex="1")
    Person.objects.filter(pk=head.pk).update(name="张建国")
    for who in (head, spouse):
        Person.objects.filter(pk=who.pk).update(sound="zhangjianguo")
    spouse.refresh_from_db(), head.refresh_from_db()
    first = declared(qian_viewer(), spouse)
    second = declared(qian_viewer(), head, new_head_id=spouse.pk)
    sign_in(client, HAN)
    answer = post(client, "moves:arrival", there.pk, **particulars(head))
    page = answer.content.decode()
    assert f"move:{first.pk}" in page
    assert f"move:{second.pk}" in page
    assert "checked" not in page.split("which-help")[1].split("</fieldset>")[0]
    answer = post(client, "moves:arrival", there.pk, **particulars(head, choice=""))
    assert answer.status_code == 422
    answer = post(client, "moves:arrival", there.pk, **particulars(head, choice=f"move:{second.pk}"))
    assert answer.headers["Location"] == reverse("moves:move", args=[second.pk])
    second.refresh_from_db()
    assert second.state == "confirmed"


def test_nobody_announced_is_registered_at_once(client: Client) -> None:
    home(1)
    there = flat()
    sign_in(client, HAN)
    values = {"name": "李秀英", "sex": "2", "day": LATER, "reason": "入户登记", "registered": "elsewhere",
              "registered_text": "东江市", "registered_code": "770201"}  # fmt: skip
    answer = post(client, "moves:arrival", there.pk, **values)
    move = Move.objects.get()
    assert answer.headers["Location"] == reverse("moves:move", args=[move.pk])
    assert move.state == "asked"
    assert "李秀英" in client.get(reverse("people:dwelling", args=[there.pk])).content.decode()


def test_a_number_alone_gives_nobodys_name(client: Client) -> None:
    head = members(home(1))[0]
    there, number = flat(), factories.number_of(birth_date=dt.date(1980, 5, 6))
    factories.document(of=head, number=number)
    sign_in(client, HAN)
    values = {"name": "李秀英", "sex": "2", "day": LATER, "reason": "入户登记", "registered": "unknown",
              "document_number": number}  # fmt: skip
    page = post(client, "moves:arrival", there.pk, **values).content.decode()
    assert head.name not in page
    assert f"person:{head.pk}" not in page


def test_who_is_on_file_elsewhere_keeps_the_identity(client: Client) -> None:
    household, there = home(1), flat()
    head, number = members(household)[0], factories.number_of(birth_date=dt.date(1980, 5, 6))
    factories.document(of=head, number=number)
    sign_in(client, HAN)
    asked = particulars(head, document_number=number)
    assert f"person:{head.pk}" in post(client, "moves:arrival", there.pk, **asked).content.decode()
    post(client, "moves:arrival", there.pk, **asked, choice=f"person:{head.pk}")
    move = Move.objects.get()
    assert (move.state, move.owner) == ("asked", "origin")
    assert Person.objects.filter(name=head.name).count() == 1


def test_every_step_has_its_form(client: Client) -> None:
    move = declared(qian_viewer(), members(home(1))[0])
    sign_in(client, SUN)
    page = client.get(reverse("moves:move", args=[move.pk])).content.decode()
    for name in ("return", "change_destination", "cancel", "correct", "lapse"):
        url = reverse(f"moves:{name}", args=[move.pk])
        assert url in page
        assert client.get(url).status_code == 200
    assert post(client, "moves:correct", move.pk, side="origin", day=LATER, reason="日期写错").status_code == 302
    assert (
        post(client, "moves:change_destination", move.pk, to_where="abroad", to_text="泰国", reason="改去").status_code
        == 302
    )
    assert post(client, "moves:answer", move.pk, reason="来电", evidence="2026-11-01来电").status_code == 302
    move.refresh_from_db()
    assert move.state == "confirmed"


def test_the_page_asks_as_often_for_many_as_for_one(client: Client) -> None:
    def queries(size: int) -> int:
        move = declared(qian_viewer(), *members(home(size)))
        url = reverse("moves:move", args=[move.pk])
        client.get(url)
        with CaptureQueriesContext(connections["default"]) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    sign_in(client, QIAN)
    assert queries(1) == queries(5)


def test_a_stranger_sees_no_move(client: Client) -> None:
    move = declared(qian_viewer(), members(home(1))[0])
    sign_in(client, LI)
    assert client.get(reverse("moves:move", args=[move.pk])).status_code == 403
    assert str(move.pk) not in client.get(reverse("moves:arriving")).content.decode()
