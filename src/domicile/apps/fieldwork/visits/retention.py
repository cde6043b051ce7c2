"""Visits and rounds end when their time is over (AC-7)."""

import datetime as dt

from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.core.policy.parameters import parameter

ERASE = "fieldwork.erase_visits"


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase visits with who was confirmed, and rounds with what was found, whose time is over; returns how many.

    Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(MANAGE)
    key, count = new_id(), 0
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        for name, of_dwellings in (("visit_months", True), ("patrol_months", False)):
            last = months_after(today, -int(parameter(f"retention.{name}", today)))
            rows = Visit.objects.filter(dwelling__isnull=not of_dwellings, visited_on__lt=last)
            count += rows.count()
            rows.delete()
        if count:
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def daily(today: dt.date) -> int:
    """What the server does once a day, in its own name."""
    return erase_over(actor=MACHINE, today=today)
