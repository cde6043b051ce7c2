"""Households and their members: who lives with whom, of which sex and age.

Every household is drawn from a kind in households.yaml; ages follow from one anchor member by the ages at which people
marry and have children, so that no child is older than its mother. All ages are in days.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from domicile.core.synth.error_model import rate
from domicile.core.synth.lexicon import Bools, Ints, choose, load, stream

YEAR = 365.2425
OLDEST = 106
SECOND_SON = 23  # GB/T 4761: 22 and 32 are the eldest son and daughter, 23 and 33 the second
STATUSES = ("single", "married", "widowed", "divorced", "child")


@dataclass(frozen=True)
class Slot:
    """One member of a kind of household."""

    relation_male: int
    relation_female: int
    sex: str
    age: str
    status: int
    parents: tuple[int, ...]


@dataclass(frozen=True)
class Kind:
    """A kind of household: its share of all households and its members, the head first."""

    name: str
    collective: bool
    share: float
    slots: tuple[Slot, ...]


@cache
def household_kinds() -> tuple[Kind, ...]:
    """All kinds of households, in the order of households.yaml."""
    table = load("households.yaml")
    found = []
    for group in ("families", "collectives"):
        for name, kind in table[group].items():
            slots = tuple(
                Slot(int(m), int(f), sex, age, STATUSES.index(status), tuple(int(slot) for slot in parents))
                for m, f, sex, age, status, parents in kind["slots"]
            )
            found.append(Kind(name, group == "collectives", float(kind["share"]), slots))
    return tuple(found)


@dataclass(frozen=True)
class Members:
    """People as parallel arrays, household by household, the head of each first.

    `father` and `mother` are row numbers or -1; `kind` is one index into household_kinds() a household.
    """

    household: Ints
    sex: Ints
    age: Ints
    relation: Ints
    status: Ints
    father: Ints
    mother: Ints
    twin: Bools
    kind: Ints
    start: Ints


def draw_members(people: int, seed: int) -> Members:
    """Exactly `people` people in households of all kinds."""
    rng = stream(seed, "households")
    kind = _draw_kinds(people, rng)
    kinds = household_kinds()
    sizes = np.array([len(item.slots) for item in kinds])[kind]
    start = np.r_[0, np.cumsum(sizes)[:-1]].astype(np.int64)
    columns = {
        name: np.full(people, -1, dtype=np.int64) for name in ("sex", "age", "relation", "status", "father", "mother")
    }
    twin = np.zeros(people, dtype=np.bool_)
    for index, item in enumerate(kinds):
        first = start[kind == index]
        if len(first):
            _fill(item, first, columns, twin, rng)
    return Members(household=np.repeat(np.arange(len(kind)), sizes), twin=twin, kind=kind, start=start, **columns)


def _draw_kinds(people: int, rng: np.random.Generator) -> Ints:
    kinds = household_kinds()
    sizes = np.array([len(kind.slots) for kind in kinds])
    shares = np.array([kind.share for kind in kinds])
    drawn = choose(rng, shares, people // 2 + 8)
    ends = np.cumsum(sizes[drawn])
    while ends[-1] < people:
        drawn = np.r_[drawn, choose(rng, shares, people // 4 + 8)]
        ends = np.cumsum(sizes[drawn])
    whole = int(np.searchsorted(ends, people, side="right"))
    rest = people - (int(ends[whole - 1]) if whole else 0)
    names = [kind.name for kind in kinds]
    by_size = {size: names.index(name) for size, name in load("households.yaml")["by_size"].items()}
    tail = []
    while rest:
        tail.append(by_size[min(rest, max(by_size))])
        rest -= min(rest, max(by_size))
    return np.asarray(np.r_[drawn[:whole], np.array(tail, dtype=np.int64)])


def _fill(kind: Kind, first: Ints, columns: dict[str, Ints], twin: Bools, rng: np.random.Generator) -> None:
    """Write the members of all households of one kind into the columns."""
    count = len(first)
    ages: dict[int, Ints] = {}
    while len(ages) < len(kind.slots):
        for number, slot in enumerate(kind.slots):
            rule, *arguments = slot.age.split(":")
            needed = int(arguments[0]) if rule in ("spouse", "child", "younger", "parent") else None
            if number not in ages and (needed is None or needed in ages):
                ages[number] = _ages(rule, arguments, ages, count, rng)
    sexes: dict[int, Ints] = {}
    for number, slot in enumerate(kind.slots):
        sexes[number] = _sexes(slot.sex, sexes, count, rng)
    if kind.name == "two_children":
        twins = rng.random(count) < rate("natural", "twins")
        ages[3][twins] = ages[2][twins]
        twin[first[twins] + 3] = True
    for number, slot in enumerate(kind.slots):
        row = first + number
        columns["age"][row] = ages[number]
        columns["sex"][row] = sexes[number]
        columns["relation"][row] = np.where(sexes[number] == 1, slot.relation_male, slot.relation_female)
        if slot.relation_male == SECOND_SON:
            # A second child is a second son or daughter only after one of the same sex.
            other = sexes[number] != sexes[number - 1]
            columns["relation"][row[other]] -= 1
        columns["status"][row] = slot.status
        for parent in slot.parents:
            is_father = sexes[parent] == 1
            columns["father"][row] = np.where(is_father, first + parent, columns["father"][row])
            columns["mother"][row] = np.where(is_father, columns["mother"][row], first + parent)


def _ages(rule: str, arguments: list[str], ages: dict[int, Ints], count: int, rng: np.random.Generator) -> Ints:
    if rule == "anchor":
        low, high, mode = (float(argument) for argument in arguments)
        years = rng.triangular(low, mode, high, count)
    elif rule == "near":
        years = np.clip(rng.normal(float(arguments[0]), 3.5, count), 0.1, 17)
    else:
        known = ages[int(arguments[0])] / YEAR
        if rule == "spouse":
            years = np.maximum(known + np.clip(rng.normal(-1.2, 2.6, count), -3.5, 8.0), 20.5)
        elif rule == "parent":
            years = known + 20 + 16 * rng.beta(2.2, 3.0, count)
        elif rule == "child":
            # The parent's age at birth lies between 19.5 and the earlier of `latest` and today.
            latest = np.maximum(np.minimum(known, float(arguments[1])), 20.0)
            years = np.maximum(known - (19.5 + (latest - 19.5) * rng.beta(3.0, 2.2, count)), 0.0)
        else:
            gap = 1.0 + np.minimum(np.maximum(known - 1.0, 0.0), 7.0) * rng.beta(1.6, 2.2, count)
            years = np.maximum(known - gap, 0.0)
    return np.asarray(np.minimum(years, OLDEST) * YEAR).astype(np.int64)


def _sexes(rule: str, sexes: dict[int, Ints], count: int, rng: np.random.Generator) -> Ints:
    if rule.startswith("opposite"):
        return 3 - sexes[int(rule.split(":")[1])]
    male = {"head": 0.8, "any": 0.52, "child": 0.52, "mostly_f": 0.3, "m": 1.0, "f": 0.0}[rule]
    return np.where(rng.random(count) < male, 1, 2).astype(np.int64)


def ordered(members: Members, rank: Ints) -> Members:
    """The same members with households in the order of `rank` (one distinct number a household)."""
    order = np.argsort(rank)
    sizes = np.diff(np.r_[members.start, len(members.household)])
    start = np.r_[0, np.cumsum(sizes[order])[:-1]].astype(np.int64)
    # Row r of the new order was row source[r] of the old one.
    shift = np.repeat(members.start[order] - start, sizes[order])
    source = np.arange(len(members.household)) + shift

    def moved(parent: Ints) -> Ints:
        taken = parent[source]
        return np.where(taken >= 0, taken - shift, -1)

    return Members(
        household=np.repeat(np.arange(len(order)), sizes[order]),
        sex=members.sex[source],
        age=members.age[source],
        relation=members.relation[source],
        status=members.status[source],
        father=moved(members.father),
        mother=moved(members.mother),
        twin=members.twin[source],
        kind=members.kind[order],
        start=start,
    )
