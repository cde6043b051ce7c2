"""What a record of field work says about open tasks: a visit that was made answers those of its door.

Which kinds it answers stands with the kind (`Kind.answered_by`). It is said once of a task, however often it is told.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.tasks import policies, registry
from domicile.apps.tasks.actions import ADD, NewTask, made_from
from domicile.apps.tasks.calendars import calendar
from domicile.apps.tasks.models import Task, Try
from domicile.apps.tasks.outcomes import Said, come_out
from domicile.core.spells import UnknownYear


@dataclass(frozen=True)
class Answer:
    """One record: what it was (`registry.VISIT`, `ROUND`), about which subjects, and how it came out.

    `part` is the part of the day, '' where nobody said; `source` is the record's id.
    """

    event: str
    subjects: tuple[uuid.UUID, ...]
    outcome: str
    on: dt.date
    part: str
    source: uuid.UUID


@transaction.atomic
def answer(*, actor: Viewer, answers: Sequence[Answer]) -> set[uuid.UUID]:
    """Say how open tasks inside the actor's areas came out; returns the sources that a task was waiting for.

    One statement more for all of them where none is open; a task that cannot come out so stays open. Who made the record
    needs no further right: what was found at the door is told, not decided.
    """
    subjects = {subject for one in answers for subject in one.subjects}
    kinds = registry.answered_by({one.event for one in answers})
    if not subjects or not kinds:
        return set()
    rows = restrict(Task.objects.filter(state=Task.State.OPEN, kind__in=kinds, subject_id__in=subjects), actor)
    waiting: dict[uuid.UUID, list[Task]] = {}
    for task in rows.select_for_update().order_by("pk"):
        waiting.setdefault(task.subject_id, []).append(task)
    if not waiting:
        return set()
    told = set(Try.objects.filter(source__in=[one.source for one in answers]).values_list("task_id", "source"))
    met: set[uuid.UUID] = set()
    for one in sorted(answers, key=lambda one: one.on):
        for task in [task for subject in one.subjects for task in waiting.get(subject, ())]:
            if (task.pk, one.source) in told or _said(actor, task, one):
                met.add(one.source)
    return met


def _said(actor: Viewer, task: Task, one: Answer) -> bool:
    """Say it of a task, where it can come out so; whether it did. One that was opened after the visit waits for another."""
    kind = registry.kind(task.kind)
    fits = one.event in kind.answered_by and one.outcome in kind.outcomes
    if not fits or task.state != Task.State.OPEN or task.opened_on > one.on:
        return False
    before = (task.state, task.outcome, task.closed_on, task.tries, task.next_try_on, task.next_try_part)
    try:
        with transaction.atomic():
            come_out(actor, task, kind, Said(one.outcome, one.on, one.part, one.source))
    except Refused:  # what would follow cannot be planned: the office sees it open
        task.state, task.outcome, task.closed_on, task.tries, task.next_try_on, task.next_try_part = before
        return False
    return True


@transaction.atomic
def ask_again(*, actor: Viewer, new: NewTask, rule: str, said: Said | None = None) -> Task | None:
    """Make the task that a rule asks for after a visit that no task was waiting for; None where it stands already.

    `new.due_on` is replaced by the rule's. `said` is a try that was made before: it plans the next one.
    """
    if actor.user_id is None or not actor.covers(new.place_code):
        raise NotAllowed(registry.DO)
    opened = said.on if said else new.due_on
    edition = policies.edition(rule, opened)
    try:
        due = policies.due_on(edition.values, opened, calendar())
    except UnknownYear:
        return None  # the rule says so when it runs at night, and makes the task once the calendar is loaded
    here = Task.objects.filter(subject_id=new.subject_id)
    kinds = [new.kind, *(registry.answered_by({registry.VISIT}) if said else ())]
    if here.filter(Q(kind__in=kinds, state=Task.State.OPEN) | Q(kind=new.kind, occurrence=new.occurrence)).exists():
        return None
    task = made_from(new, opened, due=due)
    task.rule, task.edition = rule, edition.since
    if said is not None:
        again = policies.next_try([said.part], said.on)
        task.tries, task.next_try_on, task.next_try_part = 1, again.on, again.part
    with recording(
        actor=actor, action=ADD, subject_kind="task", subject_id=task.pk, place_code=task.place_code
    ) as change:
        change.create(task)
        if said is not None:
            change.create(
                Try(task=task, on=said.on, part=said.part, outcome=said.outcome, by=actor.user_id, source=said.source)
            )
    return task
