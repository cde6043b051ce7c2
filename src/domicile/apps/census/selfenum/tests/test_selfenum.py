"""A household answers by itself: with a code that nobody guesses, once, and however often the phone sends it."""

import json
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from domicile.apps.access import handed_codes
from domicile.apps.access.models import Look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.listing.models import Household
from domicile.apps.census.selfenum import actions, codes
from domicile.apps.census.selfenum.models import HouseholdCode
from domicile.apps.census.tests.filled import short, somebody
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    OFFICE,
    STRANGER,
    make_building,
    make_census,
    make_dwelling,
    make_household,
)  # fmt: skip
from domicile.apps.common.refusals import Refused
from domicile.apps.vault.sealing import open_value
from domicile.core.enumeration import forms
from tests import pdf
from tests.cast import GRID, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
VERSION = forms()["short"].version


@pytest.fixture(autouse=True)
def fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def household() -> Household:
    return make_household()


def given(household: Household) -> str:
    return actions.give(actor=viewer(ENUMERATOR), household_id=household.pk).text


def post(client: Client, name: str, letter: Any, **more: Any) -> Any:
    body = letter if isinstance(letter, str) else json.dumps(letter)
    return client.post(reverse(f"census:selfenum_{name}"), body, content_type="application/json", **more)


def letter(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "form": "short", "version": VERSION, "instance": str(uuid.uuid4()), "content": short()} | more


def test_the_page_is_for_everybody_asks_for_no_cookie_and_has_both_languages(client: Client) -> None:
    shown = client.get("/s/", headers={"accept-language": "en"})
    assert shown.status_code == 200
    assert not shown.cookies
    assert shown["Cache-Control"] == "no-store"
    assert "script-src" not in shown["Content-Security-Policy"]
    assert "default-src 'self'" in shown["Content-Security-Policy"]
    assert 'lang="en"' in shown.text
    given = json.loads(shown.text.split('id="selfenum-given" type="application/json">')[1].split("</script>")[0])
    assert set(given["words"]) == {"zh-hans", "en"}
    assert "与户主关系" in json.dumps(given["forms"], ensure_ascii=False)
    worker = client.get("/s/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert '"/s/"' in worker.text


def test_a_code_opens_the_form_of_its_door_and_names_nobody(client: Client, household: Household) -> None:
    code = given(household)
    told = post(client, "open", {"code": code.lower().replace("-", " ")}).json()
    assert told == {
        "state": "open", "form": "short", "census": "2030年普查", "address": "和平路B1号 101", "moment": [2030, 11, 1, 0],
    }  # fmt: skip
    assert "林家主" not in json.dumps(told, ensure_ascii=False)


def test_a_form_is_kept_sealed_and_the_receipt_told(client: Client, household: Household) -> None:
    code = given(household)
    sent = letter(code, content=short(somebody(name="林小明"), somebody(name="王小红", relation=1, sex=2)))
    told = post(client, "answer", sent)
    assert told.status_code == 200, told.text
    answer = Answer.objects.get()
    assert (answer.household_id, answer.road, answer.form, answer.people, answer.state) == (
        household.pk, "web", "short", 2, "counts",
    )  # fmt: skip
    assert json.loads(open_value(answer, "content")) == sent["content"]
    assert "王小红".encode() not in bytes(answer.content)
    assert "王小红" not in "".join(Change.objects.values_list("values", flat=True))
    assert told.json()["receipt"] == HouseholdCode.objects.get().receipt


def test_sent_twice_is_one_answer_with_one_receipt(client: Client, household: Household) -> None:
    sent = letter(given(household))
    first, second = (post(client, "answer", sent) for _time in range(2))
    assert first.json() == second.json()
    assert Answer.objects.count() == 1


def test_a_code_sends_one_form(client: Client, household: Household) -> None:
    code = given(household)
    receipt = post(client, "answer", letter(code)).json()["receipt"]
    other = post(client, "answer", letter(code, content=short(somebody(sex=2))))
    assert (other.status_code, other.json()) == (409, {"state": "used", "receipt": receipt})
    assert post(client, "open", {"code": code}).json() == {"state": "used", "receipt": receipt}
    assert Answer.objects.count() == 1


def test_a_fresh_code_stops_the_one_before_and_lets_a_household_correct(client: Client, household: Household) -> None:
    lost = given(household)
    fresh = given(household)
    assert post(client, "open", {"code": lost}).status_code == 422
    assert post(client, "answer", letter(fresh)).status_code == 200
    again = given(household)
    assert post(client, "answer", letter(again, content=short(somebody(sex=2)))).status_code == 200
    assert Answer.objects.count() == 2
    assert Answer.objects.filter(state="counts").count() == 1


@pytest.mark.parametrize(
    ("more", "state"),
    [
        ({"content": short(somebody(sex=7))}, "faulty"), ({"content": short(rooms=None)}, "faulty"), ({"content": []}, "broken"),
        ({"content": {"persons": []}}, "faulty"), ({"form": "long"}, "broken"), ({"instance": "1"}, "broken"),
        ({"form": "nonsense"}, "broken"), ({"content": {"persons": "x" * 50}}, "faulty"),
    ],
)  # fmt: skip
def test_what_no_form_can_be_is_not_taken_and_the_code_stays_good(
    client: Client, household: Household, more: dict[str, Any], state: str
) -> None:
    code = given(household)
    told = post(client, "answer", letter(code, **more))
    assert (told.status_code, told.json()["state"]) == (422, state)
    assert not Answer.objects.exists()
    assert post(client, "answer", letter(code)).status_code == 200


def test_a_household_of_the_sample_is_opened_the_long_form(client: Client, household: Household) -> None:
    Household.objects.filter(pk=household.pk).update(form="long", weight=10)
    code = given(household)
    assert post(client, "open", {"code": code}).json()["form"] == "long"
    lacking = post(client, "answer", letter(code, form="long"))
    assert (lacking.status_code, lacking.json()["state"]) == (422, "faulty")
    assert ["missing", "water", None] in lacking.json()["faults"]
    more = {
        "storeys": 1, "structure": 3, "built": 6, "fuel": 2, "water": 1, "kitchen": 1, "toilet": 1, "bath": 2, "tenure": 7,
        "cars": 0,
    }  # fmt: skip
    person = somebody(
        birth_place=1,
        lived_5_years_ago=1,
        marital=2,
        worked=1,
        industry_text="安和面粉厂",
        occupation_text="磨粉",
        livelihood=1,
    )
    sent = post(client, "answer", letter(code, form="long", content=short(person, **more)))
    assert sent.status_code == 200, sent.text
    assert Answer.objects.get().form == "long"


def test_a_form_of_an_older_version_that_waited_without_a_line_is_taken(client: Client, household: Household) -> None:
    content = {name: value for name, value in short().items() if name != "rooms"}
    told = post(client, "answer", letter(given(household), version="2025010101", content=content))
    assert told.status_code == 200


@pytest.mark.parametrize("version", [VERSION, "2025010101"])
@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (7, 7),
        (360, 360),
        (0, None),
        (-5, None),
        (361, None),
        (True, None),
        ("7", None),
        (7.5, None),
        ([7], None),
        (None, None),
    ],
)
def test_whole_minutes_are_kept_with_the_form_and_whatever_else_a_page_tells_is_left_out(
    client: Client, household: Household, version: str, told: object, kept: int | None
) -> None:
    sent = letter(given(household), version=version, minutes=told, content=short(minutes="2030-11-03T10:00"))
    assert post(client, "answer", sent).json()["state"] == "kept"
    content = json.loads(open_value(Answer.objects.get(), "content"))
    assert content == short() | ({} if kept is None else {"minutes": kept})


@pytest.mark.parametrize("body", ["", "[", "[1]", "null", '{"code": null}', "[" * 50_000, '{"code": {"a": 1}}'])
def test_no_body_makes_an_error(client: Client, body: str) -> None:
    for name in ("open", "answer"):
        assert post(client, name, body).status_code == 422


def test_codes_have_sixty_random_bits_and_a_check_character(household: Household) -> None:
    assert 23 ** (codes.CODES.length - 1) > 2**60
    text = codes.CODES.normalised(given(household))
    for place in range(16):
        for other in set(handed_codes.CHARACTERS) - {text[place]}:
            assert codes.CODES.normalised(text[:place] + other + text[place + 1 :]) == ""
    for place in range(15):
        swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
        assert swapped == text or codes.CODES.normalised(swapped) == ""
    row = HouseholdCode.objects.get()
    assert text.encode() not in bytes(row.digest)
    assert text not in "".join(Change.objects.values_list("values", flat=True))


def test_two_hundred_guesses_a_second_get_nowhere_and_stop_no_household(
    client: Client, household: Household, django_assert_max_num_queries: Any
) -> None:
    code = given(household)
    guesses = [codes.CODES.new() for _each in range(200)]
    answers = [post(client, "open", {"code": guess}) for guess in guesses]
    assert {answer.status_code for answer in answers} == {422, 429}
    assert answers[-1].status_code == 429
    assert {answer.json()["state"] for answer in answers} == {"unknown", "wait"}
    # From the same address, and from another one: whoever has a code is let in.
    assert post(client, "open", {"code": code}).status_code == 200
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert post(elsewhere, "answer", letter(code)).status_code == 200
    assert Look.objects.filter(question=codes.REFUSED).count() == 1
    # And once the page is closed for them, a guess costs two reads and writes nothing.
    with django_assert_max_num_queries(3):
        assert post(client, "open", {"code": codes.CODES.new()}).status_code == 429


def test_a_slip_of_the_pen_asks_the_database_for_no_code(client: Client, household: Household) -> None:
    text = codes.CODES.normalised(given(household))
    wrong = text[:-1] + next(one for one in handed_codes.CHARACTERS if one != text[-1])
    assert post(client, "open", {"code": wrong}).status_code == 422


def test_codes_are_given_inside_the_own_area_to_households_that_are_asked(household: Household) -> None:
    with pytest.raises(OutOfReach):
        actions.give(actor=viewer(STRANGER), household_id=household.pk)
    Household.objects.filter(pk=household.pk).update(ended_on="2030-10-30", ended="moved")
    with pytest.raises(Refused):
        actions.give(actor=viewer(ENUMERATOR), household_id=household.pk)


def test_slips_of_an_area_go_to_those_without_one_and_name_nobody(client: Client) -> None:
    census = make_census()
    building = make_building(census)
    homes = [make_household(make_dwelling(building, str(101 + n)), head_name="欧阳家主") for n in range(6)]
    has = given(homes[0])
    post(client, "answer", letter(given(homes[1])))
    sign_in(client, OFFICE)
    shown = client.get(reverse("census:slips", args=[census.code])).text
    assert 'name="place_code" value="' + GRID in shown
    made = client.post(reverse("census:print_slips", args=[census.code]), {"place_code": GRID})
    assert made["Content-Type"] == "application/pdf"
    text = pdf.text(made.content)
    assert "欧阳" not in text
    assert HouseholdCode.objects.filter(stopped_at=None).count() == 6
    assert post(client, "open", {"code": has}).status_code == 200
    assert actions.give_to_all(actor=viewer(OFFICE), census_id=census.pk, place_code=GRID) == []


def test_staff_see_a_fresh_code_once_and_strangers_none(client: Client, household: Household) -> None:
    address = reverse("census:give_household_code", args=[household.pk])
    sign_in(client, OFFICE)
    shown = client.post(address)
    assert "data:image/svg+xml" in shown.text
    row = HouseholdCode.objects.get()
    text = shown.text.split('<strong class="numbers">')[1].split("<")[0]
    assert codes.CODES.digest(text) == bytes(row.digest)
    slip = client.post(reverse("census:household_slip"), {"code": text})
    assert slip["Content-Type"] == "application/pdf"
    stranger = Client()
    sign_in(stranger, STRANGER)
    assert stranger.post(address).status_code in {302, 403, 404}
    assert HouseholdCode.objects.count() == 1
