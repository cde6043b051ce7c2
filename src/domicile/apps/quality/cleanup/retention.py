"""Cases of clean-ups end some time after their round was closed (AC-7); the round and its sign-offs stay."""

import datetime as dt

from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.quality.cleanup.models import CleanupCase
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.core.policy.parameters import parameter

ERASE = "cleanup.erase"


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase cases of rounds that were closed longer ago than they are kept; returns how many.

    Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(MANAGE)
    last = months_after(today, -int(parameter("retention.cleanup_months", today)))
    key = new_id()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        count, _by_model = CleanupCase.objects.filter(round__closed_on__lt=last).delete()
        if count:
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def daily(today: dt.date) -> int:
    """What is done once a day."""
    return erase_over(actor=MACHINE, today=today)
