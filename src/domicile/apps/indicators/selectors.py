"""Reads of the figures. They name nobody; they are for staff who may see the ledgers of these areas."""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area
from domicile.apps.areas.recoding import scope_of
from domicile.apps.areas.selectors import scope_names
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.indicators import expecting
from domicile.apps.indicators.measuring import RESIDENTS
from domicile.apps.indicators.models import Measure, Published
from domicile.apps.vitals.models import State, VitalEvent
from domicile.core.indicators import Definition, Figure, coverage, definitions, share
from domicile.core.policy.parameters import parameter

READ = "view_ledger"
KINDS = {"births": "birth", "deaths": "death"}
MONTHS = 12


@dataclass(frozen=True)
class Known:
    """A published figure that holds: its value, its error as a share of it, its days [start, end), and who published it."""

    value: int
    relative_error: float | None
    start: dt.date
    end: dt.date
    source: str


@dataclass(frozen=True)
class Line:
    """One indicator of an area (or of a source, or a month): the figure, what it is held against, and how it stands.

    `standing` is met, missed or open: the whole interval lies on one side of the goal, or not. `figure` is None where
    nothing can be told. `of` says which area, source or month the line is of; `published` what coverage is reckoned by.
    """

    definition: Definition
    figure: Figure | None
    goal: float
    few: bool
    of: Any = ""
    published: Known | None = None

    @property
    def standing(self) -> str:
        found = self.figure
        if found is None or self.few:
            return ""
        low, high = (found.ratio, found.ratio) if found.low is None or found.high is None else (found.low, found.high)
        if self.definition.kind == "error":
            return "met" if high <= self.goal else "missed" if low > self.goal else "open"
        return "met" if low >= self.goal else "missed" if high < self.goal else "open"


def areas_to_choose(viewer: Viewer, permission: str = READ) -> list[tuple[str, str]]:
    """The viewer's areas and what lies inside, down to communities: code shortened to its level, and name. Two queries."""
    viewer.require(permission)
    found = {scope: name for scope, name in scope_names(viewer).items() if len(scope) <= 12}
    rows = restrict(Area.objects.filter(valid_to__isnull=True), viewer, "code").order_by("code")
    for code, name in rows.values_list("code", "name"):
        found.setdefault(scope_of(code), name)
    return [(code, f"{name} {code}") for code, name in sorted(found.items())]


def children(viewer: Viewer, code: str) -> list[tuple[str, str]]:
    """The areas one level below, by code. One query."""
    below = {2: 2, 4: 3, 6: 4, 9: 5}.get(len(code))
    if below is None:
        return []
    rows = Area.objects.filter(prefix_q("code", code), level=below, valid_to__isnull=True)
    rows = restrict(rows, viewer, "code").order_by("code")
    return [(scope_of(found), name) for found, name in rows.values_list("code", "name")]


def months(viewer: Viewer) -> list[dt.date]:
    """The months there are figures of, the latest first. One query."""
    viewer.require(READ)
    found = restrict(Measure.objects.all(), viewer, "community").values_list("month", flat=True).distinct()
    return sorted(set(found), reverse=True)


def lines(viewer: Viewer, code: str, month: dt.date) -> list[Line]:
    """Every indicator of an area in a month. Raises NotAllowed outside the viewer's areas. Four queries."""
    _check(viewer, code)
    return _lines({code: code}, month, definitions().values())


def by_area(viewer: Viewer, key: str, code: str, month: dt.date) -> list[Line]:
    """One indicator of the areas below, in the order of their codes: nobody is ranked. Five queries."""
    _check(viewer, code)
    return _lines(dict(children(viewer, code)), month, [definitions()[key]])


def by_month(viewer: Viewer, key: str, code: str, month: dt.date) -> list[Line]:
    """One indicator that is no coverage, of the twelve months up to one, the earliest first. One query."""
    _check(viewer, code)
    definition = definitions()[key]
    first = months_after(month, 1 - MONTHS)
    span = [months_after(first, n) for n in range(MONTHS)]
    rows = Measure.objects.filter(prefix_q("community", code), month__gte=first, month__lte=month)
    if definition.kind == "expected":
        parts = _parts(definition, rows, "month")
        return [_expected(definition, parts.get(each), each, of=each) for each in span]
    found = {row.pop("month"): row for row in _summed(rows.filter(key=key), "month")}
    goal = _goal(definition)
    return [_measured(definition, found.get(each), goal, of=each) for each in span]


def by_source(viewer: Viewer, key: str, code: str, month: dt.date) -> list[Line]:
    """One indicator that is no coverage, by how the records came on file or who reported. One query."""
    _check(viewer, code)
    definition = definitions()[key]
    here = Measure.objects.filter(prefix_q("community", code), month=month)
    if definition.kind == "expected":
        parts = _parts(definition, here, "source")
        return [_expected(definition, parts[group], month, of=group) for group in sorted(parts)]
    rows = _summed(here.filter(key=key), "source")
    return [
        _measured(definition, row, _goal(definition), of=row.pop("source"))
        for row in sorted(rows, key=lambda row: row["source"])
    ]


def published_in(viewer: Viewer) -> list[Published]:
    """Published figures of the viewer's areas and of those they lie in, the latest first. One query."""
    viewer.require(READ)
    rows = Published.objects.order_by("-end", "code", "subject")
    return [
        row for row in rows if any(row.code.startswith(scope) or scope.startswith(row.code) for scope in viewer.scopes)
    ]


def _check(viewer: Viewer, code: str) -> None:
    viewer.require(READ)
    if not code or not viewer.covers(code):
        raise NotAllowed(code)


def _goal(definition: Definition) -> float:
    return float(parameter(definition.goal, timezone.localdate()))


def _level() -> float:
    return float(parameter("indicators.level", timezone.localdate()))


def _few(count: float) -> bool:
    return count < int(parameter("indicators.few", timezone.localdate()))


def _summed(rows: Any, *by: str) -> list[dict[str, Any]]:
    found = rows.values(*by).annotate(part=Sum("numerator"), whole=Sum("denominator"), each=Sum("units")).order_by()
    return list(found)


def _measured(definition: Definition, row: Mapping[str, int] | None, goal: float, *, of: Any = "") -> Line:
    """A share of what was measured."""
    if row is None:
        return Line(definition, None, goal, few=False, of=of)
    figure = share(row["part"], row["whole"], _level(), units=row["each"])
    return Line(definition, figure, goal, few=_few(row["each"]), of=of)


def _parts(definition: Definition, rows: Any, by: str) -> dict[Any, dict[str, int]]:
    """What is on file and what is expected, by month or group. One query."""
    found: dict[Any, dict[str, int]] = {}
    for row in _summed(rows.filter(key__in=expecting.KEYS[definition.subject]), "key", by):
        found.setdefault(row[by], {})[row["key"]] = row["part"]
    return found


def _expected(definition: Definition, parts: Mapping[str, int] | None, month: dt.date, *, of: Any = "") -> Line:
    """What is on file of what is expected; nothing where nobody is on file of whom any would be expected."""
    on_file, model = expecting.KEYS[definition.subject]
    number = (parts or {}).get(model, 0) / expecting.PARTS
    goal = _goal(definition)
    if not number:
        return Line(definition, None, goal, few=False, of=of)
    error = expecting.rates(definition.subject, expecting.period(month)[2]).relative_error
    figure = coverage((parts or {}).get(on_file, 0), number, _level(), events=True, relative_error=error)
    return Line(definition, figure, goal, few=_few(number), of=of)


def _lines(places: Mapping[str, Any], month: dt.date, wanted: Iterable[Definition]) -> list[Line]:
    """Each of these indicators of each of these areas: `places` has code -> what the line is of."""
    held = list(wanted)
    measured: dict[tuple[str, str], dict[str, int]] = {}
    keys = [key for one in held for key in (one.key, *expecting.KEYS.get(one.subject, ()))]
    for row in _summed(Measure.objects.filter(month=month, key__in=keys), "key", "community"):
        for code in places:
            if row["community"].startswith(code):
                sums = measured.setdefault((row["key"], code), {"part": 0, "whole": 0, "each": 0})
                for name in sums:
                    sums[name] += row[name]
    last = months_after(month, 1)
    known = _known(places, last, {one.subject for one in held if one.kind == "coverage"})
    found = []
    for definition in held:
        goal = _goal(definition)
        for code, of in places.items():
            if definition.kind == "expected":
                parts = {
                    key: measured.get((key, code), {}).get("part", 0) for key in expecting.KEYS[definition.subject]
                }
                found.append(_expected(definition, parts, month, of=of))
            elif definition.kind == "coverage":
                found.append(_covered(definition, code, known.get((definition.subject, code)), measured, goal, of))
            else:
                found.append(_measured(definition, measured.get((definition.key, code)), goal, of=of))
    return found


def _covered(
    definition: Definition, code: str, published: Known | None, measured: Mapping[tuple[str, str], Mapping[str, int]],
    goal: float, of: Any,
) -> Line:  # fmt: skip
    """What is on file of what was published; nothing where nothing was published of the area."""
    if published is None:
        return Line(definition, None, goal, few=False, of=of)
    if definition.subject == "residents":
        row = measured.get((RESIDENTS, code))
        if row is None:
            return Line(definition, None, goal, few=False, of=of, published=published)
        registered = row["part"]
    else:
        registered = _events(definition.subject, code, published)
    figure = coverage(
        registered, published.value, _level(), events=definition.subject != "residents",
        relative_error=published.relative_error,
    )  # fmt: skip
    return Line(definition, figure, goal, few=_few(published.value), of=of, published=published)


def _events(subject: str, code: str, published: Known) -> int:
    rows = VitalEvent.objects.filter(prefix_q("code", code), kind=KINDS[subject], state=State.COUNTS)
    found = rows.filter(day__gte=published.start, day__lt=published.end).aggregate(n=Count("pk"))
    return int(found["n"])


def _known(places: Iterable[str], before: dt.date, subjects: Iterable[str]) -> dict[tuple[str, str], Known]:
    """The latest published figure of each area and subject whose days end before a day. One query."""
    rows = Published.objects.filter(code__in=list(places), subject__in=list(subjects), end__lte=before)
    grouped: dict[tuple[str, str], list[Published]] = {}
    for row in rows.order_by("-end", "-start", "pk"):
        held = grouped.setdefault((row.subject, row.code), [])
        if not held or (held[0].start, held[0].end) == (row.start, row.end):
            held.append(row)
    return {key: _together(held) for key, held in grouped.items()}


def _together(rows: list[Published]) -> Known:
    """Figures of one period of areas that were put together: their sum, and its error where each has one."""
    value, errors = sum(row.value for row in rows), [row.relative_error for row in rows]
    error = None
    if value and all(one is not None for one in errors):
        error = math.sqrt(sum((row.value * (row.relative_error or 0.0)) ** 2 for row in rows)) / value
    first = rows[0]
    return Known(value, error, first.start, first.end, "；".join(dict.fromkeys(row.source for row in rows)))
