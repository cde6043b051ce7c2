"""How a task came out, written down: by a tap, or by a record of field work that answers it."""

import datetime as dt
import uuid
from dataclasses import dataclass

from domicile.apps.audit.recording import recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks import policies
from domicile.apps.tasks.models import Task, Try
from domicile.apps.tasks.registry import Kind

OUTCOME = "tasks.outcome"


@dataclass(frozen=True)
class Said:
    """What is said about a task: how it came out, on which day, in which part of it ('': not known), by which record."""

    outcome: str
    on: dt.date
    part: str
    source: uuid.UUID | None = None


def come_out(actor: Viewer, task: Task, kind: Kind, said: Said) -> None:
    """Write down how an open task came out, as one recorded change that can be undone."""
    with recording(
        actor=actor, action=OUTCOME, subject_kind="task", subject_id=task.pk, place_code=task.place_code
    ) as change:
        change.create(
            Try(task=task, on=said.on, part=said.part, outcome=said.outcome, by=actor.user_id, source=said.source)
        )
        if said.outcome == Task.Outcome.NOT_AT_HOME:
            tried = list(task.attempts.order_by("on", "id").values_list("part", flat=True))
            again = policies.next_try(tried, said.on)
            change.update(task, tries=task.tries + 1, next_try_on=again.on, next_try_part=again.part)
        else:
            change.update(
                task, state=Task.State.DONE, outcome=said.outcome, closed_on=said.on, tries=task.tries + 1,
                next_try_on=None, next_try_part="",
            )  # fmt: skip
        if kind.after is not None:
            kind.after(change, actor, task, said.outcome, said.on)
