"""Propose changes. How they are decided: collect.review.deciding."""

from dataclasses import dataclass
from typing import Any

from domicile.apps.collect import policies
from domicile.apps.collect.drafts import Draft, Subject, propose_one
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.registry import handler
from domicile.apps.collect.review.deciding import (
    accept,
    send_again,
    send_back,
    take_back,
    undo_acceptance,
    withdraw,
    withdraw_imported,
)
from domicile.apps.common.viewer import Viewer

__all__ = [
    "Outcome", "Subject", "accept", "propose", "send_again", "send_back", "submit", "take_back",
    "undo_acceptance", "withdraw", "withdraw_imported",
]  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """What became of a submitted change: the proposal that waits, or None and what the action returned."""

    proposal: Proposal | None
    result: Any = None

    @property
    def waiting(self) -> bool:
        return self.proposal is not None


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
    return propose_one(Draft(actor, action, subject, arguments, reason, evidence))
