"""Propose, decide and withdraw changes."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.collect import policies
from domicile.apps.collect.arguments import pack, unpack
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.registry import handler
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault.sealing import open_value, seal

LONGEST_NOTE = 200


@dataclass(frozen=True)
class Outcome:
    """What became of a submitted change: the proposal that waits, or None and what the action returned."""

    proposal: Proposal | None
    result: Any = None

    @property
    def waiting(self) -> bool:
        return self.proposal is not None


@dataclass(frozen=True)
class Subject:
    """Whom or what a change is about, and where."""

    kind: str
    id: uuid.UUID
    place_code: str


def submit(*, actor: Viewer, action: str, subject: Subject, arguments: Any, reason: str, evidence: str = "") -> Outcome:
    """Make the change at once where the actor and the area's setting allow it; else leave a proposal.

    Raises Refused when the change is impossible, NotAllowed when the actor may not even propose.
    """
    known = handler(action)
    if policies.takes_effect_at_once(actor, subject.place_code, action, known.level()):
        return Outcome(None, known.apply(actor=actor, reason=reason, evidence=evidence, arguments=arguments))
    return Outcome(
        propose(actor=actor, action=action, subject=subject, arguments=arguments, reason=reason, evidence=evidence)
    )


def propose(
    *, actor: Viewer, action: str, subject: Subject, arguments: Any, reason: str, evidence: str = ""
) -> Proposal:
    """Leave a change for review. A change that could not be made is refused now, not at the review."""
    if (
        actor.user_id is None
        or not actor.covers(subject.place_code)
        or not (actor.may("propose_change") or actor.may("apply_change"))
    ):
        raise NotAllowed("propose_change")
    known = handler(action)
    with transaction.atomic():
        rehearsal = transaction.savepoint()
        known.apply(actor=actor, reason=reason, evidence=evidence, arguments=arguments)
        transaction.savepoint_rollback(rehearsal)
        with recording(
            actor=actor, action="collect.propose", subject_kind=subject.kind, subject_id=subject.id,
            place_code=subject.place_code, reason=reason,
        ) as change:  # fmt: skip
            proposal = Proposal(
                action=action, subject_kind=subject.kind, subject_id=subject.id, place_code=subject.place_code,
                level=known.level(), reason=reason, evidence=evidence, proposed_by=actor.user_id, proposed_by_name=actor.name,
                proposed_at=timezone.now(),
            )  # fmt: skip
            proposal.arguments = seal(proposal, "arguments", pack(arguments))
            return change.create(proposal)


def accept(*, actor: Viewer, proposal_id: uuid.UUID, note: str = "") -> Proposal:
    """Make a proposed change. Raises Refused when it was decided already or no longer fits what is on file."""
    with transaction.atomic():
        proposal = _locked(actor, proposal_id)
        known = handler(proposal.action)
        arguments = unpack(known.arguments, open_value(proposal, "arguments"))
        evidence = proposal.evidence or f"proposal {proposal.id}"
        known.apply(actor=actor, reason=proposal.reason, evidence=evidence, arguments=arguments)
        return _decide(actor, proposal, Proposal.State.ACCEPTED, note)


def send_back(*, actor: Viewer, proposal_id: uuid.UUID, note: str) -> Proposal:
    """Return a proposal with a reason that its proposer reads."""
    if not note.strip():
        raise Refused(_("Say why you return it, so that the proposer can correct it."), "note")
    with transaction.atomic():
        return _decide(actor, _locked(actor, proposal_id), Proposal.State.RETURNED, note)


def withdraw(*, actor: Viewer, proposal_id: uuid.UUID) -> Proposal:
    """Take back one's own proposal while it waits."""
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
        if not policies.may_withdraw(actor, proposal):
            raise NotAllowed("withdraw")
        return _decide(actor, proposal, Proposal.State.WITHDRAWN, "")


def _locked(actor: Viewer, proposal_id: uuid.UUID) -> Proposal:
    proposal = Proposal.objects.select_for_update().get(pk=proposal_id)
    if proposal.state != Proposal.State.WAITING:
        raise Refused(_("Somebody has decided this proposal already."))
    if not policies.may_decide(actor, proposal):
        raise NotAllowed("decide")
    return proposal


def _decide(actor: Viewer, proposal: Proposal, state: str, note: str) -> Proposal:
    note = without_numbers(note.strip())[:LONGEST_NOTE]  # it stands in the clear, also in the log of changes
    with recording(
        actor=actor, action=f"collect.{state}", subject_kind=proposal.subject_kind, subject_id=proposal.subject_id,
        place_code=proposal.place_code, reason=note,
    ) as change:  # fmt: skip
        return change.update(
            proposal, state=state, decided_by=actor.user_id, decided_at=timezone.now(), decision_note=note
        )
