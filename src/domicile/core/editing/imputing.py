"""Fills in what is missing or has to change with values of other records of the same class: hot deck.

Sources: Andridge and Little, A review of hot deck imputation for survey non-response (International Statistical Review 78, 2010);
de Waal, Pannekoek and Scholtus, Handbook of Statistical Data Editing and Imputation, 2011, sections 7.6 and 7.7; Gower, A general
coefficient of similarity (Biometrics 27, 1971); the R package VIM (`hotdeck`, `kNN`), Kowarik and Templ, Journal of Statistical
Software 74, 2016.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domicile.core.editing.donors import Donors, Flags, Numbers, by_number, nearest_donors, numbered, sequential_donors
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

    columns: all columns, those of items as new arrays. donors: for each item, shape (n,), the row whose value stands there, -1
        where it is the row's own. unfilled: for each item the rows without any donor; they are as they were.
    originals, methods: by item, of the rows with a donor in their order.
    """

    columns: Table
    donors: Mapping[str, Numbers]
    unfilled: Mapping[str, Numbers]
    originals: Mapping[str, NDArray[Any]]
    methods: Mapping[str, NDArray[Any]]

    def changes(self) -> list[Change]:
        """Every change, by item and row."""
        found = []
        for item, donors in self.donors.items():
            rows = np.flatnonzero(donors >= 0)
            for row, original, method in zip(rows, self.originals[item], self.methods[item], strict=True):
                donor = int(donors[row])
                found.append(Change(int(row), item, original, self.columns[item][row], donor, str(method)))
        return found

    def undone(self) -> dict[str, NDArray[Any]]:
        """All columns as they were before."""
        found = {name: column.copy() for name, column in self.columns.items()}
        for item, donors in self.donors.items():
            found[item][donors >= 0] = self.originals[item]
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
    lacking: dict[str, Flags] = {
        item: np.logical_or(missing(table[item]), _flags(change, item, size)) for item in wanted
    }
    may_give = np.ones(size, dtype=bool) if donors is None else np.asarray(donors, dtype=bool)
    if may_give.shape != (size,):
        raise ValueError(f"donors has the shape {may_give.shape}; the columns have {size} rows.")
    task = _Task(table, list(classes), method, order, scales, max_uses, collapse, seed)
    found: dict[str, Donors] = {}
    for group in [wanted] if together else [[item] for item in wanted]:
        some: Flags = np.logical_or.reduce([lacking[item] for item in group])
        found.update(dict.fromkeys(group, task.donors(some, may_give & ~some)))
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


def _flags(change: Mapping[str, ArrayLike] | None, item: str, size: int) -> Flags:
    if not change or item not in change:
        return np.zeros(size, dtype=bool)
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

    def donors(self, lacks: Flags, gives: Flags) -> Donors:
        """The donor of each row that lacks something, within its class and, where told so, in wider ones."""
        size = len(lacks)
        found = Donors(
            np.full(size, -1, dtype=np.int64), np.full(size, "", dtype=object), np.zeros(size, dtype=np.int64)
        )
        for depth in range(len(self.classes), -1 if self.collapse else len(self.classes) - 1, -1):
            open_rows = lacks & (found.rows < 0)
            if not open_rows.any():
                break
            within = self.classes[:depth]
            group = numbered([self.table[name] for name in within], size)
            if self.method == "sequential":
                picked = sequential_donors(group, self._order(group), open_rows, gives, found.used, self.max_uses)
            else:
                draw = np.random.default_rng(self.seed)
                columns = [
                    (_measurable(self.table[name]), missing(self.table[name]), weight)
                    for name, weight in self.scales.items()
                ]
                picked = nearest_donors(group, columns, open_rows, gives, found.used, self.max_uses, draw)
            got = picked >= 0
            found.rows[got] = picked[got]
            found.methods[got] = f"{self.method}: {', '.join(within)}" if within else self.method
        return found

    def _order(self, group: Numbers) -> Numbers:
        """The rows by class, and in it by the columns asked for, by lot, or as they stand."""
        size = len(group)
        if self.order is None:
            lot = np.random.default_rng(self.seed).permutation(size)
            return lot[by_number(group[lot])]
        found: Numbers = np.arange(size)
        for keys in (numbered([self.table[name] for name in self.order], size), group):
            found = found[by_number(keys[found])]
        return found


def _imputed(table: Table, items: Sequence[str], lacking: Mapping[str, Flags], found: Mapping[str, Donors]) -> Imputed:
    columns, donors, unfilled, originals, methods = dict(table), {}, {}, {}, {}
    for item in items:
        rows = np.where(lacking[item], found[item].rows, -1)
        filled = rows >= 0
        columns[item] = table[item].copy()
        columns[item][filled] = table[item][rows[filled]]
        donors[item], unfilled[item] = rows, np.flatnonzero(lacking[item] & ~filled)
        originals[item], methods[item] = table[item][filled], found[item].methods[filled]
    return Imputed(columns, donors, unfilled, originals, methods)
