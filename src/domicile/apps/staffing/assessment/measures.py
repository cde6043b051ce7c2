"""The measures that tasks and collect can tell: in time, whole, everywhere. They read no person and nothing that was found.

Whose a task is: who closed it in time; else whoever answered for it on the day it was due, that is, the account to which it
was given, or the one informant of its grid. Work of nobody counts against nobody; the gaps of the chain tell of it.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.staffing.assessment.registry import Missed, Share, register
from domicile.apps.staffing.models import Holding, Post
from domicile.apps.tasks import registry as tasks
from domicile.apps.tasks.models import Level, Task, Try
from domicile.core.policy.parameters import parameter

TIMELINESS, COMPLETENESS, COVERAGE = "timeliness", "completeness", "coverage"


@dataclass(slots=True)
class Due:
    """A task due in the month; `tries` are the days on which somebody went, `doer` who closed it."""

    id: uuid.UUID
    door: uuid.UUID
    due_on: dt.date
    closed_on: dt.date | None
    at_a_door: bool
    tries: list[dt.date] = field(default_factory=list)
    doer: uuid.UUID | None = None
    whose: uuid.UUID | None = None

    def in_time(self, tries_for_done: int) -> bool:
        """Closed by the day that it was due, or tried so often by then that nobody being at home is no fault."""
        closed = self.closed_on is not None and self.closed_on <= self.due_on
        return closed or sum(day <= self.due_on for day in self.tries) >= tries_for_done


def due_tasks(accounts: Collection[uuid.UUID], begin: dt.date, end: dt.date) -> list[Due]:
    """Tasks of these accounts due in [begin, end), with whose they are. Three queries.

    What was cancelled, or settled by the register itself, was nobody's to do.
    """
    held = Holding.objects.filter(_informants(begin, end), worker__user_id__in=accounts)
    rows = Task.objects.filter(due_on__gte=begin, due_on__lt=end).exclude(state=Task.State.CANCELLED)
    rows = rows.exclude(outcome=Task.Outcome.SETTLED).filter(
        Q(worker__in=accounts)
        | Q(place_code__in=held.values("post__place_code"))
        | Exists(Try.objects.filter(task=OuterRef("pk"), by__in=accounts))
    )
    doors = frozenset(tasks.in_the_field())
    found: dict[uuid.UUID, Due] = {}
    given: dict[uuid.UUID, uuid.UUID | None] = {}
    grids: dict[uuid.UUID, str] = {}
    for row in rows.values_list(
        "pk", "subject_id", "due_on", "closed_on", "kind", "worker", "place_code", "level", "raised_on"
    ):
        pk, door, due_on, closed_on, kind, worker, place, level, raised = row
        found[pk] = Due(pk, door, due_on, closed_on, kind in doors)
        given[pk] = worker
        # What an office has from the beginning is not the grid's to do.
        grids[pk] = place if kind in doors and (level == Level.GRID or raised) else ""
    went = Try.objects.filter(task__in=rows.values("pk"))
    for key, day, outcome, by in went.values_list("task_id", "on", "outcome", "by"):
        if key in found:
            found[key].tries.append(day)
            if outcome != Task.Outcome.NOT_AT_HOME:
                found[key].doer = by
    holders = _holders(rows, begin, end)
    wanted, enough = frozenset(accounts), parameter("assessment.tries_for_done", end - dt.timedelta(days=1))
    for pk, task in found.items():
        done = task.doer if task.in_time(enough) else None
        task.whose = done or _answers(given[pk], holders.get(grids[pk], ()), task.due_on)
    return [task for task in found.values() if task.whose in wanted]


Holder = tuple[uuid.UUID, dt.date, dt.date | None]


def _informants(begin: dt.date, end: dt.date) -> Q:
    there = Q(start__lt=end) & (Q(end__isnull=True) | Q(end__gt=begin))
    return there & Q(post__role=Post.Role.INFORMANT, worker__user_id__isnull=False)


def _holders(rows: "QuerySet[Task]", begin: dt.date, end: dt.date) -> Mapping[str, list[Holder]]:
    """The informants of the grids of these tasks, with their days."""
    found: dict[str, list[Holder]] = defaultdict(list)
    held = Holding.objects.filter(_informants(begin, end), post__place_code__in=rows.values("place_code"))
    for place, account, start, until in held.values_list("post__place_code", "worker__user_id", "start", "end"):
        if account is not None:
            found[place].append((account, start, until))
    return found


def _answers(given: uuid.UUID | None, holders: Iterable[Holder], day: dt.date) -> uuid.UUID | None:
    """Who answered for a task on a day. Whom it was handed to afterwards is not made to answer for it."""
    here = list(holders)
    then = {account for account, start, until in here if start <= day and (until is None or day < until)}
    if given is not None and (given in then or given not in {account for account, _start, _until in here}):
        return given
    return next(iter(then)) if len(then) == 1 else None


#: Account → what was to be done → whether it was, and the task that tells of it.
Told = Mapping[uuid.UUID, Mapping[uuid.UUID, tuple[bool, Missed]]]
Tell = Callable[[Collection[uuid.UUID], dt.date, dt.date], Told]


def in_time(accounts: Collection[uuid.UUID], begin: dt.date, end: dt.date) -> Told:
    """Of the tasks that were due, those closed by their day."""
    enough = parameter("assessment.tries_for_done", end - dt.timedelta(days=1))
    found: dict[uuid.UUID, dict[uuid.UUID, tuple[bool, Missed]]] = defaultdict(dict)
    for task in due_tasks(accounts, begin, end):
        if task.whose is not None:
            found[task.whose][task.id] = (task.in_time(enough), Missed("task", task.id))
    return found


def everywhere(accounts: Collection[uuid.UUID], begin: dt.date, end: dt.date) -> Told:
    """Of the doors that were due, those to which somebody went at least once before the month was over."""
    found: dict[uuid.UUID, dict[uuid.UUID, tuple[bool, Missed]]] = defaultdict(dict)
    for task in due_tasks(accounts, begin, end):
        if task.whose is not None and task.at_a_door:
            tried = any(day < end for day in task.tries)
            if not found[task.whose].get(task.door, (False, None))[0]:
                found[task.whose][task.door] = (tried, Missed("task", task.id))
    return found


def whole(accounts: Collection[uuid.UUID], begin: dt.date, end: dt.date) -> Told:
    """Of the filled forms that came, those of which nothing was returned and nothing could not be taken. One query.

    A form counts once, however much it tells: who finds more is not measured by more.
    """
    since, until = (timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (begin, end))
    wrong = Result.objects.filter(submission=OuterRef("pk")).filter(
        Q(outcome=Result.Outcome.REFUSED) | Q(proposal__state=Proposal.State.RETURNED)
    )
    rows = Submission.objects.filter(app_user__worker__in=accounts, received_at__gte=since, received_at__lt=until)
    rows = rows.exclude(state=Submission.State.RECEIVED)
    found: dict[uuid.UUID, dict[uuid.UUID, tuple[bool, Missed]]] = defaultdict(dict)
    for pk, account, faulty in rows.values_list("pk", "app_user__worker", Exists(wrong)):
        found[account][pk] = (not faulty, Missed("form", pk))
    return found


def _register(name: str, tell: Tell) -> None:
    def shares(accounts: Collection[uuid.UUID], begin: dt.date, end: dt.date) -> dict[uuid.UUID, Share]:
        told = tell(accounts, begin, end)
        return {key: Share(sum(done for done, _miss in rows.values()), len(rows)) for key, rows in told.items()}

    def missed(accounts: Collection[uuid.UUID], begin: dt.date, end: dt.date) -> dict[uuid.UUID, list[Missed]]:
        told = tell(accounts, begin, end)
        return {key: [miss for done, miss in rows.values() if not done] for key, rows in told.items()}

    register(name, shares, missed)


def register_all() -> None:
    """Called once at start-up."""
    _register(TIMELINESS, in_time)
    _register(COMPLETENESS, whole)
    _register(COVERAGE, everywhere)
