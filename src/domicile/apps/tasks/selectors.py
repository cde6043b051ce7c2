"""Reading tasks, inside the viewer's areas."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from domicile.apps.access.models import Grant
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.roles import matrix
from domicile.apps.access.scopes import restrict
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks import policies, registry
from domicile.apps.tasks.models import Run, Task, Try
from domicile.core.policy.parameters import parameter

if TYPE_CHECKING:
    from domicile.apps.accounts.models import User


def tasks(viewer: Viewer) -> "QuerySet[Task]":
    """All tasks of the viewer's areas, of the kinds that the viewer may see."""
    return restrict(Task.objects.filter(kind__in=registry.seen_kinds(viewer)), viewer)


def open_tasks(viewer: Viewer, *, worker: uuid.UUID | None = None, place_code: str = "") -> "QuerySet[Task]":
    """Open tasks of the viewer's areas, the most urgent first: of one worker (an account's id), or under a code."""
    rows = tasks(viewer).filter(prefix_q("place_code", place_code), state=Task.State.OPEN)
    if worker is not None:
        rows = rows.filter(worker=worker)
    return rows.order_by("due_on", "place_code", "walk", "id")


def before(viewer: Viewer) -> "QuerySet[Task]":
    """Open tasks that stand before this viewer: one's own, and those of nobody that have come to one's level."""
    theirs = Q(worker=None, level__in=policies.levels_of(viewer))
    if viewer.user_id is not None:
        theirs |= Q(worker=viewer.user_id)
    return open_tasks(viewer).filter(theirs)


def of_today(viewer: Viewer, today: dt.date) -> "QuerySet[Task]":
    """Those that can be done today: nobody waits for a later try, or for the day of one that is not due."""
    return before(viewer).filter(Q(next_try_on=None) | Q(next_try_on__lte=today))


def said_today(viewer: Viewer, today: dt.date) -> "QuerySet[Task]":
    """Of what the viewer said something today and that needs nothing more today, the latest first."""
    told = Try.objects.filter(task=OuterRef("pk"), by=viewer.user_id or uuid.UUID(int=0), on=today)
    rows = tasks(viewer).filter(Exists(told)).filter(~Q(state=Task.State.OPEN) | Q(next_try_on__gt=today))
    return rows.order_by("-pk")


@dataclass(frozen=True)
class Counts:
    """How many tasks stand before a viewer today, and how many of them are overdue or due soon; later tries wait."""

    open: int
    overdue: int
    soon: int


def counts(viewer: Viewer, today: dt.date) -> Counts:
    """The reminder on the start page. One query."""
    soon = today + dt.timedelta(days=parameter("tasks.reminder", today))
    found = of_today(viewer, today).aggregate(
        open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)),
        soon=Count("pk", filter=Q(due_on__gte=today, due_on__lte=soon)),
    )  # fmt: skip
    return Counts(**found)


def closed_lately(viewer: Viewer, since: dt.date) -> "QuerySet[Task]":
    """Tasks closed since a day, the latest first."""
    rows = tasks(viewer).filter(closed_on__gte=since).exclude(outcome=Task.Outcome.SETTLED)
    return rows.order_by("-closed_on", "place_code", "walk", "id")


def undoable(viewer: Viewer, rows: Sequence[Task]) -> set[uuid.UUID]:
    """Of which of these tasks the viewer may take back what was said: one's own; all, for who manages tasks. One query."""
    said = {row.pk for row in rows if row.state != Task.State.OPEN or row.next_try_on is not None}
    if viewer.may(registry.MANAGE):
        return said
    return set(
        Try.objects.filter(task__in=said, by=viewer.user_id or uuid.UUID(int=0)).values_list("task_id", flat=True)
    )


def task(viewer: Viewer, task_id: uuid.UUID) -> Task:
    """One task. Raises OutOfReach where the viewer cannot see it."""
    found = tasks(viewer).filter(pk=task_id).first()
    if found is None:
        raise OutOfReach
    return found


def workers(viewer: Viewer, place_code: str, today: dt.date) -> "QuerySet[User]":
    """Open accounts to whom a task at a place can be given: a role that does tasks, over a scope that holds the place."""
    from domicile.apps.accounts.models import User

    rules = matrix(today)
    roles = [
        role for role in rules.roles
        if any(registry.DO in rules.permissions(role, purpose) for purpose in rules.purposes(role))
    ]  # fmt: skip
    above = [place_code[:digits] for digits in policies.LEVEL_OF]
    held = Grant.objects.filter(role__in=roles, scope__in=above, valid_from__lte=today, state=Grant.State.HOLDS)
    held = held.filter(Q(valid_to=None) | Q(valid_to__gt=today))
    if not viewer.covers(place_code):
        return User.objects.none()
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("real_name", "pk")


def latest_runs() -> dict[str, Run]:
    """The latest run of each rule. One query for each rule at most, of which there are few."""
    names = [source.rule for source in registry.sources()] + ["escalation"]
    runs = (Run.objects.filter(rule=name).order_by("-at", "-id").first() for name in names)
    return {run.rule: run for run in runs if run is not None}
