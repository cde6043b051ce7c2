"""Requests to look outside one's areas (AC-1): one person, one purpose; answered by rule or by a person, on record at both ends."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look, Seen
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.moves.requests import actions, between, retention, rules, selectors, words
from domicile.apps.moves.requests.models import OutsideParticular, OutsideRequest
from domicile.apps.moves.tests.making import HAN, han_viewer, home
from domicile.apps.peers import inbox
from domicile.apps.peers.models import OutMessage
from domicile.apps.peers.registry import tell_acknowledged
from domicile.apps.people.models import Person
from domicile.apps.tasks.generating import MACHINE
from tests import factories
from tests.cast import CHEN, QIAN, ZHAO, qian_viewer, sign_in, viewer, zhao_viewer
from tests.peers.incoming import own_register, peer, take_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
BORN = dt.date(1980, 5, 6)
TODAY = timezone.localdate()


@pytest.fixture
def sought() -> Person:
    """Somebody who lives and is registered in the first community. The asker works in the second."""
    factories.area_tree()
    person = factories.person(name="王小明", number=factories.number_of(birth_date=BORN, serial=77), birth_date=BORN)
    factories.spell(of=person, at=factories.dwelling(), start=factories.LONG_AGO)
    factories.visible(of=person, code=factories.GRID)
    return person


def question(**fields: Any) -> actions.Ask:
    plain = {"name": "王小明", "to_code": factories.COMMUNITY, "thought": "registered", "purpose": "arrival",
             "reason": "到达登记时本人在场", "birth_date": BORN}  # fmt: skip
    return actions.Ask(**{**plain, **fields})


def ask(**fields: Any) -> OutsideRequest:
    return actions.ask(actor=han_viewer(), arguments=question(**fields))


def number() -> str:
    return factories.number_of(birth_date=BORN, serial=77)


def told(row: OutsideRequest) -> dict[str, str]:
    return selectors.own(han_viewer(), row.pk).told


def test_the_rule_answers_where_number_and_name_fit_and_both_ends_have_it_on_record(sought: Person) -> None:
    row = ask(number=number())
    assert (row.state, row.outcome, row.answered_by) == ("ended", "told", None)
    assert told(row) == {"registered_here": "yes", "registered_address": sought.registered_text}
    looks = {
        look.question: look
        for look in Look.objects.filter(pk__in=Seen.objects.filter(person_id=sought.pk).values("look"))
    }
    assert looks["outside_answer"].user_id == HAN.id
    assert looks["outside_rule"].scopes == factories.COMMUNITY
    assert Change.objects.filter(subject_id=row.pk).count() == 2


@pytest.mark.parametrize("fields", [{"name": "李四"}, {"number": ""}, {"purpose": "duplicate"}])
def test_where_the_rule_does_not_fit_it_waits_for_a_person(sought: Person, fields: dict[str, Any]) -> None:
    row = ask(**{"number": number(), **fields})
    assert row.state == "waiting"
    assert not OutsideParticular.objects.exists()


def test_somebody_of_the_area_tells_what_the_purpose_allows_and_no_more(sought: Person) -> None:
    row = ask(purpose="service")
    assert [line.row.pk for line in selectors.asked_of(qian_viewer())] == [row.pk]
    seen = selectors.asked(qian_viewer(), row.pk)
    assert ([one.pk for one in seen.people], seen.may_tell) == ([sought.pk], ("lives_here", "living_community"))
    with pytest.raises(Refused):
        actions.answer(actor=qian_viewer(), request_id=row.pk, person_id=sought.pk, keys=["registered_address"])
    actions.answer(actor=qian_viewer(), request_id=row.pk, person_id=sought.pk, keys=["living_community"])
    assert list(told(row)) == ["living_community"]
    assert "河沿社区" in told(row)["living_community"]
    assert selectors.asked_of(qian_viewer()) == []
    assert {"outside_queue", "outside_told", "outside_answer"} <= set(Look.objects.values_list("question", flat=True))


def test_declined_not_found_and_late_read_alike(sought: Person) -> None:
    rows = [ask(purpose="service") for _ in range(3)]
    actions.refuse(actor=qian_viewer(), request_id=rows[0].pk, outcome="declined")
    actions.refuse(actor=qian_viewer(), request_id=rows[1].pk, outcome="not_found")
    assert retention.lapse(actor=MACHINE, today=TODAY + dt.timedelta(days=60)) == 1
    found = list(OutsideRequest.objects.all())
    assert {row.outcome for row in found} == {"declined", "not_found", "lapsed"}
    assert len({str(words.state(row)) for row in found}) == 1
    shown = {(own.over, tuple(own.told)) for own in (selectors.own(han_viewer(), row.pk) for row in found)}
    assert shown == {(False, ())}


def test_an_answer_is_the_askers_alone_and_for_a_while(sought: Person) -> None:
    row = ask(number=number())
    with pytest.raises(OutOfReach):
        selectors.own(viewer(ZHAO), row.pk)
    OutsideRequest.objects.update(good_until=TODAY - dt.timedelta(days=1))
    seen = selectors.own(han_viewer(), row.pk)
    assert (seen.told, seen.over) == ({}, True)
    retention.lapse(actor=MACHINE, today=TODAY)
    assert not OutsideParticular.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"to_code": factories.OTHER_COMMUNITY}, "to_code"),
        ({"to_code": "770101001999"}, "to_code"),
        ({"to_code": "440305001001"}, "to_code"),
        ({"to_code": "甲"}, "to_code"),
        ({"birth_date": None}, "name"),
        ({"purpose": "curiosity"}, "purpose"),
        ({"reason": " "}, "reason"),
    ],
)
def test_what_is_no_request(sought: Person, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        ask(**fields)
    assert refused.value.field == field


def test_it_is_no_way_to_browse(sought: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "number", lambda name, day: 2)
    ask(), ask()
    with pytest.raises(Refused):
        ask()
    with pytest.raises(NotAllowed):
        actions.ask(actor=viewer(CHEN), arguments=question())
    with pytest.raises(NotAllowed):
        actions.refuse(actor=zhao_viewer(), request_id=OutsideRequest.objects.all()[0].pk, outcome="declined")


def test_an_area_of_another_register_is_asked_by_message_and_answers_by_one(sought: Person) -> None:
    own_register()
    there = peer(prefixes=("880101",))
    row = ask(to_code="880101001001")
    sent = OutMessage.objects.get(kind=between.ASKED)

    assert row.state == "to_send"
    tell_acknowledged(sent)
    row.refresh_from_db()
    assert row.state == "waiting"
    take_in(there, between.ANSWERED, row.pk, 1, {"told": {"registered_here": "yes", "hobby": "chess"}, "by": "钱社区"})
    assert inbox.apply_waiting() == 1
    assert told(row) == {"registered_here": "yes"}


def test_another_register_asks_and_is_told_what_the_rule_lets_be_told(sought: Person) -> None:
    own_register()
    there = peer(prefixes=("880101",))
    asked = {
        "from_code": "880101001001", "to_code": factories.COMMUNITY, "thought": "registered", "purpose": question().purpose,
        "asked_by_name": "王经办", "asked_role": "community_officer", "name": sought.name, "number": number(),
        "reason": "本人在场", "birth_date": "",
    }  # fmt: skip
    take_in(there, between.ASKED, factories.unknown_id(), 1, asked)
    assert inbox.apply_waiting() == 1
    row = OutsideRequest.objects.get(pk=factories.unknown_id())

    assert row.outcome == "told"
    assert OutMessage.objects.filter(kind=between.ANSWERED, subject=row.pk).count() == 1
    take_in(there, between.ASKED, uuid.UUID(int=4), 1, asked | {"asked_role": "statistician"})
    assert inbox.apply_waiting() == 0
    lying = asked | {"from_code": "990101001001"}
    take_in(there, between.ASKED, uuid.UUID(int=5), 1, lying)
    assert inbox.apply_waiting() == 0
    assert not OutsideRequest.objects.filter(pk=uuid.UUID(int=5)).exists()


def test_what_was_asked_is_sealed_and_ends(sought: Person) -> None:
    row = ask(number=number())
    texts = " ".join(Change.objects.values_list("values", flat=True))
    assert number() not in texts
    assert "本人在场" not in texts
    assert retention.erase_over(actor=MACHINE, today=TODAY) == 0
    assert retention.erase_over(actor=MACHINE, today=TODAY.replace(year=TODAY.year + 3)) == 1
    assert not OutsideRequest.objects.filter(pk=row.pk).exists()


def test_the_database_holds_to_the_ends_of_a_request(sought: Person) -> None:
    row = ask()
    for fields in ({"state": "ended"}, {"outcome": "told"}, {"name": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            OutsideRequest.objects.filter(pk=row.pk).update(**fields)


def test_asked_and_answered_on_the_pages(client: Client, sought: Person) -> None:
    home(1)
    sign_in(client, HAN)
    values = {**question(purpose="service").__dict__, "number": "", "birth_date": BORN.isoformat()}
    made = client.post(reverse("moves:outside_request_new"), values)
    page = made.headers["Location"]
    assert "还没有答复" in client.get(page).content.decode()
    sign_in(client, QIAN)
    assert "王小明" in client.get(reverse("moves:outside_requests")).content.decode()
    answer = f"{page}answer/"
    assert client.post(answer, {"person": sought.pk}).status_code == 422
    assert client.post(answer, {"person": sought.pk, "keys": ["lives_here"]}).status_code == 302
    assert client.get(page).status_code == 403
    sign_in(client, HAN)
    assert "居住在该区域" in client.get(page).content.decode()


def test_every_word_of_the_rule_has_a_name() -> None:
    known = rules.purposes(TODAY)
    assert set(known) == set(words.PURPOSES)
    assert set(rules.PARTICULARS) == set(words.PARTICULARS)
