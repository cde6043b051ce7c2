"""A systematic sample: every unit has its chance, neighbours are spread, and anybody draws it again."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.sampling import start, systematic

strata = st.lists(st.sampled_from(["a", "b", "c"]), max_size=80)


@given(st.integers(0, 2**64), st.integers(1, 20), strata)
def test_within_a_stratum_every_so_manyth_is_drawn(seed: int, interval: int, frame: list[str]) -> None:
    drawn = list(systematic(seed, interval, frame))
    assert len(drawn) == len(frame)
    for stratum in set(frame):
        places = [one for one, name in zip(drawn, frame, strict=True) if name == stratum]
        hits = [index for index, one in enumerate(places) if one]
        assert hits == list(range(start(seed, interval, stratum), len(places), interval))


def test_over_the_seeds_each_unit_is_drawn_as_often_as_any_other() -> None:
    units, interval, seeds = 23, 5, 4000
    counts = [0] * units
    for seed in range(seeds):
        for index, drawn in enumerate(systematic(seed, interval, ["one"] * units)):
            counts[index] += drawn
    expected = seeds / interval
    assert all(abs(count - expected) < 5 * (expected * (1 - 1 / interval)) ** 0.5 for count in counts)


def test_the_start_can_be_reckoned_without_this_program() -> None:
    by_hand = int.from_bytes(hashlib.sha256(b"20301012:770101001").digest(), "big") % 10
    assert start(20301012, 10, "770101001") == by_hand


def test_an_interval_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="interval"):
        start(1, 0)
    with pytest.raises(ValueError, match="interval"):
        list(systematic(1, 0, ["a"]))
