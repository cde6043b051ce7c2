"""Variances by replicates against the formulas that they stand for, and intervals that cover."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from domicile.core import demography

values = arrays(np.float64, st.integers(3, 120), elements=st.floats(-100, 100))


@given(values, st.floats(0, 0.9))
def test_replicates_of_a_total_are_the_successive_differences(drawn: np.ndarray, fraction: float) -> None:
    """K. M. Wolter, Introduction to Variance Estimation, 2007, section 8.2: half the squared differences, closed to a loop."""
    found = demography.weighted_estimate(drawn, np.full(drawn.size, 10.0), fraction=fraction)
    differences = 10 * (drawn - np.roll(drawn, 1))
    assert found.number == pytest.approx(10 * drawn.sum(), abs=1e-6)
    assert found.variance == pytest.approx((1 - fraction) * (differences**2).sum() / 2, abs=1e-6)


@given(values)
def test_the_jackknife_of_a_mean_leaving_one_out_is_the_plain_variance(drawn: np.ndarray) -> None:
    """s^2 / n, as for a simple random sample (Wolter, 2007, section 4.2)."""
    ones = np.ones(drawn.size)
    found = demography.weighted_estimate(drawn, ones, per=ones, method="jackknife", replicates=drawn.size)
    assert found.variance == pytest.approx(drawn.var(ddof=1) / drawn.size, abs=1e-6)


def test_factors_leave_the_number_of_units_as_it_is() -> None:
    """Over the replicates each unit counts once on average, and each closed run keeps its number in every replicate."""
    for units in (2, 31, 32, 127, 128, 1000):
        for replicates in (32, 128):
            found = demography.replicate_factors(units, replicates=replicates)
            assert found.shape == (units, replicates)
            assert found.sum(axis=0) == pytest.approx(np.full(replicates, units))
            assert (found > 0).all()


def test_over_200_starts_the_interval_of_a_systematic_sample_covers() -> None:
    """A list in the order of places with a strong trend: every tenth household, from 200 lists with a start each."""
    held: dict[str, list[bool]] = {"total": [], "share": []}
    widths = []
    for seed in range(200):
        random = np.random.default_rng(seed)
        members = 1 + random.poisson(np.linspace(1, 4, 4000))
        old = random.binomial(members, np.linspace(0.3, 0.1, 4000))
        chosen = slice(int(random.integers(10)), None, 10)
        weights = np.full(400, 10.0)
        total = demography.weighted_estimate(old[chosen], weights, fraction=0.1)
        share = demography.weighted_estimate(old[chosen], weights, per=members[chosen], fraction=0.1)
        held["total"].append(total.low <= old.sum() <= total.high)
        held["share"].append(share.low <= old.sum() / members.sum() <= share.high)
        plain = demography.weighted_estimate(members[chosen], weights, method="jackknife", replicates=400, fraction=0.1)
        widths.append(plain.variance / demography.weighted_estimate(members[chosen], weights, fraction=0.1).variance)
    for covered in held.values():
        assert 0.90 <= np.mean(covered) <= 0.995
    # The order of places is made use of: as if drawn anyhow, the variance would be greater.
    assert np.mean(widths) > 1.2


def test_quality() -> None:
    found = demography.weighted_estimate([1.0, 0.0, 1.0, 0.0], [10.0] * 4)
    assert found.coefficient_of_variation == pytest.approx(np.sqrt(found.variance) / 20)
    assert demography.weighted_estimate([0.0, 0.0], [1.0, 1.0]).coefficient_of_variation is None


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than two"):
        demography.weighted_estimate([1.0], [1.0])
    with pytest.raises(ValueError, match="weights: place 1"):
        demography.weighted_estimate([1.0, 1.0], [1.0, -1.0])
    with pytest.raises(ValueError, match="weights: 3 values for 2"):
        demography.weighted_estimate([1.0, 1.0], [1.0] * 3)
    with pytest.raises(ValueError, match="per: its weighted total is 0"):
        demography.weighted_estimate([1.0, 1.0], [1.0] * 2, per=[0.0, 0.0])
    with pytest.raises(ValueError, match="one of 8, 32, 128"):
        demography.replicate_factors(10, replicates=80)
    with pytest.raises(ValueError, match="between 2 and 10"):
        demography.replicate_factors(10, method="jackknife", replicates=11)
    with pytest.raises(ValueError, match="method"):
        demography.replicate_factors(10, method="other")
    with pytest.raises(ValueError, match="fraction"):
        demography.replicate_variance(1.0, [1.0, 2.0], fraction=1)
