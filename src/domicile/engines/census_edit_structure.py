"""Who is head, and which relations a household has more often than it can: settled before other errors are located."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from domicile.core.editing import Check
from domicile.core.enumeration.model import HOUSEHOLD, PERSON
from domicile.engines.census_edit_records import Rows, Work

HEAD, SPOUSE, OTHER, FAMILY, GROWN = 0, 1, 9, 1, 15
#: Relation, how many of it there are at most, the rule.
AT_MOST: Final = ((HEAD, 1, "C302"), (SPOUSE, 1, "C303"), (3, 2, "C304"), (4, 2, "C305"))
NO_HEAD: Final = "C301"


def settle_structure(work: Work, errors: Sequence[Check], *, final: bool = False) -> int:
    """Give a family household without a head one, and take relations that are there too often from those listed last.

    The first listed of at least 15 years becomes head, else the first listed; of several heads the first one stays. The relation of
    the others becomes blank and is filled in later; `final`: they become 9 (other). Returns how many cells changed.
    """
    codes = {one.code for one in errors}
    changed = _first_heads(work) if NO_HEAD in codes else 0
    for relation, most, code in AT_MOST:
        if code in codes:
            changed += _too_many(work, relation, most, code, final=final)
    return changed


def _in_order(work: Work) -> Rows:
    """Persons by household and their place in it, those without a household left out."""
    people = work.sides[PERSON]
    place = np.asarray(people.table["person"].to_numpy(), dtype=float)
    order = np.lexsort([np.arange(len(people)), place, people.household])
    return order[people.household[order] >= 0]


def _first_heads(work: Work) -> int:
    people, homes = work.sides[PERSON], work.sides[HOUSEHOLD]
    relation = people.columns["relation"]
    held = np.zeros(len(homes), dtype=bool)
    held[people.household[(relation == HEAD) & (people.household >= 0)]] = True
    without = ~held & (homes.columns["kind"] == FAMILY)
    order = _in_order(work)
    order = order[without[people.household[order]]]
    grown = people.columns["age"][order] >= GROWN
    chosen = np.full(len(homes), -1, dtype=np.int64)
    for some in (order[::-1], order[grown][::-1]):  # the last one written is the first one listed
        chosen[people.household[some]] = some
    rows = np.sort(chosen[chosen >= 0])
    work.note(PERSON, "relation", rows, np.full(len(rows), HEAD), NO_HEAD, "first listed")
    return len(rows)


def _too_many(work: Work, relation: int, most: int, code: str, *, final: bool) -> int:
    people = work.sides[PERSON]
    order = _in_order(work)
    order = order[people.columns["relation"][order] == relation]
    homes = people.household[order]
    start = np.flatnonzero(np.diff(homes, prepend=-1))
    nth = np.arange(len(order)) - np.repeat(start, np.diff(np.append(start, len(order))))
    rows = np.sort(order[nth >= most])
    value, how = (OTHER, "other") if final else (np.nan, "emptied")
    work.note(PERSON, "relation", rows, np.full(len(rows), value), code, how)
    return len(rows)
