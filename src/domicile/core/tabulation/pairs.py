"""Every two tables of a release, looked at as an outsider would who subtracts them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domicile.core.disclosure import close_pairs
from domicile.core.tabulation.model import Condition, Grouping, Table
from domicile.core.tabulation.planning import grouping_axis

Column = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Pairs:
    """How many pairs of cells of two tables differ by a few people. `nested`: one of the cells lies in the other."""

    one: str
    two: str
    pairs: int
    nested: int


def columns_of(tables: Sequence[Table]) -> set[str]:
    """The columns that `codes` reads, besides area, form."""
    found = {one.column for table in tables for one in table.only} | {g.column for table in tables for g in table.by}
    return found | {one.column for table in tables for some in table.universe.alternatives for one in some}


def codes(table: Table, rows: Mapping[str, Column]) -> NDArray[np.int64]:
    """The cell of each record, -1 for who is in none. rows: columns of one length, NaN or None for missing; `area` whole numbers of
    12 digits, `long` flags."""
    size = len(rows["area"])
    inside = np.zeros(size, dtype=bool)
    for some in table.universe.alternatives:
        met = np.ones(size, dtype=bool)
        for one in some:
            met &= _met(one, rows[one.column])
        inside |= met
    for one in table.only:
        inside &= _met(one, rows[one.column])
    if table.long:
        inside &= rows["long"]
    _, place = np.unique(rows["area"] // (10 ** (12 - table.digits)), return_inverse=True)
    found = place.astype(np.int64)
    for grouping in table.by:
        axis = grouping_axis(grouping)
        found = (
            found * (len(grouping.categories) + 1) + axis.categories(grouping)[axis.classes_of(_column(grouping, rows))]
        )
    found[~inside] = -1
    return found


def _column(grouping: Grouping, rows: Mapping[str, Column]) -> Column:
    values = rows[grouping.column]
    return np.array([one[:1] if one else "" for one in values]) if grouping.text else values


def _met(one: Condition, column: Column) -> NDArray[np.bool_]:
    if one.values:
        return np.isin(column, np.array(sorted(one.values, key=str)))
    met = ~np.isnan(column)
    if one.low is not None:
        met &= column >= one.low
    return met & (column < one.high) if one.high is not None else met


def look(tables: Sequence[Table], rows: Mapping[str, Column], fewer_than: int) -> Iterator[Pairs]:
    """Every two tables over these records (of one kind); pairs of tables in which nothing is close are told, too.

    Cells of different areas have nobody in common: a part of the records that holds whole areas may be looked at by itself, and the
    numbers of the parts added up.
    """
    placed = {table.code: codes(table, rows) for table in tables}
    sizes = {code: np.bincount(cells[cells >= 0], minlength=1) for code, cells in placed.items()}
    for one, two in combinations(placed, 2):
        found = close_pairs(placed[one], placed[two], fewer_than)
        gaps = (
            sizes[one][[pair.one for pair in found]].astype(np.int64) - sizes[two][[pair.two for pair in found]]
            if found
            else np.zeros(0)
        )
        nested = sum(abs(int(gap)) == pair.differing for gap, pair in zip(gaps, found, strict=True))
        yield Pairs(one, two, len(found), nested)
