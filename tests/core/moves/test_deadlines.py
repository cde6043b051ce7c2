"""Whose turn it is after each step, and until when, in working days."""

import datetime as dt

import pytest

from domicile.core.moves import open_states, steps
from domicile.core.moves.deadlines import RULES, due_on, late_since, starts_on, to_be_seen, turn, turns
from domicile.core.policy.parameters import parameter
from domicile.core.spells import UnknownYear, national_calendar

CALENDAR = national_calendar()
FRIDAY = dt.date(2026, 9, 18)


@pytest.mark.parametrize(
    ("step", "by", "after", "expected"),
    [
        ("tell", "rule", "told", ("arrival", "destination")),
        ("withdraw", "destination", "told", ("arrival", "destination")),
        ("ask", "destination", "asked", ("answer", "origin")),
        ("object", "origin", "asked", ("look", "destination")),
        ("correct", "destination", "asked", ("answer", "origin")),
        ("arrive", "destination", "arrived", ("look", "origin")),
        ("object", "origin", "arrived", ("look", "destination")),
        ("correct", "destination", "arrived", ("look", "origin")),
        ("correct", "origin", "arrived", ("look", "destination")),
        ("correct", "above", "arrived", ("look", "origin")),
        ("reopen", "origin", "arrived", ("look", "destination")),
        ("not_yet", "destination", "told", ("arrival", "destination")),
    ],
)
def test_the_last_step_says_whose_turn_it_is(step: str, by: str, after: str, expected: tuple[str, str]) -> None:
    found = turn(step, by=by, after=after)
    assert found is not None
    assert (found.matter, found.side) == expected


def test_where_the_level_above_corrects_for_an_end_the_other_one_looks() -> None:
    for_origin = turn("correct", by="above", side="origin", after="arrived")
    for_destination = turn("reopen", by="above", side="destination", after="arrived")
    assert for_origin is not None
    assert for_destination is not None
    assert (for_origin.side, for_destination.side) == ("destination", "origin")


def test_nobody_is_waited_for_once_a_move_has_ended_or_while_nobody_can_answer() -> None:
    for step in steps().values():
        for _before, after in step.ways:
            for by in step.who:
                waited = turn(step.key, by=by, after=after) is not None
                assert waited == (after in {"told", "asked", "arrived"})
                assert not waited or after in open_states()


def test_every_turn_is_of_a_step_of_the_machine_and_has_its_time() -> None:
    for (step, by, side, after), whose in turns().items():
        assert by in steps()[step].who
        assert side in {"", "origin", "destination"}
        assert after in {one for _before, one in steps()[step].ways}
        assert parameter(RULES[whose.matter], FRIDAY) == 15


def test_the_end_of_a_move_is_seen_by_who_waited_for_it() -> None:
    assert to_be_seen("return", before="told") == "destination"
    assert to_be_seen("return", before="declared") is None
    assert to_be_seen("cancel", before="asked") == "origin"
    assert to_be_seen("cancel", before="told") == "destination"
    assert to_be_seen("confirm", before="arrived") is None


def test_the_place_left_sees_that_nobody_has_arrived_yet() -> None:
    assert to_be_seen("not_yet", before="told") == "origin"


def test_working_days_leave_out_holidays_and_count_make_up_days() -> None:
    # 20 September and 10 October 2026 are worked; 25 September and 1 to 7 October are off.
    assert due_on(FRIDAY, 15, CALENDAR) == dt.date(2026, 10, 15)
    assert starts_on(FRIDAY, dt.date(2026, 12, 1)) == dt.date(2026, 12, 1)
    assert starts_on(FRIDAY, dt.date(2026, 1, 1)) == starts_on(FRIDAY) == FRIDAY


def test_what_is_late_is_what_was_due_before_today() -> None:
    today = dt.date(2026, 10, 20)
    last = late_since(today, 15, CALENDAR)
    for offset in range(60):
        start = today - dt.timedelta(days=offset)
        assert (start <= last) == (due_on(start, 15, CALENDAR) < today)


def test_a_year_that_is_not_known_is_an_error() -> None:
    with pytest.raises(UnknownYear):
        due_on(dt.date(max(CALENDAR.years), 12, 30), 15, CALENDAR)
