"""Fieldwork by screen: progress, visits, forms that came in twice, what stands out, households asked again."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Look, Seen
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.fieldwork import actions, selectors
from domicile.apps.census.fieldwork.models import Call, Reinterview
from domicile.apps.census.fieldwork.standing_out import questions
from domicile.apps.census.listing.models import Household
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    OFFICE,
    STRANGER,
    SUPERVISOR,
    form,
    make_building,
    make_census,
    make_dwelling,
    make_household,
    person,
)  # fmt: skip
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from tests.cast import GRID, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def give(household: Household, *persons: dict[str, Any], road: str = "collect", hours: int = 0, **items: Any) -> Answer:
    content = form(*persons, **items) if persons else {"kind": 1, "persons": []}
    return receive(
        census=household.census, household=household, road=road, form="short", content=content,
        instance=f"{road}:{household.pk}:{hours}", at=IN + dt.timedelta(hours=hours),
        by=viewer(ENUMERATOR) if road != "web" else None,
    )  # fmt: skip


def households(count: int) -> list[Household]:
    building = make_building(make_census(), dwellings=count)
    return [make_household(make_dwelling(building, str(100 + number)), expected=1) for number in range(count)]


def test_progress_tells_roads_and_what_is_open_without_names(client: Client) -> None:
    homes = households(5)
    give(homes[0], person())
    give(homes[1], person(), person(), road="web")
    give(homes[2], person(), road="paper", proxy=True)
    for home, outcome in ((homes[3], "not_home"), (homes[4], "refused")):
        actions.note_call(actor=viewer(ENUMERATOR), household=home, outcome=outcome, at=IN)
    (row,) = selectors.progress(viewer(OFFICE), homes[0].census)
    assert (row.listed, row.answered, row.open, row.percent) == (5, 3, 2, 60)
    assert (row.collect, row.web, row.paper, row.proxy, row.people) == (1, 1, 1, 1, 4)
    assert (row.not_home, row.refused, row.later) == (1, 1, 0)
    sign_in(client, OFFICE)
    shown = client.get(reverse("census:progress", args=["c2030"]))
    assert "林家主" not in shown.text
    assert shown.context["whole"].answered == 3
    part = client.get(reverse("census:progress", args=["c2030"]), headers={"hx-request": "true"})
    assert "<html" not in part.text


def test_progress_takes_as_many_queries_for_many_areas_as_for_one(django_assert_max_num_queries: Any) -> None:
    census = make_census()
    for number in range(1, 9):
        building = make_building(census, number=f"B{number}", place_code=f"{GRID[:12]}{number:03d}")
        give(make_household(make_dwelling(building)), person())
    with django_assert_max_num_queries(4):
        assert len(selectors.progress(viewer(OFFICE), census)) == 8


def test_a_visit_is_noted_and_comes_back_until_the_household_answers(client: Client) -> None:
    (home,) = households(1)
    sign_in(client, ENUMERATOR)
    told = {"outcome": "not_home", "again_on": "2099-11-05", "part_of_day": "evening"}
    answer = client.post(reverse("census:note_call", args=[home.pk]), told)
    assert answer["Location"] == reverse("census:household", args=[home.pk])
    assert Call.objects.get().by == ENUMERATOR.id
    waiting = client.get(reverse("census:call_backs", args=["c2030"]))
    assert "林家主" in waiting.text
    assert "2099-11-05" in waiting.text
    give(home, person())
    assert "林家主" not in client.get(reverse("census:call_backs", args=["c2030"])).text


def test_a_call_of_an_unknown_outcome_or_a_day_that_is_over_is_refused() -> None:
    (home,) = households(1)
    for wrong in ({"outcome": "hostile"}, {"outcome": "later", "again_on": dt.date(2030, 11, 1)}):
        with pytest.raises(Refused):
            actions.note_call(actor=viewer(ENUMERATOR), household=home, at=IN, **wrong)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        actions.note_call(actor=viewer(STRANGER), household=home, at=IN, outcome="answered")


def test_a_supervisor_opens_both_forms_and_says_which_counts(client: Client) -> None:
    (home,) = households(1)
    web, door = give(home, person(name="林网"), road="web"), give(home, person(name="林门"), person(), hours=1)
    sign_in(client, SUPERVISOR)
    assert reverse("census:household", args=[home.pk]) in client.get(reverse("census:doubled", args=["c2030"])).text
    opened = client.get(reverse("census:answer", args=[web.pk]))
    assert "林网" in opened.text
    look = Look.objects.get(question="answer")
    assert look.purpose == "supervision"
    assert Seen.objects.filter(look=look, person_id=home.pk).exists()
    client.post(reverse("census:let_count", args=[web.pk]))
    web.refresh_from_db(), door.refresh_from_db()
    assert (web.state, door.state) == ("counts", "kept")
    assert not selectors.doubled(viewer(SUPERVISOR), home.census).exists()
    give(home, person(), person(), person(), hours=5)
    web.refresh_from_db()
    assert web.state == "counts"


def test_a_supervisor_leaves_what_counts(client: Client) -> None:
    (home,) = households(1)
    give(home, person(), road="web")
    door = give(home, person(), person(), hours=1)
    sign_in(client, SUPERVISOR)
    client.post(reverse("census:leave_answers", args=[home.pk]))
    door.refresh_from_db()
    assert (door.state, door.why) == ("counts", "supervisor")
    assert not selectors.doubled(viewer(SUPERVISOR), home.census).exists()


def test_a_form_of_another_household_behind_the_door_counts_there(client: Client) -> None:
    (home,) = households(1)
    web, _door = give(home, person(), person(), road="web"), give(home, person(), hours=1)
    sign_in(client, SUPERVISOR)
    client.post(reverse("census:answer_apart", args=[web.pk]), {"head_name": "陈租客"})
    web.refresh_from_db()
    assert (web.state, web.household.serial, web.household.split_from_id) == ("counts", 2, home.pk)
    assert web.household.expected == 2
    assert Answer.objects.filter(state="counts").count() == 2


def test_an_enumerator_decides_nothing_and_whoever_works_elsewhere_opens_nothing(client: Client) -> None:
    (home,) = households(1)
    web, _door = give(home, person(), road="web"), give(home, person(), person(), hours=1)
    sign_in(client, ENUMERATOR)
    assert client.post(reverse("census:let_count", args=[web.pk])).status_code == 403
    client.logout()
    sign_in(client, STRANGER)
    assert client.get(reverse("census:answer", args=[web.pk])).status_code == 403
    web.refresh_from_db()
    assert web.state == "kept"


def kinds(home: Household) -> list[str]:
    return sorted(one.kind for one in questions(viewer(SUPERVISOR), home.census, GRID))


@pytest.mark.parametrize(
    ("persons", "items", "kind"),
    [
        ([], {}, "empty_form"),
        ([person()] * 40, {}, "many"),
        ([person(birth_year=1903)], {}, "old"),
        ([person(birth_year=2024)], {}, "children"),
        ([person(), person(birth_year=2030, birth_month=12)], {}, "after"),
        ([person(birth_year=1950 + number) for number in range(8)], {"minutes": 2}, "fast"),
        ([person()] * 5, {}, "otherwise"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_stands_out_is_asked(persons: list[dict[str, Any]], items: dict[str, Any], kind: str) -> None:
    (home,) = households(1)
    give(home, *persons, **items)
    assert kind in kinds(home)


def test_an_ordinary_form_asks_nothing() -> None:
    (home,) = households(1)
    give(home, person(), minutes=9)
    assert kinds(home) == []


@pytest.mark.parametrize("road", ["collect", "web"])
def test_a_form_filled_in_faster_than_people_can_be_asked_is_asked_about(road: str, client: Client) -> None:
    (home,) = households(1)
    row = give(home, *[person()] * 3, road=road, minutes=1)
    assert "fast" in kinds(home)
    sign_in(client, SUPERVISOR)
    opened = client.get(reverse("census:answer", args=[row.pk]))
    assert "minutes" not in [label for label, _said in opened.context["household"]]


@pytest.mark.parametrize("items", [{}, {"minutes": 3}])
def test_where_the_road_tells_no_minutes_or_enough_of_them_nothing_is_asked(items: dict[str, Any]) -> None:
    (home,) = households(1)
    give(home, *[person(relation=number) for number in range(4)], road="paper", **items)
    assert "fast" not in kinds(home)


def test_one_household_twice_and_an_area_of_guessed_ages_stand_out() -> None:
    homes = households(30)
    for number, home in enumerate(homes):
        years = (1970, 1980, 1990, 2000) if number > 1 else (1971, 1983, 1996)
        give(home, *(person(birth_year=year, birth_month=1) for year in years))
    found = kinds(homes[0])
    assert {"alike", "heaping", "same"} <= set(found)


def test_the_supervisor_reads_what_stands_out_and_the_look_is_logged(client: Client) -> None:
    (home,) = households(1)
    give(home, person(birth_year=1903))
    sign_in(client, SUPERVISOR)
    shown = client.get(reverse("census:progress_area", args=["c2030", GRID]))
    assert "127" in shown.text
    assert Look.objects.filter(question="stands_out").exists()


def test_households_are_drawn_and_asked_again_by_somebody_else(client: Client) -> None:
    homes = households(6)
    for home in homes:
        give(home, person())
    sign_in(client, SUPERVISOR)
    client.post(reverse("census:draw_reinterviews", args=["c2030", GRID]), {"count": "2"})
    first, _second = Reinterview.objects.all()
    client.post(reverse("census:note_reinterview", args=[first.pk]), {"items": "20", "differing": "1"})
    shown = client.get(reverse("census:reinterviews", args=["c2030"]))
    assert shown.context["rate"] == 5.0
    assert client.get(reverse("census:daily", args=["c2030"])).context["rows"][0]["forms"] == 6


def test_nobody_asks_again_about_a_form_of_their_own() -> None:
    (home,) = households(1)
    give(home, person())
    own = viewer(SUPERVISOR)
    Answer.objects.update(received_by=own.user_id)
    (row,) = actions.draw_reinterviews(actor=own, census=home.census, place_code=GRID, count=1, seed=1, today=IN.date())
    with pytest.raises(Refused):
        actions.note_reinterview(actor=own, reinterview=row, items=9, differing=0, today=IN.date())
    with pytest.raises(Refused):
        actions.draw_reinterviews(actor=own, census=home.census, place_code=GRID, count=1, seed=1, today=IN.date())
