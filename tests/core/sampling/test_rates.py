"""Wilson's interval against published values, weighted rates, and where a rate stands to its target."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.sampling import Bar, Cluster, Standing, estimate, needed, standing, wilson

LEVEL = 0.95


@pytest.mark.parametrize(
    ("wrong", "of", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_published_counts(wrong: int, of: int, low: float, high: float) -> None:
    found = wilson(wrong / of, of, LEVEL)

    assert round(found.low, 4) == low
    assert round(found.high, 4) == high


@given(st.integers(1, 5000), st.data())
def test_the_interval_holds_the_share_and_its_mirror(trials: int, data: st.DataObject) -> None:
    share = data.draw(st.integers(0, trials)) / trials
    found, mirrored = wilson(share, trials, LEVEL), wilson(1 - share, trials, LEVEL)

    assert 0 <= found.low <= share + 1e-12
    assert share - 1e-12 <= found.high <= 1
    assert math.isclose(found.low, 1 - mirrored.high, abs_tol=1e-9)


def test_of_nothing_nothing_is_known() -> None:
    assert (wilson(0.0, 0, LEVEL).low, wilson(0.0, 0, LEVEL).high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="no share"):
        wilson(1.2, 10, LEVEL)
    with pytest.raises(ValueError, match="level"):
        wilson(0.5, 10, 1.0)


@given(st.floats(0, 1), st.sampled_from([0.01, 0.03, 0.1]))
def test_from_the_needed_number_on_the_target_lies_outside(share: float, target: float) -> None:
    trials = needed(share, target, LEVEL)
    if trials < 1e9:
        later, before = wilson(share, trials * 1.001, LEVEL), wilson(share, trials * 0.999, LEVEL)
        assert not later.low <= target <= later.high
        assert before.low <= target <= before.high


def test_without_an_error_125_records_tell_that_three_in_a_hundred_hold() -> None:
    assert math.ceil(needed(0.0, 0.03, LEVEL)) == 125
    assert math.isinf(needed(0.03, 0.03, LEVEL))


def test_equal_weights_count_as_they_are() -> None:
    found = estimate([Cluster(4.0, 1, int(at < 15)) for at in range(148)], LEVEL)

    assert (found.records, found.checked, found.wrong) == (148, 148, 15)
    assert math.isclose(found.effective, 148)
    assert round(found.interval.high, 4) == 0.1605


def test_a_record_that_stands_for_more_weighs_more() -> None:
    # 100 of 1,000 records with 10 wrong, and 10 of 10 with 5 wrong: (100 + 5) / 1,010, not 15 / 110.
    big = [Cluster(10.0, 1, int(at < 10)) for at in range(100)]
    small = [Cluster(1.0, 1, int(at < 5)) for at in range(10)]

    found = estimate([*big, *small], LEVEL)

    assert math.isclose(found.rate, 105 / 1010)
    assert math.isclose(found.effective, 1010**2 / (100 * 100 + 10))


def test_items_of_one_record_tell_no_more_than_one() -> None:
    found = estimate([Cluster(1.0, 4, 0) for _ in range(20)], LEVEL)

    assert (found.checked, found.records) == (80, 20)
    assert math.isclose(found.effective, 20)
    assert round(found.interval.high, 4) == 0.1611


def test_a_target_holds_is_missed_or_needs_more_records() -> None:
    def of(wrong: int, count: int) -> Bar:
        return standing(
            estimate([Cluster(1.0, 1, int(at < wrong)) for at in range(count)], LEVEL), 0.03, LEVEL, least=30, most=2000
        )

    assert of(0, 124) == Bar(Standing.OPEN, 1)
    assert of(0, 125) == Bar(Standing.HOLDS)
    assert of(12, 120) == Bar(Standing.MISSED)
    assert of(1, 1) == Bar(Standing.OPEN, 29)
    assert of(5, 30) == Bar(Standing.MISSED)
    assert of(3, 100) == Bar(Standing.OPEN)
    assert of(0, 0) == Bar(Standing.OPEN, 125)
    assert of(31, 1000) == Bar(Standing.OPEN)
