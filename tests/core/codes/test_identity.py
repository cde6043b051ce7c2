import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.codes import identity
from domicile.core.codes.identity import NumberError, classify, parse_resident_number

TODAY = date(2026, 11, 22)


def number(county: str = "770101", born: str = "19800101", serial: str = "123") -> str:
    return county + born + serial + identity.check_char(county + born + serial)


def code_of(text: str, kind: str | None = None) -> str:
    with pytest.raises(NumberError) as fault:
        classify(text, kind, today=TODAY)
    return fault.value.code


def test_the_published_examples_are_read() -> None:
    parsed = parse_resident_number("34010219900307277x", today=TODAY)

    assert (parsed.number18, parsed.county, parsed.birth_date) == ("34010219900307277X", "340102", date(1990, 3, 7))
    assert (parsed.sex, parsed.serial, parsed.upgraded) == ("1", "277", False)
    assert parse_resident_number("11010519491231002X", today=TODAY).sex == "2"


def test_fifteen_places_are_upgraded_and_centenarians_keep_their_century() -> None:
    assert parse_resident_number("110105491231002", today=TODAY).number18 == "11010519491231002X"
    assert parse_resident_number("770101950307996", today=TODAY).birth_date == date(1895, 3, 7)


@pytest.mark.parametrize("spelling", ["７７０１０１{}", "'770101{}", " 770101 {} ", "770101{}\u200b"])
def test_width_blanks_and_text_marks_do_not_matter(spelling: str) -> None:
    rest = number()[6:]

    assert parse_resident_number(spelling.format(rest), today=TODAY).number18 == number()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("77010119800101", "length"),
        ("7701011980010112345", "length"),
        ("77010119800101A234", "characters"),
        ("770101********1234", "masked"),
        (number(born="19800230"), "birth_date_impossible"),
        (number(born="10660101"), "birth_date_impossible"),
        (number(born="20990101"), "birth_date_future"),
        (number(born="20261123"), "birth_date_future"),
        (number(serial="000"), "serial"),
        ("110105194912310021", "checksum"),
        ("1.10105E+17", "looks_rounded"),
        ("1.1010519491231E+17", "looks_rounded"),
        ("110105194912310000", "looks_rounded"),
        ("110105194912310016.0", "looks_rounded"),
        ("19800101", "length"),
    ],
)
def test_each_fault_has_its_own_code(text: str, code: str) -> None:
    assert code_of(text) == code
    assert identity.MESSAGES[code]


def test_counties_of_any_age_are_taken() -> None:
    assert classify(number(county="779999"), today=TODAY).kind == "resident_id"


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        ("", None, ("none", "")),
        (number(county="810000"), None, ("hmt_residence", number(county="810000"))),
        (number(county="820000"), "resident_id", ("hmt_residence", number(county="820000"))),
        (number(county="911156"), None, ("foreign_pr", number(county="911156"))),
        ("USA110085010112", None, ("foreign_pr", "USA110085010112")),
        ("h1234567890", None, ("hk_macao_permit", "H12345678")),
        ("M12345678", "hk_macao_permit", ("hk_macao_permit", "M12345678")),
        ("01234567", None, ("taiwan_permit", "01234567")),
        ("19800101", "taiwan_permit", ("taiwan_permit", "19800101")),
        ("EA1234567", None, ("passport", "EA1234567")),
        ("K1234567A", "passport", ("passport", "K1234567A")),
        ("军字第1234号", "other", ("other", "军字第1234号")),
    ],
)
def test_kinds_are_told_by_form_and_by_what_was_stated(
    text: str, declared: str | None, expected: tuple[str, str]
) -> None:
    assert classify(text, declared, today=TODAY) == expected


def test_a_number_that_does_not_fit_the_stated_type_is_a_fault() -> None:
    assert code_of("12345", "hk_macao_permit") == "pattern"
    assert code_of("护照", "passport") == "pattern"
    assert code_of("x" * 41, "other") == "pattern"


@given(st.integers(0, 2**31))
def test_any_single_slip_is_found_among_the_variants_and_breaks_the_check(seed: int) -> None:
    rng = random.Random(seed)
    right = number(serial=f"{rng.randint(1, 999):03d}", born=f"{rng.randint(1930, 2020)}0{rng.randint(1, 9)}15")
    near = identity.variants(right)
    place = rng.randrange(17)
    wrong = right[:place] + str((int(right[place]) + rng.randint(1, 9)) % 10) + right[place + 1 :]

    assert wrong in near
    assert right not in near
    assert len(near) == len(set(near))
    assert 160 <= len(near) <= 180
    assert identity.check_char(wrong[:17]) != wrong[17]
    assert right in identity.variants(wrong)


def test_swapped_neighbours_are_among_the_variants() -> None:
    assert "43" + number()[2:] in identity.variants("34" + number()[2:])


def test_a_masked_number_keeps_neither_birth_date_nor_serial() -> None:
    masked = identity.mask(number(born="19800307", serial="277"))

    assert len(masked) == 18
    assert "19800307" not in masked
    assert "277" not in masked
