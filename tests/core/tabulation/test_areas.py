"""Areas too small to be shown are brought together with neighbours, so that no subtraction of levels shows one."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domicile.core.tabulation import Undeclarable, divide

LIMITS = {"county": 1, "township": 100, "community": 50}


def codes(*places: tuple[int, int, int]) -> list[int]:
    return [(770100 + county) * 10**6 + town * 1000 + community for county, town, community in places]


def test_a_small_community_is_shown_with_its_neighbour_and_a_small_end_with_the_last() -> None:
    areas = codes((1, 1, 1), (1, 1, 2), (1, 1, 3), (1, 1, 4))
    found = divide(areas, [30, 40, 80, 20], LIMITS).of(12)
    assert [one.code for one in found] == [
        "770101000000", "770101001000", "770101001001-770101001002", "770101001003-770101001004",
    ]  # fmt: skip


def test_a_small_township_takes_its_communities_along() -> None:
    areas = codes((1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 2, 2))
    found = divide(areas, [30, 10, 90, 60], LIMITS).of(12)
    assert [one.code for one in found] == [
        "770101000000",
        "770101001000-770101002000",
        "770101001001-770101002001",
        "770101002002",
    ]


def test_two_counties_have_a_whole() -> None:
    assert [one.code for one in divide(codes((1, 1, 1), (2, 1, 1)), [500, 500], LIMITS).of(6)] == [
        "0",
        "770101000000",
        "770102000000",
    ]


def test_too_few_people_in_all_are_refused() -> None:
    with pytest.raises(Undeclarable, match="fewer than any area"):
        divide(codes((1, 1, 1)), [60], LIMITS)


people = st.lists(st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 5)), min_size=2, unique=True).flatmap(
    lambda places: st.tuples(
        st.just(sorted(places)), st.lists(st.integers(0, 200), min_size=len(places), max_size=len(places))
    )
)


@example(([(1, 1, 1), (1, 1, 2), (2, 1, 1)], [0, 1, 99]))
@given(people)
def test_levels_lie_in_each_other_cover_all_and_reach_their_thresholds(
    given: tuple[list[tuple[int, int, int]], list[int]],
) -> None:
    places, counts = given
    if sum(counts) < 100:
        return
    found = divide(codes(*places), counts, LIMITS)
    told = np.array(counts)
    for digits, least in ((6, 1), (9, 100), (12, 50)):
        level = found.shown[digits]
        assert [one.first for one in level] == [0, *(one.last + 1 for one in level[:-1])]
        assert level[-1].last == len(places) - 1
        assert all(told[one.first : one.last + 1].sum() >= least for one in level)
    for upper, lower in ((6, 9), (9, 12)):
        ends = {one.last for one in found.shown[lower]}
        assert all(one.last in ends for one in found.shown[upper])
