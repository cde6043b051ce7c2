"""Division of weighted atoms on a graph into areas that are contiguous, of like weight, and compact."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from domicile.core.districting.certifying import Certificate, certified, continued
from domicile.core.districting.enumerating import found_whole
from domicile.core.districting.graph import Graph, Unusable, Whole, checked, labelled
from domicile.core.districting.searching import Task, searched
from domicile.core.districting.sizes import Sizes, sized
from domicile.core.districting.starting import begun, mended

#: Sweeps of the search at effort 1. A town of fewer atoms than FULL gets more in proportion, up to MORE times as many.
SWEEPS: Final = 200
FULL: Final = 20_000
MORE: Final = 8
Objective = Literal["cuts", "compact"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Labels (n,) of the areas and what they are worth. An area that continues a given one has its label; the others are numbered
    after all given ones, in the order of their first atoms."""

    labels: Whole
    certificate: Certificate


def partition(
    weights: ArrayLike, edges: ArrayLike, areas: int | None = None, *, size: float | None = None, tolerance: float = 0.05,
    bounds: tuple[float, float] | None = None, objective: Objective = "cuts", borders: ArrayLike | None = None,
    surfaces: ArrayLike | None = None, perimeters: ArrayLike | None = None, regions: ArrayLike | None = None,
    barred: ArrayLike | None = None, given: ArrayLike | None = None, stability: float = 0.0, seed: int = 0,
    effort: float = 1.0, workers: int = 1, bound: bool = False,
) -> Plan:  # fmt: skip
    """Divide n atoms into contiguous areas of like weight.

    weights (n,): people or households of each atom, not negative. edges (m, 2): atoms that border on each other; a pair named
    twice counts once, with both borders. `areas`: how many; or `size`: the mean weight wanted (about 300 people), which gives
    their number. An area must weigh between mean (1 - tolerance) and mean (1 + tolerance), or within `bounds`, ends included.

    objective: "cuts" for fewest cut edges; "compact" for the best mean of Polsby-Popper, which needs surfaces (n,) and
    perimeters (n,) of the atoms and borders (m,), the length that the two of each edge share, in one unit of length. Shared
    borders count within a perimeter. regions (n,): what no area may reach over, such as the community of each atom. barred
    (m,): edges that may not be crossed, as over a river; they count as a border even where an area lies on both its sides.
    given (n,): the plan of today, -1 where there is none; stability: how many cut edges (or fiftieths of one area's
    Polsby-Popper) it is worth that an atom of mean weight stays.

    An atom above the upper bound is an area of its own, exempt from the bounds; a connected part that is lighter than the lower
    bound is one, too. Where the bounds cannot be kept the plan is the nearest that was found, and its certificate names the
    areas outside and what forbids it. The same arguments give the same plan; `effort` lengthens or shortens the search,
    `workers` processes share it and change nothing. Raises Unusable and Impossible (both ValueError).
    """
    graph = checked(
        weights, edges, borders=borders, surfaces=surfaces, perimeters=perimeters, regions=regions, barred=barred
    )
    if not graph.atoms:
        raise Unusable("weights: there are no atoms")
    if objective not in ("cuts", "compact"):
        raise Unusable(f"objective: cuts or compact, not {objective}")
    if objective == "compact" and graph.land is None:
        raise Unusable("objective: compact needs borders, surfaces and perimeters")
    if not (stability >= 0 and effort >= 0 and seed >= 0):
        raise Unusable("stability, effort and seed: not below 0")
    sizes = sized(graph, areas, size, tolerance, bounds)
    before = None if given is None else labelled(given, graph.atoms, "given")
    plan, proven = _drawn(graph, sizes, objective == "compact", before, stability, seed, effort, workers)
    labels = _named(graph, plan, before)
    certificate = certified(graph, labels, areas, size, tolerance, bounds, before, bound)
    return Plan(labels, replace(certificate, reasons=certificate.reasons + proven))


def _drawn(
    graph: Graph,
    sizes: Sizes,
    compact: bool,
    given: Whole | None,
    stability: float,
    seed: int,
    effort: float,
    workers: int,
) -> tuple[Whole, tuple[str, ...]]:
    """The plan 0 … k - 1, and what enumeration proved to be impossible."""
    graph = graph.without(sizes.alone)
    if given is not None and stability:
        start = mended(graph, sizes, np.maximum(given, -1))
    else:
        lengths = graph.land.borders if compact and graph.land is not None else None
        start = begun(graph, sizes, lengths, seed)
    names, labels = np.unique(start, return_inverse=True)
    part = sizes.parts[np.unique(labels, return_index=True)[1]]
    low, high = np.zeros(len(names)), np.full(len(names), np.inf)
    judged = part >= 0
    judged[judged] = ~sizes.exempt[part[judged]]
    low[judged], high[judged] = sizes.floor[part[judged]], sizes.ceiling[part[judged]]
    keep = None
    if given is not None and stability:
        mean = float(graph.weights.mean()) or 1.0
        place = np.searchsorted(names, given).clip(0, len(names) - 1)
        keep = (np.where(names[place] == given, place, -1), stability / mean)
    task = Task(graph, low, high, compact, keep, seed)
    sweeps = SWEEPS * min(max(FULL / graph.atoms, 1), MORE) * effort
    labels = searched(task, labels, round(sweeps), workers)
    return _tried_whole(task, sizes, labels)


def _tried_whole(task: Task, sizes: Sizes, labels: Whole) -> tuple[Whole, tuple[str, ...]]:
    """Small parts with an area out of bounds: every plan of theirs is tried."""
    labels, reasons = labels.copy(), []
    out = task.out(labels) > 0
    for part in np.unique(sizes.parts[out[labels]]).tolist():
        atoms = np.flatnonzero(sizes.parts == part)
        low, high = float(sizes.floor[part]), float(sizes.ceiling[part])
        found = found_whole(task.graph, atoms, int(sizes.areas[part]), low, high)
        if found is None:
            continue
        if not found:
            reasons.append(
                f"part {part} has no plan of {sizes.areas[part]} areas within {low:g} to {high:g}: all were tried"
            )
            continue
        for name, members in zip(np.unique(labels[atoms]).tolist(), found, strict=True):
            labels[members] = name
    return labels, tuple(reasons)


def _named(graph: Graph, plan: Whole, given: Whole | None) -> Whole:
    """Labels that say what continues what."""
    firsts = np.unique(plan, return_index=True)[1]
    place = np.empty(len(firsts), dtype=np.int64)
    place[np.argsort(firsts, kind="stable")] = np.arange(len(firsts))
    label = place[np.unique(plan, return_inverse=True)[1]]
    if given is None:
        return label
    goes_on = continued(graph.weights, label, given)
    new = iter(range(int(given.max(initial=-1)) + 1, graph.atoms + int(given.max(initial=-1)) + 2))
    names = [goes_on[area] if area in goes_on else next(new) for area in range(len(firsts))]
    return np.array(names, dtype=np.int64)[label]
