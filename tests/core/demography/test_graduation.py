"""Sprague's multipliers: by his formula of 1880, on published groups, and what they keep."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core import demography

#: Five-year groups 0-4 to 80 and over: the World Bank's example as printed in the reference of the R package simPop (M. Templ).
# fmt: off
WORLD_BANK = [1971990, 2095820, 2157190, 2094110, 2116580, 2003840, 1785690, 1502990, 1214170, 796934, 627551, 530305, 488014,
              364498, 259029, 158047, 125941]
#: Sprague's polynomial between the third and fourth of six equal steps (T. B. Sprague, Journal of the Institute of Actuaries 22,
#: 1880; as printed in CIE 167:2005, Recommended Practice for Tabulating Spectral Data, annex): coefficients times 24.
SPRAGUE_1880 = [(2, -16, 0, 16, -2, 0), (-1, 16, -30, 16, -1, 0), (-9, 39, -70, 66, -33, 7), (13, -64, 126, -124, 61, -12),
                (-5, 25, -50, 50, -25, 5)]
# fmt: on
groups = st.lists(st.integers(0, 1_000_000), min_size=5, max_size=21)


def by_the_formula(counts: list[float], group: int) -> np.ndarray:
    """The five single ages of an inner group: his polynomial through the sums up to each age, and its steps."""
    sums = np.append(0, np.cumsum(counts))[group - 2 : group + 4]
    inner = np.arange(6) / 5
    curve = sums[2] + sum(np.dot(row, sums) / 24 * inner ** (power + 1) for power, row in enumerate(SPRAGUE_1880))
    return np.diff(curve)


def test_the_published_groups_by_the_formula_of_1880() -> None:
    found = demography.sprague(WORLD_BANK, range(0, 85, 5), open_interval=True)
    assert found.shape == (81,)
    assert found[-1] == 125941
    assert found.sum() == pytest.approx(sum(WORLD_BANK))
    for group in range(2, 14):
        assert found[5 * group : 5 * group + 5] == pytest.approx(by_the_formula(WORLD_BANK[:16], group))


def test_the_multipliers_as_they_are_printed() -> None:
    """H. S. Shryock and J. S. Siegel, The Methods and Materials of Demography, table C-1: the first ages of each panel."""
    unit = np.eye(7)
    found = np.array([demography.sprague(row) for row in unit])
    assert found[:5, 0] == pytest.approx([0.3616, -0.2768, 0.1488, -0.0336, 0])
    assert found[:5, 5] == pytest.approx([0.0336, 0.2272, -0.0752, 0.0144, 0])
    assert found[:5, 10] == pytest.approx([-0.0128, 0.0848, 0.1504, -0.0240, 0.0016])
    assert found[2:, 25] == pytest.approx([0, -0.0144, 0.0912, 0.1408, -0.0176])
    assert found[2:, 34] == pytest.approx([0, -0.0336, 0.1488, -0.2768, 0.3616])


@given(groups)
def test_groups_keep_their_totals(counts: list[int]) -> None:
    found = demography.sprague(counts)
    assert found.shape == (5 * len(counts),)
    assert found.reshape(-1, 5).sum(axis=1) == pytest.approx(np.array(counts, dtype=float), abs=1e-6)


@given(st.lists(st.floats(-3, 3), min_size=4, max_size=4), st.integers(5, 20))
def test_a_polynomial_of_the_third_degree_comes_out_exactly(factors: list[float], size: int) -> None:
    ages = np.arange(5 * size) / 50
    wanted = 1000 + np.polyval(factors, ages)
    counts = wanted.reshape(-1, 5).sum(axis=1)
    if counts.min() >= 0:
        assert demography.sprague(counts) == pytest.approx(wanted)


@given(groups)
def test_young_and_old_are_divided_alike(counts: list[int]) -> None:
    assert demography.sprague(counts[::-1])[::-1] == pytest.approx(demography.sprague(counts), abs=1e-6)


@given(groups.filter(lambda counts: len(counts) > 5))
def test_an_open_group_takes_no_part(counts: list[int]) -> None:
    found = demography.sprague(counts, open_interval=True)
    assert found[-1] == counts[-1]
    assert found[:-1] == pytest.approx(demography.sprague(counts[:-1]), abs=1e-9)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="4 closed groups"):
        demography.sprague([1] * 5, open_interval=True)
    with pytest.raises(ValueError, match="from 0 to 1 are not five years"):
        demography.sprague([1] * 6, [0, 1, 5, 10, 15, 20])
    with pytest.raises(ValueError, match="place 2"):
        demography.sprague([1, 1, -1, 1, 1])
    with pytest.raises(ValueError, match="6 values for 5 ages"):
        demography.sprague([1] * 6, [0, 5, 10, 15, 20])
