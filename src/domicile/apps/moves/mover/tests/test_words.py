"""What movers say by code: kept, shown, taken up by staff; never more than the mover needs to see."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access import handed_codes
from domicile.apps.access.models import Look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.collect.models import Proposal
from domicile.apps.common.refusals import Refused
from domicile.apps.moves.models import Move
from domicile.apps.moves.mover import actions, codes, retention, selectors
from domicile.apps.moves.mover.models import MoverCode, MoverWord
from domicile.apps.moves.tests.making import DAY, HAN, LATER, declared, flat, han_viewer, home, members
from domicile.apps.people.models import Person
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.vault.sealing import open_value
from tests import factories, pdf
from tests.cast import LI, QIAN, ZHAO, li_viewer, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
PHONE = "13912345678"
PAGE = "/m/"


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()


def coded(move: Move) -> str:
    return actions.give_for_move(actor=qian_viewer(), move_id=move.pk).text


def send(client: Client, code: str, **values: Any) -> Any:
    return client.post(PAGE, {"code": code, **values}, headers={"accept-language": "zh-hans"})


def arrive(client: Client, code: str, *people: Person, **values: Any) -> Any:
    said = {"wish": "arrived", "said": "1", "who": [str(one.pk) for one in people], "day": LATER, **values}
    return send(client, code, **said)


def move_of(size: int = 2) -> tuple[Move, list[Person]]:
    people = members(home(size))
    for place, name in enumerate(("张建国", "欧阳小红", "张三")[:size]):
        Person.objects.filter(pk=people[place].pk).update(name=name)
    return declared(qian_viewer(), *people), people


def test_an_arrival_is_said_on_the_page_and_moves_nobody(client: Client) -> None:
    move, people = move_of()
    code = coded(move)
    page = send(client, code.lower().replace("-", " ")).content.decode()
    assert "张*国" in page
    assert "欧阳*红" in page
    assert "建国" not in page
    answer = arrive(client, code, people[0], contact=PHONE, to_text="阳光小区3栋201")
    assert answer.status_code == 200
    word = MoverWord.objects.get()
    assert (word.wish, word.day, word.person_id, word.to_text) == ("arrived", LATER, people[0].pk, "阳光小区3栋201")
    assert open_value(word, "contact") == PHONE
    assert word.place_code.startswith(factories.OTHER_COMMUNITY)
    move.refresh_from_db()
    assert move.state == "told"
    change = Change.objects.get(action="moves.say")
    assert (change.actor_id, change.actor_role) == (None, "mover")
    assert PHONE not in change.values


def test_a_code_speaks_once_and_shows_what_was_said_and_no_more(client: Client) -> None:
    move, people = move_of()
    code = coded(move)
    arrive(client, code, *people, contact=PHONE)
    again = arrive(client, code, people[1], day=DAY)
    page = again.content.decode()
    assert LATER.isoformat() in page
    assert PHONE not in page
    assert '<form class="panel"' not in page
    assert MoverWord.objects.count() == 1


def test_unknown_stopped_and_expired_codes_are_answered_alike(client: Client) -> None:
    move, _people = move_of()
    stopped, late = coded(move), coded(move)
    MoverCode.objects.filter(digest=codes.digest_of(late)).update(
        good_until=timezone.localdate() - dt.timedelta(days=1)
    )
    answers = [send(client, text) for text in (stopped, late, "ACDE-ACDE-ACDE", "x", "")]
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.content for answer in answers}) == 1


def test_guessing_closes_the_page_for_wrong_codes_of_the_address_and_at_last_of_all(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    move, _people = move_of()
    code = coded(move)
    limits = {
        "moves.wrong_codes": 3,
        "moves.wrong_codes_in_all": 5,
        "moves.code_lockout_minutes": 15,
    }
    monkeypatch.setattr(handed_codes, "parameter", lambda name, today: limits[name])
    statuses = [send(client, "ACDE-ACDE-ACDE").status_code for _try in range(3)]
    assert statuses == [422, 422, 429]
    assert send(client, "ACDE-ACDE-ACDF").status_code == 429
    assert send(client, code).status_code == 200  # others may share the address
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert send(elsewhere, code).status_code == 200
    assert [send(elsewhere, "ACDE-ACDE-ACDE").status_code for _try in range(2)] == [422, 429]
    assert send(Client(REMOTE_ADDR="192.0.2.8"), "ACDE-ACDE-ACDE").status_code == 429
    assert Look.objects.filter(question="mover_code_refused").count() == 2


def test_codes_are_not_guessed_and_not_kept() -> None:
    move, _people = move_of()
    given = {codes.new_code() for _each in range(200)}
    assert len(given) == 200
    assert all(len(codes.normalised(text)) == 12 for text in given)
    text = coded(move)
    row = MoverCode.objects.get(stopped_at=None)
    assert codes.normalised(text).encode() not in bytes(row.digest)
    assert codes.normalised(text) not in "".join(Change.objects.values_list("values", flat=True))
    assert codes.normalised("ａｃｄｅ 3467—ｈｊｋｍ") == "ACDE3467HJKM"
    assert codes.normalised("0O1I-2Z5S-8BUV") == ""


def test_the_page_is_kept_nowhere_and_found_by_no_search(client: Client) -> None:
    answer = client.get(PAGE)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert not answer.cookies
    english = client.get(PAGE, {"lang": "en"})
    assert "Tell us how your move goes" in english.content.decode()


def test_the_form_of_the_arrival_begins_with_what_was_said(client: Client) -> None:
    move, people = move_of()
    arrive(client, coded(move), people[0], contact=PHONE)
    sign_in(client, HAN)
    page = client.get(reverse("moves:move", args=[move.pk])).content.decode()
    assert PHONE in page
    there = flat()
    url = reverse("moves:arrive", args=[move.pk])
    form = client.get(url).context["form"]
    assert form.initial["who"] == [str(people[0].pk)]
    assert form.initial["day"] == LATER.isoformat()
    values = {"who": [people[0].pk], "where": f"{there.pk}/", "day": LATER, "reason": "与本人核实"}
    assert client.post(url, values).status_code == 302
    assert MoverWord.objects.get().outcome == "taken"
    assert not selectors.words_that_wait(han_viewer())


def test_the_other_end_reads_the_word_without_the_contact(client: Client) -> None:
    move, people = move_of()
    arrive(client, coded(move), *people, contact=PHONE)
    sign_in(client, QIAN)
    page = client.get(reverse("moves:move", args=[move.pk])).content.decode()
    assert LATER.isoformat() in page
    assert PHONE not in page
    assert not selectors.words_that_wait(qian_viewer())
    assert len(selectors.words_that_wait(han_viewer())) == 1


@pytest.mark.parametrize(
    ("wish", "values", "state"),
    [
        ("not_going", {}, "cancelled"),
        ("back", {"day": LATER}, "returned"),
        ("elsewhere", {"to_where": "abroad", "to_text": "泰国"}, "away"),
    ],
)
def test_a_wish_becomes_a_step_by_one_click_at_the_origin(
    client: Client, wish: str, values: dict[str, Any], state: str
) -> None:
    move, people = move_of()
    everybody = [str(one.pk) for one in people]
    answer = send(client, coded(move), wish=wish, said="1", who=everybody, **values)
    assert answer.status_code == 200
    move.refresh_from_db()
    assert move.state == "told"
    word = MoverWord.objects.get()
    sign_in(client, HAN)
    client.post(reverse("moves:word_follow", args=[word.pk]))
    word.refresh_from_db()
    assert word.outcome == ""  # it is the origin's to do
    sign_in(client, QIAN)
    client.post(reverse("moves:word_follow", args=[word.pk]))
    move.refresh_from_db(), word.refresh_from_db()
    assert (move.state, word.outcome) == (state, "taken")


def test_who_came_to_another_area_than_was_said_is_announced_there(client: Client) -> None:
    move, people = move_of()
    arrive(client, coded(move), *people, area=factories.COMMUNITY)
    word = MoverWord.objects.get()
    assert word.place_code == factories.GRID
    (line,) = selectors.words_that_wait(qian_viewer())
    assert line.step == "change_destination"


def test_a_household_declares_its_own_move(client: Client) -> None:
    head, spouse, child = members(home(3))
    text = actions.give_for_person(actor=qian_viewer(), person_id=head.pk).text
    stranger = uuid.uuid4()
    said = {"said": "1", "who": [str(head.pk), str(spouse.pk)], "day": DAY, "to_where": "area",
            "area": factories.OTHER_COMMUNITY, "reason_code": "01"}  # fmt: skip
    assert send(client, text, **(said | {"who": [str(stranger)]})).status_code == 422
    assert send(client, text, **(said | {"to_text": f"电话{PHONE}"})).status_code == 422
    assert send(client, text, **said).status_code == 200
    word = MoverWord.objects.get()
    assert (word.wish, word.move, word.place_code) == ("leaving", None, factories.GRID)
    sign_in(client, ZHAO)
    answer = client.post(reverse("moves:word_follow", args=[word.pk]))
    assert answer.headers["Location"].endswith(f"?word={word.pk}")
    form = client.get(answer.headers["Location"]).context["form"]
    assert form.initial["who"] == [str(head.pk), str(spouse.pk)]
    values = {"who": [head.pk, spouse.pk], "day": DAY, "to_where": "area", "area": factories.OTHER_COMMUNITY,
              "new_head_id": child.pk, "reason": "本人凭码申报"}  # fmt: skip
    assert client.post(answer.headers["Location"], values).status_code == 302
    assert Proposal.objects.get().action == "moves.declare"  # a grid worker's change waits for review
    word.refresh_from_db()
    assert word.outcome == "taken"


def test_a_day_that_cannot_be_meant_uses_up_no_code_and_tells_nothing(client: Client) -> None:
    person = members(home())[0]
    code = actions.give_for_person(actor=qian_viewer(), person_id=person.pk).text
    said = {"wish": "leaving", "who": str(person.pk), "to_where": "unknown", "said": "1"}
    assert send(client, code, day="9999-12-31", **said).status_code == 422
    assert MoverWord.objects.count() == 0
    assert send(client, code, day="1900-01-01", **said).status_code == 200  # that they were born later is not told


def test_codes_are_given_where_one_works(client: Client) -> None:
    move, people = move_of()
    with pytest.raises(OutOfReach):
        actions.give_for_move(actor=li_viewer(), move_id=move.pk)
    with pytest.raises(OutOfReach):
        actions.give_for_person(actor=li_viewer(), person_id=people[0].pk)
    arrive(client, coded(move), *people)
    word = MoverWord.objects.get()
    sign_in(client, LI)
    assert client.post(reverse("moves:word_follow", args=[word.pk])).status_code == 403
    assert client.get(reverse("moves:word_aside", args=[word.pk])).status_code == 403
    assert "张建国" not in client.get(reverse("moves:words")).content.decode()


def test_a_word_is_set_aside_with_a_reason(client: Client) -> None:
    move, people = move_of()
    arrive(client, coded(move), *people)
    word = MoverWord.objects.get()
    sign_in(client, HAN)
    assert "张建国" in client.get(reverse("moves:words")).content.decode()
    url = reverse("moves:word_aside", args=[word.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "人还没有到"}).status_code == 302
    with pytest.raises(Refused):
        actions.set_aside(actor=han_viewer(), word_id=word.pk, reason="再来")


def test_the_code_is_shown_once_and_printed_on_a_slip_that_names_nobody(client: Client) -> None:
    move, _people = move_of()
    sign_in(client, QIAN)
    answer = client.post(reverse("moves:give_code", args=[move.pk]))
    text = answer.context["given"].text
    assert text in answer.content.decode()
    slip = client.post(reverse("moves:mover_slip"), {"code": text})
    assert slip.headers["Content-Type"] == "application/pdf"
    words = pdf.text(slip.content)
    assert text in words
    assert "张*国" in words
    assert "建国" not in words
    sign_in(client, ZHAO)
    assert client.post(reverse("moves:mover_slip"), {"code": text}).status_code == 302  # another's code


def test_words_and_codes_end_when_their_time_is_over(client: Client) -> None:
    move, people = move_of()
    arrive(client, coded(move), *people)
    actions.take_up(actor=han_viewer(), word_id=MoverWord.objects.get().pk)
    coded(move)
    today = timezone.localdate()
    assert retention.erase_over(actor=MACHINE, today=today) == 0
    assert retention.erase_over(actor=MACHINE, today=today + dt.timedelta(days=500)) == 2
    assert not MoverWord.objects.exists()
    assert not MoverCode.objects.exists()
