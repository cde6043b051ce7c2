"""What protection costs and what it leaves: tables before and after, and samples of records.

The sample of eight is after the example `francdat` of the R package sdcMicro (Capobianchi, Polettini and Lucarelli), not compared
with what it prints; its counts and population estimates can be counted by hand.
"""

import math

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domicile.core.disclosure import Totals, apply_cell_key, hellinger, loss_report, make_ptable, sample_risk, suppress

FRANCDAT = {
    "Key1": [1, 1, 1, 3, 4, 4, 6, 1], "Key2": [2, 2, 2, 3, 3, 3, 2, 2], "Key3": [5, 1, 1, 1, 1, 1, 1, 5],
    "Key4": [1, 1, 1, 5, 4, 1, 5, 1],
}  # fmt: skip
WEIGHTS = [18.0, 45.5, 39.0, 17.0, 541.0, 8.0, 5.0, 92.0]


def test_a_table_with_noise_is_reported_cell_by_cell() -> None:
    totals = Totals.of((2, 2))
    before = totals.added([[1, 4], [0, 10]])
    after = np.array([[0, 4, 5], [0, 11, 10], [3, 14, 15]])
    found = loss_report(before, after, totals)
    assert (found.cells, found.hidden) == (9, 0)
    assert found.changed == pytest.approx(
        3 / 9
    )  # 1 became 0, 10 became 11, and the total of the first column 1 became 3
    assert found.mean_difference == pytest.approx(4 / 9)
    assert found.greatest_difference == 2
    assert (found.small, found.small_as_they_were, found.small_after, found.false_zeros) == (1, 0, 0, 1)
    assert not found.additive
    assert found.greatest_gap == 3  # 0 and 0 beneath a total of 3


def test_a_table_with_cells_left_out_stays_additive_in_what_is_shown() -> None:
    table = [[20, 50, 10], [8, 19, 2], [17, 32, 12]]
    kept = suppress(table, threshold=3)
    found = loss_report(kept.totals.added(table), kept.values, kept.totals)
    assert found.hidden == 4
    assert (found.changed, found.hellinger, found.additive) == (0, 0, True)
    assert (found.small, found.small_as_they_were) == (1, 0)


def test_of_the_ones_and_twos_that_a_blocked_table_shows_none_is_one() -> None:
    keys = np.random.default_rng(5).integers(0, 2**32, (30, 12))
    table = np.random.default_rng(6).integers(0, 6, (30, 12))
    totals = Totals.of((30, 12))
    after = apply_cell_key(totals.added(table), totals.added(keys).astype(np.int64), make_ptable(5, 3, 2))
    found = loss_report(totals.added(table), after, totals)
    assert found.small > 100
    assert (found.small_after, found.small_as_they_were) == (0, 0)
    assert found.greatest_difference <= 5


@given(st.lists(st.integers(0, 50), min_size=1, max_size=10), st.integers(0, 2**32 - 1))
def test_hellinger_is_a_distance(counts: list[int], seed: int) -> None:
    other = np.random.default_rng(seed).integers(0, 50, len(counts))
    assert hellinger(counts, counts) == pytest.approx(0)
    assert hellinger(counts, other) == pytest.approx(hellinger(other, counts))
    assert 0 <= hellinger(counts, other) <= 1


def test_hellinger_of_nothing_in_common_is_1() -> None:
    assert hellinger([3, 0], [0, 8]) == pytest.approx(1)
    assert hellinger([1, 1], [4, 0]) == pytest.approx(math.sqrt(1 - math.sqrt(0.5)))


def test_a_sample_of_eight() -> None:
    found = sample_risk(FRANCDAT, WEIGHTS)
    assert found.alike.tolist() == [2, 2, 2, 1, 1, 1, 1, 2]
    assert found.in_population.tolist() == [110, 84.5, 84.5, 17, 541, 8, 5, 110]
    assert (found.k, found.uniques) == (1, 4)
    # By hand, f = 1 and F = 17: p/(1-p) ln(1/p); f = 2 and F = 110.
    assert found.risk[3] == pytest.approx(math.log(17) / 16)
    p = 2 / 110
    assert found.risk[0] == pytest.approx(p / (1 - p) - (p / (1 - p)) ** 2 * math.log(1 / p))
    assert found.below(2).tolist() == [False, False, False, True, True, True, True, False]


def test_a_sample_that_is_the_population_has_the_risk_of_one_among_those_alike() -> None:
    found = sample_risk({"sex": ["1", "1", "2", None, None, None]})
    assert found.risk.tolist() == pytest.approx([0.5, 0.5, 1, 1 / 3, 1 / 3, 1 / 3])
    assert found.found_again == pytest.approx(3)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.floats(1, 500)), min_size=1, max_size=40))
@example([(0, 0, 1.00001), (0, 0, 1.0), (1, 0, 1.0000001)])
def test_risk_lies_between_what_the_weights_and_the_sample_alone_would_say(rows: list[tuple[int, int, float]]) -> None:
    one, two, weights = zip(*rows, strict=True)
    found = sample_risk({"one": one, "two": two}, weights)
    assert (found.risk <= 1 / found.alike + 1e-9).all()
    assert (found.risk >= 1 / found.in_population - 1e-9).all()


@pytest.mark.parametrize(
    ("keys", "weights", "said"),
    [
        ({}, None, "at least one column"),
        ({"a": [1], "b": [1, 2]}, None, "different lengths"),
        ({"a": [1]}, [0.5], "from 1 on"),
    ],
)
def test_samples_that_are_none_are_refused(keys: dict[str, list[int]], weights: list[float] | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        sample_risk(keys, weights)
