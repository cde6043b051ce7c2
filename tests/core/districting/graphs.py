"""Small towns for the tests: cells of a chequered board, some joined, with what Hypothesis chooses of weights and holes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from hypothesis import strategies as st


@dataclass(frozen=True)
class Town:
    weights: list[int]
    edges: list[tuple[int, int]]
    extra: dict[str, Any] = field(default_factory=dict)


def board(rows: int, columns: int, weights: list[int] | None = None) -> Town:
    """Unit squares, each bordering on those beside, above and below it."""
    edges = [(r * columns + c, r * columns + c + 1) for r in range(rows) for c in range(columns - 1)]
    edges += [(r * columns + c, (r + 1) * columns + c) for r in range(rows - 1) for c in range(columns)]
    count = rows * columns
    land = {"surfaces": np.ones(count), "perimeters": np.full(count, 4.0), "borders": np.ones(len(edges))}
    return Town(weights or [1] * count, edges, land)


@st.composite
def towns(draw: st.DrawFn, largest: int = 6) -> Town:
    """A board with some borders taken away: planar, often in several parts, weights from nothing to a whole area's."""
    rows, columns = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    whole = board(rows, columns)
    count = rows * columns
    weights = draw(st.lists(st.sampled_from([0, 1, 1, 2, 3, 5, 8, 20]), min_size=count, max_size=count))
    if whole.edges:
        holes = draw(st.sets(st.integers(0, len(whole.edges) - 1), max_size=len(whole.edges) // 3))
    else:
        holes = set()
    edges = [edge for number, edge in enumerate(whole.edges) if number not in holes]
    return Town(weights, edges, {**whole.extra, "borders": np.ones(len(edges))})


def pieces(labels: Any, edges: Any) -> dict[int, int]:
    """How many connected pieces each label has, found by walking."""
    labels = list(map(int, labels))
    beside: dict[int, list[int]] = {}
    for one, other in edges:
        beside.setdefault(int(one), []).append(int(other))
        beside.setdefault(int(other), []).append(int(one))
    seen: set[int] = set()
    found: dict[int, int] = {}
    for start in range(len(labels)):
        if start in seen:
            continue
        found[labels[start]] = found.get(labels[start], 0) + 1
        stack = [start]
        seen.add(start)
        while stack:
            for other in beside.get(stack.pop(), []):
                if other not in seen and labels[other] == labels[start]:
                    seen.add(other)
                    stack.append(other)
    return found
