"""What was asked and told is kept as long as visits are (AC-7); how right the records were stays, about nobody."""

import datetime as dt

from django.db.models import Q
from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck.models import CheckItem
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.core.policy.parameters import parameter

ERASE = "fieldwork.erase_back_checks"


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase whom the questions of old checks were about and both values; returns of how many questions."""
    actor.require(MANAGE)
    last = months_after(today, -int(parameter("retention.visit_months", today)))
    key = new_id()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        held = Q(person__isnull=False) | Q(first__isnull=False) | Q(answer__isnull=False) | ~Q(note="")
        rows = CheckItem.objects.filter(held, check_of__accepted_on__lt=last)
        count = rows.update(person=None, first=None, answer=None, note="")
        if count:
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def daily(today: dt.date) -> int:
    """What the server does once a day, in its own name."""
    return erase_over(actor=MACHINE, today=today)
