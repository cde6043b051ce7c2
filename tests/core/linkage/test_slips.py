"""Numbers with a slip lead back to the sound number that they were copied from."""

import datetime as dt

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.codes.identity import check_char, variants
from domicile.core.linkage.lunar import lunar_column, lunar_numerals
from domicile.core.linkage.slips import corrections

days = st.dates(dt.date(1900, 1, 1), dt.date(2026, 1, 1))


@st.composite
def sound_numbers(draw):
    first = f"77{draw(st.integers(1000, 9999))}{draw(days):%Y%m%d}{draw(st.integers(1, 999)):03}"
    return first + check_char(first)


@given(sound_numbers(), st.data())
@settings(max_examples=150, deadline=None)
def test_the_number_is_among_the_corrections_of_each_of_its_slips(number, data):
    slips = [one for one in variants(number) if one[:17].isdigit() and check_char(one[:17]) != one[17]]
    slip = data.draw(st.sampled_from(slips))
    found = corrections(pl.Series([slip]))
    assert number in found["number"].to_list()
    assert all(check_char(one[:17]) == one[17] for one in found["number"])
    assert set(found["number"]) <= set(variants(slip))


def test_the_last_digit_and_the_check_character_are_exchanged_back():
    number = "771000200101010028"
    assert check_char(number[:17]) == number[17]
    assert number in corrections(pl.Series(["771000200101010082"]))["number"].to_list()


def test_each_correction_names_the_number_it_is_for():
    first = "77010119800506001"
    wrong = pl.Series([first[:-1] + "9" + check_char(first), first + "0" if check_char(first) != "0" else first + "1"])
    found = corrections(wrong)
    assert {at: first + check_char(first) in group["number"].to_list() for (at,), group in found.group_by("at")} == {
        0: True,
        1: True,
    }


def test_no_numbers_have_no_corrections():
    assert corrections(pl.Series([], dtype=pl.String)).is_empty()


def test_lunar_dates_are_those_of_the_calendar():
    known = {
        dt.date(1975, 2, 11): 19750101, dt.date(1975, 2, 15): 19750105, dt.date(2023, 1, 21): 20221230,
        dt.date(2023, 4, 4): 20230214, dt.date(2026, 2, 17): 20260101,
    }  # fmt: skip
    assert {day: lunar_numerals(day) for day in known} == known
    assert lunar_column(pl.Series(list(known))).to_list() == list(known.values())


def test_days_that_the_calendar_does_not_reach_have_no_lunar_date():
    outside = [dt.date(1899, 1, 1), dt.date(2060, 1, 1), None]
    assert lunar_column(pl.Series(outside, dtype=pl.Date)).to_list() == [None, None, None]


@given(days)
@settings(max_examples=100, deadline=None)
def test_a_column_reads_as_its_days_do(day):
    assert lunar_column(pl.Series([day])).to_list() == [lunar_numerals(day)]
