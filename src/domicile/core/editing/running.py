"""Runs checks over records in memory: what an engine does for a whole register, here for a few rows, by the same definition."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domicile.core.editing.checks import Check
from domicile.core.editing.expressions import Expression, Type, Value
from domicile.core.editing.judging import Judge, judge, plain
from domicile.core.editing.model import Derived, Model

Row = Mapping[str, Any]


class Records:
    """Rows of a model's records, with their derived columns worked out when they are read.

    `rows`: by record, each row a mapping of the record's own columns; what is not in it is missing. `given` stands for
    `$names`, among them the day. Every row that a derived column needs must be among the rows.
    """

    def __init__(self, model: Model, rows: Mapping[str, Sequence[Row]], given: Mapping[str, Value]) -> None:
        self.model, self.given = model, given
        self.rows = {name: list(rows.get(name, ())) for name in model.records}
        self._judges: dict[int, tuple[Expression, Judge]] = {}
        self._held: dict[tuple[str, str], dict[Any, list[Row]]] = {}
        self._known: dict[tuple[str, int, str], Any] = {}

    def value(self, record: str, row: Row, column: str) -> Any:
        """A column of a row, derived or its own; None where it is missing."""
        derived = self.model.records[record].derived.get(column)
        if derived is None:
            return plain(row.get(column))
        if column in row:  # given as it is: an example
            return plain(row[column])
        key = (record, id(row), column)
        if key not in self._known:
            self._known[key] = self._derived(record, row, derived)
        return self._known[key]

    def judged(self, record: str, row: Row, expression: Expression) -> Any:
        """What an expression gives for a row."""
        held = self._judges.get(id(expression))
        if held is None or held[0] is not expression:
            held = self._judges[id(expression)] = (expression, judge(expression, self.given))
        return held[1](lambda column: self.value(record, row, column))

    def failing(self, checks: Iterable[Check], row: Row) -> list[Check]:
        """Those checks that a row of their record fails."""
        return [check for check in checks if self.judged(check.of, row, check.fails) is True]

    def _derived(self, record: str, row: Row, it: Derived) -> Any:
        if it.value is not None:
            return self.judged(record, row, it.value)
        if it.kind == "look":
            found = self._by(it.record, self.model.records[it.record].key).get(plain(row.get(it.by)), ())
            return self.value(it.record, found[0], it.take) if found else None
        mine = plain(row.get(it.of or self.model.records[record].key))
        rows = self._by(it.record, it.by).get(mine, ()) if mine is not None else ()
        kept = [one for one in rows if it.where is None or self.judged(it.record, one, it.where) is True]
        if it.kind == "count":
            return float(len(kept))
        values = [value for one in kept if (value := self.value(it.record, one, it.take)) is not None]
        if it.kind == "distinct":
            return float(len(set(values)))
        return (min(values) if it.kind == "least" else max(values)) if values else None

    def _by(self, record: str, column: str) -> dict[Any, list[Row]]:
        held = self._held.get((record, column))
        if held is None:
            held = self._held[record, column] = defaultdict(list)
            for row in self.rows[record]:
                held[plain(row.get(column))].append(row)
            held.pop(None, None)
        return held


def outcome(check: Check, model: Model, values: Row, given: Mapping[str, Value]) -> str:
    """What an example comes to: passes, fails or undecided. Derived columns that it does not give are missing."""
    row = {**dict.fromkeys(model.records[check.of].derived), **{key: _typed(value) for key, value in values.items()}}
    for name, derived in model.records[check.of].derived.items():
        if derived.value is not None and name not in values:
            row.pop(name)
    found = Records(model, {check.of: [row]}, given).judged(check.of, row, check.fails)
    return {True: "fails", False: "passes", None: "undecided"}[found]


def _typed(value: Any) -> Any:
    return value.date() if isinstance(value, dt.datetime) else value


__all__ = ["Records", "Row", "Type", "outcome"]
