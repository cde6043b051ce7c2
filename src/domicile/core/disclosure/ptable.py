"""Tables of noise for counts (p-tables): how likely each change of each count is.

Sources: Fraser and Wooton, A proposed method for confidentialising tabular output to protect against differencing (UNECE work
session on statistical data confidentiality, 2005); Marley and Leaver, A method for confidentialising user-defined tables (ISI,
2011); Thompson, Broadfoot and Elazar, Methodology for the automatic confidentialisation of statistical outputs from remote
servers at the Australian Bureau of Statistics (UNECE, 2013); Giessing, Computational issues in the design of transition
probabilities (Privacy in Statistical Databases, LNCS 9867, 2016). Names and defaults are those of `create_cnt_ptable` in the
R package ptable 1.0, whose published tables this reproduces.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from domicile.core.disclosure.entropy import Floats, greatest_entropy

#: A cell key is a whole number in [0, 2**BITS): the fraction key / 2**BITS of [0, 1). Sums of two thousand million keys fit
#: into 64 bits with their sign.
BITS: Final = 32
_SAME: Final = 1e-7
_RELAXED: Final = 0.05


class Transition(NamedTuple):
    """One row of the p-table: the count `i` becomes `j = i + v` with probability `p`, where the cell key is in
    [lower, upper), as fractions of 1."""

    i: int
    j: int
    v: int
    p: float
    lower: float
    upper: float


class Moments(NamedTuple):
    """What the noise of a count comes to. `reached`: its variance is V, not less; always so of 0."""

    i: int
    mean: float
    variance: float
    stay: float
    entropy: float  # in bits
    reached: bool


@dataclass(frozen=True, eq=False)
class PTable:
    """Noise by count. Row i of `probabilities` and `thresholds` is that of the count i, the last one that of all above too.

    probabilities: float64, shape (rows, 2 D + 1), of the noise -D … D.
    thresholds: int64, the same shape, rising along each row to 2**BITS: the noise is the first whose threshold is above the
    cell key. They are the probabilities accumulated and rounded to 1 / 2**BITS, and all that a lookup uses.
    """

    D: int
    V: float
    js: int
    probabilities: Floats
    thresholds: NDArray[np.int64]

    @property
    def last(self) -> int:
        """The count from which on the noise is the same."""
        return len(self.probabilities) - 1

    @property
    def matrix(self) -> Floats:
        """Transition matrix, shape (rows, last + D + 1): from the count of the row to the count of the column."""
        found = np.zeros((self.last + 1, self.last + self.D + 1))
        for row in self.transitions():
            found[row.i, row.j] = row.p
        return found

    def transitions(self) -> Iterator[Transition]:
        """The rows of the table, by count and noise; those of probability 0 are left out."""
        for i, (row, ends) in enumerate(zip(self.probabilities, self.thresholds, strict=True)):
            lower = 0.0
            for place, p in enumerate(row):
                upper = float(ends[place]) / 2**BITS
                if p > 0:
                    yield Transition(i, i + place - self.D, place - self.D, float(p), lower, upper)
                lower = upper

    def moments(self) -> list[Moments]:
        """What the noise of each count comes to, to be looked at before a table is used."""
        v = np.arange(-self.D, self.D + 1)
        found = []
        for i, row in enumerate(self.probabilities):
            some = row[row > 0]
            variance = float(row @ v**2)
            found.append(
                Moments(
                    i, float(row @ v), variance, float(row[self.D]), max(0.0, -float(some @ np.log2(some))),
                    i == 0 or variance > self.V - _SAME,
                )
            )  # fmt: skip
        return found


def make_ptable(
    D: int, V: float, js: int = 0, pstay: float | Sequence[float | None] | None = None,
    mono: bool | Sequence[bool] = True, *, exact: bool = False,
) -> PTable:  # fmt: skip
    """The noise of greatest entropy for counts.

    For each count: mean 0, variance V, no noise beyond -D … D, no count below 0. 0 stays 0.

    D: the greatest noise, a whole number from 1 on.
    V: the variance, in (0, D**2]. Where the greatest entropy needs less, the variance of that count is less, as in the R
        package (`PTable.moments` says where: `reached`); with `exact` it is V everywhere or an error.
    js: counts 1 … js (both included) never come out; they become 0 or more than js. 0: no such threshold.
    pstay: the probability that a count stays, in (0, 1), for all or one by one for 1, 2, … `last`. Where V cannot be had with
        it, it is lowered by steps of 0.05 until it can. Counts up to js never stay.
    mono: whether likelier is what is nearer, of noise below 0 (for all, or one by one).

    Raises ValueError naming the count, the cause and the cure.
    """
    _check(D, V, js)
    last = D if js == 0 else D + js + 1
    stays = [pstay] * last if pstay is None or isinstance(pstay, int | float) else list(pstay)
    orders = [mono] * last if isinstance(mono, bool) else list(mono)
    for name, given in (("pstay", stays), ("mono", orders)):
        if len(given) != last:
            raise ValueError(f"{name} has {len(given)} values; give one, or one for each of the counts 1 … {last}.")
    if any(one is not None and not 0 < one < 1 for one in stays):
        raise ValueError("pstay is a probability above 0 and below 1; leave it out where it may be any.")
    rows = np.zeros((last + 1, 2 * D + 1))
    rows[0, D] = 1.0
    for i in range(1, last + 1):
        v = np.array([one for one in range(-D, D + 1) if i + one == 0 or i + one > js])
        rows[i, v + D] = _row(i, v, V, stays[i - 1], orders[i - 1], exact)
    return PTable(D, float(V), js, rows, _thresholds(rows))


def _check(D: int, V: float, js: int) -> None:
    if not isinstance(D, int | np.integer) or D < 1:
        raise ValueError(f"D, the greatest noise, is a whole number from 1 on, not {D}.")
    if not isinstance(js, int | np.integer) or js < 0:
        raise ValueError(f"js, the threshold, is a whole number from 0 on, not {js}.")
    if not (math.isfinite(V) and 0 < V <= D * D):
        raise ValueError(f"V, the variance, is above 0 and at most D² = {D * D}, not {V}.")
    if js >= D:
        raise ValueError(f"Counts up to js = {js} must be able to become 0 or more: take D above js, it is {D}.")


def _row(i: int, v: NDArray[np.int64], V: float, pstay: float | None, mono: bool, exact: bool) -> Floats:
    """The probabilities of the noise v of the count i."""
    natural = _solve(v, V, None, mono, exact)
    stay = pstay if 0 in v else None
    if natural is not None and stay is None:
        return natural
    while stay is not None and stay > _SAME:
        found = _solve(v, V, stay, mono, exact)
        if found is not None and float(found @ v**2) > V - _SAME:
            return found
        stay -= _RELAXED
        if natural is not None and stay <= natural[v == 0][0]:
            return natural
    if natural is None:
        raise ValueError(_refused(i, v, V, mono, exact))
    return natural


def _solve(v: NDArray[np.int64], V: float, stay: float | None, mono: bool, exact: bool) -> Floats | None:
    equal, targets = [v.astype(float)], [0.0]
    most, limits = _orders(v) if mono else [], []
    limits = [0.0] * len(most)
    if stay is not None:
        equal.append((v == 0).astype(float))
        targets.append(stay)
    (equal if exact else most).append(v.astype(float) ** 2)
    (targets if exact else limits).append(float(V))
    shape = (len(limits), len(v))
    return greatest_entropy(np.array(equal), np.array(targets), np.array(most).reshape(shape), np.array(limits))


def _orders(v: NDArray[np.int64]) -> list[Floats]:
    """p of each noise below 0 less p of the next nearer one: at most 0."""
    if 0 not in v:
        return []
    eye = np.eye(len(v))
    return [eye[place] - eye[place + 1] for place in range(int(np.flatnonzero(v == 0)[0]))]


def _refused(i: int, v: NDArray[np.int64], V: float, mono: bool, exact: bool) -> str:
    """Why there is no distribution, with the variances between which there is one."""
    from scipy.optimize import linprog

    orders = np.array(_orders(v)) if mono and 0 in v and v[0] < 0 else None
    ends = []
    for sign in (1, -1):
        found = linprog(
            sign * v**2, A_ub=orders, b_ub=None if orders is None else np.zeros(len(orders)),
            A_eq=np.array([np.ones(len(v)), v]), b_eq=[1, 0],
        )  # fmt: skip
        if found.status != 0:
            return f"Count {i}: no noise of {v.min()} … {v.max()} has mean 0. Take a greater D or a smaller js."
        ends.append(abs(float(found.fun)))
    low, high = ends
    which = f"above {low:.6g}" + (f" and below {high:.6g}" if exact else "")
    ways = "another V or D" + (", mono=False" if mono else "") + (", exact=False" if exact else "")
    return f"Count {i}: with D and js as they are, its variance can only be {which}; V is {V:g}. Take {ways}."


def _thresholds(rows: Floats) -> NDArray[np.int64]:
    """Cumulative probabilities in units of 1 / 2**BITS; the last ones are 2**BITS itself, whatever was rounded."""
    ends: NDArray[np.int64] = np.rint(np.cumsum(rows, axis=1) * 2**BITS).astype(np.int64)
    for row, found in zip(rows, ends, strict=True):
        found[int(np.flatnonzero(row > 0)[-1]) :] = 2**BITS
    return ends
