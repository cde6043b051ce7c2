"""Certificates end when their time is over (AC-7), and so do applications for a permit."""

import datetime as dt

from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.certificates.models import Certificate, IssuedNumber, PermitApplication, PermitStep
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.core.policy.parameters import parameter

ERASE = "certificates.erase"


def erase_expired(*, actor: Viewer, today: dt.date) -> int:
    """Erase what expired longer ago than it is kept, and applications that were over so long ago; returns how many.

    Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(MANAGE)
    last = months_after(today, -int(parameter("retention.certificate_months", today)))
    key = new_id()
    IssuedNumber.objects.filter(last_day__lt=last).delete()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        rows = Certificate.objects.filter(last_day__lt=last)
        over = PermitApplication.objects.filter(state__in=PermitApplication.OVER).exclude(steps__day__gte=last)
        permits = list(over.values_list("pk", flat=True))
        count = rows.count() + len(permits)
        if count:
            rows.delete()
            PermitStep.objects.filter(application__in=permits).delete()
            PermitApplication.objects.filter(pk__in=permits).delete()
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def daily(today: dt.date) -> int:
    """What is done once a day."""
    return erase_expired(actor=MACHINE, today=today)
