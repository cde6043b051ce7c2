"""Work on batches in the background: enqueue from a view, run by the worker of `domicile serve`."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import transaction
from django_tasks import task

from domicile.apps.common.viewer import Viewer, packed, unpacked
from domicile.apps.exchange.checking import check, choose
from domicile.apps.exchange.committing import check_ready, commit
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.stages import CHECK, FAILED, UNDO
from domicile.apps.exchange.undoing import Decision, undo
from domicile.apps.tasks.models import Progress


def commit_in_background(actor: Viewer, batch: Batch) -> None:
    """Put a commit into the queue; the batch is `committing` from now on. Raises ImportRefused as `commit` does."""
    actor.require("import")
    with transaction.atomic():
        held = Batch.objects.select_for_update().get(pk=batch.pk)
        check_ready(actor, held)
        Progress.objects.filter(pk=batch.pk).delete()
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.COMMITTING)
        commit_batch.enqueue(str(batch.pk), packed(actor))


def check_in_background(actor: Viewer, batch: Batch, column_map: dict[str, str], *, layout: str) -> None:
    """Put a check into the queue. Raises ImportRefused as `check` does about its columns."""
    actor.require("import")
    choose(batch, column_map, layout=layout)
    _begin(batch, CHECK)
    check_batch.enqueue(str(batch.pk))


def undo_in_background(actor: Viewer, batch: Batch, decisions: Mapping[uuid.UUID, Decision]) -> None:
    """Put an undo into the queue. What `undo` refuses is told by the stage `undo_failed` of its progress."""
    actor.require("undo_import")
    _begin(batch, UNDO)
    undo_batch.enqueue(str(batch.pk), packed(actor), {str(key): value for key, value in decisions.items()})


@task()
def check_batch(batch_id: str) -> None:
    """Check a batch that check_in_background put into the queue."""
    batch = Batch.objects.get(pk=batch_id)
    with _told(batch, CHECK):
        check(batch)


@task()
def commit_batch(batch_id: str, actor: dict[str, object]) -> None:
    """Commit a batch that commit_in_background put into the queue."""
    commit(unpacked(actor), Batch.objects.get(pk=batch_id), queued=True)


@task()
def undo_batch(batch_id: str, actor: dict[str, object], decisions: dict[str, str]) -> None:
    """Undo a batch: decisions by subject id, `keep` or `overwrite`."""
    batch = Batch.objects.get(pk=batch_id)
    chosen = {uuid.UUID(key): value for key, value in decisions.items()}
    with _told(batch, UNDO):
        undo(unpacked(actor), batch, chosen)  # type: ignore[arg-type]


def _begin(batch: Batch, stage: str) -> None:
    values = {"stage": stage, "done": 0, "total": batch.report["rows"]}
    Progress.objects.update_or_create(job_id=batch.pk, defaults=values)


@contextmanager
def _told(batch: Batch, stage: str) -> Iterator[None]:
    """Take the stage away when the work is done; say that it failed when it is not."""
    try:
        yield
    except BaseException:
        Progress.objects.filter(pk=batch.pk).update(stage=f"{stage}{FAILED}")
        raise
    Progress.objects.filter(pk=batch.pk).delete()
