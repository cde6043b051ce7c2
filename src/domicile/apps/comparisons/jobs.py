"""Comparisons in the background worker of `domicile serve`: one at a time, begun anew after a process was killed."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from domicile.apps.comparisons.models import Comparison


def soon() -> None:
    """Put the work into the queue, where it does not wait there already; it begins when the transaction is committed."""
    if not DBTaskResult.objects.ready().filter(task_path=work_on.module_path).exists():
        work_on.enqueue()


def wake() -> None:
    """Come back to what a process that was killed has left; called each minute by the server."""
    from domicile.apps.comparisons.working import may_go_on

    if any(may_go_on(row) for row in Comparison.objects.filter(state=Comparison.State.RUNNING)) and not _busy():
        soon()


@task()
def work_on() -> None:
    """Take all steps that can be taken now."""
    run()


def run() -> int:
    """The same at once: how many comparisons were looked at; 0 while another process is at it: it, or `wake`, takes them."""
    from domicile.apps.comparisons.working import work

    with _alone() as alone:
        if not alone:
            return 0
        running = list(Comparison.objects.filter(state=Comparison.State.RUNNING).order_by("agreed_at"))
        for row in running:
            work(row.pk)
        return len(running)


@contextmanager
def _alone() -> Iterator[bool]:
    """One process at a time: the kernel frees the lock of one that was killed."""
    settings.HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (settings.HOME / "comparisons.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _busy() -> bool:
    with _alone() as alone:
        return not alone
