"""Comparisons that wait for too long end; what was found is erased when its time is over (AC-7)."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.viewer import Viewer
from domicile.apps.comparisons import messages, policies, records
from domicile.apps.comparisons.models import Comparison
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.core.policy.parameters import parameter


def lapse(now: dt.datetime) -> int:
    """Stop, here and at the other end, what was not answered or came to no end in its time; returns how many."""
    last = now - dt.timedelta(days=policies.number("wait_days"))
    late = list(Comparison.objects.filter(state__in=Comparison.OPEN, proposed_at__lt=last).values_list("pk", flat=True))
    for key in late:
        with transaction.atomic():
            rows = Comparison.objects.select_for_update(of=("self",)).select_related("peer")
            row = rows.filter(pk=key, state__in=Comparison.OPEN).first()
            if row is not None:
                messages.stop(row, _("It came to no end in its time."))
    return len(late)


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase comparisons that ended longer ago than they are kept, with who was found; returns how many.

    Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(MANAGE)
    begin = today - dt.timedelta(days=int(parameter("retention.comparison_days", today)))
    last = timezone.make_aware(dt.datetime.combine(begin, dt.time.min))
    key = new_id()
    with (
        transaction.atomic(),
        recording(actor=actor, action=records.ERASE, subject_kind="task_run", subject_id=key) as change,
    ):
        count = Comparison.objects.filter(ended_at__lt=last).delete()[1].get("comparisons.Comparison", 0)
        if count:
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def daily(today: dt.date) -> int:
    """What the server does once a day, in its own name."""
    return lapse(timezone.now()) + erase_over(actor=MACHINE, today=today)
