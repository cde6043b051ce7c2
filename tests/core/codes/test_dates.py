from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.codes.dates import DateError, date_columns, parse_date

TODAY = date(2026, 11, 22)
NEW_YEAR_1980 = date(1980, 1, 1)


@pytest.mark.parametrize(
    "typed",
    [
        "19800101",
        "800101",
        "1980-1-1",
        "1980.1.1",
        "1980/1/1",
        "1980年1月1日",
        "１９８０年０１月０１日",
        "80.1.1",
        "29221",
        "1980-01-01 00:00:00",
        "1980-01-01T08:30:00",
        "19800101.0",
        "1980 1 1",
    ],
)
def test_the_forms_people_type_are_one_day(typed: str) -> None:
    reading = parse_date(typed, today=TODAY)

    assert (reading.value, reading.precision) == (NEW_YEAR_1980, "day")


@pytest.mark.parametrize(
    ("typed", "precision"),
    [("1980", "year"), ("19800000", "year"), ("1980年1月", "month"), ("1980-01", "month"), ("19800100", "month")],
)
def test_what_is_not_known_to_the_day_says_so(typed: str, precision: str) -> None:
    reading = parse_date(typed, today=TODAY)

    assert (reading.value, reading.precision) == (NEW_YEAR_1980, precision)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "blank"),
        ("不详", "form"),
        ("1/1/1980", "form"),
        ("80.1", "form"),
        ("1980-13-01", "impossible"),
        ("19800230", "impossible"),
        ("1980-00-01", "impossible"),
        ("2999-01-01", "future"),
        ("20261123", "future"),
        ("1066-10-14", "too_early"),
    ],
)
def test_each_fault_has_its_code(typed: str, code: str) -> None:
    with pytest.raises(DateError) as fault:
        parse_date(typed, today=TODAY)
    assert fault.value.code == code


@given(st.integers(0, 99), st.integers(1, 12), st.integers(1, 28))
def test_two_digit_years_never_land_in_the_future_and_say_that_they_were_read_so(yy: int, month: int, day: int) -> None:
    reading = parse_date(f"{yy:02d}{month:02d}{day:02d}", today=TODAY)

    assert reading.value <= TODAY
    assert reading.value.year % 100 == yy
    assert reading.note in ("century_assumed", "ambiguous_six_digits")


def test_future_dates_are_taken_where_they_may_be_but_not_2999() -> None:
    assert parse_date("2027-05-31", today=TODAY, allow_future=True).value == date(2027, 5, 31)
    with pytest.raises(DateError):
        parse_date("2999-01-01", today=TODAY, allow_future=True)


texts = st.one_of(
    st.text(alphabet="0123456789-./年月日 T:", max_size=12),
    st.text(alphabet="0123", min_size=4, max_size=8),
    st.dates(date(1840, 1, 1), date(2030, 1, 1)).map(lambda day: day.strftime("%Y%m%d")),
    st.dates(date(1840, 1, 1), date(2030, 1, 1)).map(lambda day: f"{day.year}年{day.month}月{day.day}日"),
    st.dates(date(1840, 1, 1), date(2030, 1, 1)).map(lambda day: day.strftime("%y%m%d")),
)


@given(st.lists(texts, min_size=1, max_size=30), st.booleans())
def test_columns_agree_with_one_by_one(typed: list[str], allow_future: bool) -> None:
    read = date_columns(pl.DataFrame({"t": typed}), "t", today=TODAY, prefix="", allow_future=allow_future)

    expected: list[tuple[object, ...]] = []
    for one in typed:
        try:
            reading = parse_date(one, today=TODAY, allow_future=allow_future)
            expected.append((reading.value, reading.precision, reading.form, reading.note or None, None))
        except DateError as fault:
            expected.append((None, None, None, None, None if fault.code == "blank" else fault.code))
    assert read.drop("t").rows() == expected
