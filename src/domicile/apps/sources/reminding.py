"""A task for whoever loads lists when a source is due to be compared again (RV-4): made once a day, settled by the next list."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.sources import rules
from domicile.apps.sources.models import Load
from domicile.apps.sources.registry import keys, source
from domicile.apps.tasks import naming, registry
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Level, Run, Task
from domicile.apps.tasks.policies import LEVEL_OF

KIND: Final = "list_due"
REMIND: Final = "sources.remind"
SUBJECT: Final = "list"
PADDED: Final = 15


def last_lists() -> "QuerySet[Load]":
    """Of each source and area the list that was compared last."""
    later = Load.objects.filter(
        source=OuterRef("source"), scope=OuterRef("scope"), state=Load.State.READY,
        compared_at__gt=OuterRef("compared_at"),
    )  # fmt: skip
    return Load.objects.filter(~Exists(later), state=Load.State.READY, source__in=keys())


def remind(*, actor: Viewer, today: dt.date) -> int:
    """Make a task of each source whose last list is older than `lists.compare_months`, and settle those that have another one
    since; returns how many were made. Run again it makes nothing twice. Raises NotAllowed."""
    actor.require(registry.MANAGE)
    since = months_after(today, -rules.number("compare_months", today))
    due = list(last_lists().filter(compared_at__date__lt=since))
    open_ones = list(Task.objects.filter(kind=KIND, state=Task.State.OPEN))
    asked = set(
        Task.objects.filter(kind=KIND, subject_id__in=[load.pk for load in due]).values_list("subject_id", flat=True)
    )
    wanted = [load for load in due if load.pk not in asked]
    still = {load.pk for load in due}
    needless = [task for task in open_ones if task.subject_id not in still]
    if not wanted and not needless:
        return 0
    key = new_id()
    with recording(actor=actor, action=REMIND, subject_kind="task_run", subject_id=key) as change:
        change.create_many([_task(load, today) for load in wanted])
        for task in needless:
            change.update(
                task, state=Task.State.DONE, outcome=Task.Outcome.SETTLED, closed_on=max(today, task.opened_on),
                next_try_on=None, next_try_part="",
            )  # fmt: skip
        change.create(Run(pk=key, rule=KIND, day=today, at=timezone.now(), made=len(wanted), settled=len(needless)))
    return len(wanted)


def daily(today: dt.date) -> int:
    """What is done once a day."""
    return remind(actor=MACHINE, today=today)


def _task(load: Load, today: dt.date) -> Task:
    """Not stored yet. It stands before the office of the area that the list was of."""
    return Task(
        kind=KIND, rule=KIND, subject_kind=SUBJECT, subject_id=load.pk, occurrence="due", opened_on=today,
        place_code=load.scope.ljust(PADDED, "0"), level=LEVEL_OF.get(len(load.scope), Level.COUNTY),
        due_on=today + dt.timedelta(days=rules.number("remind_days", today)),
    )  # fmt: skip


def names(viewer: Viewer, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, naming.Named]:
    """What the lists are called: their source. Lists of other areas are left out. One query."""
    language = get_language() or "zh"
    rows = Load.objects.filter(pk__in=ids, source__in=keys())
    return {load.pk: naming.Named(source(load.source).name(language)) for load in rows if viewer.covers(load.scope)}


def register_all() -> None:
    """Called once at start-up."""
    registry.register(
        registry.Kind(
            KIND, _("Ask for the next list of a source, and load it"), {SUBJECT: "sources:load"},
            outcomes=(Task.Outcome.DONE,), see=(registry.MANAGE, "import"), do=(registry.MANAGE, "import"), raised=False,
            way=_("Open the last list"),
        )
    )  # fmt: skip
    naming.register_namer(SUBJECT, names)
