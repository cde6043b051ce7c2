"""Plans are drawn in the background of `domicile serve`."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from domicile.apps.areas.division.dividing import Wanted
from domicile.apps.common.viewer import Viewer, packed, unpacked
from domicile.apps.gridding import plans
from domicile.apps.gridding.models import Proposal


def propose_in_background(
    *, actor: Viewer, communities: Iterable[str], measure: str, wanted: Wanted, lines: Sequence[Sequence[Any]] = ()
) -> list[Proposal]:
    """Ask for a plan of each community and put its drawing into the queue. Raises Refused, NotAllowed."""
    made = []
    for community in communities:
        with transaction.atomic():
            row = plans.ask(actor=actor, community=community, measure=measure, wanted=wanted, lines=lines)
            draw.enqueue(str(row.pk), packed(actor))
        made.append(row)
    return made


@task()
def draw(proposal_id: str, actor: dict[str, object]) -> None:
    """Draw a plan that was asked for, unless it was thrown away."""
    if Proposal.objects.filter(pk=proposal_id).exists():
        plans.draw(actor=unpacked(actor), proposal_id=uuid.UUID(proposal_id), today=timezone.localdate())
