"""From the log of changes to messages: what happened since a webhook was last told, as ids of batches and counts.

The log is the outbox. A webhook's place in it and the messages made of it are written in one transaction, so that a
crash neither loses nor doubles one.
"""

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson
from django.db import transaction
from django.db.models import Count, Q
from django.db.models.functions import Substr
from django.utils import timezone

from domicile.apps.access.viewers import viewer_for
from domicile.apps.api import feed, policies
from domicile.apps.api.models import Delivery, Kind, Webhook
from domicile.apps.audit.models import Change
from domicile.apps.collect.models import Proposal
from domicile.apps.common.fields import prefix_q

COMMUNITY = 12
IMPORTS = {"import": Kind.IMPORT_COMMITTED, "import.undo": Kind.IMPORT_UNDONE}
PEOPLE = ("person", "household", "dwelling", "building", "unit", "rental")


@dataclass
class Told:
    """What happened in an area between two places of the log."""

    batches: dict[tuple[str, uuid.UUID], Counter[str]] = field(default_factory=dict)
    areas: Counter[str] = field(default_factory=Counter)
    grids: Counter[str] = field(default_factory=Counter)
    proposals: Counter[str] = field(default_factory=Counter)
    register: Counter[str] = field(default_factory=Counter)

    def add(self, action: str, kind: str, batch: uuid.UUID | None, community: str, count: int) -> None:
        """Count some changes of one kind in one community."""
        if action in IMPORTS and batch is not None:
            self.batches.setdefault((IMPORTS[action], batch), Counter())[community] += count
        elif action.startswith("collect."):
            self.proposals[action.removeprefix("collect.")] += count
        elif kind == "area":
            self.areas[community] += count
        elif kind == "grid":
            self.grids[community] += count
        if kind in PEOPLE and not action.startswith("collect."):
            self.register[community] += count


def derive(webhook: Webhook) -> int:
    """Write the messages that are due to a webhook; returns how many."""
    made = 0
    while True:
        with transaction.atomic():
            held = Webhook.objects.select_for_update().select_related(None).get(pk=webhook.pk)
            end = feed.settled()
            upto = min(end, held.after + feed.WINDOW)
            if held.stopped_at is not None or upto <= held.after:
                return made
            if upto < end:
                upto = _whole_batches(held.after, upto, end)
            bodies = list(_bodies(held, told(held.area, held.after, upto))) if may_tell(held) else []
            for kind, body in bodies:
                _write(held, kind, body)
            made += len(bodies)
            Webhook.objects.filter(pk=held.pk).update(after=upto)


def _whole_batches(after: int, upto: int, end: int) -> int:
    """A later end for a window that would cut an import in two: one message a batch."""
    last = Change.objects.filter(pk__gt=after, pk__lte=upto).order_by("-pk").values_list("batch_id", flat=True).first()
    if last is None:
        return upto
    whole = Change.objects.filter(batch_id=last, pk__lte=end).order_by("-pk").values_list("pk", flat=True).first()
    return max(upto, whole or upto)


def may_tell(webhook: Webhook) -> bool:
    """Whether the owner still works in the whole of the area, and their account is open."""
    owner = webhook.owner
    if not owner.is_active:
        return False
    viewer = viewer_for(owner, "", timezone.localdate())
    roles = {grant.role for grant in owner.grants.all()}
    viewers = [viewer, *(viewer_for(owner, "", timezone.localdate(), role) for role in sorted(roles))]
    return any(one.may(policies.MAKE) and one.covers(webhook.area) for one in viewers)


def told(area: str, after: int, upto: int) -> Told:
    """What the log says about an area between two places. One query, grouped by the database."""
    rows = (
        Change.objects.filter(Q(pk__gt=after, pk__lte=upto) & prefix_q("place_code", area))
        .annotate(community=Substr("place_code", 1, COMMUNITY))
        .order_by()
        .values_list("action", "subject_kind", "batch_id", "community")
        .annotate(count=Count("pk"))
    )
    found = Told()
    for action, kind, batch, community, count in rows:
        found.add(action, kind, batch, community, count)
    return found


def _bodies(webhook: Webhook, what: Told) -> Iterable[tuple[str, dict[str, object]]]:
    """Messages of the kinds that were asked for."""
    wanted = set(webhook.subscriptions.values_list("kind", flat=True))
    for (kind, batch), communities in sorted(what.batches.items()):
        if kind in wanted:
            yield kind, {"batch": str(batch), **_counted(communities)}
    plain = (
        (Kind.AREAS_CHANGED, what.areas),
        (Kind.GRIDS_CHANGED, what.grids),
        (Kind.REGISTER_CHANGED, what.register),
    )
    for kind, communities in plain:
        if kind in wanted and communities:
            yield kind, _counted(communities)
    if Kind.PROPOSALS_CHANGED in wanted and what.proposals:
        waiting = Proposal.objects.filter(prefix_q("place_code", webhook.area), state=Proposal.State.WAITING).count()
        yield Kind.PROPOSALS_CHANGED, {"waiting": waiting, "since": dict(sorted(what.proposals.items()))}


def _counted(communities: Counter[str]) -> dict[str, object]:
    return {"changes": communities.total(), "by_area": dict(sorted(communities.items()))}


def _write(webhook: Webhook, kind: str, data: dict[str, object]) -> None:
    now = timezone.now()
    content = {"type": kind, "timestamp": now.isoformat(), "data": {"area": webhook.area, **data}}
    Delivery.objects.create(webhook=webhook, kind=kind, body=orjson.dumps(content).decode(), made_at=now, next_at=now)
