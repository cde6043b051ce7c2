"""Who was on file in a campaign is kept as long as the visits that it is compared with (AC-7); the figures stay."""

import datetime as dt

from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns.models import OnFile
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.core.policy.parameters import parameter

ERASE = "campaigns.erase"


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase who was on file in campaigns signed off longer ago than visits are kept; returns how many rows."""
    actor.require(MANAGE)
    last = months_after(today, -int(parameter("retention.visit_months", today)))
    key = new_id()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        rows = OnFile.objects.filter(door__campaign__closed_on__lt=last)
        count = rows.count()
        if count:
            rows.delete()
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def daily(today: dt.date) -> int:
    """What the server does once a day, in its own name."""
    return erase_over(actor=MACHINE, today=today)
