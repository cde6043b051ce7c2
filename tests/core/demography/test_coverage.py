"""Coverage from a sample of areas: the identity it stands on, its interval over 200 censuses, and what cannot be."""

import numpy as np
import pytest

from domicile.core import demography


def census_and_survey(seed: int) -> tuple[int, demography.Coverage]:
    """600 areas of about 300 people, each with its own chance to be counted; every tenth is enumerated again."""
    random = np.random.default_rng(seed)
    people = random.poisson(300, 600)
    counted = random.beta(45, 5, 600)
    rightly = random.binomial(people, counted)
    wrongly = random.poisson(8, 600)
    seen = random.beta(30, 5, 600)
    both = random.binomial(rightly, seen)
    survey = both + random.binomial(people - rightly, seen)
    drawn = slice(int(random.integers(10)), None, 10)
    found = demography.coverage_of_sample(
        survey[drawn],
        both[drawn],
        (rightly + wrongly)[drawn],
        rightly[drawn],
        census=float((rightly + wrongly).sum()),
        fraction=0.1,
    )
    return int(people.sum()), found


def test_over_200_seeds_the_interval_covers_as_often_as_it_says() -> None:
    held = []
    for seed in range(200):
        true, found = census_and_survey(seed)
        held.append(found.low <= true <= found.high)
        assert found.coverage_rate == pytest.approx(0.93, abs=0.03)
    assert np.mean(held) == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 200))


def test_one_set_counted_whole_is_the_plain_dual_system() -> None:
    """All areas alike and all drawn: 1,000 counted, 20 of them wrongly, the survey has 900, 800 of them matched."""
    found = demography.coverage_of_sample([90] * 10, [80] * 10, [100] * 10, [98] * 10, census=1000)
    assert found.number == pytest.approx(980 * 900 / 800)
    assert found.number == pytest.approx(demography.dual_system(980, 900, 800, method="chandrasekar_deming").number)
    assert found.variance == pytest.approx(0)
    assert found.erroneous == pytest.approx(20)
    assert found.omitted == pytest.approx(980 * 900 / 800 - 980)
    assert found.net_undercount == pytest.approx(found.omitted - found.erroneous)


def test_weights_let_an_area_stand_for_others() -> None:
    twice = demography.coverage_of_sample([90, 50, 50], [80, 40, 40], [100, 60, 60], [98, 55, 55], census=1000)
    weighed = demography.coverage_of_sample([90, 50], [80, 40], [100, 60], [98, 55], census=1000, weights=[1, 2])
    assert weighed.number == pytest.approx(twice.number)


def test_what_cannot_be_is_refused() -> None:
    areas = [10.0, 10.0]
    with pytest.raises(ValueError, match="matched: 11 of 10"):
        demography.coverage_of_sample(areas, [10, 11], areas, areas, census=20)
    with pytest.raises(ValueError, match="correct: 11 of 10"):
        demography.coverage_of_sample(areas, areas, areas, [11, 10], census=20)
    with pytest.raises(ValueError, match="listed: 1 values for 2"):
        demography.coverage_of_sample(areas, areas, [10], areas, census=20)
    with pytest.raises(ValueError, match="fewer than two"):
        demography.coverage_of_sample([10], [10], [10], [10], census=20)
    with pytest.raises(ValueError, match="nobody is matched"):
        demography.coverage_of_sample(areas, [0, 0], areas, areas, census=20)
    with pytest.raises(ValueError, match="without one group"):
        demography.coverage_of_sample(areas, [0, 5], areas, areas, census=20)
    with pytest.raises(ValueError, match="census"):
        demography.coverage_of_sample(areas, areas, areas, areas, census=0)
