"""Working days of the national calendar, with its days off and make-up days.

The calendar is data: the library `holidays` knows the years announced so far, and an operator can load a later one. A
year that is not known is an error, since the days off are announced each November for the year after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

_SATURDAY: Final = 5
_FIRST_YEAR: Final = 2001
#: The library announces no last year; years are asked for up to this one and kept where their make-up days are known.
_LAST_ASKED: Final = 2060


class UnknownYear(LookupError):
    """The calendar does not know a year; the message says how to load it."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"The working days of {year} are not known yet. Load the calendar of that year (days off and make-up days)"
            " as published by the State Council."
        )


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off beside weekends, weekend days that are worked, and the years for which both are complete."""

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Tell whether `day` is worked; raise UnknownYear."""
        if day.year not in self.years:
            raise UnknownYear(day.year)
        if day in self.make_up_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.days_off

    def add(self, start: date, working_days: int) -> date:
        """Return the last day of a period of `working_days` that begins on the day after `start`.

        0 gives `start` itself. Raises ValueError for a negative number and UnknownYear.
        """
        if working_days < 0:
            raise ValueError(f"A period has no negative number of working days: {working_days}.")
        day, left = start, working_days
        while left:
            day += timedelta(days=1)
            left -= self.is_working_day(day)
        return day

    def before(self, end: date, working_days: int) -> date:
        """Return the latest day after which, up to and with `end`, lie so many working days.

        0 gives `end` itself: what was due then is overdue by that many working days at `end`. Raises as `add` does.
        """
        if working_days < 0:
            raise ValueError(f"A period has no negative number of working days: {working_days}.")
        day, left = end, working_days
        while left:
            left -= self.is_working_day(day)
            day -= timedelta(days=1)
        return day

    def between(self, start: date, end: date) -> int:
        """Return the number of working days in [start, end); raise UnknownYear."""
        days = (start + timedelta(days=offset) for offset in range((end - start).days))
        return sum(self.is_working_day(day) for day in days)

    def with_year(self, year: int, *, days_off: Iterable[date], make_up_days: Iterable[date]) -> Calendar:
        """Return the calendar with `year` as published, in the place of what was known of it.

        Raises ValueError when a day lies in another year, a make-up day is no weekend day, or a day is both.
        """
        off, worked = frozenset(days_off), frozenset(make_up_days)
        _check_year(year, off, worked)
        return Calendar(
            days_off=frozenset(day for day in self.days_off if day.year != year) | off,
            make_up_days=frozenset(day for day in self.make_up_days if day.year != year) | worked,
            years=self.years | {year},
        )


def calendar_from_data(rows: Iterable[Mapping[str, str]], base: Calendar) -> Calendar:
    """Return `base` with the years that `rows` (date as YYYY-MM-DD, kind as off or work) describe in full.

    Raises ValueError naming the row that cannot be read.
    """
    off: dict[int, set[date]] = {}
    worked: dict[int, set[date]] = {}
    for number, row in enumerate(rows, start=1):
        kinds = {"off": off, "work": worked}
        try:
            day, chosen = date.fromisoformat(row["date"].strip()), kinds[row["kind"].strip()]
        except (KeyError, ValueError):
            raise ValueError(f"Row {number}: write a date like 2027-01-01, and off or work as kind.") from None
        chosen.setdefault(day.year, set()).add(day)
    for year in sorted(off.keys() | worked.keys()):
        base = base.with_year(year, days_off=off.get(year, ()), make_up_days=worked.get(year, ()))
    return base


@cache
def national_calendar() -> Calendar:
    """Return the calendar of mainland China as far as the library knows it with make-up days."""
    import holidays

    # The library fills in fixed holidays for any year; only announced years have make-up days too.
    known = holidays.country_holidays("CN", years=range(_FIRST_YEAR, _LAST_ASKED))
    worked = frozenset(known.weekend_workdays)
    years = frozenset(day.year for day in worked)
    return Calendar(frozenset(day for day in known if day.year in years), worked, years)


def _check_year(year: int, off: frozenset[date], worked: frozenset[date]) -> None:
    for day in sorted(off | worked):
        if day.year != year:
            raise ValueError(f"{day.isoformat()} does not lie in {year}.")
    for day in sorted(worked):
        if day.weekday() < _SATURDAY:
            raise ValueError(f"{day.isoformat()} is no weekend day, so it cannot be a make-up day.")
    both = sorted(off & worked)
    if both:
        raise ValueError(f"{both[0].isoformat()} is given both as off and as worked.")
