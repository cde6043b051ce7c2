"""Areas of a release: those that are too small are shown together with their neighbours, the same way in every table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domicile.core.tabulation.model import DIGITS, Undeclarable

#: Digits of the code by level, from the largest areas down.
LEVELS: Final = (6, 9, 12)
_WHOLE: Final = "0"
Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """An area as it is published: one, or several that follow each other by code.

    code: the area's own code padded with zeros to 12 digits; of several the first and the last with a hyphen; "0" the whole.
    digits: of its level. parts: the codes that it is made of, as whole numbers of `digits` digits; none for the whole.
    first, last: the smallest areas that lie in it, as places in the list of all, both included.
    """

    code: str
    digits: int
    parts: tuple[int, ...]
    first: int
    last: int


@dataclass(frozen=True, eq=False)
class Division:
    """All smallest areas by code, and what is shown of them at each level."""

    areas: NDArray[np.int64]
    shown: Mapping[int, tuple[Shown, ...]]

    def of(self, digits: int) -> list[Shown]:
        """What a table down to this level shows: the whole where there is more than one county, then level after level."""
        levels = [level for level in LEVELS if level <= digits]
        whole = Shown(_WHOLE, 0, (), 0, len(self.areas) - 1)
        counties = self.shown[6]
        found = [whole] if len(counties) > 1 or not levels else []
        return [*found, *(area for level in levels for area in self.shown[level])]


def divide(areas: ArrayLike, people: ArrayLike, thresholds: Mapping[str, int]) -> Division:
    """Bring areas together until each has its threshold of people (and those of the levels below), from counties down.

    areas: codes of 12 digits as whole numbers, rising; people: as published, since a rule on true numbers would tell of them.
    Within each area shown of the level above, neighbours by code are brought together in order; what is left over at the end goes
    to the last. So an area of one level is always made of whole ones of the next: nothing is told by subtracting levels.

    Raises Undeclarable where the whole has fewer people than a threshold.
    """
    codes, told = np.asarray(areas, dtype=np.int64), np.asarray(people, dtype=np.int64)
    if not len(codes):
        raise Undeclarable("There are no records, so that there is nothing to publish.")
    # An area has at least what one within it must have.
    given = {digits: thresholds.get(level, 1) for level, digits in DIGITS.items()}
    limits = {digits: max(least for at, least in given.items() if at >= digits) for digits in given}
    if told.sum() < max(limits.values()):
        raise Undeclarable(f"The whole has about {told.sum()} people, fewer than any area may have that is shown.")
    above: list[Run] = [(0, len(codes) - 1)]
    shown: dict[int, tuple[Shown, ...]] = {}
    for digits in LEVELS:
        own = codes // 10 ** (12 - digits)
        above = [run for upper in above for run in _runs(own, told, upper, limits[digits])]
        shown[digits] = tuple(_shown(own, run, digits) for run in above)
    return Division(codes, shown)


def _runs(own: NDArray[np.int64], people: NDArray[np.int64], upper: Run, least: int) -> list[Run]:
    found: list[Run] = []
    begin, count = upper[0], 0
    for _, some in groupby(range(upper[0], upper[1] + 1), key=lambda place: own[place]):
        places = list(some)
        count += int(people[places[0] : places[-1] + 1].sum())
        if count >= least:
            found.append((begin, places[-1]))
            begin, count = places[-1] + 1, 0
    if begin <= upper[1]:
        found = [*found[:-1], (found[-1][0], upper[1])] if found else [(begin, upper[1])]
    return found


def _shown(own: NDArray[np.int64], run: Run, digits: int) -> Shown:
    parts = tuple(dict.fromkeys(int(one) for one in own[run[0] : run[1] + 1]))
    codes = [f"{part:0{digits}d}".ljust(12, "0") for part in parts]
    return Shown(codes[0] if len(codes) == 1 else f"{codes[0]}-{codes[-1]}", digits, parts, *run)


def names_of(shown: Shown, names: Mapping[str, str], whole: str) -> str:
    """The name of an area shown: its own, those of its parts, or the code where no name is known."""
    if not shown.parts:
        return whole
    told = [names.get(code, code) for code in (f"{part:0{shown.digits}d}".ljust(12, "0") for part in shown.parts)]
    return "、".join(told) if len(told) <= 3 else f"{told[0]}…{told[-1]}"


def places(shown: Sequence[Shown], codes: NDArray[np.int64], digits: int, all_codes: NDArray[np.int64]) -> list[Run]:
    """Of each area shown, the first and last of `codes` (a table's smallest areas of `digits` digits, all there are)
    that lie in it."""
    shrink = 10 ** (12 - digits) if digits else 10**12
    own = all_codes // shrink
    return [
        (int(np.searchsorted(codes, own[one.first])), int(np.searchsorted(codes, own[one.last], side="right")) - 1)
        for one in shown
    ]
