"""Reads of the figures. They name nobody; they are for staff who may see the ledgers of these areas."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area
from domicile.apps.areas.recoding import scope_of
from domicile.apps.areas.selectors import scope_names
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.indicators import counting, expecting
from domicile.apps.indicators.lines import (
    Known,
    Line,
    expected,
    goal_of,
    line,
    measured,
    published_of,
    register_began,
    since_the_register_began,
)
from domicile.apps.indicators.models import Measure, Published
from domicile.core.indicators import Definition, definitions
from domicile.core.indicators.counting import counts

READ = "view_ledger"
MONTHS = 12


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
    """Every indicator of an area in a month. Raises NotAllowed outside the viewer's areas. Five queries."""
    _check(viewer, code)
    return _lines({code: code}, month, definitions().values())


def by_area(viewer: Viewer, key: str, code: str, month: dt.date) -> list[Line]:
    """One indicator of the areas below, in the order of their codes: nobody is ranked. Six queries."""
    _check(viewer, code)
    return _lines(dict(children(viewer, code)), month, [definitions()[key]])


def by_month(viewer: Viewer, key: str, code: str, month: dt.date) -> list[Line]:
    """One indicator that is no coverage, of the twelve months up to one, the earliest first. Two queries at most."""
    _check(viewer, code)
    definition = definitions()[key]
    first = months_after(month, 1 - MONTHS)
    span = [months_after(first, n) for n in range(MONTHS)]
    rows = Measure.objects.filter(prefix_q("community", code), month__gte=first, month__lte=month)
    if definition.kind == "expected":
        parts, began = _parts(definition, rows, "month"), register_began()
        return [
            since_the_register_began(expected(definition, parts.get(each), each, of=each), each, began) for each in span
        ]
    found = {row.pop("month"): row for row in _summed(rows.filter(key=key), "month")}
    goal = goal_of(definition)
    return [measured(definition, found.get(each), goal, of=each) for each in span]


def by_source(viewer: Viewer, key: str, code: str, month: dt.date) -> list[Line]:
    """One indicator that is no coverage, by how the records came on file or who reported. Two queries at most."""
    _check(viewer, code)
    definition = definitions()[key]
    here = Measure.objects.filter(prefix_q("community", code), month=month)
    if definition.kind == "expected":
        parts, began = _parts(definition, here, "source"), register_began()
        return [
            since_the_register_began(expected(definition, parts[group], month, of=group), month, began)
            for group in sorted(parts)
        ]
    rows = _summed(here.filter(key=key), "source")
    return [
        measured(definition, row, goal_of(definition), of=row.pop("source"))
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


def _summed(rows: Any, *by: str) -> list[dict[str, Any]]:
    found = rows.values(*by).annotate(part=Sum("numerator"), whole=Sum("denominator"), each=Sum("units")).order_by()
    return list(found)


def _parts(definition: Definition, rows: Any, by: str) -> dict[Any, dict[str, int]]:
    """What is on file and what is expected, by month or group. One query."""
    found: dict[Any, dict[str, int]] = {}
    for row in _summed(rows.filter(key__in=expecting.KEYS[definition.subject]), "key", by):
        found.setdefault(row[by], {})[row["key"]] = row["part"]
    return found


def _lines(places: Mapping[str, Any], month: dt.date, wanted: Iterable[Definition]) -> list[Line]:
    """Each of these indicators of each of these areas: `places` has code -> what the line is of."""
    held = list(wanted)
    sums: dict[tuple[str, str], dict[str, int]] = {}
    keys = [key for one in held for key in (one.key, *expecting.KEYS.get(one.subject, ()))]
    for row in _summed(Measure.objects.filter(month=month, key__in=keys), "key", "community"):
        for code in places:
            if row["community"].startswith(code):
                found = sums.setdefault((row["key"], code), {"part": 0, "whole": 0, "each": 0})
                for name in found:
                    found[name] += row[name]
    known = published_of(places, months_after(month, 1), {one.subject for one in held if one.kind == "coverage"})
    began = register_began()
    return [
        since_the_register_began(line(definition, code, month, sums, known, _events, of=of), month, began)
        for definition in held
        for code, of in places.items()
    ]


def _events(subject: str, code: str, published: Known) -> int:
    """How many births or deaths on file happened in the days of a published figure. One statement."""
    days = counting.given(timezone.localdate(), (published.start, published.end))
    counted = counting.here([counts()[counting.HAPPENED]], days, inside=code)
    return sum(one.part for one in counted if one.kind == counting.KINDS[subject])
