"""Which items of a household to change together: the head and the members whose answers do not go with the head's.

A rule on a member that reads the head (`head_age`, …) is asked of the two records as one, so that one wrong age of a head is
changed rather than the ages of three children (UN DESA, Handbook on Population and Housing Census Editing, Revision 2,
2019, chapter III: edits between persons). The cheapest set of fields is that of core/editing's `localise`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from domicile.core.editing import Check, Contradiction, RuleError, Type, localise
from domicile.core.editing.expressions import Expression, Not, Value, columns_of
from domicile.core.editing.judging import Judge, judge
from domicile.core.enumeration.edits import domain, plan

#: Columns of a member that are the head's own.
OF_HEAD: Final = {"head_age": "age", "head_sex": "sex", "head_marital": "marital"}
#: Columns of a member that are the spouse's own.
OF_SPOUSE: Final = {"spouse_age": "age"}
NEVER: Final = math.inf
#: The highest age that a rule puts in; those above are questions and stay.
OLDEST: Final = 110


@dataclass(frozen=True, slots=True)
class Located:
    """What to change: (place in the rows given, item) with a value that goes with all the others, None for a blank.

    `weight`: what the changes cost together.
    """

    values: Mapping[tuple[int, str], Value]
    weight: float


def located(
    rows: Sequence[Mapping[str, Any]], edits: Sequence[Check], *, head: int | None = None, spouse: int | None = None
) -> Located:  # fmt: skip
    """The fewest items to change in these members of one household so that the rules on them can hold.

    rows: a value by column, derived ones too. head, spouse: their places among the rows; where they are not given, what the others
    read of them stays as it is. One item that will do for all rules of the household is the cheapest change, since no two cost
    less. Where none does, each member who fails a rule is looked at alone, by `localise`; items that no failed rule reads are
    changed only where nothing else helps. Raises Contradiction where nothing that may change helps anybody.
    """
    task = _Household(rows, edits, head, spouse)
    if not task.failed:
        return Located({}, 0.0)
    if (one := task.single()) is not None:
        return one
    values: dict[tuple[int, str], Value] = {}
    weight, problem = 0.0, None
    for place in sorted(task.failing):
        try:
            found = _alone(rows[place], edits)
        except (Contradiction, RuleError) as none:
            problem = none
            continue
        values |= {(place, name): value for (_, name), value in found.values.items()}
        weight += found.weight
    if not values and problem is not None:
        raise problem
    return Located(values, weight)


def _alone(row: Mapping[str, Any], edits: Sequence[Check]) -> Located:
    task = _Household([row], edits, None, None)
    if not task.failed:
        return Located({}, 0.0)
    if (one := task.single()) is not None:
        return one
    read = {name for _, name in task.read}
    try:
        return _localised(row, edits, read)
    except Contradiction:
        return _localised(row, edits, None)


class _Household:
    """The rules of some members of a household, asked of the rows as they are."""

    def __init__(
        self, rows: Sequence[Mapping[str, Any]], edits: Sequence[Check], head: int | None, spouse: int | None
    ) -> None:  # fmt: skip
        self.rows = [dict(row) for row in rows]
        self.shared = [_shared(place, head, spouse) for place in range(len(rows))]
        self.asked = [(check, place, self._cells(check, place)) for place in range(len(rows)) for check in edits]
        found = [(place, cells) for check, place, cells in self.asked if self._fails(check, place)]
        self.failed = [cells for _, cells in found]
        self.failing = frozenset(place for place, _ in found)
        #: What failed rules read.
        self.read = frozenset(cell for cells in self.failed for cell in cells)

    def _cells(self, check: Check, place: int) -> frozenset[tuple[int, str]]:
        return frozenset(self.shared[place].get(name, (place, name)) for name in columns_of(check.fails))

    def _fails(self, check: Check, place: int) -> bool:
        row, shared = self.rows[place], self.shared[place]

        def value(name: str) -> Any:
            if name in shared:
                other, own = shared[name]
                return self.rows[other].get(own)
            return row.get(name)

        return _judge(check.fails)(value) is True

    def _rank(self, cell: tuple[int, str]) -> tuple[float, int, tuple[int, str]]:
        """By cost; of equal ones first those that fewer members speak for: the age of one child rather than that of the head."""
        seen_by = {at for _, at, read in self.asked if cell in read}
        return plan().weights.get(cell[1], 1.0), len(seen_by), cell

    def single(self) -> Located | None:
        """The cheapest single item that makes all rules hold, with the middle one of its values that do; None where none does."""
        cells = [cell for cell in frozenset.intersection(*self.failed) if changeable(cell[1], self.rows[cell[0]])]
        for place, name in sorted(cells, key=self._rank):
            row = self.rows[place]
            was = row.get(name)
            concerned = [(check, at) for check, at, read in self.asked if (place, name) in read]
            fitting = []
            for value in _values(name, row):
                row[name] = value
                if value != was and not any(self._fails(check, at) for check, at in concerned):
                    fitting.append(value)
            row[name] = was
            if fitting:
                weight = plan().weights.get(name, 1.0)
                return Located({(place, name): fitting[len(fitting) // 2]}, weight)
        return None


@cache
def _judge(expression: Expression) -> Judge:
    return judge(expression, {})


def _values(name: str, row: Mapping[str, Any]) -> Sequence[float | None]:
    values = domain(name)
    if values is None:
        return [float(age) for age in range(OLDEST + 1)]
    return [None if one is None else float(one) for one in _domain(name, values, row)]


def _localised(row: Mapping[str, Any], edits: Sequence[Check], may: Collection[str] | None) -> Located:
    """One record by Fellegi and Holt; `may`: the items that may change, None for all."""
    holds = [check.fails.of if isinstance(check.fails, Not) else Not(check.fails) for check in edits]
    names = sorted({name for check in edits for name in columns_of(check.fails)})
    record = {name: row.get(name) for name in names}
    free = {name for name in names if changeable(name, row) and (may is None or name in may)}
    weights = {name: plan().weights.get(name, 1.0) if name in free else NEVER for name in names}
    domains: dict[str, Any] = {
        name: _domain(name, domain(name) or (), row) if name in free else (row.get(name),) for name in names
    }
    domains.pop("age", None)
    types = {name: Type.TEXT if name == "form" else Type.NUMBER for name in names}
    found = localise(record, holds, weights=weights, domains=domains, integers=["age"], types=types)
    values = {(0, name): value for name, value in found.values.items() if value != record[name] and name in free}
    return Located(values, found.weight)


def changeable(name: str, row: Mapping[str, Any]) -> bool:
    """Whether a column is an item that may change; who the head is is settled before."""
    if name == "relation" and row.get("relation") == 0:
        return False
    return name == "age" or (domain(name) is not None and name not in plan().kept)


def _domain(name: str, values: Sequence[int | None], row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Nobody becomes head by an edit; a value outside the list is there to be changed."""
    if name == "relation" and row.get("relation") != 0:
        return tuple(one for one in values if one != 0)
    return tuple(values)


def _shared(place: int, head: int | None, spouse: int | None) -> dict[str, tuple[int, str]]:
    """The columns of a member that stand in the row of the head or the spouse."""
    found: dict[str, tuple[int, str]] = {}
    if head is not None and place != head:
        found |= {name: (head, own) for name, own in OF_HEAD.items()}
    if spouse is not None and place != spouse:
        found |= {name: (spouse, own) for name, own in OF_SPOUSE.items()}
    return found


__all__ = ["Contradiction", "Located", "RuleError", "changeable", "located"]
