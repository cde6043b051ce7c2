"""Allocation, drawing, who checks: what holds of every sample."""

import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.sampling import Checker, Record, allocate, assign, draw

SIZES = st.dictionaries(st.text("abc", min_size=1, max_size=4), st.integers(0, 400), max_size=12)
KEYS = st.lists(st.text("0123456789abcdef", min_size=1, max_size=6), unique=True, max_size=40)
GRIDS = ("770101001001001", "770101001001002", "770101001002001")
PEOPLE = ("chen", "he", "li", "qian", "sun", "zhao")


@given(SIZES, st.integers(0, 600), st.integers(0, 5))
def test_every_stratum_gets_its_least_and_no_more_than_it_has(sizes, size, minimum) -> None:
    given_to = allocate(sizes, size, minimum)

    assert set(given_to) == set(sizes)
    for stratum, count in given_to.items():
        assert min(sizes[stratum], minimum) <= count <= sizes[stratum]
    least = sum(min(count, minimum) for count in sizes.values())
    assert sum(given_to.values()) == max(min(size, sum(sizes.values())), least)


@given(SIZES, st.integers(0, 600), st.integers(0, 5))
def test_who_is_above_the_least_has_its_share_to_within_one_record(sizes, size, minimum) -> None:
    given_to = allocate(sizes, size, minimum)

    above = [one for one, count in given_to.items() if count > min(sizes[one], minimum)]
    for one in above:
        for other in above:
            assert abs(given_to[one] * sizes[other] - given_to[other] * sizes[one]) <= sizes[one] + sizes[other]
    for one in sizes:
        for other in sizes:
            assert sizes[one] <= sizes[other] or given_to[one] >= given_to[other] - 1


def test_a_published_proportional_allocation() -> None:
    # W. G. Cochran, Sampling Techniques, 3rd ed. 1977, chapter 5: 2,010 farms in seven strata by size, 100 drawn.
    assert allocate({"one": 394, "two": 461, "three": 391, "four": 334, "five": 169, "six": 113, "seven": 148}, 100, 0) == {
        "one": 20, "two": 23, "three": 19, "four": 17, "five": 8, "six": 6, "seven": 7,
    }  # fmt: skip


def test_small_strata_get_their_least_and_the_others_share_the_rest() -> None:
    assert allocate({"big": 900, "middle": 90, "small": 10, "single": 1}, 50, 4) == {
        "big": 41, "middle": 4, "small": 4, "single": 1,
    }  # fmt: skip
    with pytest.raises(ValueError, match="negative"):
        allocate({"big": 1}, -1, 0)


@given(st.integers(0, 2**31), KEYS, st.integers(0, 50), st.randoms())
def test_the_same_seed_draws_the_same_sample_in_whatever_order_the_records_come(seed, keys, count, shuffler) -> None:
    drawn = draw(seed, keys, count)
    other = list(keys)
    shuffler.shuffle(other)

    assert draw(seed, other, count) == drawn
    assert len(drawn) == min(count, len(keys))
    assert set(drawn) <= set(keys)
    assert draw(seed, keys, len(keys))[: len(drawn)] == drawn


def test_anybody_can_repeat_it_without_this_program() -> None:
    by_hand = sorted("abcdef", key=lambda key: hashlib.sha256(f"20261122:{key}".encode()).hexdigest())

    assert draw(20261122, "abcdef", 3) == by_hand[:3]
    with pytest.raises(ValueError, match="once"):
        draw(1, ["a", "a"], 1)


def test_each_record_is_as_likely_as_any_other() -> None:
    drawn = Counter(key for seed in range(6000) for key in draw(seed, "abcdef", 2))

    # 6000 draws of 2 of 6: 2000 each, with a standard deviation of 37.
    assert all(abs(count - 2000) < 5 * 37 for count in drawn.values())


@given(
    st.lists(st.tuples(st.sampled_from(GRIDS), st.sets(st.sampled_from(PEOPLE), max_size=3)), max_size=25),
    st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from([*GRIDS, "770101001001", "770101", "99"]), max_size=6),
)
def test_nobody_checks_oneself_and_nobody_checks_elsewhere(rows, scopes) -> None:
    records = [Record(str(at), place, frozenset(barred)) for at, (place, barred) in enumerate(rows)]
    checkers = [Checker(key, (scope,)) for key, scope in scopes.items()]

    found = assign(records, checkers)

    for record in records:
        fit = {key for key, scope in scopes.items() if record.place_code.startswith(scope) and key not in record.barred}
        chosen = found[record.key]
        assert (chosen is None) == (not fit)
        assert chosen is None or chosen in fit
        if chosen is not None:
            assert len(scopes[chosen]) == max(len(scopes[key]) for key in fit)


def test_the_nearest_goes_and_equals_share_the_work() -> None:
    near, busy, office = (Checker(key, (scope,)) for key, scope in (("a", GRIDS[0]), ("b", GRIDS[0]), ("c", "770101")))
    records = [Record(str(at), GRIDS[0], frozenset()) for at in range(4)]

    assert assign(records, [office, busy, near], {"b": 2}) == {"0": "a", "1": "a", "2": "a", "3": "b"}
    assert assign([Record("x", GRIDS[1], frozenset())], [near, office]) == {"x": "c"}
    assert assign([Record("x", GRIDS[1], frozenset({"c"}))], [near, office]) == {"x": None}
