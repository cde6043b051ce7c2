"""What a registered form does with its answers: every answer becomes a result that is counted once."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.administration.words import ACTIONS
from domicile.apps.collect import registry as changes
from domicile.apps.collect.actions import Subject, propose, submit
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

LONGEST = 200


@dataclass
class Receipt:
    """One submission on its way through. `review`: everything waits for review, for its worker has left.

    What is refused is written down for somebody to look at, and does not stop the rest.
    """

    submission: Submission
    viewer: Viewer
    review: bool = False
    results: list[Result] = field(default_factory=list)

    @property
    def received_on(self) -> dt.date:
        """The day on which it came."""
        return timezone.localtime(self.submission.received_at).date()

    def submit(self, *, action: str, subject: Subject, arguments: Any, reason: str, evidence: str = "") -> bool:
        """Propose a change, or make it where the area's rule says so; whether it was taken."""
        send = propose if self.review else submit
        try:
            with transaction.atomic():
                sent = send(
                    actor=self.viewer, action=action, subject=subject, arguments=arguments, reason=reason,
                    evidence=evidence,
                )  # fmt: skip
        except Refused as refusal:
            self.refuse(action, str(refusal.message), subject)
            return False
        except (OutOfReach, NotAllowed):
            self.refuse(action, "", subject)
            return False
        proposal = sent if isinstance(sent, Proposal) else sent.proposal
        outcome = Result.Outcome.PROPOSED if proposal else Result.Outcome.DONE
        self._note(action, outcome, subject, proposal=proposal)
        return True

    def record(self, kind: str, subject_kind: str, subject_id: uuid.UUID) -> None:
        """Note a record that the form made itself, for instance a visit."""
        self._note(kind, Result.Outcome.DONE, Subject(subject_kind, subject_id, ""))

    def refuse(self, action: str, why: str, subject: Subject | None = None) -> None:
        """Note an answer that could not be taken, in words without numbers; somebody has to look at it."""
        self._note(action, Result.Outcome.REFUSED, subject, note=without_numbers(why)[:LONGEST])

    def _note(
        self, action: str, outcome: Result.Outcome, subject: Subject | None, *, proposal: Proposal | None = None, note: str = ""
    ) -> None:  # fmt: skip
        row = Result(
            submission=self.submission, position=len(self.results), action=action, outcome=outcome, proposal=proposal,
            subject_kind=subject.kind if subject else "", subject_id=subject.id if subject else None, note=note,
        )  # fmt: skip
        row.save(force_insert=True)
        self.results.append(row)

    @property
    def refused(self) -> bool:
        """Whether something of it could not be taken."""
        return any(row.outcome == Result.Outcome.REFUSED for row in self.results)


def label(action: str) -> Any:
    """What a result is called: a change as in the review, a record by its own name."""
    return ACTIONS.get(action) or changes.label(action)
