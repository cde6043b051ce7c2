"""What records of field work say about open tasks: a visit that was made answers those of its door.

Which kinds it answers stands with the kind (`Kind.answered_by`). It is said once of a task, however often it is told. Any
number of records is told in as many statements as one.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction

from domicile.apps.audit.bundles import Bundle
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.tasks import policies, registry
from domicile.apps.tasks.actions import ADD, NewTask, made_from
from domicile.apps.tasks.calendars import calendar, read_once
from domicile.apps.tasks.models import Task, Try
from domicile.apps.tasks.outcomes import OUTCOME, Said, Tried, come_out, tried
from domicile.core.spells import UnknownYear


@dataclass(frozen=True)
class Answer:
    """One record: who made it, what it was (`registry.VISIT`, `ROUND`), about which subjects, and how it came out.

    `part` is the part of the day, '' where nobody said; `source` is the record's id.
    """

    actor: Viewer
    event: str
    subjects: tuple[uuid.UUID, ...]
    outcome: str
    on: dt.date
    part: str
    source: uuid.UUID


@dataclass(frozen=True)
class Again:
    """A task that a rule asks for after a record that no task was waiting for. `new.due_on` is replaced by the rule's.

    `said` is a try that was made before: it plans the next one.
    """

    actor: Viewer
    rule: str
    new: NewTask
    said: Said | None = None


@transaction.atomic
def answer(answers: Sequence[Answer]) -> set[uuid.UUID]:
    """Say how open tasks inside each actor's areas came out; returns the sources that a task was waiting for.

    One statement for all of them where none is open; a task that cannot come out so stays open. Who made the record
    needs no further right: what was found at the door is told, not decided.
    """
    waiting = _waiting(answers)
    if not waiting:
        return set()
    keys = [task.pk for tasks in waiting.values() for task in tasks]
    told = set(Try.objects.filter(source__in=[one.source for one in answers]).values_list("task_id", "source"))
    before, bundle = tried(keys), Bundle()
    met: set[uuid.UUID] = set()
    with read_once():
        for one in sorted(answers, key=lambda one: one.on):
            for task in [task for subject in one.subjects for task in waiting.get(subject, ())]:
                if (task.pk, one.source) in told or _said(bundle, task, one, before[task.pk]):
                    told.add((task.pk, one.source))
                    met.add(one.source)
    bundle.write()
    return met


def _waiting(answers: Sequence[Answer]) -> dict[uuid.UUID, list[Task]]:
    """The open tasks of these subjects that such records answer, locked. One query."""
    subjects = {subject for one in answers for subject in one.subjects}
    kinds = registry.answered_by({one.event for one in answers})
    found: dict[uuid.UUID, list[Task]] = defaultdict(list)
    rows = Task.objects.filter(state=Task.State.OPEN, kind__in=kinds, subject_id__in=subjects)
    for task in rows.select_for_update().order_by("pk") if subjects and kinds else ():
        found[task.subject_id].append(task)
    return found


def _said(bundle: Bundle, task: Task, one: Answer, before: Tried) -> bool:
    """Say it of a task, where it can come out so; whether it did. One that was opened after the visit waits for another."""
    kind = registry.kind(task.kind)
    fits = one.event in kind.answered_by and one.outcome in kind.outcomes and one.actor.covers(task.place_code)
    if not fits or task.state != Task.State.OPEN or task.opened_on > one.on:
        return False
    try:
        with bundle.recording(
            actor=one.actor, action=OUTCOME, subject_kind="task", subject_id=task.pk, place_code=task.place_code
        ) as change:
            come_out(change, one.actor, task, kind, Said(one.outcome, one.on, one.part, one.source), before)
    except Refused:  # what would follow cannot be planned: the office sees it open
        return False
    return True


@transaction.atomic
def ask_again(asked: Sequence[Again]) -> list[Task]:
    """Make the tasks that rules ask for; what stands already is not made again, and what cannot be planned waits.

    Three statements more for any number of them. Raises NotAllowed outside the actor's areas.
    """
    if any(one.actor.user_id is None or not one.actor.covers(one.new.place_code) for one in asked):
        raise NotAllowed(registry.DO)
    standing, made, bundle = _Standing({one.new.subject_id for one in asked}), [], Bundle()
    with read_once():
        for one in asked:
            task = None if standing.has(one) else _task(one)
            if task is None:
                continue
            standing.add(task)
            made.append(task)
            with bundle.recording(
                actor=one.actor, action=ADD, subject_kind="task", subject_id=task.pk, place_code=task.place_code
            ) as change:
                change.create(task)
                if one.said is not None:
                    change.create(_try(task, one.actor, one.said))
    bundle.write()
    return made


class _Standing:
    """Which tasks there are about some subjects. One query."""

    def __init__(self, subjects: Collection[uuid.UUID]) -> None:
        self._open: set[tuple[uuid.UUID, str]] = set()
        self._made: set[tuple[uuid.UUID, str, str]] = set()
        self._visits = registry.answered_by({registry.VISIT})
        for task in Task.objects.filter(subject_id__in=subjects).only("subject_id", "kind", "occurrence", "state"):
            self.add(task)

    def add(self, task: Task) -> None:
        self._made.add((task.subject_id, task.kind, task.occurrence))
        if task.state == Task.State.OPEN:
            self._open.add((task.subject_id, task.kind))

    def has(self, one: Again) -> bool:
        """Whether it was made before, or one that answers for it is open."""
        new = one.new
        kinds = [new.kind, *(self._visits if one.said else ())]
        return (new.subject_id, new.kind, new.occurrence) in self._made or any(
            (new.subject_id, kind) in self._open for kind in kinds
        )


def _task(one: Again) -> Task | None:
    """The row of the task, not written yet; None for a year whose calendar is not known.

    The rule says so when it runs at night, and makes the task once the calendar is loaded.
    """
    opened = one.said.on if one.said else one.new.due_on
    edition = policies.edition(one.rule, opened)
    try:
        due = policies.due_on(edition.values, opened, calendar())
    except UnknownYear:
        return None
    task = made_from(one.new, opened, due=due)
    task.rule, task.edition = one.rule, edition.since
    if one.said is not None:
        again = policies.next_try([one.said.part], one.said.on)
        task.tries, task.next_try_on, task.next_try_part = 1, again.on, again.part
    return task


def _try(task: Task, actor: Viewer, said: Said) -> Try:
    return Try(task=task, on=said.on, part=said.part, outcome=said.outcome, by=actor.user_id, source=said.source)
