"""The age-sex accuracy index against two published tables, and its bounds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core import demography

#: Worked example of the spreadsheet AGESEX (U.S. Census Bureau, Population Analysis System, PASEX), 0-4 to 75 and over.
# fmt: off
AGESEX_MALES = [4677000, 4135000, 3825000, 3647000, 3247000, 2802000, 2409000, 2212000, 1786000, 1505000, 1390000, 984000, 745000,
                537000, 346000, 335000]
AGESEX_FEMALES = [4544000, 4042000, 3735000, 3647000, 3309000, 2793000, 2353000, 2112000, 1691000, 1409000, 1241000, 887000,
                  697000, 525000, 348000, 366000]
#: Ghana 1960, 0-4 to 65 and over: G. M. K. Kpedekpo, Essentials of Demographic Analysis for Africa, 1982, table 3.3.
GHANA_MALES = [643041, 515520, 357831, 275542, 268336, 278601, 242515, 198231, 168937, 122756, 96775, 59307, 63467, 113185]
GHANA_FEMALES = [654258, 503070, 323460, 265534, 322576, 306329, 245883, 179182, 145572, 95590, 81715, 48412, 54572, 100392]
# fmt: on
AGES = list(range(0, 80, 5))


def test_the_spreadsheet() -> None:
    """It prints 2.2 for the sex ratios, 3.9 and 3.7 for the age ratios, 14.3 together."""
    found = demography.un_age_sex_accuracy(AGESEX_MALES, AGESEX_FEMALES, AGES)
    assert found.sex_ratio_score == pytest.approx(2.249, abs=5e-4)
    assert found.male_age_ratio_score == pytest.approx(3.907, abs=5e-4)
    assert found.female_age_ratio_score == pytest.approx(3.655, abs=5e-4)
    assert found.joint_score == pytest.approx(14.308, abs=5e-4)
    assert found.corrected_joint_score == found.joint_score
    assert found.judgement == "accurate"
    assert (found.age_ratio_ages[0], found.age_ratio_ages[-1]) == (5, 65)


def test_ghana_1960() -> None:
    """Printed: 7.9 for men, 11.9 for women, 103.01 for boys of 5-9; the joint 45.9 is 3 * 8.7 + 7.9 + 11.9, all cut to a digit."""
    found = demography.un_age_sex_accuracy(GHANA_MALES, GHANA_FEMALES, AGES[:14])
    assert round(found.male_age_ratio_score, 1) == 7.9
    assert round(found.female_age_ratio_score, 1) == 11.9
    assert round(found.male_age_ratios[0], 2) == 103.01
    assert found.joint_score == pytest.approx(45.9, abs=0.3)
    assert found.judgement == "highly inaccurate"


def test_groups_above_70_to_74_and_the_open_one_do_not_count() -> None:
    few = demography.un_age_sex_accuracy(AGESEX_MALES, AGESEX_FEMALES, AGES)
    more = demography.un_age_sex_accuracy(
        [*AGESEX_MALES[:-1], 200_000, 9, 1], [*AGESEX_FEMALES[:-1], 10, 200_000, 1], [*AGES, 80, 85]
    )
    assert more.joint_score == pytest.approx(few.joint_score)
    closed = demography.un_age_sex_accuracy(AGESEX_MALES, AGESEX_FEMALES, AGES, open_interval=False, highest=75)
    assert closed.ages[-1] == 75
    young = demography.un_age_sex_accuracy(AGESEX_MALES, AGESEX_FEMALES, AGES, lowest=5)
    assert young.age_ratio_ages[0] == 10


def test_a_small_population_is_forgiven_what_chance_adds() -> None:
    """Manual II: 3500 / sqrt(people) - 3.5 is taken off below a million."""
    small = demography.un_age_sex_accuracy(
        [one / 1e4 for one in AGESEX_MALES], [one / 1e4 for one in AGESEX_FEMALES], AGES
    )
    assert small.joint_score == pytest.approx(14.308, abs=5e-4)
    assert small.corrected_joint_score == pytest.approx(small.joint_score - 3500 / small.total**0.5 + 3.5)


@given(st.floats(1, 1e6), st.floats(0.5, 2), st.floats(0, 0.05))
def test_a_straight_line_and_one_sex_ratio_are_perfect(people: float, ratio: float, fall: float) -> None:
    females = people * (1 - fall * np.arange(16))
    found = demography.un_age_sex_accuracy(ratio * females, females, AGES)
    assert found.joint_score == pytest.approx(0, abs=1e-6)


@given(
    st.lists(st.tuples(st.integers(1, 10_000), st.integers(1, 10_000)), min_size=5, max_size=20), st.floats(0.5, 100)
)
def test_scores_are_no_matter_of_size(people: list[tuple[int, int]], scale: float) -> None:
    males, females = (np.array(sex, dtype=float) for sex in zip(*people, strict=True))
    ages = range(0, 5 * len(people), 5)
    found = demography.un_age_sex_accuracy(males, females, ages)
    assert found.joint_score >= 0
    assert demography.un_age_sex_accuracy(scale * males, scale * females, ages).joint_score == pytest.approx(
        found.joint_score
    )


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="from 5 to 15 are not five years"):
        demography.un_age_sex_accuracy([1] * 4, [1] * 4, [0, 5, 15, 20])
    with pytest.raises(ValueError, match="narrower groups"):
        demography.un_age_sex_accuracy([1] * 4, [1] * 4, [0, 1, 5, 10])
    with pytest.raises(ValueError, match="begin at"):
        demography.un_age_sex_accuracy([1] * 4, [1] * 4, [2, 7, 12, 17])
    with pytest.raises(ValueError, match="three at least"):
        demography.un_age_sex_accuracy([1] * 3, [1] * 3, [0, 5, 10])
    with pytest.raises(ValueError, match="females: nobody at 10-14"):
        demography.un_age_sex_accuracy([1] * 5, [1, 1, 0, 1, 1], [0, 5, 10, 15, 20])
    with pytest.raises(ValueError, match="males beside the group: nobody at 5-9"):
        demography.un_age_sex_accuracy([0, 1, 0, 1, 1], [1] * 5, [0, 5, 10, 15, 20])
    with pytest.raises(ValueError, match="females: 4 values for 5 ages"):
        demography.un_age_sex_accuracy([1] * 5, [1] * 4, [0, 5, 10, 15, 20])
