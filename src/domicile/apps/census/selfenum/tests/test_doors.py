"""A code that an enumerator gives at the door: scanned and not read, told to who asks again, and asked again more often."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.census.fieldwork import actions as fieldwork
from domicile.apps.census.fieldwork.models import Reinterview
from domicile.apps.census.fieldwork.standing_out import questions
from domicile.apps.census.listing.models import Household
from domicile.apps.census.selfenum import actions
from domicile.apps.census.selfenum.models import HouseholdCode
from domicile.apps.census.tests.filled import short
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    OFFICE,
    SUPERVISOR,
    make_building,
    make_census,
    make_dwelling,
    make_household,
)
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.core.enumeration import forms
from tests.cast import GRID, Actor, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
CODE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}")


def homes(count: int) -> list[Household]:
    building = make_building(make_census(), dwellings=count)
    return [make_household(make_dwelling(building, str(100 + number)), expected=1) for number in range(count)]


def answered(home: Household, giver: Actor) -> None:
    given = actions.give(actor=viewer(giver), household_id=home.pk)
    actions.send(
        code=HouseholdCode.objects.select_related("household__census").get(pk=given.code.pk), form="short",
        version=forms()["short"].version, content=short(), instance=str(uuid.uuid4()), at=IN,
    )  # fmt: skip


def test_who_asks_at_doors_holds_out_a_picture_and_reads_no_code(client: Client) -> None:
    (home,) = homes(1)
    address = reverse("census:give_household_code", args=[home.pk])
    sign_in(client, ENUMERATOR)
    shown = client.post(address).text
    assert "data:image/svg+xml" in shown
    assert not CODE.search(re.sub(r'src="data:[^"]*"', "", shown))
    assert reverse("census:household_slip") not in shown
    assert HouseholdCode.objects.get().at_door
    sign_in(client, SUPERVISOR)
    assert CODE.search(client.post(address).text)
    assert not HouseholdCode.objects.get(stopped_at=None).at_door


def test_slips_of_an_area_are_printed_by_who_seals_them(client: Client) -> None:
    (home,) = homes(1)
    where = reverse("census:print_slips", args=[home.census.code])
    sign_in(client, ENUMERATOR)
    assert where not in client.get(reverse("census:slips", args=[home.census.code])).text
    assert client.post(where, {"place_code": GRID}).status_code == 403
    with pytest.raises(NotAllowed):
        actions.give_to_all(actor=viewer(ENUMERATOR), census_id=home.census_id, place_code=GRID)
    sign_in(client, SUPERVISOR)
    assert where in client.get(reverse("census:slips", args=[home.census.code])).text
    assert client.post(where, {"place_code": GRID})["Content-Type"] == "application/pdf"
    assert not HouseholdCode.objects.get().at_door


def test_an_answer_with_such_a_code_is_a_question_that_says_who_gave_it() -> None:
    door, office = homes(2)
    answered(door, ENUMERATOR)
    answered(office, OFFICE)
    found = [one for one in questions(viewer(SUPERVISOR), door.census, GRID) if one.kind == "door_code"]
    assert [one.household for one in found] == [door]
    assert ENUMERATOR.real_name in found[0].text


def test_a_code_that_was_given_and_not_used_is_no_question() -> None:
    (home,) = homes(1)
    answered(home, OFFICE)
    actions.give(actor=viewer(ENUMERATOR), household_id=home.pk)
    assert not [one for one in questions(viewer(SUPERVISOR), home.census, GRID) if one.kind == "door_code"]


@pytest.mark.parametrize(
    ("by_door", "others", "count", "drawn"), [(3, 9, 4, 2), (1, 9, 4, 1), (5, 1, 4, 3), (0, 5, 4, 0)]
)
def test_such_answers_are_half_of_who_is_asked_again(by_door: int, others: int, count: int, drawn: int) -> None:
    found = homes(by_door + others)
    for number, home in enumerate(found):
        answered(home, ENUMERATOR if number < by_door else OFFICE)
    given = {"actor": viewer(SUPERVISOR), "census": found[0].census, "place_code": GRID, "count": count, "seed": 7}
    rows = fieldwork.draw_reinterviews(**given, today=IN.date())  # type: ignore[arg-type]
    assert len(rows) == count
    assert len({row.household_id for row in rows} & {home.pk for home in found[:by_door]}) == drawn


def test_who_gave_the_code_does_not_ask_again() -> None:
    (home,) = homes(1)
    asking = Actor(SUPERVISOR.username, SUPERVISOR.real_name, "census_supervisor", SUPERVISOR.scope, "enumeration")
    answered(home, asking)
    row = Reinterview.objects.create(household=home, place_code=GRID, drawn_on=IN.date())
    told = {"reinterview": row, "items": 8, "differing": 0, "today": IN.date()}
    with pytest.raises(Refused):
        fieldwork.note_reinterview(actor=viewer(SUPERVISOR), **told)  # type: ignore[arg-type]
    assert fieldwork.note_reinterview(actor=viewer(OFFICE), **told).done_on == IN.date()  # type: ignore[arg-type]
