"""Which tables share one pass over the records: cubes, each divided as finely as its tables need and no finer.

Passes over the records cost about as much as there are records, tables about as much as the cube that they are added up from has
cells. Tables are brought together two by two while that saves more passes than it costs cells (the greedy choice of views of
Harinarayan, Rajaraman and Ullman, Implementing data cubes efficiently, SIGMOD 1996, turned round: there a cube is
given and views are
chosen, here tables are given and cubes are).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from domicile.core.enumeration import items
from domicile.core.tabulation.model import Condition, Grouping, Of, Table, Universe

#: About how many records stand in one area of each level, by digits of its code.
RECORDS_AN_AREA: Final = {0: 10**9, 6: 500_000, 9: 30_000, 12: 2_000}
Value = int | str
#: How many values a list of their classes may have; of columns with more of them the classes are gone through.
WIDEST: Final = 256


@dataclass(frozen=True, slots=True)
class Axis:
    """One column of a cube: classes 0 … `size` - 1, and `size` for what is in none of them, missing values too.

    banded: the class of a value is the number of `edges` up to it, less one; below the first edge it is none.
    Otherwise `classes` lists
    the values of each.
    """

    column: str
    banded: bool
    text: bool
    edges: tuple[int, ...] = ()
    classes: tuple[frozenset[Value], ...] = ()

    @property
    def size(self) -> int:
        return len(self.edges) if self.banded else len(self.classes)

    @property
    def lookup(self) -> tuple[int, list[int]] | None:
        """The first value that is in a class, and the class of each value from there on to the last, behind them what is in none.

        None where there are too many values for a list, or none. A letter stands by its number in ASCII.
        """
        values = list(self.edges) if self.banded else [number(value) for one in self.classes for value in one]
        if not values or max(values) - min(values) >= WIDEST:
            return None
        listed = [chr(one) if self.text else one for one in range(min(values), max(values) + 1)]
        return min(values), [*self.classes_of(np.array(listed)).tolist(), self.size]

    def categories(self, grouping: Grouping) -> NDArray[np.int64]:
        """The category of each class, shape (size + 1,); the number of categories where it is in none."""
        found = np.full(self.size + 1, len(grouping.categories), dtype=np.int64)
        for place, category in enumerate(grouping.categories):
            found[self._inside(category.low, category.high, category.values)] = place
        return found

    def holds(self, condition: Condition) -> NDArray[np.bool_]:
        """Whether the values of each class meet a condition, shape (size + 1,); what is in no class does not."""
        found = np.zeros(self.size + 1, dtype=bool)
        found[self._inside(condition.low, condition.high, condition.values)] = True
        return found

    def classes_of(self, values: NDArray[Any]) -> NDArray[np.int64]:
        """The class of each value, shape (n,); missing ones (None, NaN) are in none."""
        found = np.full(len(values), self.size, dtype=np.int64)
        if not self.banded:
            for number, some in enumerate(self.classes):
                found[np.isin(values, np.array(sorted(some, key=str)))] = number
            return found
        known = ~np.isnan(values.astype(np.float64))
        place = np.searchsorted(np.array(self.edges), values[known].astype(np.float64), side="right") - 1
        found[known] = np.where(place < 0, self.size, place)
        return found

    def _inside(self, low: int | None, high: int | None, values: frozenset[Value]) -> list[int]:
        if self.banded:
            return [
                place
                for place, edge in enumerate(self.edges)
                if (low is None or edge >= low) and (high is None or edge < high) and (not values or edge in values)
            ]
        return [place for place, some in enumerate(self.classes) if some <= _listed(self.column, low, high, values)]


@dataclass(frozen=True, slots=True)
class Base:
    """The records that several cubes pass over: those of one universe with the columns that any of the cubes needs.

    digits: of the area, as its cubes need them; columns: whole numbers; texts: of which the first character is kept, as
    its number in ASCII;
    sums: whole numbers
    to be added up, 0 where missing.
    """

    name: str
    of: Of
    long: bool
    universe: Universe
    digits: int
    columns: tuple[str, ...]
    texts: tuple[str, ...]
    sums: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cube:
    """One pass over the records of its base: `axes` by `digits` of the area, and what is added up there.

    only: what its tables ask for, one set of conditions each; who meets none of them is not counted. Empty where a table asks
    for nothing.
    """

    name: str
    base: Base
    of: Of
    long: bool
    universe: Universe
    digits: int
    axes: tuple[Axis, ...]
    sums: tuple[str, ...]
    tables: tuple[Table, ...]
    only: tuple[tuple[Condition, ...], ...] = ()


@dataclass(frozen=True, eq=False)
class _Draft:
    """Tables that share a cube, and about how many cells it has."""

    tables: tuple[Table, ...]
    cells: float


def cubes(tables: Iterable[Table], records: Mapping[Of, int]) -> list[Cube]:
    """The passes that make these tables, for about so many records of either kind. The same for the same declaration
    and numbers."""
    groups: dict[tuple[str, bool, str], list[Table]] = {}
    for table in tables:
        groups.setdefault((table.of, table.long, table.universe.name), []).append(table)
    made: list[Cube] = []
    for key in sorted(groups):
        some = groups[key]
        count = max(1, records[some[0].of] // (10 if some[0].long else 1))
        base = _base(f"base_{'_'.join(map(str, key))}".lower(), some)
        for draft in _merged([_draft((table,), count) for table in some], count):
            made.append(_cube(f"cube{len(made):02d}", base, draft.tables))
    return made


def _base(name: str, tables: list[Table]) -> Base:
    one, axes = tables[0], axes_of(tables)
    return Base(
        name, one.of, one.long, one.universe, max(table.digits for table in tables),
        tuple(axis.column for axis in axes if not axis.text), tuple(axis.column for axis in axes if axis.text),
        tuple(sorted({column for table in tables for column in table.sums})),
    )  # fmt: skip


def _merged(drafts: list[_Draft], records: int) -> list[_Draft]:
    """Bring two drafts together while that is cheaper, the greatest saving first, of equal ones the first."""
    known: dict[tuple[_Draft, _Draft], tuple[float, _Draft]] = {}

    def saving(one: _Draft, two: _Draft) -> tuple[float, _Draft]:
        if (one, two) not in known:
            both = _draft((*one.tables, *two.tables), records)
            known[one, two] = _cost(one, records) + _cost(two, records) - _cost(both, records), both
        return known[one, two]

    while len(drafts) > 1:
        pairs = [
            (saving(one, two), i, i + 1 + j) for i, one in enumerate(drafts) for j, two in enumerate(drafts[i + 1 :])
        ]
        (gain, both), i, j = max(pairs, key=lambda pair: pair[0][0])
        if gain <= 0:
            break
        drafts = [*drafts[:i], both, *drafts[i + 1 : j], *drafts[j + 1 :]]
    return drafts


def _cost(draft: _Draft, records: int) -> float:
    """A pass and its cells, which are hashed and handed over once and read again for each table."""
    return records + draft.cells * (8 + 0.25 * len(draft.tables))


def _draft(tables: tuple[Table, ...], records: int) -> _Draft:
    cells = float(max(1, records // RECORDS_AN_AREA[max(table.digits for table in tables)]))
    for axis in axes_of(tables):
        cells *= axis.size + 1
    return _Draft(tables, min(cells, float(records)))


def _cube(name: str, base: Base, tables: tuple[Table, ...]) -> Cube:
    one = tables[0]
    sums = tuple(sorted({column for table in tables for column in table.sums}))
    asked = tuple(dict.fromkeys(table.only for table in tables))
    return Cube(
        name, base, one.of, one.long, one.universe, max(table.digits for table in tables), axes_of(tables), sums, tables,
        asked if all(asked) else (),
    )  # fmt: skip


def axes_of(tables: Iterable[Table]) -> tuple[Axis, ...]:
    """The columns that these tables are divided by or limited to, each as finely as one of them needs."""
    groupings: dict[str, dict[str, Grouping]] = {}
    conditions: dict[str, set[Condition]] = {}
    for table in tables:
        for grouping in table.by:
            groupings.setdefault(grouping.column, {})[grouping.name] = grouping
        for condition in table.only:
            conditions.setdefault(condition.column, set()).add(condition)
    return tuple(
        _axis(column, list(groupings.get(column, {}).values()), sorted(conditions.get(column, ()), key=str))
        for column in sorted({*groupings, *conditions})
    )


def grouping_axis(grouping: Grouping) -> Axis:
    """The column of one grouping, divided as it divides it."""
    return _axis(grouping.column, [grouping], [])


def _axis(column: str, groupings: list[Grouping], conditions: list[Condition]) -> Axis:
    item = items().get(column)
    if not any(one.banded for one in groupings) and item is not None and item.choices:
        return Axis(column, False, False, classes=_classes(column, groupings, conditions))
    if any(one.text for one in groupings):
        return Axis(column, False, True, classes=_classes(column, groupings, conditions))
    edges: set[int] = set()
    for one in [category for grouping in groupings for category in grouping.categories]:
        edges |= {edge for edge in (one.low, one.high) if edge is not None}
    for condition in conditions:
        edges |= {edge for edge in (condition.low, condition.high) if edge is not None}
    return Axis(column, True, False, edges=tuple(sorted(edges)))


def number(value: Value) -> int:
    """The number that stands for a value in a base: of a letter its place in ASCII."""
    return ord(value) if isinstance(value, str) else value


def _listed(column: str, low: int | None, high: int | None, values: frozenset[Value]) -> frozenset[Value]:
    """The values of an item with choices that a condition or category means."""
    if values:
        return values
    item = items().get(column)
    every = item.values if item is not None else frozenset()
    return frozenset(one for one in every if (low is None or one >= low) and (high is None or one < high))


def _classes(column: str, groupings: list[Grouping], conditions: list[Condition]) -> tuple[frozenset[Value], ...]:
    """Values that no table tells apart, together: the coarsest common refinement."""
    sets = [category.values for grouping in groupings for category in grouping.categories]
    sets += [_listed(column, one.low, one.high, one.values) for one in conditions]
    told: dict[tuple[bool, ...], set[Value]] = {}
    for value in sorted({value for one in sets for value in one}, key=lambda one: (str(type(one)), one)):
        told.setdefault(tuple(value in one for one in sets), set()).add(value)
    return tuple(frozenset(some) for some in told.values())
