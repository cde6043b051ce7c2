"""A sample of records: drawn by secret keys, coarsened until nobody stands alone."""

import numpy as np
import pyarrow as pa
import pytest

from domicile.core.disclosure import sample_risk
from domicile.core.tabulation.sampling import KEYS, columns, drawn, protect_sample


def people(count: int, seed: int = 1) -> pa.Table:
    draw = np.random.default_rng(seed)
    found = {name: pa.array(draw.integers(0, 5, count)) for name in columns()}
    found |= {
        "age": pa.array(draw.integers(0, 100, count)),
        "area": pa.array(draw.integers(770101001001, 770101001009, count)),
    }
    return pa.table(
        found
        | {
            "sex": pa.array(draw.integers(1, 3, count)),
            "education": pa.array([None, *draw.integers(1, 10, count - 1).tolist()]),
        }
    )


def test_households_are_drawn_with_the_share_asked_for_and_always_the_same_ones() -> None:
    keys = np.random.default_rng(2).integers(0, 2**32, 50_000)
    found = drawn(keys, 0.01)
    assert 400 < found.sum() < 600
    assert np.array_equal(found, drawn(keys, 0.01))
    assert (drawn(keys, 0.02) >= found).all()
    # Being in the sample tells nothing of the key, from which the noise hangs.
    assert abs(keys[found].mean() / keys.mean() - 1) < 0.1
    with pytest.raises(ValueError, match="no share"):
        drawn(keys, 0)


@pytest.mark.parametrize("k", [2, 5, 10])
def test_every_record_is_like_enough_others_and_the_risk_is_of_what_goes_out(k: int) -> None:
    made = protect_sample(people(3000), 0.01, k)
    again = sample_risk({name: made.rows[name].to_pylist() for name in KEYS}, made.rows["weight"].to_numpy())
    assert made.risk.k >= k
    assert again.k == made.risk.k
    assert made.risk.risk.max() <= 1 / k
    assert made.rows.num_rows + made.dropped == 3000
    assert made.coarsened["age"] > 0


def test_who_stands_alone_whatever_is_coarsened_is_left_out() -> None:
    rows = people(400).to_pydict()
    rows["area"][0] = 110101001001
    made = protect_sample(pa.table(rows), 0.01, 5)
    assert "110101" not in made.rows["county"].to_pylist()
    assert made.dropped >= 1


def test_nobody_drawn_is_an_empty_sample() -> None:
    made = protect_sample(people(5).slice(0, 0), 0.01, 5)
    assert made.rows.num_rows == 0
