"""Conditions on two records: the words in which comparisons are said, free of any engine.

A condition is data: a kind out of VOCABULARY, the columns it looks at, perhaps a number, perhaps parts. `holds` is what it
means, in plain Python, one pair at a time; an engine writes the same in its own language, and one table of examples holds the
two together (tests/spec). Where a value that it needs is missing a condition does not hold; `silent` is the one that asks for
that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `value` bounds it where its kind has a bound; `parts` are for `all`, `any` and `not`."""

    kind: str
    columns: tuple[str, ...] = ()
    value: float | str | None = None
    parts: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in VOCABULARY:
            raise ValueError(f"{self.kind}: no such condition; there are {', '.join(VOCABULARY)}")

    def needs(self) -> frozenset[str]:
        """All columns that it looks at."""
        return frozenset(self.columns).union(*(part.needs() for part in self.parts))


def equal(*columns: str) -> Condition:
    """Each column is there on both sides, and the same."""
    return Condition("equal", columns)


def crosses(one: str, other: str) -> Condition:
    """One side's column is the other side's other column, either way round."""
    return Condition("crosses", (one, other))


def silent(column: str) -> Condition:
    """One side or both have nothing there."""
    return Condition("silent", (column,))


def both_are(column: str, value: str) -> Condition:
    """Both sides have this value there."""
    return Condition("both_are", (column,), value)


def one_is(column: str, value: str) -> Condition:
    """One side or both have this value there."""
    return Condition("one_is", (column,), value)


def overlap(column: str) -> Condition:
    """The lists on both sides have something in common."""
    return Condition("overlap", (column,))


def one_sign(column: str) -> Condition:
    """Texts of two signs or more: one sign replaced, left out or added, or two neighbours exchanged."""
    return Condition("one_sign", (column,))


def one_place(column: str) -> Condition:
    """Digits and letters of one length that differ in one place."""
    return Condition("one_place", (column,))


def neighbours(column: str) -> Condition:
    """Digits and letters of one length that differ in that two different neighbours are exchanged."""
    return Condition("neighbours", (column,))


def same_reading(column: str) -> Condition:
    """Names that differ in one character, and the two characters have a reading in common (heteronyms)."""
    return Condition("same_reading", (column,))


def look_alike(column: str) -> Condition:
    """Names that differ in one character, and the two characters are written much alike."""
    return Condition("look_alike", (column,))


def like(column: str, least: float) -> Condition:
    """Jaro-Winkler likeness of the texts is at least `least` (0 to 1). Winkler (1990); for alphabets, not for characters."""
    return Condition("like", (column,), least)


def days_apart(column: str, days: int) -> Condition:
    """Dates that lie exactly so many days apart."""
    return Condition("days_apart", (column,), days)


def years_apart(column: str, years: int) -> Condition:
    """Dates of one month and day that lie exactly so many years apart."""
    return Condition("years_apart", (column,), years)


def day_month_swapped(column: str) -> Condition:
    """Different dates of one year, the day of each being the month of the other."""
    return Condition("day_month_swapped", (column,))


def all_of(*parts: Condition) -> Condition:
    return Condition("all", parts=parts)


def any_of(*parts: Condition) -> Condition:
    return Condition("any", parts=parts)


def is_not(part: Condition) -> Condition:
    """The part does not hold, also where it cannot hold because something is missing."""
    return Condition("not", parts=(part,))


def holds(condition: Condition, left: Record, right: Record) -> bool:
    """Whether a condition holds for two records; a column that a record lacks counts as missing."""
    if condition.kind == "all":
        return all(holds(part, left, right) for part in condition.parts)
    if condition.kind == "any":
        return any(holds(part, left, right) for part in condition.parts)
    if condition.kind == "not":
        return not holds(condition.parts[0], left, right)
    if condition.kind == "crosses":
        one, other = condition.columns
        return any(a.get(one) is not None and a.get(one) == b.get(other) for a, b in ((left, right), (right, left)))
    values = [(left.get(column), right.get(column)) for column in condition.columns]
    if condition.kind == "silent":
        return any(one is None for one in values[0])
    if condition.kind == "one_is":
        return condition.value in values[0]
    if any(one is None or two is None for one, two in values):
        return False
    judge = _JUDGES[condition.kind]
    return all(judge(one, two, condition.value) for one, two in values)


def one_sign_apart(one: str, two: str) -> bool:
    """What `one_sign` means."""
    if min(len(one), len(two)) < 2 or one == two:
        return False
    if len(one) == len(two):
        return _one_place(one, two) or _neighbours(one, two)
    short, long = sorted((one, two), key=len)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def jaro_winkler(one: str, two: str) -> float:
    """Likeness from 0 to 1 by Jaro (1989) with the bonus of Winkler (1990): 0.1 for each of up to four equal first signs."""
    if one == two:
        return 1.0
    reach = max(max(len(one), len(two)) // 2 - 1, 0)
    taken = [False] * len(two)
    matched: list[str] = []
    for place, sign in enumerate(one):
        for at in range(max(0, place - reach), min(len(two), place + reach + 1)):
            if not taken[at] and two[at] == sign:
                taken[at] = True
                matched.append(sign)
                break
    if not matched:
        return 0.0
    others = [sign for sign, hit in zip(two, taken, strict=True) if hit]
    turned = sum(a != b for a, b in zip(matched, others, strict=True)) // 2
    common = len(matched)
    likeness = (common / len(one) + common / len(two) + (common - turned) / common) / 3
    prefix = next(
        (n for n, (a, b) in enumerate(zip(one[:4], two[:4], strict=False)) if a != b), min(len(one), len(two), 4)
    )
    # As Winkler has it, the bonus is for what is alike already.
    return likeness + 0.1 * prefix * (1 - likeness) if likeness > 0.7 else likeness


def different_signs(one: str, two: str) -> tuple[str, str] | None:
    """The two signs in which texts of one length differ, None where they differ in none or in more than one."""
    if len(one) != len(two):
        return None
    pairs = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
    return pairs[0] if len(pairs) == 1 else None


def _one_place(one: str, two: str) -> bool:
    return different_signs(one, two) is not None


def _neighbours(one: str, two: str) -> bool:
    if len(one) != len(two):
        return False
    places = [place for place, (a, b) in enumerate(zip(one, two, strict=True)) if a != b]
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    return one[places[0]] == two[places[1]] and one[places[1]] == two[places[0]]


def _years_apart(one: dt.date, two: dt.date, years: float) -> bool:
    return (one.month, one.day) == (two.month, two.day) and abs(one.year - two.year) == years


def _swapped(one: dt.date, two: dt.date) -> bool:
    return one != two and one.year == two.year and (one.month, one.day) == (two.day, two.month)


def names_share_reading(one: str, two: str) -> bool:
    """What `same_reading` means."""
    from domicile.core.linkage.names import character_readings

    signs = different_signs(one, two)
    return signs is not None and not character_readings(signs[0]).isdisjoint(character_readings(signs[1]))


def names_look_alike(one: str, two: str) -> bool:
    """What `look_alike` means."""
    from domicile.core.linkage.lookalikes import LOOK_ALIKES

    signs = different_signs(one, two)
    return signs is not None and signs[1] in LOOK_ALIKES.get(signs[0], "")


_JUDGES: Final[dict[str, Callable[[Any, Any, Any], bool]]] = {
    "equal": lambda one, two, _: bool(one == two),
    "both_are": lambda one, two, value: bool(one == two == value),
    "overlap": lambda one, two, _: not set(one).isdisjoint(two),
    "one_sign": lambda one, two, _: one_sign_apart(one, two),
    "one_place": lambda one, two, _: _one_place(str(one), str(two)),
    "neighbours": lambda one, two, _: _neighbours(str(one), str(two)),
    "same_reading": lambda one, two, _: names_share_reading(one, two),
    "look_alike": lambda one, two, _: names_look_alike(one, two),
    "like": lambda one, two, least: jaro_winkler(one, two) >= least,
    "days_apart": lambda one, two, days: abs((one - two).days) == days,
    "years_apart": lambda one, two, years: _years_apart(one, two, years),
    "day_month_swapped": lambda one, two, _: _swapped(one, two),
}
VOCABULARY: Final = (*_JUDGES, "crosses", "silent", "one_is", "all", "any", "not")
