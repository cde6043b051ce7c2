"""What upper apps add: kinds of task, sources of rules, and the stops of a walk. This app knows nothing of places or people.

In `AppConfig.ready`:

    registry.register(Kind("visit", _("Visit"), pages={"dwelling": "people:dwelling"}))
    registry.register_source(Source("visit_due", "visit", "dwelling", _("Visits of let dwellings"), due, settled))
    registry.register_stops(buildings)      # buildings(viewer, ids) -> {id: Stop}
    registry.register_doors("dwelling", doors_of_dwellings)    # doors_of_dwellings(ids) -> {id: Door}

A recipe: docs/develop/add-a-task-rule.md.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks.models import Task

DO, MANAGE = "do_task", "manage_tasks"
#: Who keeps the chain of posts hands work over and makes tasks of what a meeting decided, without seeing the list.
STAFF = "manage_staff"
AT_A_DOOR = (Task.Outcome.DONE, Task.Outcome.NOT_AT_HOME, Task.Outcome.REFUSED, Task.Outcome.WRONG_ADDRESS)
#: Records of field work that answer tasks: a visit of a door, one that asked about its rental, a round of a building.
VISIT, RENTAL, ROUND = "visit", "rental", "round"
#: Nobody is the subject of a task: no rule and no office sends somebody after a named person.
REFUSED_SUBJECTS = frozenset({"person", "member"})


@dataclass(frozen=True)
class Kind:
    """A kind of task: what it is called, where its subject's page is (by kind of subject), and how it can come out.

    `outcomes` are those offered; only visits have more than `done`. `see` and `do` are permissions, one of which is
    needed. `by_hand`: whether it is offered on a card. `after(change, actor, task, outcome, today)` is called inside the
    recorded change of an outcome: what it writes through `change` is undone together with it. `answered_by` names the
    records of field work that answer an open task about their place (`VISIT`, `RENTAL`, `ROUND`); a task that is to be
    done without knowing what others found names none. A kind that is not `raised` goes no level up when it is overdue.
    `keep_from(task)` names accounts that such a task is never given to.
    `taps` are the outcomes that are one tap in the list (None: all); `way` is a button that leads to the subject's page,
    where more is told than a tap can say.
    """

    name: str
    label: Any
    pages: Mapping[str, str]
    outcomes: tuple[str, ...] = AT_A_DOOR
    see: tuple[str, ...] = (DO, MANAGE)
    do: tuple[str, ...] = (DO, MANAGE)
    by_hand: bool = False
    after: Callable[..., None] | None = None
    answered_by: frozenset[str] = frozenset()
    raised: bool = True
    keep_from: Callable[[Task], Collection[uuid.UUID]] | None = None
    taps: tuple[str, ...] | None = None
    way: Any = ""


@dataclass(frozen=True)
class Source:
    """For which subjects a rule of tasks.yaml asks for a task of a kind.

    `due(values, today)` gives a queryset with `.values_list(subject id, place code, stop id, walk key, occurrence)`, in
    this order, unrestricted; `place` is the lookup of the place code in it, for narrowing to an area. `settled(values,
    today)`, if there is one, is a condition on Task (Q, Exists) that holds where an open task has become needless.
    """

    rule: str
    kind: str
    subject_kind: str
    label: Any
    due: Callable[[Mapping[str, Any], dt.date], Any]
    settled: Callable[[Mapping[str, Any], dt.date], Any] | None = None
    place: str = "place_code"


@dataclass(frozen=True)
class Stop:
    """Where one walks to: what it is called, its page, and where it lies (None: not known)."""

    label: str
    url: str = ""
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True)
class Door:
    """Where a task about a subject belongs: its area, its stop and place in the walk, what it is called, its page."""

    place_code: str
    stop_id: uuid.UUID | None
    walk: str
    label: str
    url: str


Doors = Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Door]]
#: `seen(key, since)`: whether field work met somebody at the subject with this key (an OuterRef) on or after a day.
Seen = Callable[[Any, dt.date], Any]
Stops = Callable[[Viewer, Collection[uuid.UUID]], Mapping[uuid.UUID, Stop]]
_kinds: dict[str, Kind] = {}
_sources: dict[str, Source] = {}
_stops: list[Stops] = []
_doors: dict[str, Doors] = {}
_seen: dict[str, Seen] = {}
_ways: dict[str, tuple[Any, str]] = {}
_daily: list[Callable[[dt.date], object]] = []


def register(kind: Kind) -> None:
    """Make a kind of task known. Raises ValueError for a name twice, and for tasks about a person."""
    if kind.name in _kinds:
        raise ValueError(f"{kind.name} is registered already")
    if REFUSED_SUBJECTS & set(kind.pages):
        raise ValueError(f"{kind.name}: no task is about a person; name the door")
    _kinds[kind.name] = kind


def register_source(source: Source) -> None:
    """Tell for which subjects a rule asks for tasks; its kind may be registered later. Raises ValueError for a rule twice."""
    if source.rule in _sources:
        raise ValueError(f"{source.rule} has a source already")
    _sources[source.rule] = source


def register_stops(stops: Stops) -> None:
    """Tell what stops of a walk are called and where they lie: a fixed number of queries. Twice adds once."""
    if stops not in _stops:
        _stops.append(stops)


def register_doors(subject_kind: str, doors: Doors) -> None:
    """Tell where tasks about a kind of subject belong: `doors(ids)`, wherever they lie, in a fixed number of queries."""
    if subject_kind in _doors:
        raise ValueError(f"{subject_kind} has doors already")
    _doors[subject_kind] = doors


def register_seen(subject_kind: str, seen: Seen) -> None:
    """Tell by what record field work knows that a subject was seen: rules then ask for no visit of it."""
    _seen[subject_kind] = seen


def seen_since(subject_kind: str, key: Any, since: dt.date) -> Any:
    """A condition that holds where field work met somebody at a subject since a day; none does without such records."""
    return _seen[subject_kind](key, since) if subject_kind in _seen else Q(pk__in=[])


def doors(subject_kind: str, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Door]:
    """Where tasks about these subjects belong, wherever they lie: whoever asks sees whether that is inside the areas."""
    tell = _doors.get(subject_kind)
    return tell(ids) if tell and ids else {}


def door(viewer: Viewer, subject_kind: str, subject_id: uuid.UUID) -> Door | None:
    """Where a task about a subject belongs; None for a kind of which none is made. Raises OutOfReach outside the areas."""
    if subject_kind not in _doors:
        return None
    found = doors(subject_kind, [subject_id]).get(subject_id)
    if found is None or not viewer.covers(found.place_code):
        raise OutOfReach
    return found


def kind(name: str) -> Kind:
    """A kind of task. Raises KeyError for an unknown name."""
    return _kinds[name]


def known(name: str) -> Kind | None:
    """A kind of task, if there is one."""
    return _kinds.get(name)


def label(name: str) -> Any:
    """What a kind of task is called."""
    found = _kinds.get(name)
    return found.label if found else name


def kinds_by_hand(subject_kind: str) -> list[Kind]:
    """The kinds that may be made by hand about a kind of subject."""
    return [found for found in _kinds.values() if found.by_hand and subject_kind in found.pages]


def seen_kinds(viewer: Viewer) -> list[str]:
    """The kinds that the viewer may see."""
    return [name for name, found in _kinds.items() if any(viewer.may(permission) for permission in found.see)]


def register_way(url_name: str, label: Any, permission: str) -> None:
    """Offer a page (a named URL without arguments) at the head of the lists of tasks, to whoever has the permission."""
    _ways[url_name] = (label, permission)


def ways(viewer: Viewer) -> list[tuple[str, Any]]:
    """Named URLs and labels of what upper apps offer there."""
    return [(url_name, label) for url_name, (label, permission) in _ways.items() if viewer.may(permission)]


def register_daily(work: Callable[[dt.date], object]) -> None:
    """Have `work(today)` done once a day, after the rules have run. Twice adds once."""
    if work not in _daily:
        _daily.append(work)


def daily() -> list[Callable[[dt.date], object]]:
    """What upper apps have done once a day."""
    return list(_daily)


def answered_by(events: Collection[str]) -> list[str]:
    """The kinds whose open tasks such records answer."""
    return [name for name, found in _kinds.items() if found.answered_by & set(events)]


def in_the_field() -> list[str]:
    """The kinds that are done by going somewhere: nobody may be met there, or a record of field work answers them."""
    return [name for name, found in _kinds.items() if Task.Outcome.NOT_AT_HOME in found.outcomes or found.answered_by]


def not_raised() -> list[str]:
    """The kinds that go no level up."""
    return [name for name, found in _kinds.items() if not found.raised]


def sources() -> list[Source]:
    """Every source, by the name of its rule."""
    return [_sources[name] for name in sorted(_sources)]


def stops(viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Stop]:
    """The stops inside the viewer's areas."""
    found: dict[uuid.UUID, Stop] = {}
    for tell in _stops:
        found.update(tell(viewer, ids))
    return found
