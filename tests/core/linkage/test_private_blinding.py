"""Blinded tokens: what both ends find, and what neither end nor anybody else can."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.linkage.private import Blinder, Box, BoxBroken, Unfit, common, public_of
from domicile.core.linkage.private.blinding import ORDER, point_of

EAST, WEST, LABEL = b"e" * 32, b"w" * 32, b"label of one comparison"
#: P-256 in plain arithmetic (SP 800-186, 3.2.1.3): what the test vectors are derived with, without the library.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


def east() -> Blinder:
    return Blinder(EAST, label=LABEL)


def west() -> Blinder:
    return Blinder(WEST, label=LABEL)


def lifted(x: int) -> tuple[int, int] | None:
    y2 = (x**3 - 3 * x + B) % P
    y = pow(y2, (P + 1) // 4, P)
    return (x, y) if y * y % P == y2 else None


def added(one: tuple[int, int] | None, two: tuple[int, int] | None) -> tuple[int, int] | None:
    if one is None or two is None:
        return one or two
    if one[0] == two[0] and (one[1] + two[1]) % P == 0:
        return None
    slope = (
        (3 * one[0] ** 2 - 3) * pow(2 * one[1], -1, P)
        if one == two
        else (two[1] - one[1]) * pow(two[0] - one[0], -1, P)
    )
    x = (slope**2 - one[0] - two[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def multiplied(scalar: int, point: tuple[int, int]) -> tuple[int, int]:
    found, power = None, point
    while scalar:
        found = added(found, power) if scalar & 1 else found
        scalar, power = scalar >> 1, added(power, power)  # type: ignore[assignment]
    assert found is not None
    return found


def scalar_of(secret: bytes) -> int:
    return 1 + int.from_bytes(hashlib.sha512(b"domicile comparison scalar\x00" + secret).digest()) % (ORDER - 1)


def test_points_are_those_of_plain_arithmetic() -> None:
    for token in (b"number\x1f1", b"name_birth\x1fzhang wei", b""):
        hashed = point_of(token, LABEL).public_numbers()
        start = (hashed.x, hashed.y)
        assert lifted(hashed.x) in (start, (hashed.x, P - hashed.y))
        (once,) = east().blind([token])
        assert int.from_bytes(once) == multiplied(scalar_of(EAST), start)[0]
        (twice,) = west().double([once])
        both = scalar_of(EAST) * scalar_of(WEST) % ORDER
        assert int.from_bytes(twice) == multiplied(both, start)[0]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.binary(max_size=20), max_size=6), st.sets(st.binary(max_size=20), max_size=6))
def test_each_end_finds_what_both_have_and_nothing_else(here: set[bytes], there: set[bytes]) -> None:
    own, theirs = sorted(here), sorted(there)
    own_doubled, their_doubled = west().double(east().blind(own)), east().double(west().blind(theirs))
    assert {own[place] for place in common(own_doubled, their_doubled)} == here & there
    assert {theirs[place] for place in common(their_doubled, own_doubled)} == here & there


def test_a_peer_cannot_test_a_guess_without_asking() -> None:
    """West holds its secret, the label and every message, and knows exactly whom to guess: nothing fits without East's secret."""
    guessed = b"number\x1f110101199003070011"
    (blinded,) = east().blind([guessed])
    plain = point_of(guessed, LABEL).public_numbers().x.to_bytes(32)
    made = {plain, *west().blind([guessed]), *west().double(west().blind([guessed])), *west().double([blinded])}
    assert blinded not in made
    # The sole way is to send the guess among its own tokens, which are counted, and have it doubled there.
    (asked,) = east().double(west().blind([guessed]))
    assert common([asked], west().double([blinded])) == [0]


def test_the_same_token_is_another_point_in_another_comparison() -> None:
    assert Blinder(EAST, label=LABEL).blind([b"x"]) != Blinder(EAST, label=b"another").blind([b"x"])
    assert Blinder(EAST, label=LABEL).blind([b"x"]) != Blinder(b"f" * 32, label=LABEL).blind([b"x"])


@pytest.mark.parametrize("bad", [b"", b"\x00" * 31, b"\xff" * 32, (5).to_bytes(32) + b"\x00", P.to_bytes(32)])
def test_what_is_no_point_is_refused(bad: bytes) -> None:
    with pytest.raises(Unfit):
        east().double([bad])


def test_an_x_off_the_curve_is_refused() -> None:
    off = next(x for x in range(1, 100) if lifted(x) is None)
    with pytest.raises(Unfit):
        east().double([off.to_bytes(32)])


def test_a_secret_has_its_length() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Blinder(b"short", label=LABEL)


def boxes() -> tuple[Box, Box]:
    one, two = public_of(EAST), public_of(WEST)
    return Box(EAST, one, two, comparison=b"1"), Box(WEST, two, one, comparison=b"1")


def test_a_box_opens_at_the_other_end_in_its_place_alone() -> None:
    here, there = boxes()
    sealed = here.seal(b"points", place="tokens 1 1", nonce=b"n" * 12)
    assert there.open(sealed, place="tokens 1 1") == b"points"
    assert here.label == there.label
    for place, content in (
        ("tokens 0 1", sealed),
        ("tokens 1 2", sealed),
        ("tokens 1 1", sealed[:-1]),
        ("tokens 1 1", b""),
    ):
        with pytest.raises(BoxBroken):
            there.open(content, place=place)


def test_a_third_with_all_messages_opens_nothing() -> None:
    here, _there = boxes()
    sealed = here.seal(b"points", place="tokens 1 1", nonce=b"n" * 12)
    thirds = b"t" * 32
    for own, theirs in ((public_of(EAST), public_of(WEST)), (public_of(thirds), public_of(EAST))):
        with pytest.raises(BoxBroken):
            Box(thirds, own, theirs, comparison=b"1").open(sealed, place="tokens 1 1")
    with pytest.raises(BoxBroken):  # the same two ends, in another comparison
        Box(WEST, public_of(WEST), public_of(EAST), comparison=b"2").open(sealed, place="tokens 1 1")


def test_what_is_no_public_key_is_refused() -> None:
    for bad in (b"", b"\x00" * 32):
        with pytest.raises(BoxBroken):
            Box(EAST, public_of(EAST), bad, comparison=b"1")
