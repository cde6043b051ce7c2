"""Make, do, cancel, give and hand over tasks; undo how one came out. `worker` is always the id of an account."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.audit.reversal import ChangedSince, reverse
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.ids import new_id
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.tasks import policies, registry, selectors
from domicile.apps.tasks.calendars import calendar
from domicile.apps.tasks.models import Level, Task
from domicile.apps.tasks.outcomes import OUTCOME, Said, come_out, tried
from domicile.core.spells import UnknownYear

ADD, UNDO, CANCEL = "tasks.add", "tasks.undo", "tasks.cancel"
GIVE, HAND_OVER = "tasks.give", "tasks.hand_over"
LONGEST_REASON = 200


@dataclass(frozen=True)
class NewTask:
    """A task to be made: of which kind, about what, where, until when, why, for whom.

    `stop_id` and `walk` place it in the walk. Without an `occurrence` it is one of its own; with one, the same is not
    made twice.
    """

    kind: str
    subject_kind: str
    subject_id: uuid.UUID
    place_code: str
    due_on: dt.date
    reason: str = ""
    stop_id: uuid.UUID | None = None
    walk: str = ""
    worker: uuid.UUID | None = None
    occurrence: str = ""
    level: str = Level.GRID


def add_task(*, actor: Viewer, new: NewTask, today: dt.date) -> Task:
    """Make a task by hand, or as a meeting decided. Raises Refused naming the argument, NotAllowed outside the areas."""
    kind = registry.known(new.kind)
    if not (policies.may_arrange(actor) or actor.may(registry.STAFF)) or not actor.covers(new.place_code):
        raise NotAllowed(registry.MANAGE)
    if kind is None or new.subject_kind not in kind.pages:
        raise Refused(_("There is no such kind of task here."), "kind")
    if new.due_on < today:
        raise Refused(_("The day must not lie before today."), "due_on")
    same = Task.objects.filter(subject_id=new.subject_id, kind=new.kind)
    if (
        same.filter(occurrence=new.occurrence).exists()
        if new.occurrence
        else same.filter(state=Task.State.OPEN).exists()
    ):
        raise Refused(_("Such a task is open here already."))
    made = made_from(new, today)
    with recording(
        actor=actor, action=ADD, subject_kind="task", subject_id=made.pk, place_code=new.place_code, reason=made.reason
    ) as change:
        return change.create(made)


def follow_up(change: Recorder, task: Task, *, kind: str, rule: str, level: str, today: dt.date) -> Task:
    """Make a task that follows from how another came out, in the same recorded change (for `Kind.after`)."""
    edition = policies.edition(rule, today)
    try:
        due = policies.due_on(edition.values, today, calendar())
    except UnknownYear as problem:
        raise Refused(str(problem)) from None
    new = NewTask(
        kind=kind, subject_kind=task.subject_kind, subject_id=task.subject_id, place_code=task.place_code, due_on=due,
        stop_id=task.stop_id, walk=task.walk, level=level, occurrence=f"{task.pk.hex} {task.tries}",
    )  # fmt: skip
    made = made_from(new, today)
    made.rule, made.edition = rule, edition.since
    return change.create(made)


def record_outcome(*, actor: Viewer, task_id: uuid.UUID, outcome: str, moment: dt.datetime) -> Task:
    """Say how a task came out at `moment` (local time). Nobody at home plans the next try; all else closes the task.

    A refusal is how the visit came out: nothing is noted about anybody, nothing follows, nothing goes a level up.
    Raises Refused where the task is closed already or cannot come out so.
    """
    today, part = moment.date(), policies.part_of(moment)
    with transaction.atomic():
        task = _open(actor, task_id)
        kind = registry.kind(task.kind)
        if not policies.may_do(actor, kind, task):
            raise NotAllowed(registry.DO)
        if outcome not in kind.outcomes:
            raise Refused(_("This task cannot come out so."))
        with recording(
            actor=actor, action=OUTCOME, subject_kind="task", subject_id=task.pk, place_code=task.place_code
        ) as change:
            come_out(change, actor, task, kind, Said(outcome, today, part), tried([task.pk])[task.pk])
    return task


def undo(*, actor: Viewer, task_id: uuid.UUID) -> Task:
    """Take back the last thing that was said about a task: how it came out, or that it was cancelled.

    Only who said it, or who manages tasks. Raises Refused where something happened since.
    """
    task = selectors.task(actor, task_id)
    said = Change.objects.filter(subject_id=task.pk, action__in=[OUTCOME, CANCEL, UNDO]).order_by("-pk").first()
    if said is None or said.action == UNDO:
        raise Refused(_("There is nothing to take back."))
    if not actor.may(registry.MANAGE) and (actor.user_id is None or said.actor_id != actor.user_id):
        raise NotAllowed(registry.MANAGE)
    try:
        with recording(
            actor=actor, action=UNDO, subject_kind="task", subject_id=task.pk, place_code=task.place_code,
            reason=f"undo {said.pk}",
        ) as change:  # fmt: skip
            reverse(said, change)
    except ChangedSince:
        raise Refused(_("Something happened since, so it cannot be taken back.")) from None
    task.refresh_from_db()
    return task


def cancel(*, actor: Viewer, task_id: uuid.UUID, reason: str, today: dt.date) -> Task:
    """Take a task off the list, with a reason that stays on record."""
    actor.require(registry.MANAGE)
    if not reason.strip():
        raise Refused(_("Say why it is not needed."), "reason")
    with transaction.atomic():
        task = _open(actor, task_id)
        with recording(
            actor=actor, action=CANCEL, subject_kind="task", subject_id=task.pk, place_code=task.place_code,
            reason=_reason(reason),
        ) as change:  # fmt: skip
            return change.update(task, state=Task.State.CANCELLED, closed_on=today, next_try_on=None, next_try_part="")


def give(*, actor: Viewer, task_id: uuid.UUID, worker: uuid.UUID | None, today: dt.date) -> Task:
    """Give a task to an account, or (None) to whoever works the area."""
    actor.require(registry.MANAGE)
    with transaction.atomic():
        task = _open(actor, task_id)
        if worker is not None and not selectors.workers(actor, task.place_code, today).filter(pk=worker).exists():
            raise Refused(_("Choose somebody who works here."), "worker")
        kept = registry.kind(task.kind).keep_from
        if worker is not None and kept is not None and worker in kept(task):
            raise Refused(_("This task is for somebody else than who did the work that it checks."), "worker")
        with recording(
            actor=actor, action=GIVE, subject_kind="task", subject_id=task.pk, place_code=task.place_code
        ) as change:
            return change.update(task, worker=worker)


def hand_over(
    *, actor: Viewer, from_worker: uuid.UUID, to_worker: uuid.UUID | None, place_code: str = "", reason: str = ""
) -> int:
    """Give all open tasks of an account, under a code inside the actor's areas, to another one; returns how many.

    `to_worker` None gives them to whoever works the area, so that none is orphaned; there goes, too, what checks the heir's
    own work. One change, a fixed number of statements beside those that ask whose work a check is about.
    """
    if not (actor.may(registry.MANAGE) or actor.may(registry.STAFF)):
        raise NotAllowed(registry.MANAGE)
    with transaction.atomic():
        inside = restrict(Task.objects.filter(state=Task.State.OPEN, worker=from_worker), actor)
        rows = list(inside.filter(prefix_q("place_code", place_code)).select_for_update().order_by("pk"))
        with recording(
            actor=actor, action=HAND_OVER, subject_kind="worker", subject_id=from_worker, place_code=place_code,
            reason=_reason(reason),
        ) as change:  # fmt: skip
            kept = {row.pk for row in rows if to_worker is not None and to_worker in _kept_from(row)}
            change.update_many([row for row in rows if row.pk not in kept], worker=to_worker)
            change.update_many([row for row in rows if row.pk in kept], worker=None)
    return len(rows)


def _kept_from(task: Task) -> Collection[uuid.UUID]:
    """The accounts that a task is not for, since it checks their work."""
    kind = registry.known(task.kind)
    return kind.keep_from(task) if kind is not None and kind.keep_from is not None else ()


def made_from(new: NewTask, today: dt.date, *, due: dt.date | None = None) -> Task:
    """The row of a task that opens on a day, not written yet; `due` in the place of its own last day."""
    return Task(
        kind=new.kind, subject_kind=new.subject_kind, subject_id=new.subject_id, place_code=new.place_code,
        occurrence=new.occurrence or new_id().hex, stop_id=new.stop_id, walk=new.walk, opened_on=today,
        due_on=due or new.due_on, level=policies.first_level(new.place_code, new.level), worker=new.worker,
        reason=_reason(new.reason),
    )  # fmt: skip


def _reason(text: str) -> str:
    """What somebody typed, without numbers of persons, since it stands in the clear."""
    return without_numbers(text.strip())[:LONGEST_REASON]


def _open(actor: Viewer, task_id: uuid.UUID) -> Task:
    found = selectors.tasks(actor).select_for_update().filter(pk=task_id).first()
    if found is None:
        raise OutOfReach
    if found.state != Task.State.OPEN:
        raise Refused(_("Somebody has closed this task already."))
    return found
