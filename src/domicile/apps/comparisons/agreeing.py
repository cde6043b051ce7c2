"""Propose a comparison to another register, accept or refuse one, stop one: by a person, at each end."""

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.comparisons import jobs, messages, policies, reading, records
from domicile.apps.comparisons.models import ComparedPlace, Comparison
from domicile.apps.peers.models import Peer
from domicile.apps.vault.sealing import open_value, seal
from domicile.core.linkage.private import public_of

State = Comparison.State


@dataclass(frozen=True)
class Propose:
    """With which register, people registered where, and what for. `most`: so many people of the other register it may be about.

    `unknown`: also those of whom no place is on file.
    """

    peer_id: uuid.UUID
    places: Sequence[str]
    reason: str
    most: int
    unknown: bool = False


@transaction.atomic
def propose(*, actor: Viewer, arguments: Propose) -> Comparison:
    """Propose a comparison; nothing of anybody leaves before somebody at the other end has accepted. Raises NotAllowed, Refused."""
    policies.check_keeper(actor)
    peer = Peer.objects.filter(pk=arguments.peer_id, state=Peer.State.ACTIVE).first()
    if peer is None:
        raise Refused(_("There is no link to this register now."), "peer")
    if not arguments.reason.strip():
        raise Refused(_("Say what it is for. The other register reads this."), "reason")
    if Comparison.objects.filter(peer=peer, state__in=Comparison.OPEN).exists():
        raise Refused(_("A comparison with this register is open already: end that one first."), "peer")
    policies.check_rate(peer)
    codes = policies.check_places(list(arguments.places), peer)
    people = told(codes, unknown=arguments.unknown)
    policies.check_people(people, 0)
    if not 0 < arguments.most <= policies.number("most_people"):
        raise Refused(_("Between 1 and {most}.").format(most=policies.number("most_people")), "most")
    row = Comparison(
        peer=peer, here=True, unknown=arguments.unknown, reason=" ".join(arguments.reason.split())[:300],
        proposed_at=timezone.now(), own_people=people, most=arguments.most, **_own(actor),
    )  # fmt: skip
    row.secret, public = _secret(row)
    with records.noting(actor, records.PROPOSE, row, row.reason) as change:
        change.create(row)
        change.create_many([ComparedPlace(comparison=row, code=code) for code in codes])
    messages.send_proposal(row, codes, public)
    return row


def told(codes: list[str], *, unknown: bool) -> int:
    """How many people of this register a comparison would be about, rounded up: what the other is told. One query."""
    step = policies.number("rounded_to")
    return max(1, -(-reading.count(codes, unknown=unknown, today=timezone.localdate()) // step)) * step


@transaction.atomic
def accept(*, actor: Viewer, comparison_id: uuid.UUID) -> Comparison:
    """Agree to a comparison that another register proposed; the work begins in the background. Raises NotAllowed, Refused."""
    policies.check_keeper(actor)
    row = _open(comparison_id, here=False)
    if row.peer.state != Peer.State.ACTIVE:
        raise Refused(_("There is no link to this register now."))
    if Comparison.objects.filter(peer=row.peer, state=State.RUNNING).exists():
        raise Refused(_("A comparison with this register is open already: end that one first."))
    policies.check_rate(row.peer)
    codes = list(row.places.values_list("code", flat=True))
    people = told(codes, unknown=row.unknown)
    policies.check_people(people, row.their_people)
    if people > row.most:
        raise Refused(
            _(
                "It would be about {count} people of this register, and the other one agreed to at most {most}. Decline, and ask "
                "for a proposal of more people or of smaller places."
            ).format(count=people, most=row.most)
        )
    sealed, public = _secret(row)
    with records.noting(actor, records.ACCEPT, row) as change:
        change.update(
            row, state=State.RUNNING, agreed_at=timezone.now(), own_people=people, secret=sealed, **_own(actor)
        )
    messages.send_answer(row, public)
    jobs.soon()
    return row


@transaction.atomic
def refuse(*, actor: Viewer, comparison_id: uuid.UUID, reason: str) -> Comparison:
    """Decline a proposal; the other register is told why. Raises NotAllowed, Refused."""
    policies.check_keeper(actor)
    row = _open(comparison_id, here=False)
    words = _said(reason)
    with records.noting(actor, records.REFUSE, row, words) as change:
        change.update(row, **_own(actor))
        records.end(row, State.REFUSED, change, words=words)
    messages.send_answer(row, b"", words)
    return row


@transaction.atomic
def stop(*, actor: Viewer, comparison_id: uuid.UUID, reason: str) -> Comparison:
    """Withdraw a proposal of this register, or stop a comparison that runs; what came so far goes. Raises NotAllowed, Refused."""
    policies.check_keeper(actor)
    row = Comparison.objects.select_for_update().filter(pk=comparison_id).first()
    if row is None:
        raise OutOfReach
    if row.state not in Comparison.OPEN or (row.state == State.PROPOSED and not row.here):
        raise Refused(_("That does not go with how the comparison stands now. Look at the page again."))
    words = _said(reason)
    with records.noting(actor, records.STOP, row, words) as change:
        records.end(row, State.STOPPED, change, words=words)
    messages.send_stop(row, words)
    return row


def _open(comparison_id: uuid.UUID, *, here: bool) -> Comparison:
    row = Comparison.objects.select_for_update().filter(pk=comparison_id).first()
    if row is None:
        raise OutOfReach
    if row.state != State.PROPOSED or row.here != here:
        raise Refused(_("That does not go with how the comparison stands now. Look at the page again."))
    return row


def _own(actor: Viewer) -> dict[str, object]:
    return {
        "own_by": actor.user_id, "own_by_name": actor.name[:64], "own_role": actor.role, "own_purpose": actor.purpose,
    }  # fmt: skip


def _secret(row: Comparison) -> tuple[bytes | None, bytes]:
    """A fresh secret, sealed for a comparison, and the public half of it."""
    secret = os.urandom(32)
    return seal(row, "secret", secret.hex()), public_of(secret)


def secret_of(row: Comparison) -> bytes:
    """The secret of a comparison that is open. Raises vault.sealing.Erased after its end."""
    return bytes.fromhex(open_value(row, "secret"))


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refused(_("Say why."), "reason")
    return " ".join(reason.split())[:300]
