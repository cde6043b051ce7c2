"""Half-open intervals of days, [start, end): the last day of a stay is the day before `end`.

The relations are those of Allen (1983), "Maintaining knowledge about temporal intervals", table 1, on half-open days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

# Stand-ins for "always was" and "still is" in comparisons; no date of life reaches them.
_EARLIEST = date.min
_LATEST = date.max


@dataclass(frozen=True, slots=True)
class Spell:
    """Days from `start` up to and without `end`; None means unbounded on that side. Raises ValueError when empty."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"A spell from {self.start} has to end after it begins, not on {self.end}.")

    @property
    def _low(self) -> date:
        return self.start if self.start is not None else _EARLIEST

    @property
    def _high(self) -> date:
        return self.end if self.end is not None else _LATEST

    @property
    def is_open(self) -> bool:
        """Whether the spell has no end yet."""
        return self.end is None

    def holds(self, day: date) -> bool:
        """Tell whether `day` lies in the spell."""
        return self._low <= day < self._high

    def overlaps(self, other: Spell) -> bool:
        """Tell whether the two have a day in common."""
        return self._low < other._high and other._low < self._high

    def meets(self, other: Spell) -> bool:
        """Tell whether `other` begins on the very day on which this one has ended."""
        return self.end is not None and self.end == other.start

    def encloses(self, other: Spell) -> bool:
        """Tell whether every day of `other` lies in this one."""
        return self._low <= other._low and other._high <= self._high

    def clip(self, window: Spell) -> Spell | None:
        """Return the days that lie in `window` too, or None."""
        if not self.overlaps(window):
            return None
        low, high = max(self._low, window._low), min(self._high, window._high)
        return _spell(low, high)

    def minus(self, other: Spell) -> list[Spell]:
        """Return what is left of this spell without the days of `other`: none, one or two spells."""
        if not self.overlaps(other):
            return [self]
        left = [_spell(self._low, other._low)] if self._low < other._low else []
        right = [_spell(other._high, self._high)] if other._high < self._high else []
        return left + right

    def days(self, until: date | None = None) -> int:
        """Return the number of days; an open spell is counted up to and without `until`.

        Raises ValueError when the number is not finite.
        """
        end = self.end if self.end is not None else until
        if self.start is None or end is None:
            raise ValueError("An unbounded spell has no number of days; say until when to count.")
        return max((end - self.start).days, 0)


def _spell(low: date, high: date) -> Spell:
    return Spell(None if low == _EARLIEST else low, None if high == _LATEST else high)


def normalise(spells: Iterable[Spell]) -> list[Spell]:
    """Return the same days as the fewest spells, in order: what overlaps or meets becomes one."""
    merged: list[Spell] = []
    for spell in sorted(spells, key=lambda one: (one._low, one._high)):
        if merged and spell._low <= merged[-1]._high:
            merged[-1] = _spell(merged[-1]._low, max(merged[-1]._high, spell._high))
        else:
            merged.append(spell)
    return merged


def union(first: Iterable[Spell], second: Iterable[Spell]) -> list[Spell]:
    """Return the days that lie in either list, normalised."""
    return normalise([*first, *second])


def intersection(first: Iterable[Spell], second: Iterable[Spell]) -> list[Spell]:
    """Return the days that lie in both lists, normalised."""
    others = normalise(second)
    clipped = (one.clip(other) for one in normalise(first) for other in others)
    return normalise(spell for spell in clipped if spell is not None)


def gaps(spells: Iterable[Spell], within: Spell | None = None) -> list[Spell]:
    """Return the days of `within` that lie in none of the spells, normalised.

    Without `within`, the days between the first and the last spell.
    """
    merged = normalise(spells)
    if within is None:
        if not merged:
            return []
        within = _spell(merged[0]._low, merged[-1]._high)
    left = [within]
    for spell in merged:
        left = [piece for one in left for piece in one.minus(spell)]
    return left


def covers(spells: Iterable[Spell], day: date) -> bool:
    """Tell whether `day` lies in one of the spells."""
    return any(spell.holds(day) for spell in spells)


def days_in(spells: Iterable[Spell], window: Spell) -> int:
    """Return how many days of a bounded `window` lie in the spells, each counted once."""
    return sum(spell.days() for spell in intersection(spells, [window]))


def overlaps_within(spells: Iterable[Spell]) -> list[tuple[Spell, Spell]]:
    """Return the pairs of spells of one list that have a day in common; a person has one usual residence at a time."""
    ordered = sorted(spells, key=lambda one: (one._low, one._high))
    return [(one, other) for place, one in enumerate(ordered) for other in ordered[place + 1 :] if one.overlaps(other)]


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
