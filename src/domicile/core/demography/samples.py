"""Estimates from a weighted sample, with the variance by replicates: the long form, which goes to every tenth household.

A sample drawn systematically from a list that is in the order of places has no variance formula of its own: it is one draw of a
few possible ones. Differences between neighbours in the sample show what chance does within a place; that is what is used
here. Replicates carry it to shares and ratios and to any figure that is made of the weights.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from domicile.core.demography.tables import Column, Numbers, aligned, column

METHODS = ("successive_differences", "jackknife")
#: Orders of the Hadamard matrix for which one less is a prime, so that every step runs through all rows.
ORDERS = (8, 32, 128)


@dataclass(frozen=True, slots=True)
class SampleEstimate:
    """An estimated total or ratio, its variance by the design, and the interval [low, high] at the level asked for."""

    number: float
    variance: float
    low: float
    high: float

    @property
    def coefficient_of_variation(self) -> float | None:
        """Standard error over the number; None where the number is 0."""
        return math.sqrt(self.variance) / abs(self.number) if self.number else None


def replicate_factors(units: int, *, method: str = "successive_differences", replicates: int = 128) -> Numbers:
    """What each unit's weight is multiplied by in each replicate, shape (units, replicates).

    Units are what was drawn (households, not their members), in the order in which they were drawn. `method`:

    - "successive_differences": R. E. Fay and G. F. Train, Aspects of survey and model-based postcensal estimation, Proceedings of
      the Section on Government Statistics, American Statistical Association, 1995: 1 + 2^(-3/2) (a - b), where a and b are the
      entries of two rows of a Hadamard matrix, and the next unit has b's row first. Runs of at most replicates - 1 units close to a
      loop; later runs take the rows in other steps (S. Ash, Using successive difference replication for estimating
      variances, Survey Methodology 40, 2014). `replicates` is 8, 32 or 128;
    - "jackknife": every `replicates`-th unit forms a group; a replicate leaves one group out and raises the others by
      replicates / (replicates - 1) (K. M. Wolter, Introduction to Variance Estimation, 2007, chapter 4; systematic random groups:
      chapter 2). `replicates` is between 2 and the number of units.

    Raises ValueError for fewer than two units, another method, or another number of replicates.
    """
    if units < 2:
        raise ValueError(f"units: {units}; of fewer than two nothing tells how much chance does")
    if method == "jackknife":
        if not 2 <= replicates <= units:
            raise ValueError(f"replicates: {replicates}; between 2 and {units}, the number of units")
        left_out = np.arange(units)[:, None] % replicates == np.arange(replicates)
        return np.where(left_out, 0.0, replicates / (replicates - 1))
    if method != "successive_differences":
        raise ValueError(f"method: {method!r}; give one of {', '.join(METHODS)}")
    if replicates not in ORDERS:
        raise ValueError(f"replicates: {replicates}; successive differences take one of {', '.join(map(str, ORDERS))}")
    rows = _hadamard(replicates)[1:]
    first, second = _pairs(units, replicates - 1)
    return np.asarray(1 + (rows[first] - rows[second]) / math.sqrt(8))


def replicate_variance(
    number: float, replicated: Column, *, method: str = "successive_differences", fraction: float = 0.0
) -> float:
    """The variance of a figure from the same figure made with the weights of each replicate, shape (r,).

    4 / r times the sum of squared differences to `number` for successive differences, (r - 1) / r times it for the jackknife.
    `fraction` of the units was drawn: the variance is lowered by it, since the drawn ones have no chance left.
    """
    held = column(replicated, "replicated", negative=True)
    if method not in METHODS:
        raise ValueError(f"method: {method!r}; give one of {', '.join(METHODS)}")
    if not 0 <= fraction < 1:
        raise ValueError(f"fraction: {fraction}; the share of units that was drawn lies from 0 to below 1")
    scale = 4 / held.size if method == "successive_differences" else (held.size - 1) / held.size
    return float((1 - fraction) * scale * ((held - number) ** 2).sum())


def weighted_estimate(
    values: Column,
    weights: Column,
    *,
    per: Column | None = None,
    method: str = "successive_differences",
    replicates: int = 128,
    fraction: float = 0.0,
    level: float = 0.95,
) -> SampleEstimate:
    """The weighted total of `values`, or its ratio to the weighted total of `per`, with its variance by replicates.

    `values`, `weights`, `per`: one of each unit drawn (of a household: the sum over its members), shape (n,), in the order of
    drawing. `per` of ones gives the mean, of members per household the mean of a person. `fraction`: the share of all units
    that was drawn (0.1 for every tenth). The interval is number -+ z sqrt(variance); of a total or ratio that cannot be below 0 its
    lower end may be: the figure is then too uncertain to print.

    Raises ValueError for weights below 0, columns of unequal length, a `per` whose weighted total is 0 in all or in one
    replicate, and what `replicate_factors` refuses.
    """
    held = column(values, "values", negative=True)
    places = np.arange(held.size)
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    raised = aligned(weights, places, "weights")
    factors = replicate_factors(held.size, method=method, replicates=replicates)
    number, replicated = float(raised @ held), (raised * held) @ factors
    if per is not None:
        below = aligned(per, places, "per")
        total, totals = float(raised @ below), (raised * below) @ factors
        if total <= 0 or (totals <= 0).any():
            raise ValueError(
                "per: its weighted total is 0 (in a replicate at least), so the ratio is undefined; take a greater area"
            )
        number, replicated = number / total, replicated / totals
    variance = replicate_variance(number, replicated, method=method, fraction=fraction)
    reach = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(variance)
    return SampleEstimate(number, variance, number - reach, number + reach)


def _hadamard(order: int) -> Numbers:
    """J. J. Sylvester's matrix of ones and minus ones with orthogonal rows, of an order that is a power of two."""
    held = np.ones((1, 1))
    while len(held) < order:
        held = np.block([[held, held], [held, -held]])
    return held


def _pairs(units: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Two rows for each unit, the second being the next one's first; each run of units closes to a loop."""
    first, second = np.empty(units, dtype=np.int64), np.empty(units, dtype=np.int64)
    runs = np.array_split(np.arange(units), -(-units // rows))
    for number, run in enumerate(runs):
        step = 1 + number % (rows - 1)
        loop = np.arange(run.size) * step % rows
        first[run], second[run] = loop, np.roll(loop, -1)
    return first, second
