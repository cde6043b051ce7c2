"""Reads of findings: counts by rule and area inside the viewer's areas, and what stands on a card."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.quality import definitions, policies, words
from domicile.apps.quality.models import RuleFinding
from domicile.core.editing import Check

#: Lengths of the codes of areas, from the province to the grid.
LEVELS = (2, 4, 6, 9, 12, 15)
ORDER = {"error": 0, "warning": 1, "verify": 2}


@dataclass(frozen=True)
class RuleLine:
    """A rule with what is open and what was called right as it is, inside the viewer's areas."""

    check: Check
    name: str
    explain: str
    severity: str
    badge: str
    open: int
    explained: int


@dataclass(frozen=True)
class AreaLine:
    """An area with its open findings, by severity: cannot be right, hardly right, to be looked at."""

    code: str
    name: str
    counts: list[tuple[Any, int]]
    total: int


@dataclass(frozen=True)
class Overview:
    """Lines by rule (those with findings, the graver and more frequent first), by area, and rules that found nothing."""

    rules: list[RuleLine]
    areas: list[AreaLine]
    silent: list[RuleLine]
    open: int


def findings(viewer: Viewer) -> "QuerySet[RuleFinding]":
    """Findings inside the viewer's areas."""
    return restrict(RuleFinding.objects.all(), viewer).order_by("place_code", "id")


def overview(viewer: Viewer, area: str = "") -> Overview:
    """Counts inside the viewer's areas, or inside one of them. Three queries, however many findings."""
    rows = findings(viewer).filter(prefix_q("place_code", area)).exclude(state=RuleFinding.State.SOLVED).order_by()
    level = _next_level(area or min(viewer.scopes, key=len, default=""))
    counted = (
        rows.annotate(within=Substr("place_code", 1, level))
        .values_list("rule", "state", "within")
        .annotate(Count("pk"))
    )
    by_rule: dict[str, Counter[str]] = defaultdict(Counter)
    by_area: dict[str, Counter[str]] = defaultdict(Counter)
    known = definitions.by_code()
    for rule, state, within, count in counted:
        if rule not in known:
            continue
        by_rule[rule][state] += count
        if state == RuleFinding.State.OPEN:
            by_area[within][known[rule].severity] += count
    lines = [line_of(check, by_rule[check.code]) for check in definitions.checks()]
    found = [line for line in lines if line.open or line.explained]
    return Overview(
        sorted(found, key=lambda line: (ORDER[line.check.severity], -line.open, line.check.code)),
        _areas(by_area),
        [line for line in lines if not line.open and not line.explained],
        sum(line.open for line in lines),
    )


def line_of(check: Check, counts: Counter[str]) -> RuleLine:
    return RuleLine(
        check, words.said(check.name), words.said(check.explain), str(words.SEVERITIES[check.severity]),
        words.BADGES[check.severity], counts["open"], counts["explained"],
    )  # fmt: skip


def _areas(by_area: dict[str, Counter[str]]) -> list[AreaLine]:
    names = (
        trails({code.ljust(12, "0") if len(code) < 12 else code for code in by_area}, from_level=3) if by_area else {}
    )
    lines = []
    for code, counts in sorted(by_area.items()):
        trail = names.get(code.ljust(12, "0") if len(code) < 12 else code) or []
        told = [(label, counts[key]) for key, label in words.SEVERITIES.items()]
        lines.append(AreaLine(code, in_one(trail[-1:]) or code or "—", told, sum(counts.values())))
    return lines


def _next_level(code: str) -> int:
    return next((level for level in LEVELS if level > len(code)), LEVELS[-1])


@dataclass(frozen=True)
class Told:
    """A finding in words, as a card shows it."""

    finding: RuleFinding
    name: str
    explain: str
    cure: str
    severity: str
    badge: str
    may_explain: bool


def told(viewer: Viewer, rows: Iterable[RuleFinding]) -> list[Told]:
    """Findings in words, the graver first; those of rules that are no more are left out."""
    found = []
    for row in rows:
        check = definitions.by_code().get(row.rule)
        if check is not None:
            found.append((ORDER[check.severity], row.rule, _told(viewer, row, check)))
    return [one for _order, _rule, one in sorted(found, key=lambda each: each[:2])]


def _told(viewer: Viewer, row: RuleFinding, check: Check) -> Told:
    return Told(
        row, words.said(check.name), words.said(check.explain), words.said(check.cure),
        str(words.SEVERITIES[check.severity]), words.BADGES[check.severity], policies.may_explain(viewer, row),
    )  # fmt: skip


def on_card(viewer: Viewer, kind: str, ids: Collection[uuid.UUID]) -> list[Told]:
    """What stands on the card of a person, a household or a dwelling that the viewer sees. One query."""
    rows = RuleFinding.objects.filter(**{f"{kind}__in": ids}).exclude(state=RuleFinding.State.SOLVED)
    return told(viewer, rows)
