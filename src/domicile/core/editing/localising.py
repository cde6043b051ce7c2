"""Which fields of a record to change so that all edits can hold: those of the least weight together (Fellegi and Holt).

Sources: Fellegi and Holt, A systematic approach to automatic edit and imputation (Journal of the American Statistical Association
71, 1976); Garfinkel, Kunnathur and Liepins, Optimal imputation of erroneous data (Operations Research 34, 1986), whose cuts these
are; de Waal, Pannekoek and Scholtus, Handbook of Statistical Data Editing and Imputation, 2011, chapters 3 to 5.

No implied edits are made beforehand. A set of fields that hits every conflict known so far, the cheapest, is tried: if no values
of these fields make all edits hold, then a field outside a largest such set has to change too, which is the next conflict. The set
that can be made to hold is the cheapest of all, since whatever holds hits all conflicts.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

from domicile.core.editing.checks import Check
from domicile.core.editing.errors import RuleError, nearest
from domicile.core.editing.expressions import (
    Binary,
    Call,
    Column,
    Expression,
    Literal,
    OneOf,
    Type,
    Value,
    columns_of,
    parts,
)
from domicile.core.editing.judging import plain
from domicile.core.editing.linear import Condition, NotLinear, alternatives, as_value, solved
from domicile.core.editing.model import Model
from domicile.core.editing.parsing import Names, parse
from domicile.core.editing.residual import NO, YES, joined, negated, residual

#: Stands for any text that no edit names.
OTHER: Final = "\N{HORIZONTAL ELLIPSIS}"


class Contradiction(RuleError):
    """No values of the fields that may change make all edits hold."""


@dataclass(frozen=True, slots=True)
class Localisation:
    """What to change in one record.

    fields: the fields to change, those that are missing and have to be filled in included. missing: these alone. weight: of those
    changed that were not missing. failed: which edits the record fails, by code or place from 0 on. values: values of `fields` with
    which all edits hold, as a proof that there are such, not as an imputation; OTHER is any text that no edit names.
    """

    fields: frozenset[str]
    missing: frozenset[str]
    weight: float
    failed: tuple[str, ...]
    values: Mapping[str, Value]

    @property
    def wrong(self) -> frozenset[str]:
        """The fields that are not missing and have to change."""
        return self.fields - self.missing


def localise(
    record: Mapping[str, Any], edits: Sequence[Check | Expression | str], *, weights: Mapping[str, float] | None = None,
    domains: Mapping[str, Collection[Any]] | None = None, integers: Collection[str] = (),
    types: Mapping[str, Type] | None = None, parameters: Mapping[str, Any] | None = None, model: Model | None = None,
) -> Localisation:  # fmt: skip
    """The cheapest fields to change in a record so that values exist with which every edit holds.

    record: a value by field; None and NaN are missing. edits: conditions that have to hold, in the language of rules, as text,
        parsed, or as checks (with `model`, columns that it derives by `value` are written out). An edit fails where it is no; a
        missing field that an edit reads has to be filled in whatever it costs, unless its domain has None.
    weights: what a change of a field costs, above 0; 1 where not said, math.inf for fields that never change.
    domains: the values that a field may have, None for a blank. Text and yes/no fields without one have those that the edits name,
        and one that they do not. Numbers and days without one may be any: edits on them are linear, or compare an age or a year.
    integers: number fields that are whole; days always are. types: of fields that are missing in the record. parameters: `$name`.

    Of several cheapest choices it gives the one with the fewest fields, and of those the one that stands first in the record.
    Raises Contradiction where nothing that may change helps, RuleError for edits that cannot be read or are not linear.
    """
    given = {name: None if value != value else plain(value) for name, value in record.items()}
    kinds = _kinds(given, types or {}, domains or {})
    named = _edits(edits, given, kinds, parameters or {}, model)
    task = _Task(
        given, named, kinds, dict(domains or {}), frozenset(integers), dict(parameters or {}), dict(weights or {})
    )
    return task.solve()


def _kinds(
    record: Mapping[str, Value], types: Mapping[str, Type], domains: Mapping[str, Collection[Any]]
) -> dict[str, Type]:  # fmt: skip
    """What each field holds: as it is said, by its value, or by its domain."""
    found = dict(types)
    for name, value in record.items():
        known = [one for one in (value, *domains.get(name, ())) if one is not None]
        if known and name not in found:
            found[name] = _kind(name, known[0])
    return found


def _kind(name: str, value: Any) -> Type:
    for kind, python in ((Type.BOOL, bool), (Type.NUMBER, int | float), (Type.TEXT, str), (Type.DATE, dt.date)):
        if isinstance(value, python):
            return kind
    raise RuleError(f"{name}: a field holds text, a number, a day, yes or no, not {value!r}.")


def _edits(
    edits: Sequence[Check | Expression | str], record: Mapping[str, Value], kinds: Mapping[str, Type],
    parameters: Mapping[str, Any], model: Model | None,
) -> dict[str, Expression]:  # fmt: skip
    """What has to hold, by code or place."""
    names = Names(kinds, {name: _kind(f"${name}", plain(value)) for name, value in parameters.items()})
    found: dict[str, Expression] = {}
    for place, edit in enumerate(edits):
        if isinstance(edit, str):
            for name in set(re.findall(r"[a-z_][a-z0-9_]*", edit)) & (set(record) - set(kinds)):
                raise RuleError(f"edit {place}: {name} is missing in this record; say what it holds in types.")
            found[str(place)] = parse(edit, names, f"edit {place}")
        elif isinstance(edit, Check):
            found[edit.code] = negated(model.inlined(edit.of, edit.fails) if model else edit.fails)
        else:
            found[str(place)] = edit
    return found


@dataclass
class _Task:
    """One record and its edits."""

    record: Mapping[str, Value]
    edits: Mapping[str, Expression]
    kinds: dict[str, Type]
    domains: dict[str, Collection[Any]]
    integers: frozenset[str]
    parameters: Mapping[str, Any]
    weights: Mapping[str, float]
    fields: list[str] = field(default_factory=list)
    witness: dict[str, Value] = field(default_factory=dict)
    blank: frozenset[str] = frozenset()

    def solve(self) -> Localisation:
        self._prepare()
        missing = {name for name in self.fields if self.record[name] is None and None not in self.domains.get(name, ())}
        outside = {name for name in self.fields if not self._allowed(name)} - missing
        known = {name: value for name, value in self.record.items() if name not in missing}
        left = {code: residual(one, known, self.parameters) for code, one in self.edits.items()}
        failed = tuple(code for code, one in left.items() if one == NO)
        may = [name for name in self.fields if name not in missing and self._weight(name) < math.inf]
        conflicts: list[AbstractSet[str]] = [columns_of(self.edits[code]) & set(may) for code in failed] + [
            {name} & set(may) for name in sorted(outside)
        ]
        while True:
            chosen = _cheapest(conflicts, may, self.weights)
            if chosen is None:
                raise self._contradiction(failed, may)
            if self._holds(missing | chosen):
                values = {name: self.witness[name] for name in sorted(missing | chosen)}
                weight = math.fsum(self._weight(name) for name in chosen)
                return Localisation(frozenset(missing | chosen), frozenset(missing), weight, failed, values)
            # As many more fields as still do not help: one of the others has to change.
            widest = set(chosen)
            for name in may:
                if name not in widest and not self._holds(missing | widest | {name}):
                    widest.add(name)
            conflicts.append(set(may) - widest)

    def _prepare(self) -> None:
        """The fields that edits read or domains bound, in the order of the record, and the domains of texts."""
        read = {name for one in self.edits.values() for name in columns_of(one)}
        for name in sorted(read | set(self.domains)):
            if name not in self.record:
                raise RuleError(f"{name}: the record has no such field.{nearest(name, self.record)}")
        self.blank = frozenset(name for name, domain in self.domains.items() if None in domain)
        self.fields = [name for name in self.record if name in read or name in self.domains]
        for code, one in self.edits.items():
            for part in parts(one):
                if isinstance(part, Column):
                    self.kinds.setdefault(part.name, part.type)
                if isinstance(part, Call):
                    for inner in {name for name in columns_of(part) if self.kinds.get(name) is Type.TEXT} - set(
                        self.domains
                    ):
                        raise RuleError(f"edit {code}: {inner} stands in {part.name}(…); give its values in domains.")
        for name in self.fields:
            if self.kinds.get(name) is Type.BOOL:
                self.domains.setdefault(name, (True, False))
            elif self.kinds.get(name) is Type.TEXT and name not in self.domains:
                self.domains[name] = (*sorted(self._texts(name)), OTHER)

    def _texts(self, name: str) -> set[str]:
        """The texts that stand in edits that read the field, and those in the fields that it is compared with."""
        found: set[str] = set()
        for one in self.edits.values():
            if name not in columns_of(one):
                continue
            for part in parts(one):
                match part:
                    case Literal(str() as text):
                        found.add(text)
                    case OneOf(_, values):
                        found |= {value for value in values if isinstance(value, str)}
                    case Column(other, Type.TEXT):
                        value = self.record.get(other)
                        found |= {value} if isinstance(value, str) else set()
        return found

    def _allowed(self, name: str) -> bool:
        domain = self.domains.get(name)
        value = self.record[name]
        return domain is None or OTHER in domain or value in {plain(one) for one in domain}

    def _weight(self, name: str) -> float:
        weight = self.weights.get(name, 1.0)
        if not weight > 0:
            raise RuleError(f"{name}: a weight is above 0, not {weight}; math.inf keeps a field as it is.")
        return weight

    def _holds(self, free: Collection[str]) -> bool:
        """Whether values of these fields make all edits hold; `witness` has them then."""
        known = {name: value for name, value in self.record.items() if name not in free}
        rest = [residual(one, known, self.parameters, self.blank) for one in self.edits.values()]
        finite = [name for name in self.fields if name in free and name in self.domains]
        return self._tried(rest, finite, {name: 0.0 for name in free if name not in self.domains})

    def _tried(self, rest: list[Expression], finite: list[str], numbers: dict[str, float]) -> bool:
        """Fields with a domain value by value, as long as no edit is already no; then the numbers and days."""
        rest = [one for one in rest if not (isinstance(one, Literal) and one.value is not False)]
        if NO in rest:
            return False
        if not finite:
            return self._numbers(rest, numbers)
        name = finite[0]
        for value in self.domains[name]:
            self.witness[name] = value
            if self._tried(
                [residual(one, {name: value}, self.parameters, self.blank) for one in rest], finite[1:], numbers
            ):
                return True
        return False

    def _numbers(self, rest: list[Expression], numbers: dict[str, float]) -> bool:
        whole: Expression = YES
        for one in sorted(rest, key=_branches):
            whole = joined("and", whole, one)
        days = {name for name in numbers if self.kinds.get(name) is Type.DATE}
        try:
            for system in alternatives(whole):
                found = solved(_once(system), self.integers | days)
                if found is not None:
                    for name, value in {**numbers, **found}.items():
                        self.witness[name] = as_value(self.kinds.get(name, Type.NUMBER), value)
                    return True
        except NotLinear as wrong:
            names = ", ".join(sorted(numbers))
            raise RuleError(
                f"an edit on {names}: {wrong}; write it so, or give the values of a field in domains."
            ) from None
        return False

    def _contradiction(self, failed: Sequence[str], may: Sequence[str]) -> Contradiction:
        kept = sorted(set(self.fields) - set(may))
        those = f" while {', '.join(kept)} stay{'s' if len(kept) == 1 else ''} as it is" if kept else ""
        which = ", ".join(failed) or "all of them together"
        cure = "Two edits contradict each other, or a weight is inf."
        return Contradiction(f"No values make all edits hold{those} (failed: {which}). {cure}")


def _once(system: Sequence[Condition]) -> list[Condition]:
    found: list[Condition] = []
    for one in system:
        if one not in found:
            found.append(one)
    return found


def _branches(expression: Expression) -> int:
    """Edits with fewer alternatives first."""
    return sum(isinstance(part, Binary) and part.operator in ("or", "and", "!=") for part in parts(expression))


def _cheapest(
    conflicts: Sequence[AbstractSet[str]], may: Sequence[str], weights: Mapping[str, float]
) -> set[str] | None:
    """The cheapest set of fields that has one of each conflict, then the smallest, then the first; None where one is empty."""
    if any(not conflict for conflict in conflicts):
        return None
    place = {name: at for at, name in enumerate(may)}
    best: list[tuple[float, int, tuple[int, ...]]] = []

    def rank(chosen: Collection[str]) -> tuple[float, int, tuple[int, ...]]:
        return (
            round(math.fsum(weights.get(name, 1.0) for name in chosen), 9), len(chosen), tuple(sorted(place[one] for one in chosen))
        )  # fmt: skip

    def search(chosen: frozenset[str], barred: frozenset[str]) -> None:
        if best and rank(chosen)[:2] > best[0][:2]:
            return
        open_ones: list[AbstractSet[str]] = [conflict - barred for conflict in conflicts if not chosen & conflict]
        if not open_ones:
            if not best or rank(chosen) < best[0]:
                best[:] = [rank(chosen)]
            return
        narrow = min(
            sorted(conflict, key=place.__getitem__)
            for conflict in open_ones
            if len(conflict) == min(map(len, open_ones))
        )
        tried = barred
        for name in narrow:
            search(chosen | {name}, tried)
            tried = tried | {name}

    search(frozenset(), frozenset())
    return {may[at] for at in best[0][2]}
