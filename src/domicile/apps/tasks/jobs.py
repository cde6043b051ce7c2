"""The daily run of the rules, in the background worker of `domicile serve`."""

from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from domicile.apps.tasks import registry
from domicile.apps.tasks.generating import MACHINE, ran_today, run_daily
from domicile.apps.tasks.retention import erase_closed


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
    """Run all rules for all areas, and erase what is over, unless this day has had its run."""
    today = timezone.localdate()
    if ran_today(today):
        return
    run_daily(actor=MACHINE, today=today)
    erase_closed(actor=MACHINE, today=today)
    for work in registry.daily():
        work(today)
