"""Write a checked batch to the register: all of it in one transaction, or nothing."""

from collections.abc import Callable

from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.models import Batch

Tell = Callable[[str, int, int], None]  # stage, done, total


def commit(actor: Viewer, batch: Batch, progress: Tell | None = None) -> Batch:
    """Commit a checked batch without errors. The state becomes `committed`; the report gets created, changed, unchanged.

    Progress is kept in tasks.models.Progress (log database, job_id = batch.id, stage, done, total) besides. Raises
    ImportRefused when the batch has errors, is not checked, or another process works on it; NotAllowed.
    """
    raise NotImplementedError


def recover() -> list[Batch]:
    """Batches left in state `committing` by a process that died: put back to `checked`; nothing of them was written."""
    raise NotImplementedError
