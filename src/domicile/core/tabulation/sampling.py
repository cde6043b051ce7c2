"""A sample of records that may leave: households drawn by their secret keys, coarsened until nobody stands alone.

The draw needs no seed of its own: the same households come out whenever it is done, and nobody without the record
keys can tell which.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray

from domicile.core.disclosure import SampleRisk, sample_risk
from domicile.core.tabulation.model import UNSTATED, Grouping, Undeclarable, groupings
from domicile.core.tabulation.planning import grouping_axis

_USE: Final = b"domicile protected sample 1\x00"
#: What an outsider may know of a person, and with that k-anonymity is reckoned.
KEYS: Final = ("county", "sex", "age", "household_size", "education")
#: What stands in the sample besides.
OTHERS: Final = ("literate", "registered", "away", "away_reason", "relation")
_FINE: Final[Mapping[str, str]] = {
    "sex": "sex", "age": "age5", "household_size": "household_size_short", "education": "education_levels", "literate": "literate",
    "registered": "registered", "away": "away_half_year", "away_reason": "away_reason", "relation": "relation",
}  # fmt: skip
#: What becomes coarser of records that too few are like, step after step; at last the record goes.
_STEPS: Final = (("age", "age_broad"), ("household_size", UNSTATED), ("education", UNSTATED))


@dataclass(frozen=True, eq=False)
class Sample:
    """The records that go out, and what was done to them. `coarsened`: by column how many; `dropped`: records left out."""

    rows: pa.Table
    risk: SampleRisk
    drawn: int
    coarsened: Mapping[str, int]
    dropped: int


def drawn(keys: ArrayLike, share: float) -> NDArray[np.bool_]:
    """Which households of these record keys are drawn, each with the probability `share` in (0, 1]."""
    if not 0 < share <= 1:
        raise ValueError(f"share: {share} is no share above 0 and up to 1.")
    numbers = np.asarray(keys, dtype=np.int64)
    heads = b"".join(hashlib.sha256(_USE + int(one).to_bytes(8, "big")).digest()[:8] for one in numbers)
    return np.frombuffer(heads, dtype=">u8").astype(np.float64) < share * 2.0**64


def columns() -> list[str]:
    """What `protect_sample` reads of persons, besides the area."""
    return [one for one in (*KEYS, *OTHERS) if one != "county"]


def protect_sample(rows: pa.Table, share: float, k: int) -> Sample:
    """rows: the people of the drawn households, `area` as whole numbers of 12 digits and `columns()`.

    Values become the codes of groupings; then records that fewer than k are like are coarsened, step after step, and
    left out where that
    does not help. In no order of place or household: rows are sorted by what they say.
    """
    given = {name: rows[name].to_numpy(zero_copy_only=False) for name in ("area", *columns())}
    made: dict[str, NDArray[Any]] = {"county": (given["area"] // 10**6).astype(str)}
    known = groupings()
    made |= {name: coded(known[_FINE[name]], given[name]) for name in columns()}
    weight = np.full(len(rows), 1 / share)
    coarsened: dict[str, int] = {}
    for column, coarse in _STEPS:
        few = _risk(made, weight).below(k)
        if not few.any():
            break
        other = np.full(len(few), UNSTATED) if coarse == UNSTATED else coded(known[coarse], given[column])
        # A value may become coarser for all who share it only where it has to: whoever has enough others keeps it.
        made[column] = np.where(few, other, made[column])
        coarsened[column] = int(few.sum())
    dropped = 0
    while True:
        few = _risk(made, weight).below(k)
        if not few.any():
            break
        dropped += int(few.sum())
        made, weight = {name: column[~few] for name, column in made.items()}, weight[~few]
    order = np.lexsort([made[name] for name in reversed((*KEYS, *OTHERS))])
    told = pa.table(
        {name: pa.array(made[name][order].tolist(), pa.string()) for name in (*KEYS, *OTHERS)}
        | {"weight": weight[order]}
    )
    return Sample(told, _risk(made, weight), len(rows), coarsened, dropped)


def _risk(made: Mapping[str, NDArray[Any]], weight: NDArray[np.float64]) -> SampleRisk:
    return sample_risk({name: made[name] for name in KEYS}, weight)


def coded(grouping: Grouping, values: NDArray[Any]) -> NDArray[Any]:
    """The codes of a grouping's categories for values, not stated for those in none."""
    axis = grouping_axis(grouping)
    place = axis.categories(grouping)[axis.classes_of(values)]
    codes: Sequence[str] = [*(one.code for one in grouping.categories), UNSTATED]
    return np.array(codes)[place]


def check(made: Sample, k: int) -> None:
    """Raises Undeclarable where a record of the sample is like fewer than k: it does not go out."""
    if made.rows.num_rows and made.risk.k < k:
        raise Undeclarable(
            f"The sample has records that only {made.risk.k - 1} others are like; {k - 1} are asked for."
        )
