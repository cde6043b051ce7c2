"""P-tables: published ones, and what holds of all of them.

Published: the vignette "Introduction to the ptable-Package" (Enderle, ptable 1.0.0, 2023-03-01) prints the transition matrices and
moments of D=2 V=1, D=2 V=0.9, D=5 V=3 js=2, and the moments of D=4 V=1 pstay=0.5 and pstay=(0.5, 0.5, 0.7, 0.8).
"""

import numpy as np
import pytest
from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st

from domicile.core.disclosure import BITS, make_ptable
from domicile.core.disclosure.entropy import greatest_entropy

#: As they are printed; each row is a count from 0 on, each column what it becomes.
D2_V1 = [
    [1.0, 0.0, 0.0, 0.0, 0.0],
    [0.36648551, 0.3664855, 0.1675725, 0.09945652, 0.0],
    [0.06382714, 0.2446915, 0.3829628, 0.24469145, 0.06382714],
]
D2_V09 = [
    [1.0, 0.0, 0.0, 0.0, 0.0],
    [0.3625, 0.3625, 0.1875, 0.0875, 0.0],
    [0.05154609, 0.2438156, 0.4092765, 0.2438156, 0.05154609],
]
D5_V3_JS2 = [  # columns 0, 3, 4, …, 13
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [0.73446954, 0.136720190, 0.07279631, 0.03742956, 0.018584399, 0, 0, 0, 0, 0, 0, 0],
    [0.40880704, 0.406643537, 0.14762401, 0.03231882, 0.004266868, 0.0003397188, 0, 0, 0, 0, 0, 0],
    [0.20398618, 0.393662525, 0.24749239, 0.11056847, 0.035102043, 0.0079189055, 0.001269491, 0, 0, 0, 0, 0],
    [0.08485487, 0.277921233, 0.27792123, 0.18939369, 0.105125448, 0.0454553570, 0.015310774, 0.004017391, 0, 0, 0, 0],
    [0.02014749, 0.173347467, 0.22063302, 0.22131828, 0.174967643, 0.1090164652, 0.053532830, 0.020717693, 0.006319113, 0, 0, 0],
    [0, 0.072029825, 0.13671708, 0.19735138, 0.216652933, 0.1808822561, 0.114850887, 0.055459983, 0.020367237, 0.005688418, 0, 0],
    [0, 0.018439196, 0.05548389, 0.12162104, 0.194208159, 0.2259140226, 0.191441399, 0.118180404, 0.053146176, 0.017410672,
     0.004155049, 0],
    [0, 0.003791861, 0.01659093, 0.05229263, 0.118730368, 0.1941934608, 0.228801496, 0.194193460, 0.118730371, 0.052292634,
     0.016590928, 0.00379186],
]  # fmt: skip


def test_the_published_table_of_noise_up_to_2_with_variance_1() -> None:
    table = make_ptable(D=2, V=1)
    np.testing.assert_allclose(table.matrix, D2_V1, atol=5e-8)
    said = table.moments()
    assert [one.mean for one in said] == pytest.approx([0, 0, 0], abs=1e-9)
    assert [one.variance for one in said] == pytest.approx([0, 0.93188, 1], abs=5e-6)
    assert [one.stay for one in said] == pytest.approx([1, 0.36649, 0.38296], abs=5e-6)
    assert [one.reached for one in said] == [True, False, True]  # the vignette marks the same count


def test_the_published_table_with_variance_0_9_and_its_intervals() -> None:
    table = make_ptable(2, 0.9)
    np.testing.assert_allclose(table.matrix, D2_V09, atol=5e-8)
    assert all(one.reached for one in table.moments())
    rows = [row for row in table.transitions() if row.i == 2]
    assert [(row.j, row.v) for row in rows] == [(0, -2), (1, -1), (2, 0), (3, 1), (4, 2)]
    assert [row.lower for row in rows] == pytest.approx([0, 0.05154609, 0.29536173, 0.70463827, 0.94845391], abs=1e-8)
    assert [row.upper for row in rows] == pytest.approx([0.05154609, 0.29536173, 0.70463827, 0.94845391, 1], abs=1e-8)


def test_the_published_table_in_which_neither_1_nor_2_comes_out() -> None:
    found = make_ptable(D=5, V=3, js=2).matrix
    assert not found[:, 1:3].any()
    # What is printed is itself optimised to 1e-7 or so.
    np.testing.assert_allclose(np.delete(found, [1, 2], axis=1), D5_V3_JS2, atol=5e-8)


def test_the_published_probabilities_of_staying() -> None:
    for pstay, stay in ((0.5, [1, 0.5, 0.5, 0.5, 0.5]), ([0.5, 0.5, 0.7, 0.8], [1, 0.5, 0.5, 0.7, 0.8])):
        said = make_ptable(D=4, V=1, pstay=pstay).moments()
        assert [one.stay for one in said] == pytest.approx(stay, abs=1e-9)
        assert [one.variance for one in said] == pytest.approx([0, 1, 1, 1, 1], abs=1e-9)


def test_where_nothing_is_known_of_the_order_of_noise_the_variance_is_what_was_asked() -> None:
    said = make_ptable(D=5, V=3, mono=False, exact=True).moments()
    assert [one.variance for one in said] == pytest.approx([0, 3, 3, 3, 3, 3])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"D": 0, "V": 1}, "D, the greatest noise, is a whole number from 1 on, not 0"),
        ({"D": 2, "V": 5}, "at most D² = 4"),
        ({"D": 2, "V": float("nan")}, "V, the variance"),
        ({"D": 3, "V": 1, "js": 2}, "Count 1: .* can only be above 2; V is 1. Take another V or D"),
        ({"D": 5, "V": 3, "exact": True}, "Count 1: .* below 2.72727; V is 3. .* mono=False, exact=False"),
        ({"D": 2, "V": 1, "js": 2}, "take D above js"),
        ({"D": 2, "V": 1, "pstay": 1.0}, "pstay is a probability above 0 and below 1"),
        ({"D": 4, "V": 1, "pstay": [0.5]}, "one for each of the counts 1 … 4"),
    ],
)
def test_what_cannot_be_is_said_with_its_cure(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make_ptable(**given)  # type: ignore[arg-type]


@settings(max_examples=20, deadline=None)
@given(
    st.integers(1, 8), st.floats(0.05, 0.95), st.integers(0, 2), st.one_of(st.none(), st.floats(0.05, 0.9)), st.booleans(),
)  # fmt: skip
@example(8, 0.05, 0, 0.9, True)
def test_every_table_is_unbiased_bounded_and_invents_nobody(
    d: int, share: float, js: int, pstay: float | None, mono: bool
) -> None:
    assume(js < d)
    try:
        table = make_ptable(d, share * d * d, js, pstay, mono)
    except ValueError:  # what it says: test_what_cannot_be_is_said_with_its_cure
        reject()
    noise = np.arange(-d, d + 1)
    assert (table.probabilities >= 0).all()
    assert np.allclose(table.probabilities.sum(axis=1), 1)
    assert np.abs(table.probabilities @ noise).max() < 1e-8
    assert (table.probabilities @ noise**2).max() < table.V + 1e-8
    assert table.matrix[0, 0] == 1
    for i, j, _v, _p, lower, upper in table.transitions():
        assert j == 0 or j > js
        assert abs(i - j) <= d
        assert 0 <= lower <= upper <= 1
    assert (np.diff(table.thresholds, axis=1) >= 0).all()
    assert (table.thresholds[:, -1] == 2**BITS).all()
    assert np.abs(np.diff(table.thresholds, axis=1, prepend=0) / 2**BITS - table.probabilities).max() < 2 / 2**BITS


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.floats(0.1, 0.6), st.integers(0, 2**32 - 1))
def test_no_other_distribution_with_these_moments_has_more_entropy(d: int, share: float, seed: int) -> None:
    noise = np.arange(-d, d + 1).astype(float)
    found = greatest_entropy(
        np.array([noise, noise**2]), np.array([0.0, share * d]), np.zeros((0, len(noise))), np.zeros(0)
    )
    assert found is not None
    # A step along any direction that keeps sum, mean and variance: from the top it leads down.
    kept = np.array([np.ones(len(noise)), noise, noise**2])
    way = np.random.default_rng(seed).normal(size=len(noise))
    way -= kept.T @ np.linalg.lstsq(kept.T, way, rcond=None)[0]
    step = 0.5 * found.min() / max(np.abs(way).max(), 1e-12)
    for moved in (found + step * way, found - step * way):
        assert -(moved * np.log2(moved)).sum() <= -(found * np.log2(found)).sum() + 1e-12
