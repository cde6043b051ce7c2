from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.spells import Spell, covers, days_in, gaps, intersection, normalise, overlaps_within, union
from domicile.core.spells.intervals import add_months

ZERO = date(2020, 1, 1)
WINDOW = [ZERO + timedelta(days=offset) for offset in range(-5, 45)]


@st.composite
def spells(draw: st.DrawFn) -> Spell:
    start = draw(st.integers(0, 38))
    length = draw(st.integers(1, 39 - start))
    first = None if draw(st.integers(0, 9)) == 0 else ZERO + timedelta(days=start)
    last = None if draw(st.integers(0, 9)) == 0 else ZERO + timedelta(days=start + length)
    return Spell(first, last)


lists = st.lists(spells(), max_size=6)


def days(pieces: list[Spell]) -> set[date]:
    return {day for day in WINDOW if covers(pieces, day)}


def test_a_spell_holds_its_first_day_and_not_its_end() -> None:
    stay = Spell(date(2020, 1, 1), date(2020, 1, 3))

    assert stay.holds(date(2020, 1, 1))
    assert not stay.holds(date(2020, 1, 3))
    assert stay.days() == 2


def test_a_spell_that_does_not_end_after_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="end after it begins"):
        Spell(ZERO, ZERO)


def test_open_spells_are_counted_only_until_a_day() -> None:
    assert Spell(ZERO).days(until=date(2020, 1, 31)) == 30
    with pytest.raises(ValueError, match="until when"):
        Spell(ZERO).days()


def test_meeting_spells_do_not_overlap_and_become_one() -> None:
    first, second = Spell(ZERO, date(2020, 2, 1)), Spell(date(2020, 2, 1))

    assert first.meets(second)
    assert not first.overlaps(second)
    assert normalise([second, first]) == [Spell(ZERO)]


@given(lists)
def test_normalised_spells_are_the_same_days_apart_and_in_order(pieces: list[Spell]) -> None:
    normal = normalise(pieces)

    assert days(normal) == days(pieces)
    assert normalise(normal) == normal
    assert overlaps_within(normal) == []
    assert not any(a.meets(b) for a in normal for b in normal)


@given(lists, lists)
def test_union_and_intersection_are_those_of_the_days(first: list[Spell], second: list[Spell]) -> None:
    assert days(union(first, second)) == days(first) | days(second)
    assert days(intersection(first, second)) == days(first) & days(second)


@given(lists, spells())
def test_spells_and_their_gaps_share_a_window_out(pieces: list[Spell], window: Spell) -> None:
    left = gaps(pieces, window)

    assert days(left) == days([window]) - days(pieces)
    assert intersection(left, pieces) == []
    assert union(left, intersection(pieces, [window])) == [window]


@given(spells(), spells())
def test_relations_agree_with_the_days(one: Spell, other: Spell) -> None:
    assert one.overlaps(other) == bool(days([one]) & days([other]))
    clipped = one.clip(other)
    assert days([clipped] if clipped else []) == days([one]) & days([other])
    assert days(one.minus(other)) == days([one]) - days([other])
    if one.encloses(other):
        assert days([other]) <= days([one])


@given(lists)
def test_days_in_a_window_are_counted_once(pieces: list[Spell]) -> None:
    window = Spell(ZERO, ZERO + timedelta(days=30))

    assert days_in(pieces, window) == len([day for day in days(pieces) if window.holds(day)])


def test_gaps_without_a_window_are_those_between() -> None:
    stays = [Spell(date(2020, 1, 1), date(2020, 2, 1)), Spell(date(2020, 3, 1))]

    assert gaps(stays) == [Spell(date(2020, 2, 1), date(2020, 3, 1))]
    assert gaps([]) == []


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2024, 11, 30), 1, date(2024, 12, 30)),
        (date(2024, 5, 15), 7, date(2024, 12, 15)),
        (date(2024, 5, 31), 0, date(2024, 5, 31)),
    ],
)
def test_months_end_on_the_last_day_of_shorter_ones(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end
