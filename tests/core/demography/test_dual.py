"""Dual-system estimates against examples of others, against what is proved of them, and against every table that can be."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.demography import Cells, chandrasekar_deming, chapman, dual_system, stratified


@st.composite
def tables(draw: st.DrawFn) -> Cells:
    first, second = draw(st.integers(0, 5000)), draw(st.integers(0, 5000))
    return Cells(first, second, draw(st.integers(0, min(first, second))))


def test_published_example_of_the_plain_ratio() -> None:
    """Numeracy Bank, Mark-release-recapture, section 4: 23 marked, 28 caught again, 9 of them marked: about 72."""
    assert round(chandrasekar_deming(Cells(23, 28, 9)).number) == 72


def test_published_example_of_both_estimates() -> None:
    """Wikipedia, Mark and recapture: 10 turtles marked, 15 caught, 5 of them marked: 30, and by Chapman 28 and a third."""
    assert chandrasekar_deming(Cells(10, 15, 5)).number == 30
    assert chapman(Cells(10, 15, 5)).number == pytest.approx(16 * 11 / 6 - 1)


def test_the_variance_of_1949_is_that_of_its_shares() -> None:
    """N q1 q2 / (p1 p2): 900 and 800 of 1000 by chance, of whom 720 are on both."""
    found = chandrasekar_deming(Cells(900, 800, 720))
    assert found.number == pytest.approx(1000)
    assert found.variance == pytest.approx(1000 * (0.1 * 0.2) / (0.9 * 0.8))


@pytest.mark.parametrize(("true", "first", "second"), [(20, 12, 11), (50, 30, 20), (100, 80, 70)])
def test_chapman_and_seber_have_no_bias_where_it_is_proved(true: int, first: int, second: int) -> None:
    """Over all that can come, weighed by how likely it is, the mean is the true number and the true variance (Seber 1970)."""
    chances = {
        both: math.comb(first, both) * math.comb(true - first, second - both) / math.comb(true, second)
        for both in range(max(0, first + second - true), min(first, second) + 1)
    }
    found = {both: chapman(Cells(first, second, both)) for both in chances}
    raw = {both: (first + 1) * (second + 1) / (both + 1) - 1 for both in chances}
    mean = sum(chance * raw[both] for both, chance in chances.items())
    spread = sum(chance * (raw[both] - mean) ** 2 for both, chance in chances.items())
    assert mean == pytest.approx(true)
    assert sum(chance * found[both].variance for both, chance in chances.items()) == pytest.approx(spread)


def test_the_interval_covers_as_often_as_it_says() -> None:
    """1,000 true, 600 and 500 on the lists: over all that can come, 95 % of intervals hold the true number."""
    true, first, second = 1000, 600, 500
    covered = 0.0
    for both in range(first + second - true, second + 1):
        chance = math.comb(first, both) * math.comb(true - first, second - both) / math.comb(true, second)
        found = chapman(Cells(first, second, both))
        covered += chance * (found.low <= true <= found.high)
    assert 0.94 < covered < 0.965


def test_strata_take_away_what_lists_have_in_common() -> None:
    """Town: both lists have 90 %; hills: both have 40 %. Together they seem to miss fewer than they do."""
    town, hills = Cells(900, 900, 810), Cells(400, 400, 160)
    whole = chapman(Cells(1300, 1300, 970))
    apart = stratified([town, hills])
    assert whole.number < 1750
    assert apart.number == pytest.approx(2000, abs=3)
    assert apart.variance == pytest.approx(chapman(town).variance + chapman(hills).variance)


def test_nobody_on_both_lists() -> None:
    with pytest.raises(ValueError, match="nobody stands on both"):
        chandrasekar_deming(Cells(5, 5, 0))
    assert chapman(Cells(5, 5, 0)).number == 35


def test_what_cannot_be_is_refused() -> None:
    for cells in ((1, 1, 2), (1, 1, -1), (-1, 3, 0)):
        with pytest.raises(ValueError, match="cannot be"):
            Cells(*cells)
    with pytest.raises(ValueError, match="level"):
        chapman(Cells(3, 3, 1), level=1)


def test_no_lists_and_no_strata() -> None:
    assert stratified([]).number == 0
    empty = Cells(0, 0, 0)
    assert chapman(empty).number == 0
    assert empty.first_coverage is None
    assert empty.second_coverage is None


@given(tables())
def test_an_estimate_is_never_below_what_was_seen_and_lies_in_its_interval(cells: Cells) -> None:
    found = chapman(cells)
    slack = 1e-9 * (1 + found.number)
    assert cells.seen <= found.low + slack
    assert found.low <= found.number + slack
    assert found.number <= found.high + slack
    assert found.variance >= 0
    assert found.missed == pytest.approx(found.number - cells.seen, abs=1e-6)


@given(tables())
def test_it_does_not_matter_which_list_is_the_first(cells: Cells) -> None:
    one, other = chapman(cells), chapman(Cells(cells.second, cells.first, cells.both))
    assert one.number == pytest.approx(other.number)
    assert one.variance == pytest.approx(other.variance)


@given(tables(), st.floats(0.5, 0.98))
def test_a_higher_level_widens(cells: Cells, level: float) -> None:
    narrow, wide = chapman(cells, level=level), chapman(cells, level=0.99)
    assert wide.low <= narrow.low + 1e-9 * (1 + narrow.low)
    assert wide.high >= narrow.high - 1e-9 * (1 + narrow.high)


@given(tables())
def test_the_two_estimates_agree_in_large_lists(cells: Cells) -> None:
    cells = Cells(cells.first + 500, cells.second + 500, cells.both + 500)
    assert chapman(cells).number == pytest.approx(chandrasekar_deming(cells).number, rel=0.01)


@given(st.integers(0, 3000))
def test_where_all_are_on_both_nobody_is_missed(size: int) -> None:
    found = chapman(Cells(size, size, size))
    assert (found.number, found.low, found.high, found.variance) == (size, size, size, 0)


def test_an_example_with_its_interval() -> None:
    """Lists of 135 and 122, 49 on both, after the outbreak of hepatitis A of A. Chao, P. K. Tsay, S. H. Lin,
    W. Y. Shau, D. Y. Chao, The applications of capture-recapture models to epidemiological data, Statistics in Medicine 20, 2001.
    The figures are those of the formulas; they were not compared with the printed table.
    """
    assert round(dual_system(135, 122, 49, method="chandrasekar_deming").number) == 336
    found = dual_system(135, 122, 49, interval="log_normal")
    assert (round(found.number), round(math.sqrt(found.variance))) == (334, 29)
    assert (round(found.low), round(found.high)) == (289, 403)


def test_one_function_for_one_set_and_for_strata() -> None:
    assert dual_system(135, 122, 49) == chapman(Cells(135, 122, 49))
    assert dual_system([900, 400], [900, 400], [810, 160]) == stratified([Cells(900, 900, 810), Cells(400, 400, 160)])
    plain = dual_system([900, 400], [900, 400], [810, 160], method="chandrasekar_deming")
    assert plain.number == pytest.approx(2000)


def test_independent_lists_give_the_true_number_exactly() -> None:
    """720 of 1,000 on both is as chance has it for 900 and 800."""
    assert dual_system(900, 800, 720, method="chandrasekar_deming").number == pytest.approx(1000)


@pytest.mark.parametrize("method", ["chapman", "chandrasekar_deming"])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_over_200_seeds_the_interval_covers_as_often_as_it_says(method: str, level: float) -> None:
    """Everybody is on each list by the chance of their stratum; the truth lies inside about as often as the level says.

    Each seed makes five censuses, so that the luck of two hundred does not hide an interval that is wrong by a tenth.
    """
    true, on_first, on_second = np.array([3000, 1200, 400]), np.array([0.95, 0.9, 0.7]), np.array([0.9, 0.85, 0.6])
    only_first = on_first * (1 - on_second) / (1 - on_first * on_second)
    one, strata = [], []
    for seed in range(200):
        random = np.random.default_rng(seed)
        for _census in range(5):
            both = random.binomial(true, on_first * on_second)
            alone = random.binomial(true - both, only_first)
            other = random.binomial(true - both - alone, on_second)
            first, second = both + alone, both + other
            found = dual_system(first, second, both, method=method, level=level)
            strata.append(found.low <= true.sum() <= found.high)
            found = dual_system(first[0], second[0], both[0], method=method, level=level)
            one.append(found.low <= true[0] <= found.high)
    for covered in (one, strata):
        assert np.mean(covered) == pytest.approx(level, abs=3 * math.sqrt(level * (1 - level) / 1000))


def test_where_nearly_everybody_is_on_both_lists_the_interval_covers() -> None:
    """300 people of whom each list has 97 %: mostly nobody is missed, and the interval says so."""
    held = 0
    for seed in range(200):
        on = np.random.default_rng(seed).random((2, 300)) < 0.97
        found = dual_system(int(on[0].sum()), int(on[1].sum()), int((on[0] & on[1]).sum()))
        held += found.low <= 300 <= found.high
    assert held >= 186


def test_the_interval_does_not_lose_itself_in_great_numbers() -> None:
    found = dual_system(10**9 + 1, 10**9 + 1, 10**9)
    assert found.low == found.seen
    assert found.high - found.seen < 10


def test_dual_system_refuses_what_cannot_be() -> None:
    with pytest.raises(ValueError, match="stratum 1: nobody stands on both"):
        dual_system([5, 5], [5, 5], [3, 0], method="chandrasekar_deming")
    with pytest.raises(ValueError, match=r"both: 1\.5 at place 0 is no whole number"):
        dual_system(3, 3, 1.5)
    with pytest.raises(ValueError, match="first: place 1"):
        dual_system([3, -1], [3, 3], [1, 1])
    with pytest.raises(ValueError, match="second: place 0"):
        dual_system(3, math.nan, 1)
    with pytest.raises(ValueError, match="cannot be"):
        dual_system(3, 3, 4)
    with pytest.raises(ValueError, match="strata: 2, 1, 2"):
        dual_system([3, 3], [3], [1, 1])
    with pytest.raises(ValueError, match="method"):
        dual_system(3, 3, 1, method="other")
    with pytest.raises(ValueError, match="interval"):
        dual_system(3, 3, 1, interval="other")
