"""What a declared set of tables must keep so that it can be made, and so that its tables do not tell too much side by side."""

from __future__ import annotations

from itertools import combinations

from domicile.core.enumeration import items
from domicile.core.tabulation.model import Category, Grouping, Table, TableSet, Undeclarable

#: Columns that are derived and stand in either file, besides the items.
DERIVED = {"age", "household_size", "occupation", "industry"}


def check(made: TableSet) -> None:
    """Raises Undeclarable naming the table at fault."""
    for table in made.tables.values():
        _one(table)
    _nested({grouping.name: grouping for table in made.tables.values() for grouping in table.by})


def _one(table: Table) -> None:
    if table.universe.of != table.of:
        raise Undeclarable(f"Table {table.code} counts {table.of}; its universe {table.universe.name} does not.")
    if table.threshold < 1:
        raise Undeclarable(f"Table {table.code}: a threshold is 1 (none) or more.")
    if table.long and table.sums:
        raise Undeclarable(f"Table {table.code}: sums of the long form are not made.")
    columns = [grouping.column for grouping in table.by]
    if len(set(columns)) < len(columns):
        raise Undeclarable(f"Table {table.code} divides by one column twice.")
    known = items()
    for column in {*columns, *table.sums, *(one.column for one in table.only)}:
        if column not in known and column not in DERIVED:
            raise Undeclarable(f"Table {table.code}: there is no column {column}.")
        if table.of == "households" and column in known and known[column].of == "person":
            raise Undeclarable(f"Table {table.code} counts households, which have no {column}.")


def _nested(groupings: dict[str, Grouping]) -> None:
    """Any two categories of one column lie in each other or apart.

    Overlapping ones (0 to 14 beside 10 to 19) let an outsider subtract; the difference would be a figure that nobody protected.
    """
    for one, two in combinations(groupings.values(), 2):
        if one.column != two.column or one.banded != two.banded:
            continue
        for a in one.categories:
            for b in two.categories:
                if _overlap(a, b):
                    raise Undeclarable(
                        f"{one.name} ({a.words.en}) and {two.name} ({b.words.en}) overlap: whoever subtracts one from the other "
                        "has a group that no table protects. Let one lie in the other, or both apart."
                    )


def _overlap(a: Category, b: Category) -> bool:
    if a.values or b.values:
        both = a.values & b.values
        return bool(both) and both != a.values and both != b.values
    if a.low is None or b.low is None:
        return False
    first, second = sorted(((a.low, a.high), (b.low, b.high)), key=lambda band: band[0])
    if first[1] is not None and second[0] >= first[1]:
        return False
    inside = first[1] is None or (second[1] is not None and second[1] <= first[1])
    return not inside and first[0] != second[0]
