"""The dated rules of tasks: when one is due, when somebody tries again, what counts as urgent, who sees it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks.models import Level, Task
from domicile.apps.tasks.registry import DO, MANAGE, Kind
from domicile.core.policy.parameters import describe, parameter
from domicile.core.spells.working_days import Calendar

ORDER = (Level.GRID, Level.COMMUNITY, Level.TOWNSHIP, Level.COUNTY)
#: A scope of so many digits is an office of this level.
LEVEL_OF = {15: Level.GRID, 12: Level.COMMUNITY, 9: Level.TOWNSHIP, 6: Level.COUNTY}
NO_GRID = "000"


@dataclass(frozen=True)
class Edition:
    """What a rule says on a day, and since when it says so."""

    rule: str
    since: dt.date
    values: Mapping[str, Any]


@dataclass(frozen=True)
class NextTry:
    """When to come back: a day and a part of it."""

    on: dt.date
    part: str


def edition(rule: str, on: dt.date) -> Edition:
    """The edition of a rule in force; days that another rule holds are read there. Raises PolicyError where there is none."""
    described = describe(f"tasks.{rule}")
    values = described.on(on)
    if isinstance(values, Mapping) and isinstance(values.get("due"), str):
        values = {**values, "due": parameter(values["due"], on)}
    return Edition(rule, max(start for start, _value in described.values if start <= on), values)


def due_on(values: Mapping[str, Any], opened: dt.date, calendar: Calendar) -> dt.date:
    """The last day for a task opened on a day: `due` calendar or working days after it. Raises UnknownYear."""
    if values["days"] == "working":
        return calendar.add(opened, values["due"])
    return opened + dt.timedelta(days=values["due"])


def part_of(moment: dt.datetime) -> str:
    """The part of the day that a moment belongs to: the first whose end has not come, the last one after that."""
    parts = parameter("tasks.parts_of_day", moment.date())
    return next((name for name, (_begin, end) in parts.items() if moment.hour < end), list(parts)[-1])


def hours_of(part: str, on: dt.date) -> str:
    """The hours of a part of the day: 18:00–20:00; '' for an unknown one."""
    hours = parameter("tasks.parts_of_day", on).get(part)
    return f"{hours[0]}:00–{hours[1]}:00" if hours else ""


def next_try(tried: Sequence[str], on: dt.date) -> NextTry:
    """The next try after one on a day; `tried` are the parts of the day of all tries, this one last ('': not known)."""
    after = parameter("tasks.next_try", on)
    parts = list(parameter("tasks.parts_of_day", on))
    now = tried[-1]
    fresh = [part for part in parts if part not in tried]
    others = [part for part in parts if part != now]
    days = after[min(len(tried), len(after)) - 1]
    return NextTry(on + dt.timedelta(days=days), (fresh or others or parts)[-1])


def levels_of(viewer: Viewer) -> list[str]:
    """The levels whose tasks stand before this viewer: those of the widest scope, and all above."""
    digits = min((len(scope) for scope in viewer.scopes if scope), default=15)
    own = LEVEL_OF.get(digits, Level.COUNTY)
    return [level.value for level in ORDER[ORDER.index(own) :]]


def first_level(place_code: str, level: str = Level.GRID) -> str:
    """The level at which a task begins: where there is no grid, nobody works it, and the community has it."""
    return Level.COMMUNITY if level == Level.GRID and place_code.endswith(NO_GRID) else level


def may_see(viewer: Viewer, kind: Kind) -> bool:
    """Whether this viewer sees tasks of a kind."""
    return any(viewer.may(permission) for permission in kind.see)


def may_do(viewer: Viewer, kind: Kind, task: Task) -> bool:
    """Whether this viewer may say how a task came out."""
    return viewer.covers(task.place_code) and any(viewer.may(permission) for permission in kind.do)


def may_arrange(viewer: Viewer) -> bool:
    """Whether this viewer may make tasks by hand."""
    return viewer.may(DO) or viewer.may(MANAGE)
