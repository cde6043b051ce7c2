"""Closed tasks end when their time is over (AC-7)."""

import datetime as dt

from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks import registry
from domicile.apps.tasks.models import Run, Task
from domicile.core.policy.parameters import parameter

ERASE = "tasks.erase"
RETENTION = "retention"


def erase_closed(*, actor: Viewer, today: dt.date) -> int:
    """Erase tasks, with their tries, that were closed longer ago than they are kept; returns how many.

    Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(registry.MANAGE)
    last = months_after(today, -int(parameter("retention.task_months", today)))
    key = new_id()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        rows = Task.objects.filter(closed_on__lt=last)
        count = rows.count()
        if count:
            rows.delete()
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count
