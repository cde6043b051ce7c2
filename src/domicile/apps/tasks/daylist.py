"""The list of a day as the page shows it: stops in the order of a walk, and at each stop its tasks by door."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks import naming, policies, registry, selectors, words
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.walking import Place, natural, tour
from domicile.core.policy.parameters import parameter

#: The list grows to at most so many times its length by what else is to be done at its stops.
AT_THE_STOPS = 3
#: So many tasks fit on a phone without folding.
FEW = 8


@dataclass(frozen=True)
class Line:
    """One task: what it is, at which door, until when, and what can be tapped."""

    task: Task
    kind: str | Promise
    name: str
    url: str
    overdue: bool
    soon: bool
    raised: str | Promise
    again: str
    state: str | Promise
    outcomes: list[tuple[str, str | Promise]]
    notice: bool
    may_undo: bool = False
    way: str | Promise = ""


@dataclass(frozen=True)
class Group:
    """A stop with its tasks, door by door. `key` tells it from others on the page (`stop_key`)."""

    key: str
    label: str
    url: str
    lines: list[Line]


@dataclass(frozen=True)
class DayList:
    """What stands on the page: the stops of the walk, how many tasks of how many, and what the viewer said today."""

    groups: list[Group]
    shown: int
    total: int
    said: list[Line]

    @property
    def all_open(self) -> bool:
        """Whether the list is so short that every stop stands unfolded."""
        return self.shown <= FEW


def today_list(viewer: Viewer, today: dt.date) -> DayList:
    """The most urgent tasks of the day in the order of a walk, and below them what was done.

    Queries: five, and those of the namers for each part; a look for each.
    """
    rows = selectors.of_today(viewer, today)
    most = parameter("tasks.today", today)
    listed = list(rows[: most + 1])
    total = len(listed)
    if total > most:  # and what else is to be done at these stops, since somebody is there anyway
        stops = {row.stop_id for row in listed[:most]}
        here = Q(stop_id__in=stops - {None}) | (Q(stop_id=None) if None in stops else Q(pk__in=[]))
        listed, total = list(rows.filter(here)[: most * AT_THE_STOPS]), rows.count()
    said = list(selectors.said_today(viewer, today)[:most])
    done = lines(viewer, said, today, {row.pk for row in said})
    return DayList(_walk(viewer, listed, today), len(listed), total, done)


def stop_key(place_code: str, stop: uuid.UUID | None) -> str:
    """What tells a stop from others on the page."""
    return f"{place_code}-{stop.hex if stop else 'none'}"


def lines(viewer: Viewer, tasks: Sequence[Task], today: dt.date, undoable: Collection[uuid.UUID] = ()) -> list[Line]:
    """Tasks as the list shows them, some with the way to take them back; whom they name goes into the log of looks first."""
    named = naming.names(viewer, [(task.subject_kind, task.subject_id) for task in tasks])
    persons = [person for name in named.values() for person in name.persons]
    if persons:
        record_look(viewer, question="tasks", persons=persons)
    return [_line(viewer, task, today, named.get(task.subject_id), task.pk in undoable) for task in tasks]


def _line(viewer: Viewer, task: Task, today: dt.date, named: naming.Named | None, may_undo: bool) -> Line:
    kind = registry.kind(task.kind)
    soon = task.due_on <= today + dt.timedelta(days=parameter("tasks.reminder", today))
    is_open = task.state == Task.State.OPEN
    begun = is_open and task.opened_on <= today and policies.may_do(viewer, kind, task)
    offered = (kind.outcomes if kind.taps is None else kind.taps) if begun else ()
    return Line(
        task=task,
        kind=kind.label,
        name=named.text if named else _("a place that is not on file any more"),
        url=_page(kind, task) if named else "",
        overdue=is_open and task.due_on < today,
        soon=is_open and today <= task.due_on and soon,
        raised=words.LEVELS[task.level] if is_open and task.raised_on else "",
        again=_again(task) if is_open else "",
        state=words.OUTCOMES[task.outcome] if task.outcome else words.STATES[task.state],
        outcomes=[(outcome, words.OUTCOMES[outcome]) for outcome in offered],
        notice=is_open and Task.Outcome.NOT_AT_HOME in kind.outcomes and task.next_try_on is not None,
        may_undo=may_undo,
        way=kind.way if begun and named else "",
    )


def _page(kind: registry.Kind, task: Task) -> str:
    try:
        return reverse(kind.pages[task.subject_kind], args=[task.subject_id])
    except (KeyError, NoReverseMatch):
        return ""


def _again(task: Task) -> str:
    """When to try again, in words; '' where nobody tried yet."""
    if task.next_try_on is None:
        return ""
    hours = policies.hours_of(task.next_try_part, task.next_try_on)
    return _("Next try: {day}, {part} ({hours})").format(
        day=task.next_try_on.isoformat(), part=words.part(task.next_try_part), hours=hours
    )


def _walk(viewer: Viewer, tasks: Iterable[Task], today: dt.date) -> list[Group]:
    """Tasks by stop, grid by grid, each in the order of a walk; one stop without an address for what has none."""
    rows = list(tasks)
    told = lines(viewer, rows, today)
    where = registry.stops(viewer, {row.stop_id for row in rows if row.stop_id is not None})
    by_stop: dict[tuple[str, uuid.UUID | None], list[Line]] = {}
    for told_line in told:
        by_stop.setdefault((told_line.task.place_code, told_line.task.stop_id), []).append(told_line)
    groups: list[Group] = []
    for grid in sorted({place for place, _stop in by_stop}):
        stops = [stop for place, stop in by_stop if place == grid]
        places = [_place(by_stop[grid, stop], where.get(stop) if stop else None) for stop in stops]
        groups += [_group(grid, stops[at], by_stop[grid, stops[at]], where) for at in tour(places)]
    return groups


def _place(here: list[Line], stop: registry.Stop | None) -> Place:
    key = "|".join(here[0].task.walk.split("|")[:3])
    return Place(key, stop.longitude, stop.latitude) if stop else Place(key)


def _group(grid: str, stop: uuid.UUID | None, here: list[Line], where: dict[uuid.UUID, registry.Stop]) -> Group:
    known = where.get(stop) if stop else None
    doors = sorted(here, key=lambda one: (natural(one.task.walk), one.task.due_on, str(one.task.pk)))
    return Group(
        key=stop_key(grid, stop),
        label=known.label if known else str(_("Without a building")),
        url=known.url if known else "",
        lines=doors,
    )
