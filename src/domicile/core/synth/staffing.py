"""A responsibility chain for the synthetic county, with a few gaps: who answers for which grid and which doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from domicile.core.synth.lexicon import given_characters, stream, surnames

#: Households of a building head: a new one begins where the next entrance would go beyond the most.
LEAST, MOST = 8, 15
GRIDS_OF_A_GROUP = 6
#: Shares of grids without an informant, of entrances that nobody answers for, and of heads' posts that are vacant.
NO_INFORMANT, NO_HEAD, VACANT = 0.08, 0.04, 0.05


@dataclass(frozen=True, slots=True)
class Door:
    """An entrance with its households. `building` is any key of the caller's."""

    grid: str
    building: str
    entrance: str
    households: int


@dataclass(frozen=True, slots=True)
class Head:
    """A building head: the name ('' where the post is vacant), and the entrances."""

    name: str
    doors: tuple[Door, ...]


@dataclass(slots=True)
class Patch:
    """A grid with its informant ('' where there is none) and its building heads."""

    grid: str
    informant: str
    heads: list[Head] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """A coordinator with the grids of the group."""

    coordinator: str
    patches: list[Patch]


@dataclass(slots=True)
class Chain:
    """The chain of a community: lead, clerk, groups."""

    lead: str
    clerk: str
    groups: list[Group]


def chain(grids: Sequence[str], doors: Sequence[Door], seed: int) -> Chain:
    """The chain of a community from its grids and entrances; the same seed makes the same.

    Where there are two grids or more, one is without an informant, whatever is drawn.
    """
    chance = stream(seed, f"staffing {grids[0] if grids else ''}")
    patches = []
    for grid in grids:
        informant = "" if chance.random() < NO_INFORMANT else name(chance)
        patches.append(Patch(grid, informant, _heads([door for door in doors if door.grid == grid], chance)))
    if len(patches) > 1 and all(patch.informant for patch in patches):
        patches[-1].informant = ""
    size = GRIDS_OF_A_GROUP
    groups = [Group(name(chance), patches[start : start + size]) for start in range(0, len(patches), size)]
    return Chain(name(chance), name(chance), groups)


def _heads(doors: Sequence[Door], chance: np.random.Generator) -> list[Head]:
    found: list[Head] = []
    held: list[Door] = []

    def close() -> None:
        if held:
            found.append(Head("" if chance.random() < VACANT else name(chance), tuple(held)))
            held.clear()

    for door in doors:
        if chance.random() < NO_HEAD:
            continue
        if door.households > MOST:  # a high building: several answer for an entrance together
            close()
            for _head in range(round(door.households / ((LEAST + MOST) / 2))):
                held.append(door)
                close()
            continue
        count = sum(one.households for one in held)
        if held and count + door.households > MOST and count >= LEAST:
            close()
        held.append(door)
    close()
    return found


def name(chance: np.random.Generator) -> str:
    """A full name; nobody real is meant."""
    known, weights = surnames()
    characters, shares = given_characters(int(chance.integers(1, 3)), int(chance.integers(0, 3)))
    given = chance.choice(len(characters), size=int(chance.integers(1, 3)), p=shares / shares.sum())
    return known[int(chance.choice(len(known), p=weights))] + "".join(characters[int(at)] for at in given)
