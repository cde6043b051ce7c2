"""What was completed and is to be paid: steps of tasks, each with who did it and on which day. It reads no answer of any form.

visit: the task was closed by somebody who went, however it came out. entry: that was told with a form. accepted: the time of
review is over, and nothing of the form stands returned; what nobody has decided on by then counts as accepted. Where the rate
is for a visit, the tasks that one worker closed at one door on one day are one step, accepted once all of its forms are.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.staffing.pay import registry
from domicile.apps.tasks.models import Task, Try
from domicile.apps.tasks.registry import in_the_field
from domicile.core.policy import honoraria
from domicile.core.policy.parameters import parameter

VISIT, ENTRY, ACCEPTED = "visit", "entry", "accepted"
NAMESPACE = uuid.UUID("0d0c5a5e-7a0e-4c5c-9a53-2f1f0b7c3e11")


@dataclass(frozen=True, slots=True)
class Step:
    """A completed step of a task, of the account that did it; `visit` where it is paid once a visit."""

    task: uuid.UUID
    kind: str
    account: uuid.UUID
    day: dt.date
    visit: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """A task that an account closed, on which visit; whether that was told with a form, and whether the form is accepted."""

    task: uuid.UUID
    account: uuid.UUID
    day: dt.date
    visit: uuid.UUID
    told: bool
    accepted: bool

    def has(self, kind: str) -> bool:
        """Whether a step of this kind was completed."""
        return kind == VISIT or (self.told if kind == ENTRY else self.accepted)


def steps(accounts: Collection[uuid.UUID], since: dt.date, end: dt.date, today: dt.date) -> list[Step]:
    """The steps of tasks that these accounts closed in [since, end), and of what else they did then, as they stand today.

    A fixed number of queries.
    """
    visits: dict[uuid.UUID, list[Closed]] = defaultdict(list)
    for one in sorted(_closed(accounts, since, end, today), key=lambda one: (one.day, one.task)):
        visits[one.visit].append(one)
    found = [step for visit, rows in visits.items() for kind in honoraria.KINDS for step in _steps(kind, visit, rows)]
    return found + _besides(accounts, since, end, today)


def _besides(accounts: Collection[uuid.UUID], since: dt.date, end: dt.date, today: dt.date) -> list[Step]:
    """The steps of what was done without a task: each piece is a visit of its own, whatever the rate is for."""
    found = []
    for one in registry.works(accounts, since, end, today):
        has = {VISIT: True, ENTRY: one.told, ACCEPTED: one.told and one.accepted}
        found += [Step(one.piece, kind, one.account, one.day) for kind in honoraria.KINDS if has[kind]]
    return found


def _steps(kind: str, visit: uuid.UUID, rows: Sequence[Closed]) -> list[Step]:
    """What is paid of one visit for a kind: once, or once for each of its tasks, as the table of its day says."""
    first = rows[0]
    if honoraria.unit(kind, first.day) == honoraria.TASK:
        return [Step(one.task, kind, one.account, one.day) for one in rows if one.has(kind)]
    done = [one for one in rows if one.has(kind)]
    if kind == ACCEPTED and any(one.told and not one.accepted for one in rows):
        done = []
    return [Step(first.task, kind, first.account, first.day, visit)] if done else []


def _closed(accounts: Collection[uuid.UUID], since: dt.date, end: dt.date, today: dt.date) -> list[Closed]:
    went = Try.objects.filter(
        by__in=accounts, task__state=Task.State.DONE, task__kind__in=in_the_field(), task__closed_on__gte=since,
        task__closed_on__lt=end,
    ).exclude(outcome=Task.Outcome.NOT_AT_HOME)  # fmt: skip
    rows = list(
        went.values_list("task_id", "by", "task__closed_on", "on", "source", "task__subject_kind", "task__subject_id")
    )
    forms = registry.forms([source for *_rest, source, _kind, _id in rows if source is not None])
    arrived = _forms(set(forms.values()))
    doors = registry.doors({(kind, subject) for *_rest, kind, subject in rows})
    last = today - dt.timedelta(days=parameter("honoraria.review_days", end - dt.timedelta(days=1)))
    found = []
    for task, by, day, went_on, source, kind, subject in rows:
        if by is None or day is None:
            continue
        came, faulty = day, False
        if source is not None and source in forms:
            came, faulty = arrived.get(forms[source], (day, True))
        visit = uuid.uuid5(NAMESPACE, f"{by} {doors.get((kind, subject), subject)} {went_on}")
        found.append(
            Closed(task, by, day, visit, source is not None, source is not None and came <= last and not faulty)
        )
    return found


def _forms(submissions: Collection[uuid.UUID]) -> Mapping[uuid.UUID, tuple[dt.date, bool]]:
    """When forms came, and whether something of them stands returned or could not be taken. One query."""
    wrong = Result.objects.filter(submission=OuterRef("pk")).filter(
        Q(outcome=Result.Outcome.REFUSED) | Q(proposal__state=Proposal.State.RETURNED)
    )
    rows = Submission.objects.filter(pk__in=submissions).values_list("pk", "received_at", Exists(wrong))
    return {pk: (timezone.localtime(at).date(), faulty) for pk, at, faulty in rows}
