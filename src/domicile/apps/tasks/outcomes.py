"""How a task came out, written down: by a tap, or by a record of field work that answers it."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks import policies
from domicile.apps.tasks.models import Task, Try
from domicile.apps.tasks.registry import Kind

OUTCOME = "tasks.outcome"
#: The tries of a task: the day, the key and the part of the day of each.
Tried = list[tuple[dt.date, uuid.UUID, str]]


@dataclass(frozen=True)
class Said:
    """What is said about a task: how it came out, on which day, in which part of it ('': not known), by which record."""

    outcome: str
    on: dt.date
    part: str
    source: uuid.UUID | None = None


def tried(tasks: Collection[uuid.UUID]) -> dict[uuid.UUID, Tried]:
    """The tries of some tasks so far. One query."""
    found: dict[uuid.UUID, Tried] = defaultdict(list)
    rows = Try.objects.filter(task__in=tasks).values_list("task_id", "on", "pk", "part")
    for task, on, key, part in rows if tasks else ():
        found[task].append((on, key, part))
    return found


def come_out(change: Recorder, actor: Viewer, task: Task, kind: Kind, said: Said, before: Tried) -> None:
    """Write down how an open task came out, in a recorded change of the task that can be undone.

    `before` are its tries so far, and grows by this one. Raises Refused where what would follow cannot be planned.
    """
    row = change.create(
        Try(task=task, on=said.on, part=said.part, outcome=said.outcome, by=actor.user_id, source=said.source)
    )
    this = (row.on, row.pk, row.part)
    if said.outcome == Task.Outcome.NOT_AT_HOME:
        again = policies.next_try([part for _on, _key, part in sorted([*before, this])], said.on)
        change.update(task, tries=task.tries + 1, next_try_on=again.on, next_try_part=again.part)
    else:
        change.update(
            task, state=Task.State.DONE, outcome=said.outcome, closed_on=said.on, tries=task.tries + 1,
            next_try_on=None, next_try_part="",
        )  # fmt: skip
    if kind.after is not None:
        kind.after(change, actor, task, said.outcome, said.on)
    before.append(this)
