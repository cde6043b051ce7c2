"""Main figures from packed forms, against counting form by form."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.apps.census.answers import quick
from domicile.apps.census.quickcount import reckoning
from domicile.apps.census.tests.making import form, person

MOMENT = dt.date(2030, 11, 1)
AREA, NEXT = "770101001001", "770101001002"


def figures(*forms: dict[str, Any], place: str = f"{AREA}001") -> dict[str, int]:
    found = reckoning.reckon([place] * len(forms), [quick.pack(one) for one in forms], MOMENT)
    return dict(zip(found.columns, found.counts[0].tolist(), strict=True))


@pytest.mark.parametrize(
    ("year", "month", "age"),
    [
        (2030, 10, 0),
        (2029, 11, 0),
        (2029, 10, 1),
        (2000, 1, 30),
        (2000, 12, 29),
        (1903, 3, 127),
        (0, 5, -1),
        (2030, 12, -2),
    ],
)
def test_ages_are_whole_years_at_the_moment(year: int, month: int, age: int) -> None:
    assert reckoning.ages(np.array([year], "u2"), np.array([month], "u1"), MOMENT).tolist() == [age]


@pytest.mark.parametrize(
    ("present", "registered", "away", "resident"),
    [
        (1, 1, 1, True), (1, 2, 2, True), (1, 5, 0, True), (1, 4, 3, True), (1, 3, 9, True), (1, 4, 2, False),
        (5, 1, 2, True), (5, 1, 3, False), (7, 1, 9, True), (6, 1, 5, True), (5, 4, 2, False),
        (2, 1, 1, False), (3, 1, 1, False), (4, 1, 1, True),
    ],
)  # fmt: skip
def test_who_is_a_resident(present: int, registered: int, away: int, resident: bool) -> None:
    one = form(person(present=present, registered=registered, away=away))
    assert figures(one)["residents"] == int(resident)


def test_a_form_tells_its_household_and_its_people() -> None:
    found = figures(
        form(person(), person(sex=2, registered=4, away=5), person(present=5, away=4), births_male=1),
        form(person(birth_year=2030, birth_month=12), kind=2),
        {},
    )
    assert found == {
        "forms": 3, "families": 1, "collectives": 1, "empty_forms": 1, "births_male": 1, "births_female": 0, "deaths_male": 0,
        "deaths_female": 0, "on_forms": 3, "residents": 2, "in_families": 2, "present": 2, "registered": 2,
        "from_elsewhere": 1, "away": 1, "after_moment": 1,
    }  # fmt: skip


people = st.fixed_dictionaries(
    {},
    optional={
        "sex": st.integers(0, 3), "birth_year": st.integers(1890, 2032), "birth_month": st.integers(0, 13),
        "present": st.integers(0, 8), "registered": st.integers(0, 6), "away": st.integers(0, 9),
    },
)  # fmt: skip
forms = st.tuples(st.sampled_from([AREA, NEXT]), st.lists(people, max_size=5), st.sampled_from([1, 2, None]))


@given(st.lists(forms, min_size=1, max_size=12), st.integers(1, 5))
def test_batches_add_up_to_the_whole_and_the_parts_to_each_other(told: list[Any], at_once: int) -> None:
    places = [f"{place}001" for place, _people, _kind in told]
    packed = [quick.pack({"kind": kind, "persons": persons}) for _place, persons, kind in told]
    whole = reckoning.reckon(places, packed, MOMENT)
    cuts = range(0, len(told), at_once)
    parts = [reckoning.reckon(places[cut : cut + at_once], packed[cut : cut + at_once], MOMENT) for cut in cuts]
    added = reckoning.add(parts)
    assert added.places == whole.places
    assert np.array_equal(added.counts, whole.counts)
    assert np.array_equal(added.by_age, whole.by_age)
    assert np.array_equal(whole.by_age.sum(axis=(1, 2)), whole.of("residents"))
    assert int(whole.of("on_forms").sum() + whole.of("after_moment").sum()) == sum(len(one[1]) for one in told)
    assert int(whole.of("forms").sum()) == len(told)
