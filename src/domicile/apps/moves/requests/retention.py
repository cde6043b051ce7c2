"""Requests that nobody answered end; what is over goes (AC-7)."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.requests import rules, telling
from domicile.apps.moves.requests.models import OutsideParticular, OutsideRequest
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.apps.vault.sealing import erase
from domicile.core.policy.parameters import parameter

ERASE = "moves.erase_outside_requests"
State = OutsideRequest.State


def lapse(*, actor: Viewer, today: dt.date) -> int:
    """End requests that have waited too long, and take away what can no longer be read; returns how many ended."""
    actor.require(MANAGE)
    last = _begin(today - dt.timedelta(days=rules.number("wait_days", today)))
    late = OutsideRequest.objects.exclude(state=State.ENDED).filter(asked_at__lt=last)
    with transaction.atomic():
        rows = list(late.select_for_update())
        for row in rows:
            telling.end(actor, row, OutsideRequest.Outcome.LAPSED, now=timezone.now())
        OutsideParticular.objects.filter(request__good_until__lt=today).delete()
    return len(rows)


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase requests that ended longer ago than they are kept, with their keys; returns how many.

    Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(MANAGE)
    last = _begin(months_after(today, -int(parameter("retention.outside_request_months", today))))
    key = new_id()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        keys = list(OutsideRequest.objects.filter(ended_at__lt=last).values_list("pk", flat=True))
        if keys:
            OutsideRequest.objects.filter(pk__in=keys).delete()
            for subject in keys:
                erase(subject)
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=len(keys)))
    return len(keys)


def daily(today: dt.date) -> int:
    """What the server does once a day, in its own name."""
    return lapse(actor=MACHINE, today=today) + erase_over(actor=MACHINE, today=today)


def _begin(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
