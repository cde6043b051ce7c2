"""How long a form took: whole minutes where a clock tells them, nothing where it cannot be so."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domicile.core.enumeration import Fault, content_of, forms, judged, minutes_between, minutes_told, with_minutes
from domicile.core.messages.submissions import read_submission
from tests.core.enumeration.test_items import MOMENT, SHORT, answer

TEN = "2030-11-03T10:00:00.000+08:00"


@pytest.mark.parametrize(
    ("end", "minutes"),
    [
        (TEN, 1), ("2030-11-03T10:00:59.999+08:00", 1), ("2030-11-03T10:01:00.001+08:00", 2), ("2030-11-03T10:12:30+08:00", 13),
        ("2030-11-03T02:05:00Z", 5), ("2030-11-03T16:00:00+08:00", 360), ("2030-11-03T16:00:01+08:00", None),
        ("2030-11-03T09:59:59+08:00", None), ("1970-01-01T00:00:00+08:00", None), ("2030-11-03T10:05:00", None),
        ("2030-11-03", None), ("", None), ("ten", None),
    ],
)  # fmt: skip
def test_minutes_begun_are_told_and_a_clock_that_jumped_tells_nothing(end: str, minutes: int | None) -> None:
    assert minutes_between(TEN, end) == minutes
    assert minutes_between("", end) is None


@given(
    st.text() | st.datetimes(timezones=st.timezones() | st.none()).map(dt.datetime.isoformat), st.text() | st.just(TEN)
)
@example("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59")
@example("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")
def test_whatever_a_phone_writes_is_minutes_or_nothing(start: str, end: str) -> None:
    for one in (minutes_between(start, end), minutes_between(end, start)):
        assert one is None or 1 <= one <= 360


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists))
def test_whatever_a_page_sends_is_minutes_or_nothing(value: Any) -> None:
    kept = minutes_told(value)
    assert kept is None or (type(value) is int and 1 <= value <= 360 and kept == value)
    told = with_minutes(answer(minutes="long"), value)
    assert told == answer() | ({} if kept is None else {"minutes": kept})
    assert judged(SHORT, told, MOMENT).sound


def test_minutes_are_no_item_and_what_is_none_of_them_is_a_fault() -> None:
    assert all("minutes" not in form.by_name for form in forms().values())
    assert judged(SHORT, answer(minutes=7), MOMENT).sound
    for wrong in (0, -3, 361, True, "7", 7.5, None):
        assert judged(SHORT, answer(minutes=wrong), MOMENT).faults == (Fault("range", "minutes"),)


@pytest.mark.parametrize(
    ("times", "minutes"),
    [
        (f"<start>{TEN}</start><end>2030-11-03T10:06:20.000+08:00</end>", 7),
        (f"<start>{TEN}</start><end>2030-11-02T10:06:20.000+08:00</end>", None),
        (f"<start>{TEN}</start>", None), ("", None), (f"<minutes>1</minutes><end>{TEN}</end>", None),
    ],
)  # fmt: skip
def test_of_a_phones_two_times_only_the_minutes_are_kept(times: str, minutes: int | None) -> None:
    xml = (
        f'<data id="census_short" version="1">{times}<kind>1</kind>'
        "<meta><instanceID>uuid:00000000-0000-4000-8000-000000000001</instanceID></meta></data>"
    )
    content = content_of(SHORT, read_submission(xml.encode()).answers)
    assert content == {"kind": 1, "persons": []} | ({} if minutes is None else {"minutes": minutes})
