"""Who in the register may be meant by the rows of a list that the exact steps of core.linkage.lists leave open: the probabilistic
scores of the linkage engine. They are questions to people, never answers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from domicile.core.linkage.model import shipped_model
from domicile.core.linkage.people import PEOPLE

MEMORY_MB: Final = 1500
#: No list is so strange that fewer of its rows are expected to be known.
LEAST_KNOWN: Final = 0.01


@dataclass(frozen=True, slots=True)
class Meant:
    """A row of the register that one of a list may mean: log2 of the odds, what they begin with, and by comparison the code of the
    level and its bits."""

    row: int
    probability: float
    bits: float
    prior: float
    evidence: dict[str, tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Likely:
    """By row of the list who may be meant, the likeliest first; and how many pairs were too many to be compared."""

    meant: dict[int, list[Meant]]
    left_out: int


def likely(
    left: pl.DataFrame, right: pl.DataFrame, *, open_left: Collection[int], open_right: Collection[int], known: float,
    today: dt.date, most: int, memory_mb: int = MEMORY_MB, most_pairs: int | None = None,
) -> Likely:  # fmt: skip
    """Score the open rows of a list (`left`) against those of the register that no other row took (`right`).

    Both have `row` (Int64, unique), `name`, `sex`, `birth`, `number`, `area` (what may be null, is) and hold all rows, also
    those that are settled: they say how common a name is. `known`: the share of the list that the exact steps have found.
    `most`: how many of the likeliest are told of each row, none below the model's review threshold; `most_pairs` bounds what
    is compared, as engines.linkage.link_lists. Raises preparing.Unfit.
    """
    from domicile.engines.linkage import link_lists  # a large library: when a list leaves something open

    if not open_left or not open_right:
        return Likely({}, 0)
    model = shipped_model(PEOPLE)
    # Where the list names no area, that of the register tells nothing either, and keeps nobody apart.
    places = bool(left["area"].null_count() < len(left))
    found = link_lists(
        _people(left, places=places), _people(right, places=places), today=today,
        model=replace(model, duplicates=max(known, LEAST_KNOWN)), memory_mb=memory_mb, most_pairs=most_pairs,
    )  # fmt: skip
    mine, theirs = set(open_left), set(open_right)
    meant: dict[int, list[Meant]] = {}
    for pair in found.pairs.to_pylist():  # the surest first
        one, other = int(pair["person_id_l"]), int(pair["person_id_r"])
        if one in mine and other in theirs and len(held := meant.setdefault(one, [])) < most:
            held.append(Meant(other, float(pair["probability"]), float(pair["bits"]), found.prior, _evidence(pair)))
    return Likely({one: held for one, held in meant.items() if held}, found.counts.left_out)


def _people(side: pl.DataFrame, *, places: bool) -> pl.DataFrame:
    """A side as a table `people` of core.linkage.preparing."""
    return side.select(
        pl.col("row").cast(pl.String).alias("person_id"),
        pl.col("name", "sex", "number").cast(pl.String),
        pl.col("birth").cast(pl.Date).alias("birth_date"),
        (pl.col("area") if places else pl.lit(None)).cast(pl.String).alias("area"),
    )


def _evidence(pair: dict[str, Any]) -> dict[str, tuple[str, float]]:
    names = [comparison.name for comparison in PEOPLE.comparisons]
    return {name: (pair[f"level_{name}"], round(float(pair[f"bits_{name}"]), 4)) for name in names}
