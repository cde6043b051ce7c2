"""Lines of figures: what was measured and published of an area, a source or a month, as a ratio with its interval and goal."""

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.indicators import expecting
from domicile.apps.indicators.measuring import RESIDENTS
from domicile.apps.indicators.models import Published
from domicile.core.indicators import Definition, Figure, coverage, share
from domicile.core.policy.parameters import parameter

#: Sums of measures by key and area: part, whole and each (independent units).
Sums = Mapping[tuple[str, str], Mapping[str, int]]


@dataclass(frozen=True)
class Known:
    """A published figure that holds: its value, its error as a share of it, its days [start, end), and who published it."""

    value: int
    relative_error: float | None
    start: dt.date
    end: dt.date
    source: str


#: How many births or deaths on file happened in the days of a published figure: of a subject, in an area.
Events = Callable[[str, str, Known], int]


@dataclass(frozen=True)
class Line:
    """One indicator of an area (or of a source, or a month): the figure, what it is held against, and how it stands.

    `standing` is met, missed or open: the whole interval lies on one side of the goal, or not. `figure` is None where
    nothing can be told. `of` says which area, source or month the line is of; `published` what coverage is reckoned by.
    `begun` is the day on which the register began, where that is after the first of the days whose events are told: those
    before came on file with an import, which knows people and no events, so that the goal says nothing yet.
    """

    definition: Definition
    figure: Figure | None
    goal: float
    few: bool
    of: Any = ""
    published: Known | None = None
    begun: dt.date | None = None

    @property
    def standing(self) -> str:
        found = self.figure
        if found is None or self.few or self.begun:
            return ""
        low, high = (found.ratio, found.ratio) if found.low is None or found.high is None else (found.low, found.high)
        if self.definition.kind == "error":
            return "met" if high <= self.goal else "missed" if low > self.goal else "open"
        return "met" if low >= self.goal else "missed" if high < self.goal else "open"


def register_began() -> dt.date | None:
    """The day of the first record of this register; None for an empty one. One query."""
    first = Change.objects.order_by("id").values_list("at", flat=True).first()
    return timezone.localdate(first) if first is not None else None


def since_the_register_began(found: Line, month: dt.date, began: dt.date | None) -> Line:
    """The same line, which says so where the events of its days reach back before the register began."""
    if found.definition.kind == "expected":
        start = expecting.period(month)[0]
    elif found.definition.subject in expecting.SUBJECTS and found.published is not None:
        start = found.published.start
    else:
        return found
    return replace(found, begun=began) if began is not None and began > start else found


def goal_of(definition: Definition) -> float:
    """What an indicator is held against."""
    return float(parameter(definition.goal, timezone.localdate()))


def _level() -> float:
    return float(parameter("indicators.level", timezone.localdate()))


def _few(count: float) -> bool:
    return count < int(parameter("indicators.few", timezone.localdate()))


def measured(definition: Definition, row: Mapping[str, int] | None, goal: float, *, of: Any = "") -> Line:
    """A share of what was measured."""
    if row is None:
        return Line(definition, None, goal, few=False, of=of)
    figure = share(row["part"], row["whole"], _level(), units=row["each"])
    return Line(definition, figure, goal, few=_few(row["each"]), of=of)


def expected(definition: Definition, parts: Mapping[str, int] | None, month: dt.date, *, of: Any = "") -> Line:
    """What is on file of what is expected; nothing where nobody is on file of whom any would be expected."""
    on_file, model = expecting.KEYS[definition.subject]
    number = (parts or {}).get(model, 0) / expecting.PARTS
    goal = goal_of(definition)
    if not number:
        return Line(definition, None, goal, few=False, of=of)
    error = expecting.rates(definition.subject, expecting.period(month)[2]).relative_error
    figure = coverage((parts or {}).get(on_file, 0), number, _level(), events=True, relative_error=error)
    return Line(definition, figure, goal, few=_few(number), of=of)


def covered(
    definition: Definition, code: str, published: Known | None, sums: Sums, events: Events, *, of: Any = ""
) -> Line:
    """What is on file of what was published; nothing where nothing was published of the area."""
    goal = goal_of(definition)
    if published is None:
        return Line(definition, None, goal, few=False, of=of)
    if definition.subject == "residents":
        row = sums.get((RESIDENTS, code))
        if row is None:
            return Line(definition, None, goal, few=False, of=of, published=published)
        registered = row["part"]
    else:
        registered = events(definition.subject, code, published)
    figure = coverage(
        registered, published.value, _level(), events=definition.subject != "residents",
        relative_error=published.relative_error,
    )  # fmt: skip
    return Line(definition, figure, goal, few=_few(published.value), of=of, published=published)


def line(
    definition: Definition, code: str, month: dt.date, sums: Sums, known: Mapping[tuple[str, str], Known], events: Events,
    *, of: Any = "",
) -> Line:  # fmt: skip
    """One indicator of one area in a month. `known` has what was published, by subject and area."""
    if definition.kind == "expected":
        parts = {key: sums.get((key, code), {}).get("part", 0) for key in expecting.KEYS[definition.subject]}
        return expected(definition, parts, month, of=of)
    if definition.kind == "coverage":
        return covered(definition, code, known.get((definition.subject, code)), sums, events, of=of)
    return measured(definition, sums.get((definition.key, code)), goal_of(definition), of=of)


def published_of(places: Iterable[str], before: dt.date, subjects: Iterable[str]) -> dict[tuple[str, str], Known]:
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
