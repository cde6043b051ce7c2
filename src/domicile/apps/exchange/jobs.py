"""Work on batches in the background: enqueue from a view, run by the worker of `domicile serve`."""

import uuid

from django.db import transaction
from django_tasks import task

from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.checking import check
from domicile.apps.exchange.committing import check_ready, commit
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.undoing import undo


def packed(actor: Viewer) -> dict[str, object]:
    """A viewer as plain values that a task can carry."""
    return {
        "user_id": str(actor.user_id) if actor.user_id else "",
        "name": actor.name,
        "role": actor.role,
        "scopes": list(actor.scopes),
        "purpose": actor.purpose,
        "permissions": sorted(actor.permissions),
        "channel": "job",
    }


def unpacked(plain: dict[str, object]) -> Viewer:
    """The viewer that `packed` made plain."""
    user = str(plain["user_id"])
    return Viewer(
        user_id=uuid.UUID(user) if user else None,
        name=str(plain["name"]),
        role=str(plain["role"]),
        scopes=tuple(plain["scopes"]),  # type: ignore[arg-type]
        purpose=str(plain["purpose"]),
        permissions=frozenset(plain["permissions"]),  # type: ignore[call-overload]
        channel=str(plain["channel"]),
    )


def commit_in_background(actor: Viewer, batch: Batch) -> None:
    """Put a commit into the queue; the batch is `committing` from now on. Raises ImportRefused as `commit` does."""
    actor.require("import")
    with transaction.atomic():
        held = Batch.objects.select_for_update().get(pk=batch.pk)
        check_ready(actor, held)
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.COMMITTING)
        commit_batch.enqueue(str(batch.pk), packed(actor))


@task()
def check_batch(batch_id: str) -> None:
    """Check a batch: `check_batch.enqueue(str(batch.pk))`."""
    check(Batch.objects.get(pk=batch_id))


@task()
def commit_batch(batch_id: str, actor: dict[str, object]) -> None:
    """Commit a batch that commit_in_background put into the queue."""
    commit(unpacked(actor), Batch.objects.get(pk=batch_id), queued=True)


@task()
def undo_batch(batch_id: str, actor: dict[str, object], decisions: dict[str, str]) -> None:
    """Undo a batch: decisions by subject id, `keep` or `overwrite`."""
    chosen = {uuid.UUID(key): value for key, value in decisions.items()}
    undo(unpacked(actor), Batch.objects.get(pk=batch_id), chosen)  # type: ignore[arg-type]
