"""The figures of a count by area of any level, beside the totals of other sources."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import recording
from domicile.apps.census.frame import tables
from domicile.apps.census.plan.models import Census
from domicile.apps.census.quickcount import reckoning
from domicile.apps.census.quickcount.counting import check_may
from domicile.apps.census.quickcount.models import OutsideTotal, QuickCount, QuickFigure
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer

BRING = "census.bring_totals"
MOST_ROWS = 50_000
SOURCE = 40
LEVELS = (2, 4, 6, 9, 12)
#: Heads by which the columns of a file of totals are known, in Chinese and English.
HEADS = {
    "area_code": ("区划代码", "代码", "area", "area code", "code"),
    "people": ("人口", "人口数", "总人口", "people", "population"),
    "households": ("户数", "households"),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """An area with the figures of the census, and by source what others say: people, and the difference in percent."""

    code: str
    counts: dict[str, int]
    sources: tuple[tuple[str, int, float | None], ...]


def figures(viewer: Viewer, run: QuickCount, digits: int) -> dict[str, dict[str, int]]:
    """Counts by area (its first `digits` digits) inside the viewer's areas. One query."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(reckoning.Figures.columns, 0))
    for area, counts in _within(viewer, run).values_list("area_code", "counts"):
        for name, value in counts.items():
            found[area[:digits]][name] += value
    return {code: found[code] for code in sorted(found)}


def by_age(viewer: Viewer, run: QuickCount, prefix: str) -> np.ndarray:
    """Residents of an area by sex (not known, male, female) and age group: 3 × 22. One query.

    `prefix`: a township, what holds townships, or the area of the census; within it they are not kept.
    """
    whole = np.zeros((reckoning.SEXES, reckoning.AGES), dtype=np.int64)
    for area, told in restrict(run.ages.all(), viewer, "area_code").values_list("area_code", "by_age"):
        if area.startswith(prefix):
            whole += np.array(told, dtype=np.int64).reshape(whole.shape)
    return whole


def _within(viewer: Viewer, run: QuickCount) -> "QuerySet[QuickFigure]":
    return restrict(run.figures.all(), viewer, "area_code")


def compared(viewer: Viewer, run: QuickCount, digits: int) -> list[Compared]:
    """Areas of a level with the totals of other sources beside the residents counted. Two queries."""
    others: dict[str, list[tuple[str, int]]] = defaultdict(list)
    rows = restrict(OutsideTotal.objects.filter(census=run.census_id), viewer, "area_code").order_by("source")
    for source, area, people in rows.values_list("source", "area_code", "people"):
        if len(area) == digits:
            others[area].append((source, people))
    told = figures(viewer, run, digits)
    return [
        Compared(
            code, told.get(code, {}),
            tuple((source, people, _percent(told.get(code, {}).get("residents", 0), people)) for source, people in others[code]),
        )
        for code in sorted({*told, *others})
    ]  # fmt: skip


def _percent(counted: int, people: int) -> float | None:
    return round(100 * (counted - people) / people, 1) if people else None


def bring(*, actor: Viewer, census: Census, source: str, content: bytes) -> int:
    """Take the totals of a source from a file (CSV or workbook; heads HEADS); what it said before is replaced.

    Codes may have zeros behind. Raises Refused naming the row where a code is outside the census or a number is none.
    """
    check_may(actor, census)
    source = source.strip()
    if not source or len(source) > SOURCE:
        raise Refused(_("Name the source, in at most 40 characters."), "source")
    rows = _rows(census, source, content)
    with recording(
        actor=actor, action=BRING, subject_kind="census", subject_id=census.pk, place_code=census.scope, reason=source
    ) as change:
        change.delete_many(list(OutsideTotal.objects.filter(census=census, source=source)))
        change.create_many(rows)
    return len(rows)


def _rows(census: Census, source: str, content: bytes) -> list[OutsideTotal]:
    try:
        table = tables.read(content)[0]
    except tables.NoTable as problem:
        raise Refused(
            _("This file holds no table that can be read. Save it as CSV or xlsx and send it again."), "file"
        ) from problem
    head = next((row for row in table.rows[: tables.FIRST] if _columns(row[1]).keys() >= {"area_code", "people"}), None)
    if head is None:
        raise Refused(_("The file needs columns with the heads 区划代码 (area code) and 人口 (people)."), "file")
    columns = _columns(head[1])
    found: dict[str, OutsideTotal] = {}
    for line, cells in table.rows:
        if line <= head[0]:
            continue
        if len(found) >= MOST_ROWS:
            raise Refused(_("The file has more than 50,000 rows."), "file")
        told = {name: cells[place] if place < len(cells) else "" for name, place in columns.items()}
        code = _area(told["area_code"])
        if (not code.startswith(census.scope) and not census.scope.startswith(code)) or not code:
            raise Refused(
                _("Row {row}: {code} is no area of this census.").format(row=line, code=told["area_code"]), "file"
            )
        people, homes = _whole(told["people"]), _whole(told.get("households", ""))
        if people is None:
            raise Refused(
                _("Row {row}: “{said}” is no number of people.").format(row=line, said=told["people"]), "file"
            )
        found[code] = OutsideTotal(census=census, source=source, area_code=code, people=people, households=homes)
    if not found:
        raise Refused(_("The file has no row."), "file")
    return list(found.values())


def _columns(cells: list[str]) -> dict[str, int]:
    known = {head: name for name, heads in HEADS.items() for head in heads}
    return {known[cell.strip().lower()]: place for place, cell in enumerate(cells) if cell.strip().lower() in known}


def _area(said: str) -> str:
    """A code without the zeros behind its level; '' for what is no code."""
    said = said.strip()
    if not said.isascii() or not said.isdigit() or len(said) > 12:
        return ""
    for digits in LEVELS:
        if len(said) >= digits and not said[digits:].strip("0"):
            return said[:digits]
    return ""


def _whole(said: str) -> int | None:
    said = said.replace(",", "").replace("，", "").strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None
