"""How easily somebody in a sample of records is found again: k-anonymity, and the risk of each record.

Sources: Samarati and Sweeney, Protecting privacy when disclosing information (1998) for k-anonymity; Benedetti and Franconi (1998)
and Franconi and Polettini, Individual risk estimation in µ-Argus: a review (Privacy in Statistical Databases, LNCS 3050, 2004) for
the individual risk, whose values for counts of 1, 2 and more are those of the R package sdcMicro (`indivRisk`, method "approx").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domicile.core.disclosure.entropy import Floats


@dataclass(frozen=True, eq=False)
class SampleRisk:
    """The records of a sample, all arrays of shape (n,).

    alike: how many records of the sample have the same values in the key columns, the record itself included. in_population: of
    how many people that speaks (sum of weights). risk: the probability in [0, 1] that somebody who knows these values
    of a person, and that the person is in the sample, finds the record.
    """

    alike: NDArray[np.int64]
    in_population: Floats
    risk: Floats

    @property
    def k(self) -> int:
        """The sample is k-anonymous; 0 when it is empty."""
        return int(self.alike.min(initial=len(self.alike))) if len(self.alike) else 0

    @property
    def uniques(self) -> int:
        """Records that nobody else in the sample is like."""
        return int((self.alike == 1).sum())

    @property
    def found_again(self) -> float:
        """How many records one would find again on average, if one looked for all of them."""
        return float(self.risk.sum())

    def below(self, k: int) -> NDArray[np.bool_]:
        """Which records fewer than k are like."""
        return self.alike < k


def sample_risk(keys: Mapping[str, ArrayLike], weights: ArrayLike | None = None) -> SampleRisk:
    """The risk of a sample by the columns that an outsider may know (age, sex, place, …).

    keys: columns of one length, of any plain values. A missing value (None) is a value of its own. weights: how many people of the
    population each record stands for, from 1 on; without them the sample is the population.
    Raises ValueError for columns of different lengths, none at all, and for weights below 1.
    """
    if not keys:
        raise ValueError("sample_risk wants at least one column that an outsider may know.")
    columns = {name: np.asarray(column, dtype=object) for name, column in keys.items()}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"columns have different lengths: {lengths}.")
    (size,) = set(lengths.values())
    weight = np.ones(size) if weights is None else np.asarray(weights, dtype=float)
    if weight.shape != (size,) or not (weight >= 1).all():
        raise ValueError(f"weights are {size} numbers from 1 on: each record stands for itself at least.")
    seen: dict[tuple[object, ...], int] = {}
    group = np.array([seen.setdefault(row, len(seen)) for row in zip(*columns.values(), strict=True)], dtype=np.int64)
    alike = np.bincount(group, minlength=len(seen))[group] if size else np.zeros(0, dtype=np.int64)
    people: Floats = (
        np.bincount(group, weights=weight, minlength=len(seen)).astype(float)[group] if size else np.zeros(0)
    )
    return SampleRisk(alike, people, _risk(alike, people))


def _risk(alike: NDArray[np.int64], people: Floats) -> Floats:
    """By count f in the sample and share p = f / F: the mean of 1 / F over the populations that the weights make likely."""
    whole = np.maximum(people, 1e-300)
    p, rest = alike / whole, np.maximum(people - alike, 0.0) / whole
    left = np.maximum(rest, 1e-12)
    odds, bits = p / left, -np.log1p(-np.minimum(left, 1 - 1e-12))
    # Of nearly whole populations the two terms for f = 2 are huge and nearly alike: there, by their series.
    near = (1 - left) * (1 / 2 + left / 6 + left**2 / 12)
    found = np.select(
        [alike == 1, (alike == 2) & (left < 1e-3), alike == 2], [odds * bits, near, odds - odds**2 * bits],
        p / np.maximum(alike - rest, 1e-300),
    )  # fmt: skip
    # In a sample that is the population there is nothing to estimate.
    return np.clip(np.where(rest <= 1e-9, 1 / np.maximum(alike, 1), found), 0.0, 1.0)
