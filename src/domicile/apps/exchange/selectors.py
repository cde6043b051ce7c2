"""Reading import batches, scoped."""

import uuid

from django.db.models import Q, QuerySet

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.models import Batch
from domicile.apps.tasks.models import Progress


def batches(viewer: Viewer) -> "QuerySet[Batch]":
    """Batches whose scope lies inside the viewer's, newest first; none without a scope."""
    if not viewer.scopes:
        return Batch.objects.none()
    inside = Q()
    for scope in viewer.scopes:
        inside |= prefix_q("scope", scope)
    return Batch.objects.filter(inside).order_by("-uploaded_at", "-id")


def batch_in_scope(viewer: Viewer, batch_id: uuid.UUID) -> Batch:
    """One batch. Raises OutOfReach when it is absent or out of scope."""
    batch = batches(viewer).filter(pk=batch_id).first()
    if batch is None:
        raise OutOfReach
    return batch


def progress_of(batch: Batch) -> Progress | None:
    """How far the work on a batch is, read from the log database while the register is held."""
    return Progress.objects.filter(pk=batch.pk).first()
