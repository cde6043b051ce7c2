"""Tasks of many subjects at once: made without doubles, and taken back while nobody has tried any of them."""

import uuid
from collections.abc import Iterable
from itertools import islice

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.tasks import registry
from domicile.apps.tasks.models import Run, Task, Try

GIVE_OUT, TAKE_BACK = "tasks.give_out", "tasks.take_back"
ONE_STATEMENT = 2_000


def give_out(*, actor: Viewer, source: str, tasks: Iterable[Task], place_code: str) -> int:
    """Store tasks that an upper app made of a whole set inside `place_code`; one of an occurrence that is there is left out.

    One record for all of them, a statement for each two thousand. `source` names what asked for them. Returns how many
    were given. Raises NotAllowed.
    """
    if not actor.may(registry.MANAGE) or not actor.covers(place_code):
        raise NotAllowed(registry.MANAGE)
    now, key = timezone.localtime(), new_id()
    rows, given = iter(tasks), 0
    with recording(
        actor=actor, action=GIVE_OUT, subject_kind="task_run", subject_id=key, place_code=place_code
    ) as change:
        while part := list(islice(rows, ONE_STATEMENT)):
            Task.objects.bulk_create(part, ignore_conflicts=True)
            given += len(part)
        run = Run(pk=key, rule=source, scope=place_code, day=now.date(), at=now, made=given)
        change.create(run)
    return given


def take_back(*, actor: Viewer, tasks: "QuerySet[Task]", subject_id: uuid.UUID, place_code: str) -> int:
    """Delete tasks of a set that nobody has tried; returns how many. Raises Refused where somebody has, NotAllowed."""
    if not actor.may(registry.MANAGE) or not actor.covers(place_code):
        raise NotAllowed(registry.MANAGE)
    if Try.objects.filter(task__in=tasks.values("pk")).exists():
        raise Refused(_("Somebody has been at a door already."))
    with recording(
        actor=actor, action=TAKE_BACK, subject_kind="task_run", subject_id=subject_id, place_code=place_code
    ) as change:
        run = Run(rule="", scope=place_code, day=timezone.localdate(), at=timezone.now(), settled=tasks.count())
        tasks.delete()
        change.create(run)
    return run.settled
