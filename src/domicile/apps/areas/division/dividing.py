"""A plan of areas and what it is worth, from what was asked: plain values in, plain values out, nothing is written."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from domicile.apps.areas.division.ground import Ground
from domicile.core.districting import Certificate, continued, evaluate, partition

TODAY = "today"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a plan. `size`: weight of an area, in people or what else weighs.

    `areas`: their number instead (None: what the size gives).

    `objective`: compact or cuts. `given`: `today` to change as little as possible of the areas there are, '' to begin anew.
    """

    size: float
    tolerance: float
    areas: int | None = None
    objective: str = "compact"
    given: str = ""
    stability: float = 0.0
    seed: int = 1

    def plain(self) -> dict[str, Any]:
        """As a plan keeps it."""
        return asdict(self)


def drawn(ground: Ground[Any], wanted: Wanted) -> Any:
    """The number of the area (n,) of each atom, from 1. Areas that go on have their serial. Raises Unusable, Impossible."""
    before = ground.today()
    given = before if wanted.given == TODAY and (before >= 0).any() else None
    # The land of a scheme says nothing of the shape of areas.
    objective: Literal["cuts", "compact"] = "compact" if wanted.objective == "compact" and ground.located else "cuts"
    made = partition(
        ground.people, ground.town.edges, wanted.areas or _number(ground, wanted), objective=objective,
        given=given, stability=wanted.stability if given is not None else 0.0, seed=wanted.seed,
        **_common(ground, wanted),
    )  # fmt: skip
    return made.labels + (given is None)


def _number(ground: Ground[Any], wanted: Wanted) -> int:
    """How many areas come nearest to the size asked for, over all parts that no way joins: those of a plan without a search."""
    rough = partition(ground.people, ground.town.edges, size=wanted.size, effort=0.0, **_common(ground, wanted))
    return rough.certificate.areas


def certificate(ground: Ground[Any], labels: Any, wanted: Wanted, *, bound: bool = False) -> Certificate:
    """What a plan is worth, held against the mean of its own areas and against the areas of today."""
    before = ground.today()
    return evaluate(
        labels, ground.people, ground.town.edges,
        given=before if (before >= 0).any() else None, bound=bound, **_common(ground, wanted),
    )  # fmt: skip


def _common(ground: Ground[Any], wanted: Wanted) -> dict[str, Any]:
    made = ground.town
    return {
        "tolerance": wanted.tolerance, "borders": made.borders, "surfaces": made.surfaces,
        "perimeters": made.perimeters, "barred": made.barred,
    }  # fmt: skip


def worth(ground: Ground[Any], labels: Any, found: Certificate) -> dict[str, Any]:
    """A certificate as a plan keeps it: the plan in figures, then each area."""
    buildings: dict[int, set[Any]] = defaultdict(set)
    dwellings: Counter[int] = Counter()
    for atom, label in zip(ground.atoms, labels.tolist(), strict=True):
        buildings[label].add(atom.house)
        dwellings[label] += atom.dwellings
    shapes = _shapes(ground, labels, found.names.tolist()) if ground.located else None
    areas = [
        {
            "number": number, "people": round(float(weight)), "buildings": len(buildings[number]),
            "dwellings": dwellings[number], "shape": None if shapes is None else round(shapes[place], 3),
            "state": _state(found, number),
        }
        for place, (number, weight) in enumerate(zip(found.names.tolist(), found.weights.tolist(), strict=True))
    ]  # fmt: skip
    return {
        "areas": areas, "mean": round(found.mean, 1), "low": round(found.low, 1), "high": round(found.high, 1),
        "lightest": min(area["people"] for area in areas), "heaviest": max(area["people"] for area in areas),
        "least_percent": round(found.least_imbalance * 100, 1),
        "sound": found.sound, "out": len(found.out_of_bounds), "broken": len(found.broken), "exempt": len(found.exempt),
        "imbalance": round(found.imbalance, 4),
        "cut": found.cut_edges, "least_cut": found.fewest_cut_edges,
        "shape": None if shapes is None else round(sum(shapes) / len(shapes), 3),
        "changed": found.changed_atoms, "changed_people": None if found.changed_weight is None else round(found.changed_weight),
        "impossible": len(found.reasons), "joined": ground.town.joined,
        "unplaced": ground.unplaced, "people": round(float(ground.people.sum())),
        "buildings": len({atom.house for atom in ground.atoms}),
    }  # fmt: skip


def _shapes(ground: Ground[Any], labels: Any, numbers: Iterable[int]) -> list[float]:
    """4 pi surface / outline squared of the land of each area (Polsby and Popper 1991), with the borders inside left out.

    The search counts the border of two lands that no way joins as an outline even where both are in one area; this does not.
    """
    lands = [ground.town.plot(np.flatnonzero(labels == number)) for number in numbers]
    return [4 * math.pi * land.area / land.length**2 for land in lands]


def _state(found: Certificate, number: int) -> str:
    if number in found.broken:
        return "broken"
    if number in found.exempt:
        return "exempt"
    return "out" if number in found.out_of_bounds else "sound"


def going_on(ground: Ground[Any], labels: Any) -> dict[int, int]:
    """Number in the plan → serial of the area of today that it continues: each at most one, most people in all."""
    before = ground.today()
    if not (before >= 0).any():
        return {}
    numbers, index = np.unique(labels, return_inverse=True)
    found = continued(ground.people.astype(np.float64), index, before)
    return {int(numbers[place]): serial for place, serial in found.items()}


@dataclass(frozen=True, slots=True)
class Option:
    """An area that an atom may go to, and what both would be then: people, whether in one piece, cut borders of the plan."""

    number: int
    people: int
    people_left: int
    whole: bool
    within: bool
    cut: int


def options(ground: Ground[Any], labels: Any, atom: int, wanted: Wanted) -> list[Option]:
    """Where an atom may go: the areas of its neighbours, with the figures that would follow."""
    edges = ground.town.edges[~ground.town.barred]
    near = set(edges[edges[:, 0] == atom, 1].tolist()) | set(edges[edges[:, 1] == atom, 0].tolist())
    own = int(labels[atom])
    found = []
    for number in sorted({int(labels[other]) for other in near} - {own, -1}):
        after = labels.copy()
        after[atom] = number
        plan = certificate(ground, after, wanted)
        people = dict(zip(plan.names.tolist(), plan.weights.tolist(), strict=True))
        whole = not {own, number} & set(plan.broken)
        within = not {own, number} & set(plan.out_of_bounds)
        found.append(Option(number, round(people[number]), round(people.get(own, 0)), whole, within, plan.cut_edges))
    return found


def read_wanted(kept: Mapping[str, Any]) -> Wanted:
    """What `Wanted.plain` wrote."""
    return Wanted(**kept)
