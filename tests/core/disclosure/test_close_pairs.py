"""Cells of two tables that differ by a few people are found before somebody subtracts them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.disclosure import ClosePair, close_pairs


def test_two_bands_of_working_age_differ_by_those_of_one_year() -> None:
    age = np.array([14, 20, 40, 63, 64, 64, 65, 80])
    school, pension = np.digitize(age, [15, 65]), np.digitize(age, [15, 64])
    assert close_pairs(school, pension, 3) == [ClosePair(1, 1, 2), ClosePair(2, 2, 2)]  # the two of 64
    assert close_pairs(school, school, 100) == []  # the same cell twice tells nothing
    assert close_pairs(school, pension, 2) == []


def test_somebody_who_is_in_one_table_only() -> None:
    assert close_pairs([0, 0, 0, 1], [0, 0, 0, -1], 2) == []
    assert close_pairs([0, 0, 0, 0], [0, 0, 0, -1], 2) == [ClosePair(0, 0, 1)]


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 4)), max_size=40), st.integers(1, 6))
def test_every_pair_is_found(people: list[tuple[int, int]], fewer: int) -> None:
    one, two = [pair[0] for pair in people], [pair[1] for pair in people]
    expected = []
    for a in range(5):
        for b in range(5):
            left, right = {n for n, cell in enumerate(one) if cell == a}, {n for n, cell in enumerate(two) if cell == b}
            if left & right and 0 < len(left ^ right) < fewer:
                expected.append((a, b, len(left ^ right)))
    assert close_pairs(one, two, fewer) == expected


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(ValueError, match="not one length"):
        close_pairs([0], [0, 1], 2)
    with pytest.raises(ValueError, match="-1 for who is in none"):
        close_pairs([-2], [0], 2)
