"""Paper forms: printed for a household, keyed, keyed twice by two, decided by the paper."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.keying import actions, selectors
from domicile.apps.census.keying.models import Sheet
from domicile.apps.census.listing.models import Household
from domicile.apps.census.tests.filled import short, somebody
from domicile.apps.census.tests.making import OFFICE, STRANGER, make_household
from domicile.apps.common.refusals import Refused
from domicile.apps.vault.sealing import open_value
from tests import pdf
from tests.cast import COUNTY, Actor, make_user, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
FIRST = Actor("jian", "简录入", "processor", COUNTY, "processing")
SECOND = Actor("lu2", "陆录入", "processor", COUNTY, "processing")
THIRD = Actor("shen", "沈录入", "processor", COUNTY, "processing")


@pytest.fixture
def household() -> Household:
    return make_household()


@pytest.fixture
def twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "drawn", lambda sheet_id, today: True)


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "drawn", lambda sheet_id, today: False)


def fields(content: dict[str, Any], sheet: str = "") -> dict[str, Any]:
    """What the keying screen sends."""
    told = {f"h-{name}": value for name, value in content.items() if name != "persons"}
    for position, person in enumerate(content["persons"]):
        told |= {f"p{position}-{name}": value for name, value in person.items()}
    return told | {"sheet": sheet}


def keyed(household: Household, content: dict[str, Any], actor: Actor = FIRST) -> Sheet:
    return actions.key(actor=viewer(actor), household_id=household.pk, form="short", content=content)


def test_a_form_is_keyed_as_digits_and_received_once(client: Client, household: Household, once: None) -> None:
    sign_in(client, FIRST)
    address = reverse("census:key_form", args=[household.pk]) + "?form=short&people=2"
    shown = client.get(address).text
    assert shown.count("<fieldset") == 3
    assert "1 男 2 女" in shown.replace("\N{NO-BREAK SPACE}", " ")
    sheet = shown.split('name="sheet" value="')[1].split('"')[0]
    content = short(somebody(), somebody(name="王小红", relation=1, sex=2))
    for _time in range(2):
        assert client.post(address, fields(content, sheet)).status_code == 302
    answer = Answer.objects.get()
    assert (answer.road, answer.people, answer.state) == ("paper", 2, "counts")
    assert json.loads(open_value(answer, "content")) == content
    assert "王小红" not in "".join(Change.objects.values_list("values", flat=True))


def test_what_the_paper_leaves_empty_stays_empty_and_a_wrong_code_is_told(
    client: Client, household: Household, once: None
) -> None:
    sign_in(client, FIRST)
    address = reverse("census:key_form", args=[household.pk]) + "?form=short&people=1"
    wrong = client.post(address, {"sheet": "x", "p0-name": "林小明", "p0-sex": "7", "h-rooms": "x"})
    assert wrong.status_code == 422
    assert wrong.text.count('aria-invalid="true"') == 2
    assert "林小明" in wrong.text
    assert client.post(address, {"sheet": "x", "p0-name": "林小明"}).status_code == 302
    assert json.loads(open_value(Answer.objects.get(), "content")) == {"persons": [{"name": "林小明"}]}


def test_a_form_drawn_for_a_second_keying_counts_when_the_two_agree(
    client: Client, household: Household, twice: None
) -> None:
    content = short()
    sheet = keyed(household, content)
    assert not Answer.objects.exists()
    for actor in (FIRST, SECOND):
        sign_in(client, actor)
        listed = client.get(reverse("census:keying", args=[household.census.code])).text
        assert (reverse("census:key_second", args=[sheet.pk]) in listed) == (actor is SECOND)
    address = reverse("census:key_second", args=[sheet.pk]) + "?people=1"
    assert "林小明" not in client.get(address).text
    assert client.post(address, fields(content)).status_code == 302
    assert json.loads(open_value(Answer.objects.get(), "content")) == content
    found = selectors.errors(viewer(SECOND), household.census)
    assert (found.sheets, found.items, found.wrong) == (1, 21, 0)


def test_nobody_keys_a_form_against_themselves(household: Household, twice: None) -> None:
    sign_in(Client(), FIRST)
    sheet = keyed(household, short())
    first = viewer(FIRST)
    with pytest.raises(Refused):
        actions.key_second(actor=first, sheet_id=sheet.pk, content=short())


def test_differences_are_decided_by_the_paper_and_counted_against_the_first(
    client: Client, household: Household, twice: None
) -> None:
    for actor in (FIRST, SECOND):
        make_user(actor)
    sheet = keyed(household, short(somebody(sex=1, birth_year=1985, education=5)))
    differing = actions.key_second(
        actor=viewer(SECOND), sheet_id=sheet.pk, content=short(somebody(sex=2, birth_year=1958, education=6))
    )
    assert [one.key for one in differing] == ["0-sex", "0-birth_year", "0-education"]
    assert not Answer.objects.exists()
    sign_in(client, THIRD)
    address = reverse("census:decide_keying", args=[sheet.pk])
    shown = client.get(address).text
    assert "1958" in shown
    assert Look.objects.filter(question="keying_differences").exists()
    assert client.post(address, {"0-sex": "first", "0-birth_year": "second"}).status_code == 200
    assert not Answer.objects.exists()
    told = {"0-sex": "first", "0-birth_year": "second", "0-education": "other", "0-education-other": "4"}
    assert client.post(address, told).status_code == 302
    (person,) = json.loads(open_value(Answer.objects.get(), "content"))["persons"]
    assert (person["sex"], person["birth_year"], person["education"]) == (1, 1958, 4)
    found = selectors.errors(viewer(SECOND), household.census)
    assert (found.items, found.wrong) == (21, 2)
    assert 0 < found.interval.low < found.share < found.interval.high < 1
    assert "9.52%" in client.get(reverse("census:keying", args=[household.census.code])).text


def test_neither_of_the_two_who_keyed_decides_whatever_role_they_have(
    client: Client, household: Household, twice: None
) -> None:
    sheet = keyed(household, short(somebody(sex=1)))
    actions.key_second(actor=viewer(SECOND), sheet_id=sheet.pk, content=short(somebody(sex=2)))
    address, listed = (reverse("census:decide_keying", args=[sheet.pk]), reverse("census:keying", args=["c2030"]))
    for actor in (FIRST, SECOND, Actor(FIRST.username, FIRST.real_name, "census_office", COUNTY, "supervision")):
        with pytest.raises(Refused, match="别人"):
            actions.decide(actor=viewer(actor), sheet_id=sheet.pk, decided={"0-sex": 1})
        sign_in(client, actor)
        assert address not in client.get(listed).text
        assert client.get(address).status_code == 302
        assert client.post(address, {"0-sex": "first"}).status_code == 302
    assert not Look.objects.filter(question="keying_differences").exists()
    assert not Answer.objects.exists()
    for actor in (THIRD, OFFICE):
        sign_in(client, actor)
        assert address in client.get(listed).text
    assert actions.decide(actor=viewer(OFFICE), sheet_id=sheet.pk, decided={"0-sex": 2}).decided_by == OFFICE.id


def test_a_tenth_of_the_forms_is_drawn(household: Household) -> None:
    import datetime as dt
    import uuid

    drawn = [actions.drawn(uuid.UUID(int=number), dt.date(2030, 11, 5)) for number in range(3000)]
    assert 230 < sum(drawn) < 370


def test_strangers_key_nothing(household: Household) -> None:
    with pytest.raises(OutOfReach):
        keyed(household, short(), STRANGER)


def test_a_form_is_found_by_its_qr_code_and_by_its_door(client: Client, household: Household) -> None:
    sign_in(client, FIRST)
    for text in (str(household.pk), "和平路 101", household.place_code):
        shown = client.get(reverse("census:keying", args=[household.census.code]), {"find": text}).text
        assert reverse("census:key_form", args=[household.pk]) in shown
    shown = client.get(reverse("census:keying", args=[household.census.code]), {"find": "和平路 102"}).text
    assert reverse("census:key_form", args=[household.pk]) not in shown


@pytest.mark.parametrize("form", ["short", "long", "deaths", "foreign"])
@pytest.mark.parametrize(("language", "word"), [("zh-hans", "姓名"), ("en", "Name")])
def test_the_paper_form_is_printed_with_door_and_qr_and_names_nobody(
    client: Client, household: Household, form: str, language: str, word: str
) -> None:
    sign_in(client, FIRST)
    made = client.get(
        reverse("census:print_forms", args=[household.census.code]), {"household": household.pk, "form": form},
        headers={"accept-language": language},
    )  # fmt: skip
    assert made["Content-Type"] == "application/pdf", made.text
    text = pdf.text(made.content)
    assert word in text
    assert "林家主" not in text
    assert "101" in text
