"""Edits the records of a census: rules over all of them, the fewest items to change, values of other records for these.

    done = edit(read(folder), seed=1)      # Work with its changes, what failed before and after, what stays a question

The steps of UN DESA's Handbook on Population and Housing Census Editing (Revision 2, 2019): who is head first, then what a person's
and a household's answers contradict, then what nobody answered; at the end every rule is asked again. Whatever is changed is in
the notes of `Work`, and the original beside it. The same records, seed and version of the rules give the same result.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from domicile.core.editing import Check
from domicile.core.enumeration import edits as declared
from domicile.core.enumeration.edits import GIVEN, LACKING, plan
from domicile.core.enumeration.model import HOUSEHOLD, PERSON, Of
from domicile.engines.census_edit_filling import Flags, fill
from domicile.engines.census_edit_locating import Change, Locator
from domicile.engines.census_edit_records import EditRefused, Rows, Work, there
from domicile.engines.census_edit_structure import settle_structure
from domicile.engines.rules import run_rules

ROUNDS: Final = 4
MEMORY_MB: Final = 6000


@dataclass(frozen=True)
class Outcome:
    """What the rules came to: by code, of how many it was asked, of how many it is undecided, and the rows that fail it."""

    asked: Mapping[str, int]
    undecided: Mapping[str, int]
    rows: Mapping[str, Rows]


@dataclass(frozen=True)
class Edited:
    """`unfilled`: by item, how many cells found no donor."""

    work: Work
    rules: Sequence[Check]
    before: Outcome
    after: Outcome
    left_out: Sequence[str]
    unfilled: Mapping[str, int] = field(default_factory=dict)


def ask(work: Work, rules: Sequence[Check], memory_mb: int = MEMORY_MB) -> Outcome:
    """Ask these rules of all records, set by set."""
    asked, undecided, rows = {}, {}, {}
    for found in run_rules(declared.model(), rules, {}, work.load, memory_mb=memory_mb):
        key = found.rows.column(0).to_numpy().astype(np.int64)
        asked[found.check.code], undecided[found.check.code] = found.asked, found.undecided
        rows[found.check.code] = np.sort(key)
    return Outcome(asked, undecided, rows)


def edit(work: Work, *, seed: int = 1, memory_mb: int = MEMORY_MB) -> Edited:
    """Edit the records in place; `work` keeps the originals. Raises EditRefused, and duckdb.OutOfMemoryException where
    `memory_mb` is too little (about 1 GB a million people)."""
    rules = declared.rules(there(work))
    if not rules:
        raise EditRefused("no rule can be asked of these columns.")
    left_out = sorted({one.code for one in declared.every_rule()} - {one.code for one in rules})
    before = ask(work, rules, memory_mb)
    errors = [one for one in rules if one.severity == "error"]
    task = _Task(work, errors, memory_mb, seed)
    task.clean = _clean(work, errors, before)
    settle_structure(work, errors)
    task.locate()
    task.fill_first()
    task.fill_others()
    task.finish()
    return Edited(work, rules, before, ask(work, rules, memory_mb), left_out, dict(task.unfilled))


def _clean(work: Work, errors: Iterable[Check], found: Outcome) -> dict[Of, Flags]:
    """Which records may give: those that fail no error, in households that fail none."""
    people, homes = work.sides[PERSON], work.sides[HOUSEHOLD]
    bad_homes = np.zeros(len(homes) + 1, dtype=bool)  # the last one stands for those without a household
    bad_people = np.zeros(len(people), dtype=bool)
    for check in errors:
        (bad_homes if check.of == HOUSEHOLD else bad_people)[found.rows[check.code]] = True
    own = ~bad_homes[: len(homes)]
    contradicted = np.zeros(len(people), dtype=bool)
    for check in errors:
        if check.of == PERSON and not check.code.startswith(LACKING):
            contradicted[found.rows[check.code]] = True
    bad_homes[people.household[contradicted]] = True
    return {PERSON: ~bad_people & ~bad_homes[people.household], HOUSEHOLD: own}


@dataclass
class _Task:
    work: Work
    errors: Sequence[Check]
    memory_mb: int
    seed: int
    clean: dict[Of, Flags] = field(default_factory=dict)
    why: dict[tuple[Of, str], dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    unfilled: dict[str, int] = field(default_factory=dict)

    def _ask(self, codes: str = "") -> Outcome:
        return ask(self.work, [one for one in self.errors if one.code.startswith(codes)], self.memory_mb)

    def _located(self, found: Outcome) -> list[Change]:
        """The fewest cells to change, of the records that contradict a rule."""
        return Locator(self.work, self.errors, self.seed).changes(found.rows)

    def locate(self) -> None:
        """Empty the cells that are to change; what they become is found from other records."""
        for change in self._located(self._ask()):
            side = self.work.sides[change.of]
            self.why[change.of, change.item][change.row] = change.rule
            if not np.isnan(side.columns[change.item][change.row]):
                rows = np.array([change.row])
                self.work.note(change.of, change.item, rows, np.array([np.nan]), change.rule, "emptied")

    def fill_first(self) -> None:
        self._fill(self._lacking(first=True), first=True)

    def fill_others(self) -> None:
        """What is given though it is not asked goes; what is asked and lacking is filled in; an item may ask for the next one."""
        for _round in range(ROUNDS):
            self._blank()
            if not (lacking := self._lacking(first=False)) or not self._fill(lacking, first=False):
                return

    def _blank(self) -> None:
        found = self._ask(GIVEN)
        for check in self.errors:
            if check.code.startswith(GIVEN) and len(rows := found.rows[check.code]):
                item = check.code.removeprefix(GIVEN)
                self.work.note(check.of, item, rows, np.full(len(rows), np.nan), check.code, "not asked")  # type: ignore[arg-type]

    def _lacking(self, *, first: bool) -> dict[tuple[Of, str], Rows]:
        found, wanted = self._ask(LACKING), {}
        for check in self.errors:
            item = check.code.removeprefix(LACKING)
            if check.code.startswith(LACKING) and (item in plan().first) == first and len(found.rows[check.code]):
                wanted[check.of, item] = found.rows[check.code]
        return wanted  # type: ignore[return-value]

    def _fill(self, lacking: Mapping[tuple[Of, str], Rows], *, first: bool) -> bool:
        """Whether anything was filled in."""
        some = False
        for filling in plan().filling:
            if (filling.items[0] in plan().first) != first:
                continue
            wanted = {item: lacking[filling.of, item] for item in filling.items if (filling.of, item) in lacking}
            why = {item: self.why[filling.of, item] for item in wanted}
            codes = {item: LACKING + item for item in wanted}
            left = fill(self.work, filling, wanted, why, self.clean[filling.of], seed=self.seed, codes=codes)
            self.unfilled.update(left)
            some = some or any(len(rows) > left.get(item, 0) for item, rows in wanted.items())
        return some

    def finish(self) -> None:
        """Where filled-in values contradict each other, values that go together take their place."""
        for _round in range(ROUNDS):
            found = self._ask()
            changes = self._located(found)
            if not changes:
                settled = settle_structure(self.work, self.errors, final=True)
                if not settled:
                    return
                continue
            by_item: dict[tuple[Of, str], list[Change]] = defaultdict(list)
            for change in changes:
                by_item[change.of, change.item].append(change)
            for (of, item), some in by_item.items():
                rows = np.array([one.row for one in some])
                values = np.array([np.nan if one.value is None else one.value for one in some], dtype=np.float32)
                self.work.note(
                    of,
                    item,
                    rows,
                    values,
                    [one.rule for one in some],
                    "deduced",
                    np.full(len(rows), -1, dtype=np.int64),
                )
            self.fill_others()


def area_codes(work: Work, of: Of, length: int = 12) -> tuple[NDArray[np.int64], list[str]]:
    """The number of the area of each record, and the codes of the areas: the community (12 digits) it stands in."""
    side = work.sides[of]
    encoded = side.table["area"].combine_chunks().cast("string").dictionary_encode()
    whole = [str(one)[:length] for one in encoded.dictionary.to_pylist()]
    codes = sorted(set(whole))
    place = {code: at for at, code in enumerate(codes)}
    mapped = np.array([place[one] for one in whole] or [0], dtype=np.int64)
    return mapped[encoded.indices.fill_null(0).to_numpy(zero_copy_only=False)], codes
