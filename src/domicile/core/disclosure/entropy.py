"""The distribution of greatest entropy under linear conditions, by Newton's method on the dual problem.

The greatest entropy with sum p = 1, `equal @ p = targets` and `most @ p <= limits` is an exponential family: p is in
proportion to exp(-equal.T @ a - most.T @ b) with b >= 0, and (a, b) is where the convex dual
log(sum(exp(...))) + a @ targets + b @ limits is least (Jaynes, Physical Review 106, 1957; Boyd and Vandenberghe, Convex
Optimization, 2004, 5.7.1). The dual is smooth and small, so that it is solved to the last digits; b stays on its side by
projection (Bertsekas, SIAM Journal on Control and Optimization 20, 1982).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_STEPS: Final = 400
_EXACT: Final = 1e-11
#: Multipliers beyond this belong to a distribution that has to have zeros: there is none inside.
_FAR: Final = 1e4


def greatest_entropy(equal: Floats, targets: Floats, most: Floats, limits: Floats) -> Floats | None:
    """The distribution, shape (n,): all above 0, adding up to 1; None where no such one keeps the conditions.

    equal: shape (e, n), targets (e,); most: shape (m, n), limits (m,). Conditions are kept to 1e-9.
    """
    rows, goal = np.vstack([equal, most]), np.concatenate([targets, limits])
    count = len(targets)
    held = np.zeros(len(goal))
    for _ in range(_STEPS):
        p = _family(rows, held)
        slope = goal - rows @ p
        bound = (np.arange(len(held)) >= count) & (held <= 1e-12) & (slope > 0)
        free = ~bound
        if not free.any() or np.abs(slope[free]).max() < _EXACT:
            break
        part = rows[free]
        bend = (part * p) @ part.T - np.outer(part @ p, part @ p)
        step = np.zeros(len(held))
        step[free] = -np.linalg.lstsq(bend + 1e-14 * np.eye(len(bend)), slope[free], rcond=1e-13)[0]
        held = _search(rows, goal, held, step, slope, count)
        if np.abs(held).max() > _FAR:
            return None
    p = _family(rows, held)
    off = rows @ p - goal
    kept = np.abs(off[:count]).max(initial=0.0) < 1e-9 and off[count:].max(initial=0.0) < 1e-9
    return p if kept else None


def _family(rows: Floats, held: Floats) -> Floats:
    power = -(held @ rows)
    weight = np.exp(power - power.max())
    found: Floats = weight / weight.sum()
    return found


def _dual(rows: Floats, goal: Floats, held: Floats) -> float:
    power = -(held @ rows)
    top = float(power.max())
    return top + float(np.log(np.exp(power - top).sum())) + float(held @ goal)


def _search(rows: Floats, goal: Floats, held: Floats, step: Floats, slope: Floats, count: int) -> Floats:
    """The multipliers after the longest halving of the step that brings the dual down (Armijo), kept on their side."""
    before, length = _dual(rows, goal, held), 1.0
    while True:
        moved = held + length * step
        moved[count:] = np.maximum(moved[count:], 0)
        gain = float(slope @ (moved - held))
        if _dual(rows, goal, moved) <= before + 1e-4 * min(gain, 0.0) + 1e-15 or length < 1e-10:
            return moved
        length /= 2
