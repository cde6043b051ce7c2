"""Expected events: against a sum by hand, against published crude rates, and what holds of any rates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.demography import Rates, expected, rates_of

DEATHS = rates_of({"1": {0: 10, 1: 1, 60: 20}, "2": {0: 8, 60: 15}}, per=1000, error=0.1)
BIRTHS = rates_of({"2": {15: 6, 20: 55, 45: 2}}, per=1000, error=0.2, until=50)


def test_people_times_rates_are_added_up() -> None:
    people = {("1", 0): 100, ("1", 30): 1000, ("1", 90): 50, ("2", 0): 100, ("2", 61): 200}
    assert expected(people, DEATHS) == pytest.approx(
        100 * 0.010 + 1000 * 0.001 + 50 * 0.020 + 100 * 0.008 + 200 * 0.015
    )


def test_groups_begin_and_end_where_they_say() -> None:
    ages = (14, 15, 19, 20, 44, 45, 49, 50, 99)
    assert [BIRTHS.rate("2", age) * 1000 for age in ages] == pytest.approx([0, 6, 6, 55, 55, 2, 2, 0, 0])
    assert BIRTHS.rate("1", 25) == 0
    assert DEATHS.rate("1", 130) == 0.020, "the last group is open"
    assert DEATHS.rate("9", 30) == 0


def test_nobody_makes_nothing() -> None:
    assert expected({}, DEATHS) == 0


@pytest.mark.parametrize(
    "tables", [{"1": {}}, {"1": {5: 1.0, 0: 2.0}}, {"1": {0: -1.0}}, {"1": {0: float("nan")}}, {"1": {0: float("inf")}}]
)
def test_what_are_no_rates_is_refused(tables: dict[str, dict[int, float]]) -> None:
    with pytest.raises(ValueError, match=r"rate|ages"):
        Rates(tables, 0.1)


@pytest.mark.parametrize("error", [-0.1, 1.0])
def test_an_error_is_a_share(error: float) -> None:
    with pytest.raises(ValueError, match="share"):
        Rates({"1": {0: 0.1}}, error)


PEOPLE = st.dictionaries(st.tuples(st.sampled_from("12"), st.integers(0, 120)), st.floats(0, 1e6), max_size=30)


@given(PEOPLE, PEOPLE)
def test_expectations_of_parts_add_up(one: dict[tuple[str, int], float], other: dict[tuple[str, int], float]) -> None:
    both = {key: one.get(key, 0.0) + other.get(key, 0.0) for key in {**one, **other}}
    assert expected(both, DEATHS) == pytest.approx(expected(one, DEATHS) + expected(other, DEATHS), abs=1e-6)


@given(PEOPLE)
def test_expectations_lie_between_the_lowest_and_the_highest_rate(people: dict[tuple[str, int], float]) -> None:
    assert -1e-9 <= expected(people, DEATHS) <= sum(people.values()) * 0.020 + 1e-6
