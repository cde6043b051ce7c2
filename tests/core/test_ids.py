import itertools
import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core import ids


@given(st.integers(0, ids.LARGEST_MILLISECOND), st.integers(0, 2**32))
def test_single_key_is_version_7_and_carries_its_millisecond(unix_ms: int, seed: int) -> None:
    key = ids.uuid7(unix_ms, random.Random(seed).randbytes)

    assert key.version == 7
    assert key.variant == "specified in RFC 4122"
    assert key.int >> 80 == unix_ms


def test_key_is_repeatable_from_its_source_of_randomness() -> None:
    assert ids.uuid7(5, random.Random(1).randbytes) == ids.uuid7(5, random.Random(1).randbytes)
    assert ids.uuid7(5, random.Random(1).randbytes) != ids.uuid7(5, random.Random(2).randbytes)


@given(st.integers(0, ids.LARGEST_MILLISECOND), st.integers(0, 300), st.binary(min_size=16, max_size=40))
def test_sequence_rises_strictly_and_every_key_is_valid(unix_ms: int, count: int, rand: bytes) -> None:
    keys = ids.sequence(unix_ms, count, rand)

    assert len(keys) == count
    assert all(a < b for a, b in itertools.pairwise(keys))
    for key in keys:
        assert len(key) == 32
        parsed = UUID(key)
        assert parsed.version == 7
        assert parsed.variant == "specified in RFC 4122"
        assert parsed.int >> 80 == unix_ms


def test_sequence_carries_from_the_lower_counter_bits_into_the_upper() -> None:
    just_below_the_carry = ((1 << 30) - 2).to_bytes(6, "big") + bytes(10)

    keys = ids.sequence(0, 4, just_below_the_carry)

    assert keys == sorted(set(keys))
    assert [UUID(key).version for key in keys] == [7, 7, 7, 7]


def test_two_sequences_of_one_millisecond_do_not_meet() -> None:
    first = ids.sequence(1_700_000_000_000, 1000, random.Random(1).randbytes(16))
    second = ids.sequence(1_700_000_000_000, 1000, random.Random(2).randbytes(16))

    assert not set(first) & set(second)


@pytest.mark.parametrize(
    ("unix_ms", "count", "rand"), [(-1, 1, bytes(16)), (1 << 48, 1, bytes(16)), (0, -1, bytes(16)), (0, 1, b"")]
)
def test_arguments_that_cannot_be_are_refused(unix_ms: int, count: int, rand: bytes) -> None:
    with pytest.raises(ValueError, match=r"sequence|millisecond"):
        ids.sequence(unix_ms, count, rand)
