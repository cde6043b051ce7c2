"""Local search: one atom at a time moves over the border of its area, downhill mostly, uphill as chance and temperature allow.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi, Optimization by simulated annealing, Science 220, 1983, 671-680) over the
moves of Kernighan-Lin's and Fiduccia-Mattheyses' partitioning: an atom goes to the area of a neighbour. A move that would
leave its old area in two pieces, or empty, is none. Weight out of bounds costs energy in proportion, more with every sweep.

Written as plain loops over lists: an interpreter runs them faster than arrays of forty.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from domicile.core.districting.graph import Floats, Whole

#: How much energy the whole mean of Polsby-Popper of one area is worth, in cut edges.
SHAPE: Final = 50.0
CIRCLE: Final = 4 * math.pi


@dataclass(slots=True)
class Piece:
    """What one search sees: its atoms 0 … n - 1, their areas 0 … k - 1, and nothing around them. What lies outside neither gains
    nor loses. `lengths` are of the cut that an atom's neighbour makes: ones for cut edges, metres for compactness."""

    starts: Whole
    targets: Whole
    lengths: Floats
    weights: Floats
    labels: Whole
    low: Floats
    high: Floats
    shapes: tuple[Floats, Floats] | None
    keep: tuple[Whole, float] | None


@dataclass(frozen=True, slots=True)
class Cooling:
    """Sweeps from one temperature down to another, and what weight out of bounds costs at the first and at the last, in cut
    edges for each hundredth of an area."""

    sweeps: int
    hot: float
    cold: float
    lenient: float
    strict: float


def annealed(piece: Piece, cooling: Cooling, seed: list[int]) -> Whole:
    """The labels (n,) after the search. Deterministic for one seed."""
    draw = np.random.default_rng(seed)
    state = _State(piece)
    steps = max(cooling.sweeps - 1, 1)
    for sweep in range(cooling.sweeps):
        share = sweep / steps
        temperature = cooling.hot * (cooling.cold / cooling.hot) ** share
        strict = cooling.lenient * (cooling.strict / cooling.lenient) ** share
        state.sweep(draw, temperature, strict)
    return np.array(state.labels, dtype=np.int64)


class _State:
    """The lists that the loops run over."""

    def __init__(self, piece: Piece) -> None:
        starts, targets, lengths = piece.starts.tolist(), piece.targets.tolist(), piece.lengths.tolist()
        count, areas = len(piece.weights), len(piece.low)
        self.neighbours = [targets[starts[atom] : starts[atom + 1]] for atom in range(count)]
        self.around = [
            list(zip(self.neighbours[atom], lengths[starts[atom] : starts[atom + 1]], strict=True))
            for atom in range(count)
        ]
        self.near = [frozenset(row) for row in self.neighbours]
        self.sources = np.repeat(np.arange(count), np.diff(piece.starts))
        self.targets = piece.targets
        self.labels: list[int] = piece.labels.tolist()
        self.weights: list[float] = piece.weights.tolist()
        self.mean = max(float(((piece.low + piece.high) / 2).mean()), 1e-12)
        self.loads: list[float] = np.bincount(piece.labels, piece.weights, areas).tolist()
        self.low, self.high = piece.low.tolist(), piece.high.tolist()
        self.sizes: list[int] = np.bincount(piece.labels, minlength=areas).tolist()
        self.shapes = None
        if piece.shapes is not None:
            surfaces, perimeters = piece.shapes
            inner = np.bincount(
                piece.labels[self.sources],
                piece.lengths * (piece.labels[self.sources] == piece.labels[piece.targets]),
                areas,
            )
            self.land: list[float] = np.bincount(piece.labels, surfaces, areas).tolist()
            self.outline: list[float] = (np.bincount(piece.labels, perimeters, areas) - inner).tolist()
            self.shapes = (surfaces.tolist(), perimeters.tolist())
        self.keep: tuple[list[int], list[float]] | None = None
        if piece.keep is not None:
            before, worth = piece.keep
            self.keep = (before.tolist(), (piece.weights * worth).tolist())

    def sweep(self, draw: np.random.Generator, temperature: float, strict: float) -> None:
        """As many tries as there are ends of edges, of which those between areas count."""
        tries = draw.integers(0, len(self.targets), len(self.targets))
        labels = np.array(self.labels)
        sources, targets = self.sources[tries], self.targets[tries]
        cut = labels[sources] != labels[targets]
        sources, targets = sources[cut], targets[cut]
        allowed = -temperature * np.log(draw.random(len(sources)))
        price = strict * 100 / self.mean
        if self.shapes is None:
            self._sweep_cuts(sources.tolist(), targets.tolist(), allowed.tolist(), price)
        else:
            self._sweep_shapes(sources.tolist(), targets.tolist(), allowed.tolist(), price, self.shapes)

    def _sweep_cuts(self, sources: list[int], targets: list[int], allowed: list[float], price: float) -> None:
        labels, weights, loads, sizes, cost = self.labels, self.weights, self.loads, self.sizes, self._costs(price)
        neighbours, holds = self.neighbours, self._holds
        for atom, other, limit in zip(sources, targets, allowed, strict=True):
            old, new = labels[atom], labels[other]
            if old == new:
                continue
            change = 0.0
            for neighbour in neighbours[atom]:
                label = labels[neighbour]
                if label == old:
                    change += 1
                elif label == new:
                    change -= 1
            change += cost(atom, old, new)
            if change > limit or sizes[old] == 1 or not holds(atom, old):
                continue
            labels[atom] = new
            loads[old] -= weights[atom]
            loads[new] += weights[atom]
            sizes[old] -= 1
            sizes[new] += 1

    def _sweep_shapes(
        self,
        sources: list[int],
        targets: list[int],
        allowed: list[float],
        price: float,
        shapes: tuple[list[float], list[float]],
    ) -> None:
        labels, weights, loads, sizes, cost = self.labels, self.weights, self.loads, self.sizes, self._costs(price)
        around, holds, land, outline = self.around, self._holds, self.land, self.outline
        surfaces, perimeters = shapes
        circle = SHAPE * CIRCLE
        for atom, other, limit in zip(sources, targets, allowed, strict=True):
            old, new = labels[atom], labels[other]
            if old == new or sizes[old] == 1:
                continue
            with_old = with_new = 0.0
            for neighbour, length in around[atom]:
                label = labels[neighbour]
                if label == old:
                    with_old += length
                elif label == new:
                    with_new += length
            outline_old, outline_new, land_old, land_new = outline[old], outline[new], land[old], land[new]
            perimeter, surface = perimeters[atom], surfaces[atom]
            shrunk, widened = outline_old - perimeter + 2 * with_old, outline_new + perimeter - 2 * with_new
            change = circle * (
                land_old / (outline_old * outline_old) + land_new / (outline_new * outline_new)
                - (land_old - surface) / (shrunk * shrunk) - (land_new + surface) / (widened * widened)
            )  # fmt: skip
            change += cost(atom, old, new)
            if change > limit or not holds(atom, old):
                continue
            labels[atom] = new
            loads[old] -= weights[atom]
            loads[new] += weights[atom]
            land[old], land[new] = land_old - surface, land_new + surface
            outline[old], outline[new] = shrunk, widened
            sizes[old] -= 1
            sizes[new] += 1

    def _costs(self, price: float) -> Callable[[int, int, int], float]:
        """What it costs that an atom goes from one area to another: weight further out of bounds, and a given area left."""
        weights, loads, low, high = self.weights, self.loads, self.low, self.high
        before, worth = self.keep or (None, None)

        def cost(atom: int, old: int, new: int) -> float:
            weight, load_old, load_new = weights[atom], loads[old], loads[new]
            left, grown = load_old - weight, load_new + weight
            bad = 0.0
            if left < low[old]:
                bad += low[old] - left
            elif left > high[old]:
                bad += left - high[old]
            if grown > high[new]:
                bad += grown - high[new]
            elif grown < low[new]:
                bad += low[new] - grown
            if load_old > high[old]:
                bad -= load_old - high[old]
            elif load_old < low[old]:
                bad -= low[old] - load_old
            if load_new < low[new]:
                bad -= low[new] - load_new
            elif load_new > high[new]:
                bad -= load_new - high[new]
            if before is None or worth is None:
                return price * bad
            return price * bad + worth[atom] * ((before[atom] == old) - (before[atom] == new))

        return cost

    def _holds(self, atom: int, old: int) -> bool:
        """Whether the rest of an area stays in one piece without an atom: its neighbours there reach each other without it."""
        labels, neighbours = self.labels, self.neighbours
        same = [neighbour for neighbour in neighbours[atom] if labels[neighbour] == old]
        if len(same) < 2:
            return bool(same)
        first = same[0]
        if len(same) == 2 and same[1] in self.near[first]:
            return True
        wanted = set(same)
        wanted.discard(first)
        seen = {atom, first}
        stack = [first]
        while stack:
            for neighbour in neighbours[stack.pop()]:
                if labels[neighbour] == old and neighbour not in seen:
                    if neighbour in wanted:
                        wanted.discard(neighbour)
                        if not wanted:
                            return True
                    seen.add(neighbour)
                    stack.append(neighbour)
        return False
