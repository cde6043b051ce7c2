"""What was completed and is to be paid: steps of tasks, each with who did it and on which day. It reads no answer of any form.

visit: the task was closed by somebody who went, however it came out. entry: that was told with a form. accepted: the time of
review is over, and nothing of the form stands returned; what nobody has decided on by then counts as accepted.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.staffing.pay import registry
from domicile.apps.tasks.models import Task, Try
from domicile.apps.tasks.registry import in_the_field
from domicile.core.policy.parameters import parameter

VISIT, ENTRY, ACCEPTED = "visit", "entry", "accepted"


@dataclass(frozen=True, slots=True)
class Step:
    """A completed step of a task, of the account that did it."""

    task: uuid.UUID
    kind: str
    account: uuid.UUID
    day: dt.date


def steps(accounts: Collection[uuid.UUID], since: dt.date, end: dt.date, today: dt.date) -> list[Step]:
    """The steps of tasks that these accounts closed in [since, end), as they stand today. Three queries."""
    went = Try.objects.filter(
        by__in=accounts, task__state=Task.State.DONE, task__kind__in=in_the_field(), task__closed_on__gte=since,
        task__closed_on__lt=end,
    ).exclude(outcome=Task.Outcome.NOT_AT_HOME)  # fmt: skip
    closed = list(went.values_list("task_id", "by", "task__closed_on", "source"))
    forms = registry.forms([source for _task, _by, _day, source in closed if source is not None])
    arrived = _forms(set(forms.values()))
    last = today - dt.timedelta(days=parameter("honoraria.review_days", end - dt.timedelta(days=1)))
    found = []
    for task, by, day, source in closed:
        if by is None or day is None:
            continue
        found.append(Step(task, VISIT, by, day))
        if source is None:
            continue
        found.append(Step(task, ENTRY, by, day))
        came, faulty = arrived.get(forms[source], (day, True)) if source in forms else (day, False)
        if came <= last and not faulty:
            found.append(Step(task, ACCEPTED, by, day))
    return found


def _forms(submissions: Collection[uuid.UUID]) -> Mapping[uuid.UUID, tuple[dt.date, bool]]:
    """When forms came, and whether something of them stands returned or could not be taken. One query."""
    wrong = Result.objects.filter(submission=OuterRef("pk")).filter(
        Q(outcome=Result.Outcome.REFUSED) | Q(proposal__state=Proposal.State.RETURNED)
    )
    rows = Submission.objects.filter(pk__in=submissions).values_list("pk", "received_at", Exists(wrong))
    return {pk: (timezone.localtime(at).date(), faulty) for pk, at, faulty in rows}
