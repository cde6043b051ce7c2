"""What the two ends of a move say, and what they disagree on."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Where = Literal["area", "elsewhere", "abroad", "unknown"]
Matter = Literal["destination", "day", "people"]


@dataclass(frozen=True, slots=True)
class Word:
    """What one end says: where to (an area code as far as known, or a kind of place), on which day, and who."""

    where: Where
    code: str = ""
    day: date | None = None
    people: frozenset[Hashable] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Difference:
    """One matter on which the ends disagree, with what each says."""

    matter: Matter
    origin: object
    destination: object


def differences(origin: Word, destination: Word, *, most_days: int) -> list[Difference]:
    """Return what the ends disagree on, in a fixed order; nothing is a difference where an end does not know.

    The destination differs where neither code lies in the other. A journey takes time: the day differs where the arrival
    lies before the departure, or more than `most_days` after it.
    """
    found: list[Difference] = []
    if _elsewhere(origin, destination):
        found.append(Difference("destination", _place(origin), _place(destination)))
    if origin.day is not None and destination.day is not None:
        apart = (destination.day - origin.day).days
        if apart < 0 or apart > most_days:
            found.append(Difference("day", origin.day, destination.day))
    if origin.people and destination.people and origin.people != destination.people:
        found.append(Difference("people", origin.people, destination.people))
    return found


def lies_in(one: str, other: str) -> bool:
    """Tell whether one code lies in the other, or the other way round; codes end in zeros below their level."""
    left, right = significant(one), significant(other)
    return left.startswith(right) or right.startswith(left)


def significant(code: str) -> str:
    """Return a code without the zeros that fill it up below its level: 770101000000 gives 770101."""
    for digits in (2, 4, 6, 9, 12):
        if not code[digits:].strip("0"):
            return code[:digits]
    return code


def _place(word: Word) -> str:
    return word.code or word.where


def _elsewhere(origin: Word, destination: Word) -> bool:
    if "unknown" in (origin.where, destination.where):
        return False
    if origin.code and destination.code:
        return not lies_in(origin.code, destination.code)
    return origin.where != destination.where
