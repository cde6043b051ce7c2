"""What was meant by what was typed into the search box."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.apps.people.selectors.question import read_question

TODAY = dt.date(2026, 11, 22)


def read(text):
    return read_question(text, today=TODAY)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("77010119800506001x", "77010119800506001X"),
        ("７７０１０１　１９８００５０６　００１１", "770101198005060011"),
        ("770101800506001", "770101800506001"),
        ("e12345678", "E12345678"),
        ("H1234567801", "H12345678"),
    ],
)
def test_numbers_are_read_in_any_spelling(typed, number):
    assert read(typed).document == number


@pytest.mark.parametrize("typed", ["13800000000", "138 0000 0000", "138-0000-0000", "+86 13800000000"])
def test_phones_are_read_in_any_spelling(typed):
    assert read(typed).phone == "13800000000"


def test_eight_digits_are_a_permit_or_a_phone_unless_they_are_a_date():
    assert (read("62345678").document, read("62345678").phone) == ("62345678", "62345678")
    assert read("19800101").born == (dt.date(1980, 1, 1), dt.date(1980, 1, 2))


@pytest.mark.parametrize(
    ("typed", "low", "high"),
    [
        ("1980-01-01", dt.date(1980, 1, 1), dt.date(1980, 1, 2)),
        ("1980.1.1", dt.date(1980, 1, 1), dt.date(1980, 1, 2)),
        ("1980年1月1日", dt.date(1980, 1, 1), dt.date(1980, 1, 2)),
        ("1980年2月", dt.date(1980, 2, 1), dt.date(1980, 3, 1)),
        ("1980年", dt.date(1980, 1, 1), dt.date(1981, 1, 1)),
    ],
)
def test_birth_dates_are_half_open_ranges(typed, low, high):
    assert read(typed).born == (low, high)


@pytest.mark.parametrize("typed", ["70-75岁", "70至75岁", "age 70-75", "ages 70 to 75"])
def test_an_age_band_holds_whoever_has_that_age_today(typed):
    low, high = read(typed).born
    assert low <= dt.date(1956, 11, 22) < high  # 70 today
    assert not low <= dt.date(1956, 11, 23) < high  # 69 until tomorrow
    assert low <= dt.date(1950, 11, 23) < high  # 75 until tomorrow
    assert not low <= dt.date(1950, 11, 22) < high  # 76 today


def test_a_name_may_stand_beside_a_date_or_an_age():
    assert (read("王 70-75岁").name, read("张伟 1980-01-01").name) == ("王", "张伟")


@pytest.mark.parametrize("typed", ["人民路12号", "3-2-501", "王家村8组", "锦绣花园3栋"])
def test_addresses_are_told_by_their_words(typed):
    assert read(typed).address == typed


def test_three_characters_that_end_like_a_street_are_asked_both_ways():
    assert (read("王小路").name, read("王小路").address) == ("王小路", "王小路")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("", "empty"), ("7701011980", "short_number"), ("200岁", "impossible_age"), ("1980-02-30", "impossible_age")],
)
def test_what_says_nothing_is_named(typed, problem):
    assert read(typed).problem == problem


@given(st.text(max_size=200))
def test_no_text_breaks_it(text):
    read(text)
