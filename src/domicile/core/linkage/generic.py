"""Comparisons that suit any list: names in letters, dates as digits, postal addresses, codes. For specifications of other lists."""

from __future__ import annotations

from domicile.core.linkage.conditions import (
    Condition,
    all_of,
    any_of,
    crosses,
    equal,
    like,
    neighbours,
    one_place,
    silent,
)
from domicile.core.linkage.specification import OTHER, SILENT, Comparison, Level


def names(column: str, other: str) -> Comparison:
    """A part of a name in letters; `other` is the part that it may have been exchanged with."""
    return Comparison(
        column,
        (
            Level(SILENT, silent(column)),
            Level("equal", equal(column), frequency=column),
            Level("turned", crosses(column, other)),
            Level("like", like(column, 0.92)),
            Level("somewhat_like", like(column, 0.8)),
            Level(OTHER, None),
        ),
    )


def numerals(column: str) -> Comparison:
    """Digits that stand for a date or a code, which a slip of the pen may have changed in one or two places."""
    return Comparison(
        column,
        (
            Level(SILENT, silent(column)),
            Level("equal", equal(column), frequency=column),
            Level("slip", any_of(one_place(column), neighbours(column))),
            Level("like", like(column, 0.88)),
            Level(OTHER, None),
        ),
    )


def address(name: str, street: str, line: str, house: str) -> Comparison:
    """A postal address by its parts: street, house number, and a second line that may have been exchanged with the street."""
    return Comparison(
        name,
        (
            Level("whole", equal(street, house)),
            Level("street", any_of(equal(street), crosses(street, line))),
            Level("like", any_of(like(street, 0.9), all_of(equal(line), equal(house)))),
            Level("line", any_of(equal(line), like(line, 0.9))),
            Level(SILENT, silent(street)),
            Level(OTHER, None),
        ),
    )


def place(name: str, town: str, code: str) -> Comparison:
    """A town and its postal code, which say the same: one comparison."""
    slip: Condition = any_of(one_place(code), neighbours(code))
    return Comparison(
        name,
        (
            Level("both", equal(town, code), frequency=town),
            Level("town", all_of(equal(town), slip)),
            Level("one", any_of(equal(town), equal(code))),
            Level("like", any_of(like(town, 0.9), slip)),
            Level(SILENT, any_of(silent(town), silent(code))),
            Level(OTHER, None),
        ),
    )


def codes(column: str) -> Comparison:
    """A code that is the same or not."""
    return Comparison(column, (Level(SILENT, silent(column)), Level("equal", equal(column)), Level(OTHER, None)))
