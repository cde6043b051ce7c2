"""Fills in what is missing or has to change with values of other records of the same class: hot deck.

Sources: Andridge and Little, A review of hot deck imputation for survey non-response (International Statistical Review 78, 2010);
de Waal, Pannekoek and Scholtus, Handbook of Statistical Data Editing and Imputation, 2011, sections 7.6 and 7.7; Gower, A general
coefficient of similarity (Biometrics 27, 1971); the R package VIM (`hotdeck`, `kNN`), Kowarik and Templ, Journal of Statistical
Software 74, 2016.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domicile.core.editing.donors import (
    Donors,
    Flags,
    Numbers,
    by_number,
    limited_donors,
    nearest_donors,
    numbered,
    sequential_donors,
)
from domicile.core.editing.errors import nearest

METHODS: Final = ("sequential", "nearest")
Table = Mapping[str, NDArray[Any]]


class Change(NamedTuple):
    """One value that was filled in: which item of which row, what stood there, what stands there now, whose value it is, and how.

    method: sequential or nearest; behind a colon the classes within which the donor was looked for.
    """

    row: int
    item: str
    original: Any
    value: Any
    donor: int
    method: str


@dataclass(frozen=True, eq=False)
class Imputed:
    """Columns with values filled in, and what was changed.

    columns: all columns, those of items as new arrays. unfilled: for each item the rows without any donor; they are as they were.
    originals: by item, of the rows with a donor in their order. found: of each item these rows, their donors and methods.
    """

    columns: Table
    unfilled: Mapping[str, Numbers]
    originals: Mapping[str, NDArray[Any]]
    found: Mapping[str, Donors]

    @cached_property
    def donors(self) -> Mapping[str, Numbers]:
        """For each item, shape (n,), the row whose value stands there, -1 where it is the row's own."""
        made = {}
        for item, found in self.found.items():
            made[item] = np.full(len(self.columns[item]), -1, dtype=np.int64)
            made[item][found.rows] = found.donors
        return made

    @cached_property
    def methods(self) -> Mapping[str, NDArray[Any]]:
        """By item, how the donors were found, of the rows with a donor in their order."""
        return {item: np.array(one.words, dtype=object)[one.methods] for item, one in self.found.items()}

    def changes(self) -> list[Change]:
        """Every change, by item and row."""
        found = []
        for item, one in self.found.items():
            parts = zip(one.rows, one.donors, self.originals[item], self.methods[item], strict=True)
            for row, donor, original, method in parts:
                found.append(Change(int(row), item, original, self.columns[item][row], int(donor), str(method)))
        return found

    def undone(self) -> dict[str, NDArray[Any]]:
        """All columns as they were before."""
        found = {name: column.copy() for name, column in self.columns.items()}
        for item, one in self.found.items():
            found[item][one.rows] = self.originals[item]
        return found

    def flags(self, item: str) -> Flags:
        """Which rows have a value of somebody else's in this item."""
        return self.donors[item] >= 0


def impute(
    columns: Mapping[str, ArrayLike], items: str | Sequence[str], *, classes: Sequence[str] = (), method: str = "sequential",
    order: Sequence[str] | None = (), distance: Mapping[str, float] | Sequence[str] = (), max_uses: int | None = None,
    change: Mapping[str, ArrayLike] | None = None, donors: ArrayLike | None = None, together: bool = False,
    collapse: bool = False, seed: int = 0,
) -> Imputed:  # fmt: skip
    """Fill in items by hot deck.

    columns: columns of one length n, by name; missing is None, or NaN in numbers. items: those to fill in. classes: columns of
        whose values donor and recipient have the same (a missing one counts as a value).
    method: "sequential": the value of the last donor before in the order of the file, or the next behind where there is none;
        `order` names columns to sort by first, None puts the records of each class into a random order. "nearest": of the donor at
        the least distance by the columns of `distance` (weights by name, or 1 each): Gower's, numbers by their range, others equal
        or not, what either has not is passed over; equally near donors are used evenly, at last by lot.
    max_uses: how often one donor may give one item; None for no limit. A recipient that comes too late takes the next one.
    change: rows by item whose value has to change though it is there (`localise`), flags of shape (n,). donors: which rows may give
        at all, as those that failed no edit. together: a record takes all that it lacks of the items from one donor, who has them.
    collapse: where a class has no donor left, the last class column is dropped, and so on. seed: of all that is decided by lot.

    Rows without any donor stay as they are, in `unfilled`. Raises ValueError naming the column at fault.
    """
    table = _table(columns)
    wanted = [items] if isinstance(items, str) else list(items)
    scales = dict(distance) if isinstance(distance, Mapping) else dict.fromkeys(distance, 1.0)
    _check(table, [*wanted, *classes, *(order or ()), *scales, *(change or {})], method, scales, max_uses)
    size = len(next(iter(table.values())))
    lacking: dict[str, Flags] = {}
    for item in wanted:
        flags = _flags(change, item, size)
        lacking[item] = missing(table[item]) if flags is None else missing(table[item]) | flags
    may_give = None if donors is None else np.asarray(donors, dtype=bool)
    if may_give is not None and may_give.shape != (size,):
        raise ValueError(f"donors has the shape {may_give.shape}; the columns have {size} rows.")
    task = _Task(table, list(classes), method, order, scales, max_uses, collapse, seed)
    found: dict[str, Donors] = {}
    for group in [wanted] if together else [[item] for item in wanted]:
        some: Flags = lacking[group[0]] if len(group) == 1 else np.logical_or.reduce([lacking[item] for item in group])
        found.update(dict.fromkeys(group, task.donors(some, may_give)))
    return _imputed(table, wanted, lacking, found)


def missing(column: NDArray[Any]) -> Flags:
    """Where a column is None or NaN."""
    if column.dtype.kind == "f":
        return np.asarray(np.isnan(column), dtype=bool)
    if column.dtype.kind == "M":
        return np.asarray(np.isnat(column), dtype=bool)
    if column.dtype.kind != "O":
        return np.zeros(len(column), dtype=bool)
    return np.fromiter((one is None or one != one for one in column), dtype=bool, count=len(column))


def _measurable(column: NDArray[Any]) -> NDArray[Any]:
    """Numbers as such where some are None among them."""
    known = column[~missing(column)].tolist() if column.dtype.kind == "O" else []
    if not known or not all(isinstance(one, int | float) and not isinstance(one, bool) for one in known):
        return column
    return np.array([np.nan if one is None else one for one in column.tolist()], dtype=float)


def _table(columns: Mapping[str, ArrayLike]) -> dict[str, NDArray[Any]]:
    found = {}
    for name, column in columns.items():
        made = column if isinstance(column, np.ndarray) else None
        if made is None:
            values = list(column)  # type: ignore[arg-type]
            plain = all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)
            made = np.array(values) if plain else np.fromiter(values, dtype=object, count=len(values))
        found[name] = made
    lengths = {name: len(column) for name, column in found.items()}
    if not found or len(set(lengths.values())) != 1:
        raise ValueError(f"columns have one length, not {lengths}.")
    return found


def _check(table: Table, used: Sequence[str], method: str, scales: Mapping[str, float], max_uses: int | None) -> None:
    for name in used:
        if name not in table:
            raise ValueError(f"there is no column {name}.{nearest(name, table)}")
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {method}.")
    if (method == "nearest") != bool(scales):
        raise ValueError(
            "distance names the columns by which a donor is near: give it with method='nearest', and only there."
        )
    if any(not weight > 0 for weight in scales.values()):
        raise ValueError("the weights of distance are above 0.")
    if max_uses is not None and max_uses < 1:
        raise ValueError("max_uses is at least 1; None is no limit.")


def _flags(change: Mapping[str, ArrayLike] | None, item: str, size: int) -> Flags | None:
    if not change or item not in change:
        return None
    found = np.asarray(change[item], dtype=bool)
    if found.shape != (size,):
        raise ValueError(f"change of {item} has the shape {found.shape}; the columns have {size} rows.")
    return found


@dataclass(frozen=True)
class _Task:
    table: Table
    classes: list[str]
    method: str
    order: Sequence[str] | None
    scales: Mapping[str, float]
    max_uses: int | None
    collapse: bool
    seed: int
    sorted: dict[int, tuple[NDArray[Any], Numbers]] = field(default_factory=dict)

    def donors(self, lacks: Flags, may_give: Flags | None) -> Donors:
        """The donor of each row that lacks something, within its class and, where told so, in wider ones."""
        size = len(lacks)
        counts = self.max_uses is not None or self.method == "nearest"
        used = np.zeros(size if counts else 0, dtype=np.int64)
        # Most rows give: what the quick way does not need is not made.
        gives = None if may_give is None else may_give & ~lacks
        if gives is None and (counts or self.collapse):
            gives = ~lacks
        parts: list[tuple[Numbers, Numbers]] = []
        words: list[str] = []
        open_rows = lacks
        for depth in range(len(self.classes), -1 if self.collapse else len(self.classes) - 1, -1):
            if parts:
                open_rows = open_rows.copy()
                open_rows[parts[-1][0]] = False
                if not open_rows.any():
                    break
            within = self.classes[:depth]
            parts.append(self._within(depth, open_rows, gives, used))
            words.append(f"{self.method}: {', '.join(within)}" if within else self.method)
        rows = np.concatenate([one[0] for one in parts])
        donors = np.concatenate([one[1] for one in parts])
        methods = np.repeat(np.arange(len(parts), dtype=np.int8), [len(one[0]) for one in parts])
        order = np.argsort(rows)
        return Donors(rows[order], donors[order], methods[order], words)

    def _within(self, depth: int, lacks: Flags, gives: Flags | None, used: Numbers) -> tuple[Numbers, Numbers]:
        group, order = self._sorted(depth)
        if self.method == "sequential" and (gives is None or self.max_uses is None):
            return sequential_donors(group, order, lacks, gives)
        if gives is None:
            raise ValueError("who gives has to be known where uses are counted.")
        if self.method == "sequential" and self.max_uses is not None:
            return limited_donors(group, order, lacks, gives, used, self.max_uses)
        draw = np.random.default_rng(self.seed)
        columns = [
            (_measurable(self.table[name]), missing(self.table[name]), weight) for name, weight in self.scales.items()
        ]
        picked = nearest_donors(group, columns, lacks, gives, used, self.max_uses, draw)
        rows = np.flatnonzero(picked >= 0)
        return rows, picked[rows]

    def _sorted(self, depth: int) -> tuple[NDArray[Any], Numbers]:
        """The class of each row, and the rows by class; in it by the columns asked for, by lot, or as they stand."""
        if depth in self.sorted:
            return self.sorted[depth]
        size = len(next(iter(self.table.values())))
        group = numbered([self.table[name] for name in self.classes[:depth]], size)
        if self.order is None:
            found: Numbers = np.random.default_rng(self.seed).permutation(size)
        elif self.order:
            found = by_number(numbered([self.table[name] for name in self.order], size))
        else:
            self.sorted[depth] = group, by_number(group)
            return self.sorted[depth]
        self.sorted[depth] = group, found[by_number(group[found])]
        return self.sorted[depth]


def _imputed(table: Table, items: Sequence[str], lacking: Mapping[str, Flags], found: Mapping[str, Donors]) -> Imputed:
    columns, unfilled, originals, kept = dict(table), {}, {}, {}
    for item in items:
        one = found[item]
        mine = lacking[item][one.rows]
        if not mine.all():  # it lacks another item of those that are taken together
            one = Donors(one.rows[mine], one.donors[mine], one.methods[mine], one.words)
        column = table[item]
        columns[item] = column.copy()
        columns[item][one.rows] = column[one.donors]
        left = np.flatnonzero(lacking[item])
        if len(left) > len(one.rows):
            left = np.setdiff1d(left, one.rows, assume_unique=True)
        else:
            left = left[:0]
        unfilled[item], originals[item], kept[item] = left, column[one.rows], one
    return Imputed(columns, unfilled, originals, kept)
