"""How many areas each connected part gets, and between which weights each must stay."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np

from domicile.core.districting.graph import Flags, Floats, Graph, Unusable, Whole, joined

#: How often the exempt are looked for anew, since each changes the mean that it is held against.
TRIES = 50


class Impossible(ValueError):
    """No plan of that many areas exists; the message says how many are possible."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is asked of the plan. `parts` (n,) numbers the connected parts of the atoms that are not alone: -1 for an oversized
    atom. For each part: how many areas it gets, whether it is exempt (a whole part below the lower bound), and the bounds
    that its areas can keep. `mean`, `low` and `high` are what was asked for; bounds are included."""

    mean: float
    low: float
    high: float
    alone: Flags
    parts: Whole
    areas: Whole
    exempt: Flags
    floor: Floats
    ceiling: Floats

    @property
    def reasons(self) -> tuple[str, ...]:
        """What forbids that every area keeps the bounds, known before any plan is made."""
        found = []
        for part in np.flatnonzero(~self.exempt & ((self.floor < self.low) | (self.ceiling > self.high))):
            found.append(
                f"part {part} has room for {self.areas[part]} areas within {self.floor[part]:g} to {self.ceiling[part]:g} only, "
                f"not within {self.low:g} to {self.high:g}: it is connected to nothing else"
            )
        return tuple(found)


def sized(
    graph: Graph, areas: int | None, size: float | None, tolerance: float, bounds: tuple[float, float] | None
) -> Sizes:
    """Sizes for so many areas, or for areas of a given mean weight. Raises Unusable and Impossible.

    An atom above the upper bound is an area of its own and exempt; so is a connected part that is below the lower bound as a
    whole. Both are taken out before the mean of the others is told, until nothing changes.
    """
    if not 0 <= tolerance < 1:
        raise Unusable(f"tolerance: a share from 0 to below 1 is wanted, not {tolerance}")
    if (areas is None) == (size is None):
        raise Unusable("areas and size: one of the two is wanted")
    if areas is not None and not 1 <= areas <= graph.atoms:
        raise Impossible(
            f"{graph.atoms} atoms cannot be divided into {areas} areas: from 1 to {graph.atoms} are possible"
        )
    if size is not None and not size > 0:
        raise Unusable(f"size: a weight above 0 is wanted, not {size}")
    alone, small = np.zeros(graph.atoms, dtype=bool), 0
    for _ in range(TRIES):
        parts, loads = _parts(graph, alone)
        mean = _mean(areas, size, alone, loads, small)
        low, high = bounds or (mean * (1 - tolerance), mean * (1 + tolerance))
        if not 0 <= low <= high:
            raise Unusable(f"bounds: a lower and an upper one are wanted, not {bounds}")
        before = (small, int(alone.sum()))
        small, alone = int((loads < low).sum()), graph.weights > high
        if (small, int(alone.sum())) == before:
            break
    parts, loads = _parts(graph, alone)
    exempt = loads < low
    numbers = _shared(parts, loads, exempt, mean, None if areas is None else areas - int(alone.sum()))
    means = loads / numbers
    floor = np.where(means < low, means * (1 - tolerance), low)
    ceiling = np.where(means > high, means * (1 + tolerance), high)
    return Sizes(mean, low, high, alone, parts, numbers, exempt, floor, ceiling)


def _parts(graph: Graph, alone: Flags) -> tuple[Whole, Floats]:
    """Connected parts without the oversized atoms, and the weight of each."""
    names = joined(graph.atoms, graph.without(alone).edges)
    parts = np.full(graph.atoms, -1, dtype=np.int64)
    parts[~alone] = np.unique(names[~alone], return_inverse=True)[1]
    return parts, np.bincount(parts[~alone], graph.weights[~alone]).astype(np.float64)


def _mean(areas: int | None, size: float | None, alone: Flags, loads: Floats, small: int) -> float:
    if size is not None:
        return size
    if areas is None:
        raise Unusable("Say how many areas there are to be, or how large one is.")
    least = len(loads) + int(alone.sum())
    if areas < least:
        raise Impossible(
            f"{areas} areas are too few: {len(loads)} parts that nothing connects and {int(alone.sum())} atoms that are too large "
            f"for any area need {least} at least"
        )
    lightest = np.sort(loads)[:small]
    rest = float(loads.sum() - lightest.sum())
    return rest / max(areas - small - int(alone.sum()), 1)


def _shared(parts: Whole, loads: Floats, exempt: Flags, mean: float, areas: int | None) -> Whole:
    """How many areas each part gets: by its weight, at least one and at most one an atom."""
    atoms = np.bincount(parts[parts >= 0], minlength=len(loads))
    if areas is None:
        wanted = [1 if not mean or load <= mean else _nearest(load / mean) for load in loads]
        return np.minimum(np.maximum(wanted, 1), atoms).astype(np.int64)
    # The method of odd divisors (Webster 1832, Sainte-Lague 1910): the next area goes to whom it brings nearest to the mean.
    numbers = np.ones(len(loads), dtype=np.int64)
    queue = [(-load / 1.5, part) for part, load in enumerate(loads) if not exempt[part] and atoms[part] > 1]
    spare = [(-int(atoms[part]), part) for part in range(len(loads)) if exempt[part] and atoms[part] > 1]
    heapq.heapify(queue)
    for _ in range(areas - len(loads)):
        if not queue:
            queue = spare
            spare = []
        if not queue:
            raise Impossible(f"{areas} areas are too many beside the atoms that are too large for any")
        _, part = heapq.heappop(queue)
        numbers[part] += 1
        if numbers[part] < atoms[part]:
            heapq.heappush(queue, (-loads[part] / (numbers[part] + 0.5), part))
    return numbers


def _nearest(share: float) -> int:
    """The number of areas whose mean is nearest to what is asked, by ratio."""
    below = math.floor(share)
    return below if share / below <= (below + 1) / share else below + 1
