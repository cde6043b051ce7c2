"""The invariant: whatever is declared, registered, cancelled, corrected or sent back, each day has one usual residence.

A small register of one person is walked through random steps by the rules of the core alone: the machine says which step is
legal, `after` what becomes of the days. What the apps do with spells is tried against the same rules in apps/moves/tests.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.moves import (
    OUTSIDE,
    Line,
    Stay,
    TooEarly,
    after,
    faults,
    from_day,
    line_of,
    now,
    owner_of,
    place_on,
    states,
)
from domicile.core.moves.machine import NEW, steps

FIRST = date(2024, 1, 1)
DWELLINGS = ("home", "flat", "dormitory")
WINDOW = [FIRST + timedelta(days=offset) for offset in range(0, 260, 3)]
#: Steps by which the day that counts may become another one.
MOVING = frozenset({"correct", "reopen", "accept"})
OPEN = tuple(key for key, state in states().items() if state.is_open)


@dataclass(frozen=True)
class Course:
    """One person, and the move that is under way or was last."""

    line: Line = (Stay("home", FIRST, None, 0),)
    state: str = NEW
    owner: str = "origin"
    origin: str = "home"
    destination: str = OUTSIDE
    departed: date | None = None
    arrived: date | None = None
    before_arrival: str = ""
    keys: int = 1
    own: frozenset[int] = field(default_factory=frozenset)
    last: str = NEW


def taken(course: Course, key: str, day: date, place: str) -> Course | None:
    """The course after a step, or None where the rules refuse it."""
    start = NEW if key in {"declare", "ask"} else course.state
    step = steps()[key]
    ends = step.afters(start)
    if not ends or (start == NEW and course.state in OPEN):
        return None
    if step.follows and course.last not in {before for before, _end in step.follows}:
        return None
    end = course.before_arrival if key == "withdraw" else ends[0]
    if key == "withdraw":
        end = {"away": "away", "lapsed": "lapsed"}.get(end, "told")
    fresh = prepared(course, key, day, place)
    if fresh is None:
        return None
    try:
        line = after(
            key, fresh.line, state=start, owner=fresh.owner, origin=fresh.origin, destination=fresh.destination, day=day,
            departed=fresh.departed, arrived=fresh.arrived, own=fresh.own, becomes=end,
        )  # fmt: skip
    except TooEarly:
        return None
    return settled(fresh, key, end, line, day)


def prepared(course: Course, key: str, day: date, place: str) -> Course | None:
    """What the ends say before the step; None for what nobody could ask for."""
    lives = now(course.line)
    if key == "declare":
        if lives in {OUTSIDE, None, place} or day <= (course.line[-1].start or FIRST):
            return None
        return replace(course, state=NEW, owner="origin", origin=lives or "", destination=place, departed=day, arrived=None,
                       own=frozenset())  # fmt: skip
    if key == "ask":
        if place in {OUTSIDE, lives}:
            return None
        owner = "destination" if lives in {OUTSIDE, None} else "origin"
        if owner == "origin":
            try:
                from_day(course.line, day, place)
            except TooEarly:
                return None
        return replace(course, state=NEW, owner=owner, origin=lives or OUTSIDE, destination=place, departed=None, arrived=day,
                       own=frozenset())  # fmt: skip
    if key == "arrive":
        if place == OUTSIDE or place == course.origin:
            return None
        return replace(course, destination=place, arrived=day, before_arrival=course.state)
    if key == "accept" and (course.arrived is None or day < course.arrived):
        return None
    if key == "depart" and course.departed != day:
        return None
    if key == "change_destination":
        return replace(course, destination=place)
    if key == "return" and (course.origin == OUTSIDE or (course.arrived is None and course.state == "arrived")):
        return None
    return course


def settled(course: Course, key: str, end: str, line: Line, day: date) -> Course:
    """The course with the step taken, new stays named as a register would."""
    counts = course.owner == "origin" if end == "asked" else True
    keys, named, own = course.keys, [], set(course.own)
    for stay in line:
        if stay.key is None and stay.place != OUTSIDE:
            stay = replace(stay, key=keys)
            if stay.place == course.destination and stay.start == (course.arrived if key not in MOVING else day):
                own.add(keys)
            keys += 1
        named.append(stay)
    moved = day if key in MOVING else None
    if moved is not None and course.owner == "destination":
        course = replace(course, departed=moved) if course.state == "away" else replace(course, arrived=moved)
    return replace(
        course, line=tuple(named), state=end, owner=owner_of(end, origin_counts=counts), keys=keys, own=frozenset(own),
        last=key,
    )  # fmt: skip


MOVES = st.lists(
    st.tuples(st.sampled_from(sorted(steps())), st.integers(-5, 250), st.sampled_from([*DWELLINGS, OUTSIDE])),
    max_size=40,
)


@settings(max_examples=150)
@given(MOVES)
def test_each_day_has_one_residence_whatever_is_done(asked: list[tuple[str, int, str]]) -> None:
    course = Course()
    for key, offset, place in asked:
        following = taken(course, key, FIRST + timedelta(days=offset), place)
        if following is None:
            continue
        course = following
        assert faults(course.line) == []
        assert course.line == line_of(stay for stay in course.line if stay.place != OUTSIDE)
        for day in WINDOW:
            assert sum(stay.holds(day) for stay in course.line) == (
                1 if course.line and day >= first(course.line) else 0
            )
        consistent(course)


def first(line: Line) -> date:
    return line[0].start or date.min


def consistent(course: Course) -> None:
    """The end that owns the person is where the person counts now."""
    if course.state in {"declared", "told", "lapsed", "returned"}:
        assert now(course.line) == course.origin
    elif course.state in {"arrived"} or (course.state == "asked" and course.owner == "destination"):
        assert now(course.line) == course.destination
    elif course.state == "asked":
        assert now(course.line) == course.origin
    elif course.state == "away":
        assert now(course.line) == OUTSIDE


def test_the_random_steps_reach_every_state() -> None:
    reached = set()
    for way in (
        [("declare", 10, "flat"), ("tell", 0, ""), ("arrive", 12, "flat"), ("confirm", 0, "")],
        [("declare", 10, "flat"), ("depart", 10, ""), ("return", 40, "")],
        [("declare", 10, "flat"), ("cancel", 0, "")],
        [("declare", 10, "flat"), ("lapse", 0, "")],
        [("ask", 10, "flat"), ("confirm", 0, "")],
    ):
        course = Course()
        for key, offset, place in way:
            course = taken(course, key, FIRST + timedelta(days=offset), place) or course
            reached.add(course.state)
    assert reached == set(states())


def test_the_origin_counts_until_the_arrival_and_the_destination_from_it_on() -> None:
    course = Course()
    for key, offset, place in (("declare", 10, "flat"), ("tell", 0, ""), ("arrive", 20, "flat")):
        course = taken(course, key, FIRST + timedelta(days=offset), place) or course
    days = [place_on(course.line, FIRST + timedelta(days=offset)) for offset in (9, 19, 20, 200)]
    assert days == ["home", "home", "flat", "flat"]


def test_what_is_accepted_counts_from_the_later_day_and_nobody_counts_for_less() -> None:
    course = Course()
    for key, offset, place in (
        ("declare", 10, "flat"), ("tell", 0, ""), ("arrive", 12, "flat"), ("correct", 12, ""), ("accept", 20, ""),
    ):  # fmt: skip
        course = taken(course, key, FIRST + timedelta(days=offset), place) or course
    assert course.state == "confirmed"
    days = [place_on(course.line, FIRST + timedelta(days=offset)) for offset in (12, 19, 20, 200)]
    assert days == ["home", "home", "flat", "flat"]
    again = taken(course, "accept", FIRST + timedelta(days=30), "")
    assert again is None


def test_nobody_moves_by_an_answer_that_they_have_not_arrived() -> None:
    course = Course()
    for key, offset, place in (("declare", 10, "flat"), ("tell", 0, ""), ("not_yet", 40, "")):
        course = taken(course, key, FIRST + timedelta(days=offset), place) or course
    assert (course.state, course.last, course.line) == ("told", "not_yet", Course().line)


def test_away_and_back_keeps_the_whole_history() -> None:
    course = Course()
    for key, offset, place in (("declare", 10, OUTSIDE), ("depart", 10, ""), ("return", 40, "")):
        course = taken(course, key, FIRST + timedelta(days=offset), place) or course
    assert [(stay.place, (stay.start - FIRST).days) for stay in course.line if stay.start] == [
        ("home", 0), (OUTSIDE, 10), ("home", 40),
    ]  # fmt: skip


def test_a_withdrawn_arrival_leaves_no_trace_in_the_days() -> None:
    course = Course()
    for key, offset, place in (("declare", 10, "flat"), ("tell", 0, ""), ("arrive", 12, "flat"), ("withdraw", 0, "")):
        course = taken(course, key, FIRST + timedelta(days=offset), place) or course
    assert course.line == Course().line


@pytest.mark.parametrize(
    ("day", "days"),
    [(15, [("home", 0), ("flat", 15), (OUTSIDE, 30)]), (40, [("home", 0), (OUTSIDE, 30)])],
    ids=["earlier than they left", "later than they left"],
)
def test_who_has_left_since_does_not_come_back_with_the_correction_of_their_arrival(
    day: int, days: list[tuple[str, int]]
) -> None:
    line = line_of(
        [
            Stay("home", FIRST, FIRST + timedelta(days=20), 0),
            Stay("flat", FIRST + timedelta(days=20), FIRST + timedelta(days=30), 1),
        ]
    )
    corrected = after(
        "correct", line, state="arrived", owner="destination", origin="home", destination="flat",
        day=FIRST + timedelta(days=day), arrived=FIRST + timedelta(days=20), own={1},
    )  # fmt: skip
    assert [(stay.place, (stay.start - FIRST).days) for stay in corrected if stay.start] == days
    assert faults(corrected) == []
