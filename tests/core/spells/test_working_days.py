from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.spells import UnknownYear, national_calendar
from domicile.core.spells.working_days import calendar_from_data

CALENDAR = national_calendar()


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 9, 30), True),
        (date(2025, 10, 1), False),
        (date(2025, 10, 8), False),
        (date(2025, 9, 28), True),  # a Sunday made up for
        (date(2025, 10, 11), True),  # a Saturday made up for
        (date(2025, 10, 12), False),
    ],
)
def test_days_off_and_make_up_days(day: date, worked: bool) -> None:
    assert CALENDAR.is_working_day(day) is worked


def test_a_period_skips_the_national_holiday_and_counts_the_make_up_saturday() -> None:
    assert CALENDAR.add(date(2025, 9, 30), 7) == date(2025, 10, 16)


@given(st.dates(date(2024, 1, 1), date(2025, 12, 31)), st.integers(0, 40))
def test_adding_and_counting_agree(start: date, working_days: int) -> None:
    end = CALENDAR.add(start, working_days)

    assert CALENDAR.between(start + timedelta(days=1), end + timedelta(days=1)) == working_days
    assert working_days == 0 or CALENDAR.is_working_day(end)


@given(st.dates(date(2024, 3, 1), date(2025, 12, 31)), st.integers(0, 30))
def test_going_back_is_the_latest_day_with_so_many_working_days_after_it(end: date, working_days: int) -> None:
    start = CALENDAR.before(end, working_days)

    assert CALENDAR.between(start + timedelta(days=1), end + timedelta(days=1)) == working_days
    assert CALENDAR.between(start + timedelta(days=2), end + timedelta(days=1)) < working_days or working_days == 0


def test_a_year_that_is_not_announced_is_an_error_that_says_what_to_load() -> None:
    year = max(CALENDAR.years) + 1

    with pytest.raises(UnknownYear, match=f"{year}.*Load the calendar"):
        CALENDAR.add(date(year - 1, 12, 30), 10)
    with pytest.raises(ValueError, match="negative"):
        CALENDAR.add(date(2025, 1, 1), -1)


def test_a_later_year_is_loaded_from_data() -> None:
    rows = [{"date": "2051-10-02", "kind": "off"}, {"date": "2051-10-07", "kind": "work"}]

    loaded = calendar_from_data(rows, CALENDAR)

    assert not loaded.is_working_day(date(2051, 10, 2))
    assert loaded.is_working_day(date(2051, 10, 7))
    assert loaded.is_working_day(date(2051, 10, 3))
    assert loaded.is_working_day(date(2025, 9, 28))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"date": "2 October", "kind": "off"}], "Row 1"),
        ([{"date": "2051-10-02", "kind": "perhaps"}], "Row 1"),
        ([{"date": "2051-10-03", "kind": "work"}], "no weekend day"),
        ([{"date": "2051-10-07", "kind": "work"}, {"date": "2051-10-07", "kind": "off"}], "both"),
    ],
)
def test_calendars_that_cannot_be_are_refused(rows: list[dict[str, str]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        calendar_from_data(rows, CALENDAR)
