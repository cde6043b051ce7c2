"""Once matching is over no resident number is kept: of no form, by no road, also where the work is killed on its way."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.audit.models import Change
from domicile.apps.census.answers import numbers
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.coverage import bringing, deciding, drawing, matching
from domicile.apps.census.coverage.models import CoverageCase, CoverageHousehold
from domicile.apps.census.ending import dropping
from domicile.apps.census.ending.models import MatchingEnd
from domicile.apps.census.keying import actions as keying
from domicile.apps.census.keying.models import Sheet
from domicile.apps.census.phones.tests.test_phones import base_of, filled, send
from domicile.apps.census.plan.models import Census
from domicile.apps.census.tests.filled import short, somebody
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
from domicile.apps.collect.openrosa.storing import content_of
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.tasks.models import Progress
from domicile.apps.vault import sealing
from tests.cast import GRID, OTHER_GRID, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
NUMBER = "110101199003070134"
DECIDED = "all cases are decided"


def answered(census: Census, homes: int = 5) -> None:
    """Homes that answered by the web, every other one with a number of its head."""
    for at in range(homes):
        home = make_household(make_dwelling(make_building(census, f"B{at}", (GRID, OTHER_GRID)[at % 2])))
        told = form(person(name=f"林{at}", **({"id_number": NUMBER} if at % 2 == 0 else {})))
        receive(census=census, household=home, road="web", form="short", content=told, instance=f"i{at}", at=IN)


def texts() -> list[str]:
    """Whatever of forms lies sealed, opened."""
    found = [sealing.open_value(row, "content") for row in Answer.objects.order_by("pk")]
    found += [sealing.open_value(row, "content") for row in CoverageHousehold.objects.order_by("pk")]
    return found + [
        sealing.open_value(row, column) for row in Sheet.objects.order_by("pk") for column in ("first", "second")
    ]


def ended(census: Census) -> MatchingEnd:
    return dropping.end(actor=viewer(OFFICE), census=census, reason=DECIDED)


def test_numbers_go_from_forms_keyed_sheets_the_survey_and_phones_and_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keying, "drawn", lambda _sheet, _today: False)  # one in ten waits for a second keying
    census = make_census()
    answered(census)
    phoned = make_household(make_dwelling(make_building(census, "B8")))
    assert send(base_of(), filled(phoned.pk, short(somebody(id_number="11010119850401001X")))) == 201
    keyed = make_household(make_dwelling(make_building(census, "B9")))
    keying.key(actor=viewer(OFFICE), household_id=keyed.pk, form="short", content=form(person(id_number=NUMBER)))
    survey = drawing.draw(actor=viewer(OFFICE), census=census, seed=1, areas=2)
    rows = f"普查小区代码,户编号,姓名,性别,出生年,公民身份号码\n{GRID},1,诸葛,男,1990,{NUMBER}".encode()
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=rows)
    before = [numbers.text_without(one) for one in texts()]
    with pytest.raises(Refused):
        ended(census)  # nothing is compared yet
    matching.match(actor=viewer(OFFICE), survey=survey)
    for case in CoverageCase.objects.filter(outcome="open"):
        with pytest.raises(Refused):
            ended(census)
        deciding.decide(
            actor=viewer(OFFICE), case_id=case.pk, outcome="omitted" if case.side == "survey" else "correct"
        )
    assert sum(NUMBER in one or "11010119850401001X" in one for one in texts()) >= 6
    row = dropping.drop(ended(census))
    assert row.counts == {"answer": 5, "sheet": 1, "coverage": 1, "phones": 1}
    assert texts() == before
    assert not [one for one in texts() if "id_number" in one]
    with pytest.raises(FileNotFoundError):
        content_of(Submission.objects.get())
    with pytest.raises(Refused):
        matching.match(actor=viewer(OFFICE), survey=survey)
    with pytest.raises(Refused):
        bringing.bring(actor=viewer(OFFICE), survey=survey, content=rows)
    assert set(Change.objects.values_list("action", flat=True)) >= {dropping.END, dropping.DROP}


class Killed(BaseException):
    """The server is stopped."""


def test_work_that_is_killed_goes_on_where_it_was() -> None:
    census = make_census()
    answered(census, homes=7)
    row = ended(census)

    def stop(done: int, _total: int) -> None:
        if done >= 4:
            raise Killed

    with pytest.raises(Killed):
        dropping.drop(row, stop, at_once=2)
    left = [one for one in texts() if NUMBER in one]
    assert 0 < len(left) < 4
    rewritten = {
        one.pk: bytes(one.content) for one in Answer.objects.all() if NUMBER not in sealing.open_value(one, "content")
    }
    held = MatchingEnd.objects.get()
    assert (held.stage, held.done_at, held.counts) == ("answer", None, {"answer": 2})
    Progress.objects.all().delete()
    assert dropping.stuck(held)
    dropping.go_on(actor=viewer(OFFICE), census=census)
    with pytest.raises(Refused):  # it goes on
        dropping.go_on(actor=viewer(OFFICE), census=census)
    done = dropping.drop(held, at_once=2)
    assert done.counts["answer"] == 4
    assert not [one for one in texts() if NUMBER in one]
    # What was done before the kill was not done again.
    assert rewritten.items() <= {one.pk: bytes(one.content) for one in Answer.objects.all()}.items()
    assert not dropping.stuck(done)


def test_a_form_that_comes_late_or_again_keeps_no_number_and_is_no_question() -> None:
    census = make_census()
    home = make_household(census=census)
    told = form(person(id_number=NUMBER))

    def sent(content: dict[str, Any], instance: str) -> Answer:
        return receive(
            census=census, household=home, road="web", form="short", content=content, instance=instance, at=IN
        )

    first = sent(told, "i1")
    row = ended(census)
    # Before the work came to it the first still has its number; sent again, it is the same.
    assert sent(told, "i1").pk == first.pk
    assert (sent(told, "i2").state, sent(told, "i2").why) == ("kept", "same")
    dropping.drop(row)
    assert sent(told, "i1").pk == first.pk
    assert sent(told, "i3").why == "same"
    late = sent(form(person(id_number=NUMBER), person(name="林二", id_number=NUMBER)), "i4")
    assert [sorted(one) for one in json.loads(sealing.open_value(late, "content"))["persons"]] == [sorted(person())] * 2
    keying.key(actor=viewer(OFFICE), household_id=home.pk, form="short", content=told)
    assert not [one for one in texts() if NUMBER in one]


def test_a_second_keying_with_a_number_differs_in_nothing_once_matching_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keying, "drawn", lambda _sheet, _today: True)
    home = make_household()
    told = form(person(id_number=NUMBER))
    sheet = keying.key(actor=viewer(OFFICE), household_id=home.pk, form="short", content=told)
    dropping.drop(ended(home.census))
    assert keying.key_second(actor=viewer(ENUMERATOR), sheet_id=sheet.pk, content=told) == []
    assert not [one for one in texts() if NUMBER in one]


def test_another_census_keeps_its_numbers() -> None:
    census, other = make_census(), make_census(code="pilot", pilot=True)
    answered(census, homes=1)
    answered(other, homes=1)
    dropping.drop(ended(census))
    assert [NUMBER in sealing.open_value(Answer.objects.get(census=one), "content") for one in (census, other)] == [
        False,
        True,
    ]


def test_forms_that_wait_to_be_seen_to_are_not_passed_over() -> None:
    home = make_household()
    assert send(base_of(), filled("nonsense", short())) == 201
    with pytest.raises(Refused):
        ended(home.census)


def test_the_pages_ask_twice_and_say_how_far_it_is(client: Client) -> None:
    census = make_census()
    answered(census)
    page, end = reverse("census:ending", args=[census.code]), reverse("census:end_matching", args=[census.code])
    with pytest.raises(NotAllowed):
        dropping.end(actor=viewer(ENUMERATOR), census=census, reason=DECIDED)
    sign_in(client, ENUMERATOR)
    assert client.get(end).status_code == 403
    sign_in(client, OFFICE)
    assert end in client.get(page).text
    assert client.post(end, {"reason": DECIDED}).status_code == 422  # nothing without the second step
    assert not MatchingEnd.objects.exists()
    assert client.post(end, {"reason": DECIDED, "sure": "on"}).status_code == 302
    shown = client.get(page).text
    assert end not in shown
    assert "hx-get" in shown
    assert client.post(end, {"reason": DECIDED, "sure": "on"}).status_code == 422
    dropping.drop(MatchingEnd.objects.get())
    assert DECIDED in client.get(page).text
    readiness = client.get(reverse("census:readiness", args=[census.code])).text
    assert "号码" in readiness
