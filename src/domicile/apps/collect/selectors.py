"""Reading proposals, scoped."""

import uuid

from django.db.models import Q, QuerySet

from domicile.apps.collect.models import Proposal
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer


def proposals(viewer: Viewer) -> "QuerySet[Proposal]":
    """Proposals inside the viewer's scopes, newest first; none without a scope."""
    if not viewer.scopes:
        return Proposal.objects.none()
    inside = Q()
    for scope in viewer.scopes:
        inside |= prefix_q("place_code", scope)
    return Proposal.objects.filter(inside).order_by("-proposed_at", "-id")


def waiting_about(viewer: Viewer, subject_ids: list[uuid.UUID]) -> list[Proposal]:
    """Proposals that wait about these subjects."""
    return list(proposals(viewer).filter(state=Proposal.State.WAITING, subject_id__in=subject_ids))
