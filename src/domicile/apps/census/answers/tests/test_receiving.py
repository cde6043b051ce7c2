"""Forms come in: one answer of a household counts, none is lost, none counts twice, and none can be read at rest."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domicile.apps.audit.models import Change
from domicile.apps.census.answers import precedence, quick
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.listing import actions
from domicile.apps.census.listing.models import Household
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    LISTED,
    OFFICE,
    STRANGER,
    form,
    make_census,
    make_household,
    person,
)  # fmt: skip
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault import sealing
from tests.cast import WU, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
LATER = IN + dt.timedelta(hours=2)


@pytest.fixture
def household() -> Household:
    return make_household()


def give(household: Household, **told: Any) -> Answer:
    values = {
        "road": "collect",
        "form": "short",
        "content": form(),
        "instance": "uuid:1",
        "at": IN,
        "by": viewer(ENUMERATOR),
    }
    return receive(census=household.census, household=household, **values | told)


def states(household: Household) -> dict[str, tuple[str, str]]:
    return {one.instance: (one.state, one.why) for one in Answer.objects.filter(household=household)}


def test_what_comes_in_counts_and_can_be_opened(household: Household) -> None:
    told = form(person(name="林一"), person(name="林二", birth_year=1903), note="三楼")
    answer = give(household, content=told)
    assert (answer.state, answer.people) == ("counts", 2)
    stored = Answer.objects.get(pk=answer.pk)
    assert '"林二"' in sealing.open_value(stored, "content")
    assert answer.place_code == household.place_code


def test_nothing_of_a_form_stands_readable_in_the_database(household: Household) -> None:
    give(household, content=form(person(name="林不可见", id_number="770101198504010018")))
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            text = repr(cursor.fetchall())
            for secret in ("林不可见", "770101198504010018", "林家主", "\\xe6\\x9e\\x97\\xe4\\xb8\\x8d"):
                assert secret not in text


def test_the_same_form_again_is_the_same_answer(household: Household) -> None:
    assert give(household).pk == give(household, at=LATER).pk
    assert Answer.objects.count() == 1
    assert Change.objects.filter(action="census.receive_answer").count() == 1


def test_other_content_under_the_same_number_is_kept_and_asked_about(household: Household) -> None:
    first = give(household)
    for _again in range(2):
        other = give(household, content=form(person(), person()), at=LATER)
    assert Answer.objects.count() == 2
    assert (other.state, other.why, other.settled_at) == ("kept", "changed", None)
    assert Answer.objects.get(pk=first.pk).state == "counts"


def test_two_roads_at_once_count_once_and_ask_a_supervisor(household: Household) -> None:
    give(household, road="web", instance="web:1", by=None)
    give(household, road="collect", instance="uuid:1", at=LATER, content=form(person(), person()))
    give(household, road="paper", instance="paper:1", at=LATER, content=form(person(), person(), person()))
    assert states(household) == {"web:1": ("kept", "road"), "uuid:1": ("counts", "road"), "paper:1": ("kept", "road")}
    assert Answer.objects.filter(state="kept", settled_at=None).count() == 2


def test_the_same_content_by_two_roads_is_no_question(household: Household) -> None:
    give(household, road="web", instance="web:1", by=None)
    twice = give(household, instance="uuid:1", at=LATER)
    assert (twice.state, twice.why, twice.settled_at) == ("kept", "same", LATER)


def test_whoever_collected_puts_right_what_was_sent_before_without_a_question(household: Household) -> None:
    first = give(household)
    second = give(household, instance="uuid:2", at=LATER, content=form(person(), person()))
    first.refresh_from_db()
    assert (second.state, first.state, first.settled_at) == ("counts", "kept", LATER)


@pytest.mark.parametrize(
    ("first", "second", "counts", "rule"),
    [
        ({"content": {"persons": []}, "instance": "a"}, {"road": "paper", "instance": "b"}, "b", "people"),
        ({"content": form(proxy=True), "instance": "a"}, {"road": "paper", "instance": "b"}, "b", "own"),
        ({"form": "short", "instance": "a"}, {"form": "long", "road": "paper", "instance": "b"}, "a", "form"),
        ({"road": "paper", "instance": "a"}, {"road": "web", "by": None, "instance": "b"}, "b", "road"),
    ],
    ids=["people", "own", "form", "road"],
)  # fmt: skip
def test_which_answer_counts(
    household: Household, first: dict[str, Any], second: dict[str, Any], counts: str, rule: str
) -> None:
    give(household, **first)
    give(household, at=LATER, **{"content": form(person(), person())} | second)
    assert {key for key, (state, _why) in states(household).items() if state == "counts"} == {counts}
    assert {why for _state, why in states(household).values()} == {rule}


def test_a_household_of_the_sample_is_counted_by_its_long_form(household: Household) -> None:
    Household.objects.filter(pk=household.pk).update(form="long", weight=10)
    household.refresh_from_db()
    give(household, instance="a")
    give(household, form="long", road="paper", instance="b", at=LATER, content=form(person(), person()))
    assert states(household) == {"a": ("kept", "form"), "b": ("counts", "form")}


def test_forms_of_deaths_and_of_foreigners_stand_beside_the_household_form(household: Household) -> None:
    for kind in ("short", "deaths", "foreign"):
        give(household, form=kind, instance=kind)
    assert {state for state, _why in states(household).values()} == {"counts"}


def test_a_form_without_an_answer_and_one_of_forty_people_and_one_of_127_years_are_taken(household: Household) -> None:
    assert give(household, content={}, instance="a").state == "counts"
    many = give(household, content=form(*[person()] * 40), instance="b", at=LATER)
    assert (many.state, many.people) == ("counts", 40)
    old = give(household, content=form(person(birth_year=1903)), instance="c", at=LATER + dt.timedelta(hours=1))
    assert old.state == "counts"
    assert Answer.objects.count() == 3


def test_a_form_for_a_household_that_left_is_kept_and_asked_about(household: Household) -> None:
    actions.end_household(actor=viewer(OFFICE), household=household, why="moved", today=LISTED)
    late = give(household)
    assert (late.state, late.why, late.settled_at) == ("kept", "ended", None)


def test_a_form_collected_outside_the_own_area_is_kept_and_asked_about(household: Household) -> None:
    answer = give(household, by=viewer(STRANGER))
    assert (answer.state, answer.why) == ("kept", "outside")


def test_a_household_that_split_answers_by_each_part(household: Household) -> None:
    part = actions.split_household(
        actor=viewer(ENUMERATOR), household=household, today=LISTED, head_name="林次子", expected=2
    )
    assert (part.serial, part.split_from_id, part.dwelling_id) == (2, household.pk, household.dwelling_id)
    give(household, instance="a")
    give(part, instance="b")
    assert Answer.objects.filter(state="counts").count() == 2


@pytest.mark.parametrize(
    "wrong",
    [{"road": "pigeon"}, {"form": "other"}, {"instance": ""}, {"instance": "x" * 101}, {"content": {"a": object()}}],
)
def test_what_is_no_form_is_refused_and_leaves_nothing(household: Household, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        give(household, **wrong)
    assert not Answer.objects.exists()


def test_a_household_of_another_census_is_refused(household: Household) -> None:
    with pytest.raises(Refused):
        receive(
            census=make_census(code="pilot"),
            household=household,
            road="web",
            form="short",
            content={},
            instance="a",
            at=IN,
        )


def test_whoever_may_not_fill_in_forms_hands_none_in(household: Household) -> None:
    with pytest.raises(NotAllowed):
        give(household, by=Viewer(user_id=WU.id, name=WU.real_name, role=WU.role, scopes=("77",)))


def test_a_failing_record_leaves_nothing_behind(household: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_fields: Any) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(Change.objects, "create", fails)
    with pytest.raises(RuntimeError):
        give(household)
    assert not Answer.objects.exists()


answers = st.fixed_dictionaries(
    {
        "road": st.sampled_from(["collect", "web", "paper"]),
        "form": st.sampled_from(["short", "long"]),
        "content": st.sampled_from([{}, form(), form(person(), person()), form(proxy=True)]),
        "instance": st.sampled_from("abcdef"),
        "at": st.integers(0, 50).map(lambda hours: IN + dt.timedelta(hours=hours)),
        "by": st.sampled_from([None, viewer(ENUMERATOR), viewer(STRANGER)]),
    }
)


@given(st.lists(answers, max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_in_in_whatever_order_all_is_kept_and_at_most_one_counts(
    household: Household, came: list[dict[str, Any]]
) -> None:
    Answer.objects.all().delete()
    sent = {(one["instance"], repr(one["content"])) for one in came}
    for one in came * 2:
        give(household, **one)
    kept = Answer.objects.filter(household=household)
    assert kept.count() == len(sent)
    assert kept.filter(state="counts").count() <= 1
    inside = any(one["by"] is None or one["by"].user_id != STRANGER.id for one in came[:1])
    assert kept.filter(state="counts").count() == 1 or not inside
    assert {one.why for one in kept} <= set(precedence.WHYS)


json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*quick.PERSON.names, "persons"]), inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*quick.HOUSEHOLD.names, "persons"]), json))
def test_packing_takes_whatever_a_form_holds(content: dict[str, Any]) -> None:
    packed = quick.pack(content)
    assert len(packed) == quick.WIDTH * (1 + len(quick.persons_of(content)))
    assert packed[0] == quick.VERSION


def test_the_same_answers_are_the_same_however_long_each_took(household: Household) -> None:
    first = give(household, instance="one", content=form(minutes=12))
    again = give(household, instance="two", road="web", at=LATER, by=None, content=form(minutes=4))
    other = give(household, instance="three", road="web", at=LATER, by=None, content=form(person(sex=2), minutes=12))
    assert states(household) == {"one": ("counts", "road"), "two": ("kept", "same"), "three": ("kept", "road")}
    assert (again.settled_at, other.settled_at) == (LATER, None)
    assert quick.pack(form(minutes=12))[7] == 12
    first.refresh_from_db()
    assert '"minutes":12' in sealing.open_value(first, "content")
