"""Codes of places: given out in order, told apart, read back from a plate, one wrong character found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.addresses import codes

COUNTIES = st.integers(0, 999_999).map("{:06d}".format)
KINDS = st.sampled_from(list(codes.LETTERS))
SERIALS = st.integers(1, 99_999)
SHOWN = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@st.composite
def any_code(draw: st.DrawFn) -> str:
    kind = draw(st.sampled_from(["street", "plate", "building", "unit", "room"]))
    base = codes.issued(kind if kind in codes.LETTERS else "building", draw(COUNTIES), draw(SERIALS))
    if kind == "unit":
        return codes.unit_code(base, draw(st.integers(0, 999)))
    if kind == "room":
        return codes.room_code(base, draw(st.integers(0, 999)), draw(st.integers(1, 32_767)))
    return base


@given(any_code())
def test_a_code_is_read_back_from_its_plate(code):
    assert codes.read(codes.written(code)) == code
    assert codes.read(f" {codes.written(code).lower()} ") == code


@given(KINDS, COUNTIES, SERIALS, SERIALS)
def test_later_codes_of_a_county_sort_after_earlier_ones(kind, county, one, two):
    first, second = codes.issued(kind, county, one), codes.issued(kind, county, two)
    assert (first < second) == (one < two)
    assert codes.serial_of(first) == one
    assert codes.kind_of(first) == kind


@given(any_code(), st.data())
def test_one_wrong_character_is_found(code, data):
    place = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from([c for c in SHOWN if c != code[place]]))
    typed = f"{code[:place]}{wrong}{code[place + 1 :]}-{codes.check_character(code)}"
    with pytest.raises(codes.CodeError):
        codes.read(typed)


@given(any_code(), st.data())
def test_two_neighbours_that_changed_places_are_found_unless_they_follow_each_other(code, data):
    place = data.draw(st.integers(0, len(code) - 2))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if abs(SHOWN.index(code[place]) - SHOWN.index(code[place + 1])) > 1:
        with pytest.raises(codes.CodeError):
            codes.read(f"{swapped}-{codes.check_character(code)}")


def test_of_all_neighbours_that_can_change_places_one_in_630_is_missed():
    swaps = [(behind, one, other) for behind in SHOWN for one in SHOWN for other in SHOWN if one != other]
    missed = [
        swap
        for swap in swaps
        if codes.check_character("".join(swap)) == codes.check_character(swap[0] + swap[2] + swap[1])
    ]
    assert len(swaps) == 630 * len(missed)
    digits = [swap for swap in swaps if (swap[1] + swap[2]).isdigit()]
    assert len(digits) == 180 * sum((swap[1] + swap[2]).isdigit() for swap in missed)


def test_the_check_character_is_that_of_the_standard():
    # ISO 7064:2003 Mod 37,36: the example A12425GABC1234002 has M.
    assert codes.check_character("A12425GABC1234002") == "M"


@pytest.mark.parametrize(("county", "serial"), [("77010", 1), ("770101", 0), ("770101", 100_000), ("77010A", 1)])
def test_what_cannot_be_given_out_is_refused(county, serial):
    with pytest.raises(codes.CodeError):
        codes.issued("street", county, serial)


@pytest.mark.parametrize("text", ["", "-", "770101B0000067", "770101B0000067-", "人民路12号", "770101X0000067-A"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(codes.CodeError):
        codes.read(text)
