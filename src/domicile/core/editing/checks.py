"""Checks as data: what must hold of a record, how grave it is where it does not, why, and what to do about it.

- code: P201
  of: person
  severity: error            # error: cannot be right; warning: hardly right; verify: perhaps right, to be looked at
  name: {zh: …, en: …}
  when: "…"                  # optional: of whom it is asked at all
  holds: "…"                 # fails where `when` is yes and this is no; undecided where something needed is missing
  explain: {zh: …, en: …}
  cure: {zh: …, en: …}
  source: …                  # the norm that it comes from, if any
  entry: no                  # optional: one record alone cannot tell
  cases: [{passes: {column: value}}, {fails: {…}}, {undecided: {…}}]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domicile.core.editing.errors import nearest, refuse
from domicile.core.editing.expressions import Binary, Expression, Literal, Not, Type
from domicile.core.editing.model import Model
from domicile.core.editing.parsing import parse

SEVERITIES: Final = ("error", "warning", "verify")
OUTCOMES: Final = ("passes", "fails", "undecided")
_PARTS: Final = frozenset(
    {"code", "of", "severity", "name", "when", "holds", "explain", "cure", "source", "entry", "cases"}
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said, in Chinese and English."""

    zh: str
    en: str

    def said(self, language: str) -> str:
        return self.en if language.startswith("en") else self.zh


@dataclass(frozen=True, slots=True)
class Case:
    """An example: columns with their values, and whether such a record passes, fails or is undecided."""

    outcome: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `fails` is yes of a record that fails it, no of one that passes, undecided else."""

    code: str
    of: str
    severity: str
    name: Words
    fails: Expression
    explain: Words
    cure: Words
    source: str
    entry: bool
    cases: tuple[Case, ...]
    file: str


def read_checks(content: Any, file: str, model: Model) -> list[Check]:
    """The checks of one YAML file, in its order. Raises RuleError naming file, check and place."""
    if not isinstance(content, Sequence) or isinstance(content, str):
        raise refuse(file, "it holds a list of checks.")
    found = [_check(row, file, model) for row in content]
    codes = [check.code for check in found]
    for code in codes:
        if codes.count(code) > 1:
            raise refuse(f"{file}, {code}", "two checks have this code.")
    return found


def _check(row: Any, file: str, model: Model) -> Check:
    if not isinstance(row, Mapping) or not isinstance(row.get("code"), str):
        raise refuse(file, "each check has a code.")
    where = f"{file}, {row['code']}"
    if unknown := set(row) - _PARTS:
        raise refuse(where, f"{', '.join(sorted(map(str, unknown)))} means nothing here.")
    of, severity = str(row.get("of")), str(row.get("severity"))
    if of not in model.records:
        raise refuse(f"{where}, of", f"there is no record {of}.{nearest(of, model.records)}")
    if severity not in SEVERITIES:
        raise refuse(f"{where}, severity", f"it is one of {', '.join(SEVERITIES)}.")
    names = model.names(of)
    holds = parse(str(row.get("holds", "")), names, f"{where}, holds")
    when = parse(str(row["when"]), names, f"{where}, when") if "when" in row else Literal(True, Type.BOOL)
    fails = Not(holds) if "when" not in row else Binary("and", when, Not(holds), Type.BOOL)
    return Check(
        row["code"], of, severity, _words(row, "name", where), fails, _words(row, "explain", where),
        _words(row, "cure", where), str(row.get("source", "")), bool(row.get("entry", True)),
        tuple(_case(one, where, names.columns) for one in row.get("cases", ())), file,
    )  # fmt: skip


def _words(row: Mapping[str, Any], part: str, where: str) -> Words:
    said = row.get(part)
    if not isinstance(said, Mapping) or not said.get("zh") or not said.get("en"):
        raise refuse(f"{where}, {part}", "it is said in zh and in en.")
    return Words(str(said["zh"]), str(said["en"]))


def _case(row: Any, where: str, columns: Mapping[str, Type]) -> Case:
    if not isinstance(row, Mapping) or len(row) != 1 or next(iter(row)) not in OUTCOMES:
        raise refuse(f"{where}, cases", f"each begins with one of {', '.join(OUTCOMES)}.")
    ((outcome, values),) = row.items()
    values = values or {}
    for column in values:
        if column not in columns:
            raise refuse(f"{where}, cases", f"there is no column {column}.{nearest(str(column), columns)}")
    return Case(outcome, values)
