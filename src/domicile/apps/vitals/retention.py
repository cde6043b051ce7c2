"""What was asked about births ends, and so do registrations in error (AC-7). An event that counts stays with the card."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.utils import timezone

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.models import Identified
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.apps.tasks.retention import RETENTION
from domicile.apps.vault.sealing import erase
from domicile.apps.vitals.models import OutsideBirth, State, VitalEvent, VitalQuestion
from domicile.core.policy.parameters import parameter

ERASE = "vitals.erase"


def erase_over(*, actor: Viewer, today: dt.date) -> int:
    """Erase questions about births, here and of other registers, and registrations in error, after their time; how many.

    Of what is erased only the count stays on record: there is to be no copy of it.
    """
    actor.require(MANAGE)
    asked = _last("vital_question_months", today)
    over = Q(answered_on__lt=asked) | Q(answer="", asked_on__lt=asked)
    in_error = VitalEvent.objects.filter(state=State.ANNULLED, registered_on__lt=_last("vital_error_months", today))
    key = new_id()
    with recording(actor=actor, action=ERASE, subject_kind="task_run", subject_id=key) as change:
        count = sum(map(_erase, (VitalQuestion.objects.filter(over), OutsideBirth.objects.filter(over), in_error)))
        if count:
            change.create(Run(pk=key, rule=RETENTION, day=today, at=timezone.now(), settled=count))
    return count


def daily(today: dt.date) -> int:
    """What is done once a day."""
    return erase_over(actor=MACHINE, today=today)


def _last(name: str, today: dt.date) -> dt.date:
    return months_after(today, -int(parameter(f"retention.{name}", today)))


def _erase(rows: "QuerySet[Identified]") -> int:
    """The rows, all that hangs on them, and their keys."""
    keys = list(rows.values_list("pk", flat=True))
    if keys:
        rows.model._default_manager.filter(pk__in=keys).delete()
    for subject in keys:
        erase(subject)
    return len(keys)
