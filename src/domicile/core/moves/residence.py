"""Where somebody usually lives, day by day, and the one place where the invariant of moves is stated.

**The invariant.** From the first day known on, each day of a person has exactly one usual residence that counts: a
dwelling of this register, or OUTSIDE, which is as good an answer as any dwelling. Never two, and never none because of a
move in progress. While a move is under way exactly one of its ends owns the person (`machine.owner_of`), and what counts
today is what that end says.

It holds by construction: every step changes the days through `after`, and that through `from_day` alone, which cuts them at
one day and lets one place count from then on. `faults` tells what is wrong with days that came from elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

#: The place of somebody who lives beyond this register.
OUTSIDE: Final = ""


class TooEarly(ValueError):
    """The day lies before a stay that another change made. `start` is the first day of that stay."""

    def __init__(self, start: date | None) -> None:
        self.start = start
        super().__init__(f"Another stay begins on {start}: the day has to be later.")


@dataclass(frozen=True, slots=True)
class Stay:
    """Days [start, end) at a place (a dwelling's key, or OUTSIDE); None: unbounded. `key` names the stored spell."""

    place: str
    start: date | None
    end: date | None = None
    key: Hashable = None

    def holds(self, day: date) -> bool:
        """Tell whether `day` lies in the stay."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


#: Stays in order, each beginning where the one before ends, the last without an end.
Line = tuple[Stay, ...]


def line_of(stays: Iterable[Stay]) -> Line:
    """Return all days from the first known on; where no stay is on file the person is OUTSIDE.

    Raises ValueError when two of the stays share a day.
    """
    found: list[Stay] = []
    for stay in sorted(stays, key=lambda one: one.start or date.min):
        if found:
            last = found[-1].end
            if last is None or (stay.start or date.min) < last:
                raise ValueError(f"Two usual residences count on {stay.start}.")
            if stay.start != last:
                found.append(Stay(OUTSIDE, last, stay.start))
        found.append(stay)
    if found and found[-1].end is not None:
        found.append(Stay(OUTSIDE, found[-1].end))
    return tuple(found)


def place_on(line: Line, day: date) -> str | None:
    """Return the place that counts on `day`; None before the first day known."""
    return next((stay.place for stay in line if stay.holds(day)), None)


def now(line: Line) -> str | None:
    """Return the place that counts today and until further notice; None for nobody's days."""
    return line[-1].place if line else None


def from_day(line: Line, day: date, place: str, *, own: Collection[Hashable] = ()) -> Line:
    """Return the days with `place` counting from `day` on, and all days before as they were.

    What began on or after `day` gives way where it is OUTSIDE or one of `own` (keys of stays that this very move made);
    else TooEarly is raised: nobody's other change is written over. Days at one place that meet become one stay, which
    keeps the older key.
    """
    kept: list[Stay] = []
    for stay in line:
        if stay.start is None or stay.start < day:
            kept.append(stay if stay.end is not None and stay.end <= day else replace(stay, end=day))
        elif stay.place != OUTSIDE and stay.key not in own:
            if stay.start == day and stay.place == place and stay.end is None:
                return line  # it is so already
            raise TooEarly(stay.start)
    if kept and kept[-1].place == place:
        return (*kept[:-1], replace(kept[-1], end=None))
    if kept and kept[-1].end != day:
        raise ValueError("The days are not whole; make them with line_of.")
    if not kept and place == OUTSIDE:
        return ()  # days before the first known one are nobody's
    return (*kept, Stay(place, day))


def ended(line: Line, day: date) -> Line:
    """Return the days with none counting from `day` on, whatever began then: who died the day before counts nowhere after."""
    return from_day(line, day, OUTSIDE, own={stay.key for stay in line}) if line else line


def after(
    step: str,
    line: Line,
    *,
    state: str,
    owner: str,
    origin: str,
    destination: str,
    day: date | None = None,
    departed: date | None = None,
    arrived: date | None = None,
    own: Collection[Hashable] = (),
    becomes: str = "",
) -> Line:
    """Return the days of a mover after a step of `machine.yaml`; raises TooEarly as `from_day` does.

    `state` is that before the step, `owner` the end that owns the person in it (for `ask`: from then on). `day` is the
    day of the step where it has one; `departed` and `arrived` are those that the ends gave before. `origin` and
    `destination` are places, OUTSIDE where an end lies beyond this register.
    """
    if step in {"arrive", "ask"} and day is not None:
        return line if step == "ask" and owner == "origin" else from_day(line, day, destination, own=own)
    if step == "depart" and day is not None:
        return from_day(line, day, OUTSIDE, own=own)
    if step == "confirm" and state == "asked" and owner == "origin" and arrived is not None:
        return from_day(line, arrived, destination, own=own)
    if step == "return" and owner == "destination" and day is not None:
        return from_day(line, day, origin, own=own)
    if step == "change_destination" and owner == "destination" and departed is not None:
        return from_day(line, departed, origin, own=own)
    if step == "cancel" and owner == "destination" and arrived is not None:
        return from_day(
            line, arrived, OUTSIDE, own=own
        )  # asked about, and counted here, since they counted nowhere else here
    if step == "withdraw" and owner == "destination" and arrived is not None:
        back = from_day(line, arrived, before_day(line, arrived), own=own)
        return from_day(back, departed, OUTSIDE, own=own) if becomes == "away" and departed is not None else back
    if step in {"correct", "reopen", "accept"} and owner == "destination" and day is not None:
        was = departed if state == "away" else arrived
        if was is not None and was != day:
            until = next((stay.end for stay in line if stay.holds(was) and stay.place != OUTSIDE), None)
            back = from_day(line, was, before_day(line, was), own=own)
            anew = from_day(back, day, OUTSIDE if state == "away" else destination, own=own)
            return anew if until is None else ended(anew, until)  # who has left or died since does not come back by it
    return line


def before_day(line: Line, day: date) -> str:
    """Return the place that counted until `day`; OUTSIDE where nothing is known of it."""
    held = [stay for stay in line if stay.start is None or stay.start < day]
    return held[-1].place if held else OUTSIDE


def faults(line: Line) -> list[str]:
    """Return what breaks the invariant in a list of stays: none in days made by `line_of` and `from_day`."""
    found = []
    for one, other in pairwise(line):
        if one.end is None or (other.start or date.min) < one.end:
            found.append(f"two usual residences count on {other.start}")
        elif one.end != other.start:
            found.append(f"none counts from {one.end} to {other.start}")
    found += [
        f"a stay from {stay.start} has no day"
        for stay in line
        if stay.start is not None and stay.end is not None and stay.end <= stay.start
    ]
    if line and line[-1].end is not None:
        found.append(f"none counts from {line[-1].end} on")
    return found
