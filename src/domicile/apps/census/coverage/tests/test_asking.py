"""Areas are asked again on phones: by others than asked first, a household once, and nothing that came is lost."""

import csv
import io
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.accounts.models import User
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.coverage import asking, bringing, drawing, matching
from domicile.apps.census.coverage.models import CoverageArea, CoverageHousehold
from domicile.apps.census.ending import dropping
from domicile.apps.census.phones.tests.test_phones import base_of, send
from domicile.apps.census.plan.models import Census
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    OFFICE,
    form,
    make_building,
    make_census,
    make_dwelling,
    make_household,
    person,
)
from domicile.apps.collect.openrosa.models import Submission
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.vault.sealing import open_value
from domicile.core.enumeration import survey
from tests.cast import GRID, OTHER_GRID, Actor, make_user, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
AGAIN = Actor("zai", "宰复查", "enumerator", OTHER_GRID, "enumeration")
FOUND = {"name": "诸葛再", "sex": 1, "birth_year": 1990, "birth_month": 3, "present": 1, "registered": 1, "away": 1}


def drawn() -> Census:
    """A census in which both areas are drawn; a home of each, of which that of GRID was asked by its enumerator."""
    census = make_census()
    for at, place in enumerate((GRID, OTHER_GRID)):
        home = make_household(make_dwelling(make_building(census, f"B{at}", place)))
        if place == GRID:
            make_user(ENUMERATOR)
            told = form(person(name="诸葛再", birth_year=1990, birth_month=3))
            receive(
                census=census, household=home, road="collect", form="short", content=told, instance="i", at=IN,
                by=viewer(ENUMERATOR),
            )  # fmt: skip
    drawing.draw(actor=viewer(OFFICE), census=census, seed=1, areas=2)
    return census


def area(place: str = GRID) -> CoverageArea:
    return CoverageArea.objects.get(place_code=place)


def account(actor: Actor) -> uuid.UUID:
    if not User.objects.filter(username=actor.username).exists():
        make_user(actor)
    return User.objects.get(username=actor.username).pk


def give(to: Actor = AGAIN, place: str = GRID) -> CoverageArea:
    return asking.give(actor=viewer(OFFICE), area_id=area(place).pk, worker_id=account(to))


def filled(
    *people: dict[str, Any], number: str = "3-101", of: object = None, instance: str = "", corrects: str = ""
) -> str:
    """The XML of a filled form."""
    nodes = "".join(
        f"<person>{''.join(f'<{name}>{value}</{name}>' for name, value in one.items())}</person>"
        for one in people or (FOUND,)
    )
    former = f"<deprecatedID>{corrects}</deprecatedID>" if corrects else ""
    return (
        f'<data id="census_again" version="{survey().version}"><area>{of or area().pk}</area><number>{number}</number>'
        f"<how_many>{len(people) or 1}</how_many>{nodes}<read_back>yes</read_back>"
        f"<meta><instanceID>{instance or f'uuid:{uuid.uuid4()}'}</instanceID>{former}</meta></data>"
    )


def kept() -> list[tuple[str, int, Any]]:
    """Number, people and content of each household."""
    rows = CoverageHousehold.objects.order_by("number")
    return [(row.number, row.people, json.loads(open_value(row, "content"))["persons"]) for row in rows]


def states() -> list[str]:
    return list(Submission.objects.order_by("received_at").values_list("state", flat=True))


def test_the_form_is_offered_to_whom_an_area_is_given_and_lists_that_area_alone() -> None:
    drawn()
    base, other = base_of(AGAIN), base_of(ENUMERATOR)
    assert "census_again" not in Client().get(f"{base}/formList").content.decode()
    assert Client().get(f"{base}/forms/census_again.xml").status_code == 404
    give()
    assert "census_again" in Client().get(f"{base}/formList").content.decode()
    assert Client().get(f"{base}/forms/census_again.xml").status_code == 200
    assert "census_again" not in Client().get(f"{other}/formList").content.decode()
    text = Client().get(f"{base}/forms/census_again/attachments/coverage_areas.csv").content.decode()
    rows = [(row["name"], row["year"], row["month"]) for row in csv.DictReader(io.StringIO(text))]
    assert rows == [(str(area().pk), "2030", "11")]
    assert "诸葛" not in text


def test_whoever_asked_first_or_may_see_the_forms_of_an_area_does_not_ask_there_again() -> None:
    drawn()
    account(AGAIN)
    for actor, place in ((ENUMERATOR, GRID), (AGAIN, OTHER_GRID), (OFFICE, GRID)):
        with pytest.raises(Refused):
            give(actor, place)
        assert account(actor) not in dict(asking.candidates(area(place)))
    assert account(AGAIN) in dict(asking.candidates(area(GRID)))
    with pytest.raises(NotAllowed):
        asking.give(actor=viewer(ENUMERATOR), area_id=area().pk, worker_id=account(AGAIN))


def test_an_area_that_was_theirs_before_is_barred_also_when_it_was_given_before_that_was_known() -> None:
    census = drawn()
    give()
    base = base_of(AGAIN)
    home = make_household(make_dwelling(make_building(census, "B7", GRID)))
    receive(
        census=census, household=home, road="collect", form="short", content=form(), instance="late", at=IN,
        by=viewer(AGAIN),
    )  # fmt: skip
    assert "census_again" not in Client().get(f"{base}/formList").content.decode()
    assert send(base, filled()) == 201
    assert (kept(), states()) == ([], ["aside"])  # it stays as it came, for the office to see to


def test_a_household_is_one_record_however_often_it_comes_and_is_compared_as_one_of_a_file() -> None:
    census = drawn()
    give()
    base = base_of(AGAIN)
    xml = filled(FOUND, FOUND | {"name": "诸葛小", "birth_year": 2015})
    assert send(base, xml) == 201
    assert send(base, xml) == 201
    assert send(base, filled(FOUND, FOUND | {"name": "诸葛小", "birth_year": 2015}, number=" ３-101 ")) == 201
    assert kept() == [("3-101", 2, [FOUND, FOUND | {"name": "诸葛小", "birth_year": 2015}])]
    assert set(states()) == {"processed"}
    survey_of = drawing.holding(census)
    assert survey_of is not None
    told = matching.match(actor=viewer(OFFICE), survey=survey_of)
    assert told.matched == 2  # the one whom the census has, on both sides
    assert "诸葛再".encode() not in bytes(CoverageHousehold.objects.get().content)


def test_other_content_under_a_number_is_kept_aside_and_a_corrected_form_takes_the_place() -> None:
    drawn()
    give()
    base = base_of(AGAIN)
    first, third, fourth = (f"uuid:{uuid.uuid4()}" for _each in range(3))
    send(base, filled(FOUND, instance=first))
    send(base, filled(FOUND | {"name": "另一户"}))
    assert (kept(), states()) == ([("3-101", 1, [FOUND])], ["processed", "aside"])
    send(base, filled(FOUND | {"name": "诸葛正"}, number="3-102", instance=third, corrects=first))
    assert kept() == [("3-102", 1, [FOUND | {"name": "诸葛正"}])]
    send(base, filled(FOUND | {"name": "诸葛更"}, number="3-102", instance=fourth, corrects=third))
    assert kept() == [("3-102", 1, [FOUND | {"name": "诸葛更"}])]


def test_an_area_that_is_not_theirs_a_form_with_words_for_a_number_and_an_empty_one_stay_as_they_came() -> None:
    drawn()
    give()
    base = base_of(AGAIN)
    for xml in (
        filled(of=area(OTHER_GRID).pk), filled(of="nonsense"), filled(number=" "), filled(FOUND | {"birth_year": "old"}),
    ):  # fmt: skip
        assert send(base, xml) == 201
    assert (kept(), set(states())) == ([], {"aside"})
    asking.give(actor=viewer(OFFICE), area_id=area().pk, worker_id=None)
    send(base, filled())
    assert kept() == []


def test_a_file_and_phones_bring_households_side_by_side_and_none_comes_once_matching_is_over() -> None:
    census = drawn()
    give()
    base, held = base_of(AGAIN), drawing.holding(census)
    assert held is not None
    send(base, filled(FOUND | {"id_number": "11010119900307803X"}))
    bringing.bring(
        actor=viewer(OFFICE),
        survey=held,
        content=f"普查小区代码,户编号,姓名,性别,出生年\n{OTHER_GRID},7,赵某,男,1980".encode(),
    )
    assert [number for number, *_rest in kept()] == ["3-101", "7"]
    matching.match(actor=viewer(OFFICE), survey=held)
    census.coverage.get().areas.get(place_code=GRID).cases.filter(outcome="open").update(outcome="omitted")
    census.coverage.get().areas.get(place_code=OTHER_GRID).cases.filter(outcome="open").update(outcome="omitted")
    row = dropping.drop(dropping.end(actor=viewer(OFFICE), census=census, reason="all is decided"))
    assert (row.counts["coverage"], row.counts["phones"]) == (1, 1)
    assert "id_number" not in kept()[0][2][0]
    assert "census_again" not in Client().get(f"{base}/formList").content.decode()
    send(base, filled(number="9"))
    assert len(kept()) == 2


def test_the_page_gives_areas_to_those_who_may_have_them(client: Client) -> None:
    census = drawn()
    account(AGAIN)
    sign_in(client, OFFICE)
    page, give_it = reverse("census:coverage", args=[census.code]), reverse("census:give_coverage", args=[area().pk])
    assert give_it in client.get(page).text
    shown = client.get(give_it).text
    assert AGAIN.real_name in shown
    assert ENUMERATOR.real_name not in shown
    assert client.post(give_it, {"worker": str(account(ENUMERATOR))}).status_code == 422
    assert client.post(give_it, {"worker": str(account(AGAIN))}).status_code == 302
    assert AGAIN.real_name in client.get(page).text
    sign_in(client, ENUMERATOR)
    assert client.get(give_it).status_code == 403
