"""What lists say, and what was decided about their rows, ends (AC-7); the counts of a list stay."""

import datetime as dt

from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.sources import staging
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.apps.vault.sealing import erase
from domicile.core.policy.parameters import parameter

ERASE = "sources.erase"


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase the rows of lists after their time, with their keys, and lists that nobody compared; returns how many lists.

    Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(MANAGE)
    last = months_after(today, -int(parameter("retention.list_months", today)))
    left = today - dt.timedelta(days=int(parameter("retention.abandoned_import_days", today)))
    old = Load.objects.filter(state=Load.State.READY, erased_on=None, loaded_at__lt=_begin(last))
    abandoned = Load.objects.filter(state__in=[Load.State.READ, Load.State.ASKED], loaded_at__lt=_begin(left))
    key = new_id()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        over = [*old.values_list("pk", flat=True), *abandoned.values_list("pk", flat=True)]
        if over:
            abandoned.update(state=Load.State.DISCARDED)
            ListRow.objects.filter(load_id__in=over).delete()
            Load.objects.filter(pk__in=over).update(erased_on=today)
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=len(over)))
    for one in over:
        erase(one)
        staging.remove(one)
    return len(over)


def daily(today: dt.date) -> int:
    """What is done once a day."""
    return erase_over(actor=MACHINE, today=today)


def _begin(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
