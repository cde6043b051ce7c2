"""Reading import batches, scoped."""

import uuid

from django.db.models import Q, QuerySet

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.stages import CHECK, COMMIT, FAILED, UNDO
from domicile.apps.tasks.models import Progress


def batches(viewer: Viewer) -> "QuerySet[Batch]":
    """Batches whose scope lies inside the viewer's, newest first; none without a scope."""
    if not viewer.scopes:
        return Batch.objects.none()
    inside = Q()
    for scope in viewer.scopes:
        inside |= prefix_q("scope", scope)
    found = Batch.objects.filter(inside)
    # Rows were checked against all areas of who uploaded them, of which `scope` names the first.
    wider = [
        pk for pk, scopes in found.values_list("pk", "report__scopes") if not all(map(viewer.covers, scopes or []))
    ]
    return found.exclude(pk__in=wider).order_by("-uploaded_at", "-id")


def batch_in_scope(viewer: Viewer, batch_id: uuid.UUID) -> Batch:
    """One batch. Raises OutOfReach when it is absent or out of scope."""
    batch = Batch.objects.filter(pk=batch_id).first()
    scopes = [] if batch is None else [batch.scope, *batch.report.get("scopes", [])]
    if batch is None or not all(map(viewer.covers, scopes)):
        raise OutOfReach
    return batch


def progress_of(batch: Batch) -> Progress | None:
    """How far the work on a batch is, read from the log database while the register is held."""
    return Progress.objects.filter(pk=batch.pk).first()


def is_worked_on(batch: Batch) -> bool:
    """Whether a check, a commit or an undo of the batch is under way or in the queue."""
    if batch.state == Batch.State.COMMITTING:
        return True
    held = progress_of(batch)
    return held is not None and held.stage in (CHECK, UNDO)


def has_failed(batch: Batch) -> bool:
    """Whether the last work on the batch did not come to its end: nothing of it was kept."""
    held = progress_of(batch)
    if held is None:
        return False
    return held.stage.endswith(FAILED) or (batch.state == Batch.State.CHECKED and held.stage in COMMIT)
