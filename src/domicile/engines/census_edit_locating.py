"""Which cells to change where rules are failed: records one by one, or members of a household together where a rule reads the head.

Records with the same values have the same answer, which is worked out once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from domicile.core.editing import Check
from domicile.core.editing.expressions import Value, columns_of
from domicile.core.enumeration.edits import LACKING, model
from domicile.core.enumeration.joint import OF_HEAD, OF_SPOUSE, Contradiction, Located, RuleError, located
from domicile.core.enumeration.model import HOUSEHOLD, PERSON, Of
from domicile.engines.census_edit_filling import context
from domicile.engines.census_edit_records import Rows, Work

#: How many members are looked at together: those that fail a rule first.
TOGETHER: Final = 8
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A cell to change, one value that goes with all the others (None: a blank), and the rules that ask for it."""

    of: Of
    row: int
    item: str
    value: Value
    rule: str


class Locator:
    """Finds the cells to change in the records as they are now."""

    def __init__(self, work: Work, errors: Sequence[Check], seed: int) -> None:
        self.work, self.seed = work, seed
        self.rules: dict[str, list[Check]] = {
            of: [one for one in errors if one.of == of and not one.code.startswith(LACKING)]
            for of in (HOUSEHOLD, PERSON)
        }
        # What stands in several rows of a household (heads, spouses) is settled before: census_edit_structure.
        self.rules[HOUSEHOLD] = [one for one in self.rules[HOUSEHOLD] if not _gathers(one)]
        self.pairs = {one.code for one in self.rules[PERSON] if columns_of(one.fails) & (set(OF_HEAD) | set(OF_SPOUSE))}
        self.read = {
            of: sorted({name for one in some for name in columns_of(one.fails)}) for of, some in self.rules.items()
        }
        self.known: dict[tuple[Any, ...], Located | None] = {}
        self.context = context(work)

    def changes(self, failing: Mapping[str, Rows]) -> list[Change]:
        """Every cell to change, in the order of the records."""
        found = self._alone(HOUSEHOLD, failing)
        together = self._together(failing)
        return found + together + self._alone(PERSON, failing, but=self.done)

    def _failed(self, of: Of, failing: Mapping[str, Rows]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for check in self.rules[of]:
            for row in failing.get(check.code, np.zeros(0, dtype=np.int64)).tolist():
                found[row].append(check.code)
        return dict(sorted(found.items()))

    def _row(self, of: Of, row: int) -> Row:
        side = self.work.sides[of]
        found: Row = {}
        for name in self.read[of]:
            if name == "form":
                found[name] = side.table["form"][row].as_py()
                continue
            column = side.columns.get(name, self.context.get(name) if of == PERSON else None)
            value = None if column is None else float(column[row])
            found[name] = None if value is None or value != value else value
        return found

    def _alone(self, of: Of, failing: Mapping[str, Rows], but: frozenset[int] = frozenset()) -> list[Change]:
        found = []
        for row, codes in self._failed(of, failing).items():
            if of == PERSON and row in but:
                continue
            values = self._row(of, row)
            one = self._located((of, tuple(values.values())), [values], self.rules[of])
            found += _changes(of, [row], one, codes)
        return found

    def _together(self, failing: Mapping[str, Rows]) -> list[Change]:
        """Households in which a rule between members fails."""
        failed = self._failed(PERSON, failing)
        people = self.work.sides[PERSON]
        homes = {int(people.household[row]) for row, codes in failed.items() if self.pairs & set(codes)} - {-1}
        self.done: frozenset[int] = frozenset()
        if not homes:
            return []
        members: dict[int, list[int]] = defaultdict(list)
        for row in np.flatnonzero(np.isin(people.household, sorted(homes))).tolist():
            members[int(people.household[row])].append(row)
        found: list[Change] = []
        done: set[int] = set()
        for home in sorted(homes):
            rows = sorted(members[home], key=lambda row: (self._relation(row) not in (0, 1), row not in failed, row))[
                :TOGETHER
            ]
            values = [self._row(PERSON, row) for row in rows]
            relations = [self._relation(row) for row in rows]
            head = relations.index(0) if 0 in relations else None
            spouse = relations.index(1) if 1 in relations else None
            key = (PERSON, *(tuple(one.values()) for one in values))
            one = self._located(key, values, self.rules[PERSON], head, spouse)
            codes = sorted({code for row in rows for code in failed.get(row, ())})
            found += _changes(PERSON, rows, one, codes)
            done |= set(rows)
        self.done = frozenset(done)
        return found

    def _relation(self, row: int) -> float:
        return float(self.work.sides[PERSON].columns["relation"][row])

    def _located(
        self, key: tuple[Any, ...], rows: Sequence[Row], rules: Sequence[Check], head: int | None = None, spouse: int | None = None
    ) -> Located | None:  # fmt: skip
        if key not in self.known:
            try:
                self.known[key] = located(rows, rules, head=head, spouse=spouse)
            except (Contradiction, RuleError):
                self.known[key] = None  # nothing that may change helps: it stays, and stands in what still fails
        return self.known[key]


def _gathers(check: Check) -> bool:
    derived = model().records[check.of].derived
    return any(name in derived for name in columns_of(check.fails))


def _changes(of: Of, rows: Sequence[int], found: Located | None, codes: Sequence[str]) -> list[Change]:
    if found is None:
        return []
    rule = ", ".join(codes)
    return [Change(of, rows[place], item, value, rule) for (place, item), value in sorted(found.values.items())]
