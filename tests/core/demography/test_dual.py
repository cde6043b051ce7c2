"""Dual-system estimates against published examples, against what is proved of them, and against every table that can be."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.demography import Cells, chandrasekar_deming, chapman, stratified


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
    if cells.both >= 500:
        assert chapman(cells).number == pytest.approx(chandrasekar_deming(cells).number, rel=0.01)


@given(st.integers(0, 3000))
def test_where_all_are_on_both_nobody_is_missed(size: int) -> None:
    found = chapman(Cells(size, size, size))
    assert (found.number, found.low, found.high, found.variance) == (size, size, size, 0)
