"""Whipple, Myers and Bachi against a published table, against their bounds, and against what cannot be."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core import demography

AGES = np.arange(100)

#: Males by single years of age 0 to 99 in the worked example of the spreadsheet SINGAGE (U.S. Census Bureau, Population Analysis
#: System, PASEX), as printed in the reference of the R package DemoTools (T. Riffe and others, data pop1m_pasex).
# fmt: off
SINGAGE = [
    80626, 95823, 104315, 115813, 100796, 105086, 97266, 116328, 75984, 89982, 95525, 56973, 78767, 65672, 53438, 85014, 47600,
    64363, 42195, 42262, 73221, 30080, 34391, 29072, 20531, 66171, 24029, 44227, 24128, 23599, 82088, 16454, 22628, 17108, 12531,
    57325, 17220, 28425, 16206, 17532, 65976, 11593, 15828, 13541, 8133, 44696, 11165, 18543, 12614, 12041, 55798, 9324, 10772,
    10453, 6773, 28358, 9916, 13348, 8039, 7583, 42470, 5288, 5317, 6582, 3361, 17949, 3650, 5873, 3279, 3336, 27368, 1965, 2495,
    2319, 1335, 12022, 1401, 1668, 1360, 1185, 9167, 424, 568, 462, 282, 6206, 343, 409, 333, 291, 4137, 133, 169, 157, 89, 2068,
    68, 81, 66, 57,
]
# fmt: on


def of_digit(digit: int) -> np.ndarray:
    return 1000 * np.equal(AGES % 10, digit)


def test_whipple_of_the_published_table() -> None:
    """SINGAGE prints 2.34 for ages 23 to 62, which is 234 of 100."""
    assert round(demography.whipple(SINGAGE, AGES)) == 234


def test_myers_of_the_published_table() -> None:
    """SINGAGE prints the sum of the deviations, 47.46, for ages 10 to 89; the index is half of it."""
    assert round(2 * demography.myers(SINGAGE, AGES, lowest=10, highest=89), 2) == 47.46


def test_myers_by_the_steps_of_the_handbook() -> None:
    """Shryock and Siegel: (digit + 1) times the sum from 10 on and (9 - digit) times the sum from 20 on, shares of the total."""
    counts = np.array(SINGAGE, dtype=float)
    blended = [
        (digit + 1) * counts[10 + digit : 90 : 10].sum() + (9 - digit) * counts[20 + digit : 90 : 10].sum()
        for digit in range(10)
    ]
    found = demography.myers_by_digit(SINGAGE, AGES, highest=89)
    assert found == pytest.approx(100 * np.array(blended) / sum(blended))
    assert found[[0, 5]].min() > 10


def test_both_forms_of_bachi_are_near_each_other() -> None:
    """By the half weights that the spreadsheet gives ages 23, 73 and the like, written out for two digits."""
    found = demography.bachi_by_digit(SINGAGE, AGES)
    counts = np.array(SINGAGE, dtype=float)
    of_0 = counts[30:71:10].sum() / (counts[26:75].sum() + (counts[25] + counts[75]) / 2)
    of_3 = (counts[33:64:10].sum() + (counts[23] + counts[73]) / 2) / (
        counts[24:73].sum() + (counts[23] + counts[73]) / 2
    )
    assert found[[0, 3]] == pytest.approx([100 * of_0, 100 * of_3])
    assert demography.bachi(SINGAGE, AGES) == pytest.approx(demography.bachi(SINGAGE, AGES, method="bachi"), abs=0.1)


@given(st.floats(0.1, 1e7))
def test_equal_numbers_at_every_age_prefer_no_digit(people: float) -> None:
    counts = np.full(100, people)
    assert demography.whipple(counts, AGES) == pytest.approx(100)
    assert demography.whipple(counts, AGES, digits=7) == pytest.approx(100)
    assert demography.myers(counts, AGES, equal_windows=True) == pytest.approx(0, abs=1e-9)
    assert demography.bachi(counts, AGES) == pytest.approx(0, abs=1e-9)
    assert 0 < demography.myers(counts, AGES) < 1.5


@given(st.floats(100, 1e6), st.floats(0, 0.99))
def test_a_straight_line_prefers_no_digit_to_bachi(people: float, fall: float) -> None:
    counts = people - people * fall / 100 * AGES
    assert demography.bachi(counts, AGES) == pytest.approx(0, abs=1e-9)
    assert demography.bachi(counts, AGES, method="bachi") == pytest.approx(0, abs=0.2)


def test_a_population_that_dies_out_prefers_no_digit_to_myers() -> None:
    """Where hardly anybody is at the top of the range, both sums end there: blending leaves nearly nothing of a falling line."""
    assert demography.myers(np.maximum(0, 95.0 - AGES), AGES) < 0.3


@pytest.mark.parametrize("digit", range(10))
def test_all_on_one_digit(digit: int) -> None:
    counts = of_digit(digit)
    assert demography.whipple(counts, AGES, digits=digit) == pytest.approx(1000)
    assert demography.myers(counts, AGES) == pytest.approx(90)
    assert demography.bachi(counts, AGES) == pytest.approx(90)
    assert demography.myers_by_digit(counts, AGES)[digit] == pytest.approx(100)


def test_all_on_0_and_5() -> None:
    assert demography.whipple(of_digit(0) + of_digit(5), AGES) == pytest.approx(500)
    assert demography.whipple(of_digit(3), AGES) == 0


@given(st.lists(st.integers(0, 10_000), min_size=100, max_size=100).filter(lambda counts: min(counts[23:33]) > 0))
def test_bounds_and_scale(counts: list[int]) -> None:
    for index, most in ((demography.whipple, 500), (demography.myers, 90), (demography.bachi, 90)):
        found = index(counts, AGES)
        assert -1e-9 <= found <= most + 1e-9
        assert index([7 * count for count in counts], AGES) == pytest.approx(found)
    assert demography.myers_by_digit(counts, AGES).sum() == pytest.approx(100)
    each = [demography.whipple(counts, AGES, digits=digit) for digit in range(10)]
    assert math.fsum(each) == pytest.approx(1000)


def test_ages_outside_the_range_may_be_in_wider_groups() -> None:
    ages = [0, 5, 10, 15, 20, 21, 22, *range(23, 78), 80, 85]
    counts = [1] * len(ages)
    assert demography.whipple(counts, ages) == pytest.approx(100)
    assert demography.bachi(counts, ages) == pytest.approx(0, abs=1e-9)


def test_myers_goes_as_far_as_there_are_whole_tens() -> None:
    """Single years to 84 and an open group from 85 on: 10 to 79."""
    ages = [*range(85), 85]
    assert demography.myers(SINGAGE[:86], ages) == demography.myers(SINGAGE, AGES, highest=79)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"counts": [1.0] * 99}, "99 values for 100 ages"),
        ({"counts": [*[1.0] * 30, -2, *[1.0] * 69]}, "place 30 .* is -2"),
        ({"counts": [*[1.0] * 30, math.nan, *[1.0] * 69]}, "place 30 .* is nan"),
        ({"counts": [0.0] * 100}, "nobody is of ages"),
        ({"counts": ["many"] * 100}, "not all of it are numbers"),
        ({"counts": [1e308] * 100}, "at most 1e15"),
        ({"counts": [[1.0] * 100]}, "shape"),
        ({"counts": []}, "empty"),
        ({"ages": [*range(40), 41, *range(42, 101)]}, "40 is missing"),
        ({"ages": [*range(50), 49, *range(51, 100)]}, "49 stands after 49"),
        ({"ages": [*range(99), 98.5]}, "without a fraction"),
    ],
)
def test_what_cannot_be_is_refused(change: dict[str, list[float]], said: str) -> None:
    for index in (demography.whipple, demography.myers, demography.bachi):
        given_ = {"counts": [1.0] * 100, "ages": list(range(100)), **change}
        if index is demography.myers and said == "40 is missing":
            given_["highest"] = 99
        with pytest.raises(ValueError, match=said):
            index(**given_)


def test_ranges_and_digits_that_cannot_be() -> None:
    ones = [1.0] * 100
    with pytest.raises(ValueError, match="whole tens"):
        demography.whipple(ones, AGES, lowest=25, highest=60)
    with pytest.raises(ValueError, match="digits"):
        demography.whipple(ones, AGES, digits=(0, 12))
    with pytest.raises(ValueError, match="digits"):
        demography.whipple(ones, AGES, digits=())
    with pytest.raises(ValueError, match="twenty years"):
        demography.myers(ones, AGES, lowest=10, highest=19)
    with pytest.raises(ValueError, match="method"):
        demography.bachi(ones, AGES, method="other")
