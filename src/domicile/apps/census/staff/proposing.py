"""Which enumerator asks in which area, and which areas one supervisor looks after: proposals, of which staff change what they like.

Pure: places are points in metres, loads are expected people. The same input gives the same proposal.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Who = TypeVar("Who", bound=Hashable)
#: So many rounds of moves and exchanges at most; each round makes the proposal better.
MOST_ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Place(Generic[Key]):
    """An area to be given: where its middle lies (metres), and how many people are expected in it."""

    key: Key
    x: float
    y: float
    load: float


@dataclass(frozen=True, slots=True)
class Person(Generic[Who]):
    """Somebody who can be given areas: from where they come (metres), and what they hold already."""

    key: Who
    x: float
    y: float
    held: int = 0
    load: float = 0.0


def assign(places: Sequence[Place[Key]], people: Sequence[Person[Who]]) -> dict[Key, Who]:
    """Give each place to a person: near, and with loads alike. Without people: {}.

    Nobody gets one more than somebody else who could have it (numbers of areas differ by one at most, beyond what is held
    already). What is made small is the sum of distances, in units of the mean distance, and of squared loads, in units of the
    mean load: first each place in turn, the heaviest first, to who adds least; then single moves and exchanges of two places
    while one of them makes the sum smaller (local search; no proof that none is better).
    """
    if not people or not places:
        return {}
    work = _Work(places, people)
    for index in sorted(range(len(places)), key=lambda one: (-places[one].load, one)):
        work.put(index, min(work.free(), key=lambda who: (work.added(index, who), who)))
    for _round in range(MOST_ROUNDS):
        if not work.better():
            break
    return {places[index].key: people[who].key for index, who in enumerate(work.given)}


class _Work:
    """A proposal in the making: `given[i]` is who has place i."""

    def __init__(self, places: Sequence[Place[Key]], people: Sequence[Person[Who]]) -> None:
        self.loads = [place.load for place in places]
        self.far = [[math.hypot(place.x - one.x, place.y - one.y) for one in people] for place in places]
        self.unit = sum(map(sum, self.far)) / (len(places) * len(people)) or 1.0
        self.mean = (sum(self.loads) + sum(one.load for one in people)) / len(people) or 1.0
        self.count = [one.held for one in people]
        self.load = [one.load for one in people]
        self.given = [-1] * len(places)
        self.least, self.above = divmod(len(places) + sum(self.count), len(people))

    def free(self) -> list[int]:
        """Who can have one more so that numbers stay even; who has fewest, where that cannot be."""
        below = [who for who, count in enumerate(self.count) if count < self.least]
        full = sum(max(0, count - self.least) for count in self.count)
        even = [who for who, count in enumerate(self.count) if count == self.least] if full < self.above else []
        fewest = min(self.count)
        return below + even or [who for who, count in enumerate(self.count) if count == fewest]

    def added(self, index: int, who: int) -> float:
        """By how much the sum grows with this place given to this person."""
        return self.far[index][who] / self.unit + self._squares(who, self.loads[index])

    def _squares(self, who: int, more: float) -> float:
        return ((self.load[who] + more) ** 2 - self.load[who] ** 2) / self.mean**2

    def put(self, index: int, who: int) -> None:
        self.given[index] = who
        self.count[who] += 1
        self.load[who] += self.loads[index]

    def take(self, index: int) -> int:
        who, self.given[index] = self.given[index], -1
        self.count[who] -= 1
        self.load[who] -= self.loads[index]
        return who

    def better(self) -> bool:
        """One round of moves and exchanges; whether any of them made the sum smaller."""
        found = False
        for index in range(len(self.given)):
            found = self._move(index) or found
            for other in range(index):
                found = self._exchange(index, other) or found
        return found

    def _move(self, index: int) -> bool:
        """Give a place to somebody with fewer, where that makes the sum smaller."""
        before = self.take(index)
        choices = [
            before,
            *(who for who, count in enumerate(self.count) if count < self.count[before] + 1 and who != before),
        ]
        even = [who for who in choices if who == before or self.count[who] <= self.count[before]]
        best = min(even, key=lambda who: (round(self.added(index, who), 9), who != before, who))
        self.put(index, best)
        return best != before

    def _exchange(self, one: int, two: int) -> bool:
        """Exchange the persons of two places, where that makes the sum smaller."""
        if self.given[one] == self.given[two]:
            return False
        before = self._total(one, two)
        first, second = self.take(one), self.take(two)
        self.put(one, second)
        self.put(two, first)
        if self._total(one, two) < before - 1e-9:
            return True
        self.take(one), self.take(two)
        self.put(one, first)
        self.put(two, second)
        return False

    def _total(self, one: int, two: int) -> float:
        """What the two places and their persons add to the sum."""
        persons = {self.given[one], self.given[two]}
        far = self.far[one][self.given[one]] + self.far[two][self.given[two]]
        return far / self.unit + sum((self.load[who] / self.mean) ** 2 for who in persons)


def teams(places: Sequence[Place[Key]], most: int) -> list[list[Place[Key]]]:
    """Places in as few teams as there must be for at most so many in each, of sizes that differ by one at most.

    The set is halved along its longer side until one team is left in each part, so that the places of a team lie together. With
    a most of five and three places or more every team has three at least.
    """
    if not places:
        return []
    count = math.ceil(len(places) / most)
    base, more = divmod(len(places), count)
    return _halved(list(places), [base + (index < more) for index in range(count)])


def _halved(places: list[Place[Key]], sizes: list[int]) -> list[list[Place[Key]]]:
    if len(sizes) == 1:
        return [places]
    wide = max(one.x for one in places) - min(one.x for one in places)
    high = max(one.y for one in places) - min(one.y for one in places)
    order = sorted(places, key=lambda one: (one.x, one.y) if wide >= high else (-one.y, one.x))
    first = sizes[: len(sizes) // 2]
    return _halved(order[: sum(first)], first) + _halved(order[sum(first) :], sizes[len(sizes) // 2 :])


def metres(longitude: float, latitude: float, *, at: float) -> tuple[float, float]:
    """A point in metres east and north, on a plane that is true near the latitude `at` (equirectangular)."""
    return longitude * 111_320.0 * math.cos(math.radians(at)), latitude * 110_574.0
