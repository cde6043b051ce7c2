"""Small counts stay hidden, also from somebody who subtracts."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.disclosure import SMALL, SmallCells

RULE = SmallCells(below=3, counted_as=1.5)
counts = st.lists(st.integers(0, 12), max_size=8)


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, SMALL), (2, SMALL), (3, 3), (250, 250)])
def test_a_count_of_one_or_two_is_not_told_apart(count: int, shown: int) -> None:
    assert RULE.cell(count) == shown


def test_a_total_without_hidden_parts_is_exact() -> None:
    assert RULE.total([0, 3, 40]) == 43


def test_a_total_with_hidden_parts_is_told_as_about() -> None:
    assert RULE.total([SMALL, 40, 0]) == -42
    assert RULE.total([SMALL, SMALL]) == -3


def test_a_total_of_one_hidden_part_is_hidden_too() -> None:
    assert RULE.total([SMALL, 0, 0]) == SMALL


@given(counts)
def test_no_total_tells_more_than_its_parts(truth: list[int]) -> None:
    """Whatever the hidden counts are, every subset's total is the same: subtraction finds nothing."""
    shown = [RULE.cell(count) for count in truth]
    hidden = [place for place, cell in enumerate(shown) if cell == SMALL]
    other = [3 - count if place in hidden else count for place, count in enumerate(truth)]  # 1 for 2 and 2 for 1
    assert [RULE.cell(count) for count in other] == shown
    for size in range(len(truth) + 1):
        for chosen in itertools.combinations(range(len(truth)), size):
            one = RULE.total(RULE.cell(truth[place]) for place in chosen)
            assert one == RULE.total(RULE.cell(other[place]) for place in chosen)


@pytest.mark.parametrize(("below", "counted_as"), [(1, 1.0), (3, 0.5), (3, 2.5)])
def test_a_rule_that_hides_nothing_is_refused(below: int, counted_as: float) -> None:
    with pytest.raises(ValueError, match="hide"):
        SmallCells(below, counted_as)
