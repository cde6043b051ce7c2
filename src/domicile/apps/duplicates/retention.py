"""Pairs that are alike no more end (AC-7), and so do old searches. What waits or was decided stays as long as it is so."""

import datetime as dt
from typing import Final

from django.db.models import Q
from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates.models import Pair, Run
from domicile.apps.tasks import models as tasks
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.core.policy.parameters import parameter

ERASE: Final = "duplicates.erase"


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase pairs that no search has found alike for so long as findings are kept, and searches as old; returns how many pairs.

    Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(MANAGE)
    last = months_after(today, -int(parameter("retention.finding_months", today)))
    old = Q(run__day__lt=last) | Q(run__isnull=True)
    key = new_id()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        count, _by_model = Pair.objects.filter(old, state=Pair.State.GONE).delete()
        Run.objects.filter(day__lt=last, state__in=[Run.State.DONE, Run.State.FAILED]).delete()
        if count:
            change.create(tasks.Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def daily(today: dt.date) -> int:
    """What is done once a day."""
    return erase_over(actor=MACHINE, today=today)
