"""Merge two records of one person, unmerge them, and remember that two records are two persons."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates.models import Pair
from domicile.apps.duplicates.policies import MERGE, may_decide, offices_of
from domicile.apps.people.history import MERGE as MERGED
from domicile.apps.people.history import UNMERGE as UNMERGED
from domicile.apps.people.identity import ids_of_all, stands_for, stands_of
from domicile.apps.people.identity.linking import link, unlink

APART, TAKEN_BACK, BY_HAND = "duplicates.apart", "duplicates.taken_back", "duplicates.by_hand"


@dataclass(frozen=True)
class Merge:
    """`stands_id` is the record that goes on; it stands for `other_id` from now on, and for all whom that one stood for."""

    stands_id: uuid.UUID
    other_id: uuid.UUID


@dataclass(frozen=True)
class Unmerge:
    """`person_id` is the record that is to stand again. `apart`: remember that the two are two persons."""

    person_id: uuid.UUID
    apart: bool = True


@transaction.atomic
def merge(*, actor: Viewer, reason: str, evidence: str = "", arguments: Merge) -> uuid.UUID:
    """Link two records; returns the id that stands. Every row of both stays with its record.

    What would have the person live in two places on one day is set aside, and comes back by `unmerge`. Raises Refused as
    people.identity.linking.link, NotAllowed without the permission, OutOfReach where an office above the actor decides.
    """
    office = _office(actor, arguments.stands_id, arguments.other_id)
    now = timezone.now()
    with recording(
        actor=actor, action=MERGED, subject_kind="person", subject_id=arguments.stands_id, place_code=office,
        reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        known = ids_of_all([arguments.stands_id, arguments.other_id])
        link(arguments.stands_id, arguments.other_id, change, now=now, today=timezone.localdate())
        for pair in _between(known[arguments.stands_id], known[arguments.other_id]):
            _decide(pair, Pair.State.MERGED, actor, change)
    return arguments.stands_id


@transaction.atomic
def unmerge(*, actor: Viewer, reason: str, evidence: str = "", arguments: Unmerge) -> uuid.UUID:
    """Let a record stand again, as if it had never been merged, with the edits made since; returns its id.

    Raises Refused as people.identity.linking.unlink, NotAllowed, OutOfReach outside the areas of the person.
    """
    actor.require(MERGE)
    root = stands_for(arguments.person_id)
    office = offices_of([(root, root)])[0]
    if not may_decide(actor, office):
        raise OutOfReach([arguments.person_id])
    with recording(
        actor=actor, action=UNMERGED, subject_kind="person", subject_id=arguments.person_id, place_code=office,
        reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        unlink(arguments.person_id, change, today=timezone.localdate())
        if not actor.covers(offices_of([(root, arguments.person_id)])[0] or "-"):
            raise OutOfReach([root, arguments.person_id])  # one of the two counts elsewhere: the office above decides
        known = ids_of_all([root, arguments.person_id])
        pairs = _between(known[root], known[arguments.person_id])
        if arguments.apart and not pairs:
            pairs = [change.create(by_hand(root, arguments.person_id))]
        for pair in pairs:
            _decide(pair, Pair.State.APART if arguments.apart else Pair.State.OPEN, actor, change, reason)
    return arguments.person_id


def tell_apart(*, actor: Viewer, reason: str, pair_id: uuid.UUID) -> Pair:
    """Remember that the two records of a pair are two persons: it never comes back. Raises Refused, OutOfReach."""
    with transaction.atomic():
        pair = _held(actor, pair_id)
        if pair.state != Pair.State.OPEN:
            raise Refused(_("Somebody decided about this pair meanwhile. Open the list again."))
        with _of_pair(actor, APART, pair, reason) as change:
            _decide(pair, Pair.State.APART, actor, change, reason)
    return pair


def take_back(*, actor: Viewer, reason: str, pair_id: uuid.UUID) -> Pair:
    """Put a pair that was told apart back into the list. Raises Refused, OutOfReach."""
    with transaction.atomic():
        pair = _held(actor, pair_id)
        if pair.state != Pair.State.APART:
            raise Refused(_("Somebody decided about this pair meanwhile. Open the list again."))
        with _of_pair(actor, TAKEN_BACK, pair, reason) as change:
            _decide(pair, Pair.State.OPEN, actor, change)
    return pair


@transaction.atomic
def put_beside(*, actor: Viewer, one: uuid.UUID, other: uuid.UUID) -> Pair:
    """The pair of two records that somebody lays side by side; the one on file when there is one. Raises OutOfReach."""
    office = _office(actor, one, other)
    left, right = sorted((one, other))
    held = Pair.objects.filter(left=left, right=right).first()
    if held is not None:
        return held
    with recording(actor=actor, action=BY_HAND, subject_kind="person", subject_id=one, place_code=office) as change:
        return change.create(by_hand(one, other))


def by_hand(one: uuid.UUID, other: uuid.UUID) -> Pair:
    """A pair that no search found, not stored yet."""
    left, right = sorted((one, other))
    return Pair(left=left, right=right, step="by_hand", bits=0.0, prior=0.0, evidence="{}", found_at=timezone.now())


def _office(actor: Viewer, one: uuid.UUID, other: uuid.UUID) -> str:
    actor.require(MERGE)
    office = offices_of([(one, other)])[0]
    if not may_decide(actor, office):
        raise OutOfReach([one, other])
    return office


def _held(actor: Viewer, pair_id: uuid.UUID) -> Pair:
    pair = Pair.objects.select_for_update().filter(pk=pair_id).first()
    if pair is None:
        raise OutOfReach()
    stands = stands_of([pair.left, pair.right])
    _office(actor, stands[pair.left], stands[pair.right])
    return pair


def _of_pair(actor: Viewer, action: str, pair: Pair, reason: str):  # type: ignore[no-untyped-def]
    stands = stands_of([pair.left, pair.right])
    office = offices_of([(stands[pair.left], stands[pair.right])])[0]
    return recording(
        actor=actor, action=action, subject_kind="pair", subject_id=pair.pk, place_code=office, reason=reason
    )


def _between(some: Sequence[uuid.UUID], others: Sequence[uuid.UUID]) -> list[Pair]:
    """The pairs on file of one of these with one of those. One query."""
    both = {*some, *others}
    rows = Pair.objects.select_for_update().filter(left__in=both, right__in=both).order_by("pk")
    return [row for row in rows if (row.left in some) != (row.right in some)]


def _decide(pair: Pair, state: Pair.State, actor: Viewer, change: Recorder, note: str = "") -> None:
    decided = state != Pair.State.OPEN
    change.update(
        pair, state=state.value, decided_at=timezone.now() if decided else None,
        decided_by=actor.user_id if decided else None, decided_by_name=actor.name if decided else "",
        note=note[:200] if decided else "",
    )  # fmt: skip
