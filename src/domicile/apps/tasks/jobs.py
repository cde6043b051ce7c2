"""The daily run of the rules, in the background worker of `domicile serve`."""

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from domicile.apps.tasks.generating import MACHINE, ran_today, run_daily


def wake() -> bool:
    """Put the run of the day into the queue, unless it was made or waits; called each minute by the server."""
    if ran_today(timezone.localdate()):
        return False
    if DBTaskResult.objects.ready().filter(task_path=daily.module_path).exists():
        return False
    daily.enqueue()
    return True


@task()
def daily() -> None:
    """Run all rules for all areas, unless this day has had its run."""
    today = timezone.localdate()
    if not ran_today(today):
        run_daily(actor=MACHINE, today=today)
