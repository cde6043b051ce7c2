"""The indicators reckoned at once, in the background worker of `domicile serve`, for whoever has just mended something."""

import datetime as dt
import uuid
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.indicators import measuring
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Progress, Run

MAY_ASK: Final = "apply_change"
#: There is one reckoning at a time, of the whole register: it is known by this.
JOB: Final = uuid.UUID("5c0f35a4-6d0b-5b3e-9a3b-3f6f1d2d7d10")
WAITING: Final = "waiting"
#: One that told nothing for so long was stopped.
SILENT: Final = dt.timedelta(minutes=10)


def ask(*, actor: Viewer) -> None:
    """Put a reckoning into the queue. Raises NotAllowed; Refused while one waits or goes on."""
    actor.require(MAY_ASK)
    if under_way():
        raise Refused(_("The indicators are being reckoned just now. Look again in a minute."))
    Progress.objects.update_or_create(job_id=JOB, defaults={"stage": WAITING})
    in_background.enqueue()


def under_way() -> bool:
    """Whether a reckoning waits or goes on, and has not fallen silent. One query."""
    return Progress.objects.filter(pk=JOB, updated_at__gt=timezone.now() - SILENT).exists()


def last() -> dt.datetime | None:
    """When the figures were reckoned last. One query."""
    return Run.objects.filter(rule=measuring.RULE).order_by("-at").values_list("at", flat=True).first()


@task()
def in_background() -> None:
    """The reckoning that `ask` put into the queue."""
    try:
        measuring.measure(actor=MACHINE, today=timezone.localdate())
    finally:
        Progress.objects.filter(pk=JOB).delete()
