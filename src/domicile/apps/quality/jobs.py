"""The run of the rules in the background worker of `domicile serve`: asked for on the page, and once a day by itself."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.quality import running
from domicile.apps.quality.models import RuleRun
from domicile.apps.tasks.models import Progress

if TYPE_CHECKING:
    from domicile.engines.spark.session import Cluster

ASK = "quality.ask_rules"
#: A run that told nothing for so long was stopped.
SILENT = dt.timedelta(minutes=10)
MAY_ASK = "apply_change"


def ask(*, actor: Viewer, today: dt.date) -> RuleRun:
    """Put a run into the queue. Raises Refused while one is under way."""
    actor.require(MAY_ASK)
    if under_way() is not None:
        raise Refused(_("The rules are being checked just now. Look again in a few minutes."))
    run = RuleRun(pk=new_id(), day=today, asked_at=timezone.now(), asked_by=actor.user_id)
    with transaction.atomic(), recording(actor=actor, action=ASK, subject_kind="rule_run", subject_id=run.pk) as change:
        change.create(run)
        run_in_background.enqueue(run.pk.hex)
    return run


def under_way() -> RuleRun | None:
    """The latest run, where it waits or goes on and has not fallen silent. Two queries at most."""
    run = RuleRun.objects.order_by("-asked_at").first()
    if run is None or run.state not in (RuleRun.State.WAITING, RuleRun.State.RUNNING):
        return None
    told = Progress.objects.filter(pk=run.pk).values_list("updated_at", flat=True).first() or run.asked_at
    return run if timezone.now() - told < SILENT else None


def run_now(today: dt.date, progress: running.Progress | None = None, cluster: "Cluster | None" = None) -> RuleRun:
    """Run the rules here or on a cluster, in the machine's name. Raises Refused while another run is under way."""
    if under_way() is not None:
        raise Refused(_("The rules are being checked just now. Look again in a few minutes."))
    run = RuleRun.objects.create(day=today, asked_at=timezone.now())
    return _work(run.pk, today, progress, cluster)


@task()
def run_in_background(run_id: str) -> None:
    """The run that `ask` or `daily` put into the queue."""
    _work(uuid.UUID(run_id), timezone.localdate(), None)


def daily(today: dt.date) -> None:
    """Put the run of the day into the queue, unless there was one."""
    if not RuleRun.objects.filter(day=today).exists():
        run = RuleRun.objects.create(day=today, asked_at=timezone.now())
        run_in_background.enqueue(run.pk.hex)


def _work(
    run_id: uuid.UUID, today: dt.date, told: running.Progress | None, cluster: "Cluster | None" = None
) -> RuleRun:
    def progress(stage: str, done: int, total: int) -> None:
        Progress.objects.update_or_create(job_id=run_id, defaults={"stage": stage, "done": done, "total": total})
        if told is not None:
            told(stage, done, total)

    try:
        return running.run(actor=running.MACHINE, run_id=run_id, today=today, progress=progress, cluster=cluster)
    except BaseException:
        RuleRun.objects.filter(pk=run_id).update(state=RuleRun.State.FAILED, ended_at=timezone.now())
        raise
    finally:
        Progress.objects.filter(pk=run_id).delete()
