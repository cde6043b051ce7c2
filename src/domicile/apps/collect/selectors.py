"""Reading proposals, scoped. The queue of those that wait: collect.review.queue."""

import uuid
from collections.abc import Sequence

from django.db import connections
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


def waiting_about(viewer: Viewer, subject_ids: Sequence[uuid.UUID]) -> list[Proposal]:
    """Proposals that wait about these subjects, the oldest first. One query.

    As text: it stands on every card, and to build the statement took several times as long as running it.
    """
    ranges = viewer.ranges()
    if not ranges or not subject_ids:
        return []
    connection, key = connections[Proposal.objects.db], Proposal._meta.pk
    inside = " OR ".join(["(place_code >= %s AND place_code < %s)"] * len(ranges))
    marks = ", ".join(["%s"] * len(subject_ids))
    sql = (
        f"SELECT * FROM {Proposal._meta.db_table} WHERE subject_id IN ({marks}) "  # noqa: S608
        f"AND state = %s AND ({inside}) ORDER BY proposed_at, id"
    )
    subjects = [key.get_db_prep_value(subject, connection) for subject in subject_ids]
    values = [*subjects, Proposal.State.WAITING.value, *(end for pair in ranges for end in pair)]
    return list(Proposal.objects.raw(sql, values))
