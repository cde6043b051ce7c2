"""Unified social credit codes: read as typed, refused with what is wrong."""

import pytest

from domicile.core.codes.credit import CreditCodeError, parse_credit_code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("91110000600037341L", "91110000600037341L"),
        ("9111 0000 6000 37341l", "91110000600037341L"),
        ("９１１１００００６０００３７３４１Ｌ", "91110000600037341L"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str) -> None:
    assert parse_credit_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("91110000600037341", "length"),
        ("91110000600037342L", "checksum"),
        ("91110000060037341L", "checksum"),
        ("9111000060003734IL", "characters"),
        ("911A0000600037341L", "characters"),
    ],
)
def test_what_is_wrong_is_named(typed: str, fault: str) -> None:
    with pytest.raises(CreditCodeError) as caught:
        parse_credit_code(typed)
    assert caught.value.code == fault
    assert caught.value.message


def test_rural_collectives_have_codes_that_begin_with_a_letter() -> None:
    faults = [fault_of(f"N2110108MF0000012{character}") for character in "0123456789ABCDEFGHJKLMNPQRTUWXY"]
    assert sorted(set(faults)) == ["", "checksum"]
    assert faults.count("") == 1


def fault_of(text: str) -> str:
    try:
        parse_credit_code(text)
    except CreditCodeError as error:
        return error.code
    return ""
