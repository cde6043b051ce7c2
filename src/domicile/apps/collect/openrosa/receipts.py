"""What a registered form does with its answers: every answer becomes a result that is counted once."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from django.db import models, transaction
from django.utils import timezone

from domicile.apps.administration.words import ACTIONS
from domicile.apps.audit.recording import Recorder, fields_of
from domicile.apps.collect import policies
from domicile.apps.collect import registry as changes
from domicile.apps.collect.drafts import REFUSALS, Draft, Refusal, Subject
from domicile.apps.collect.models import Proposal, ReviewRule
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer

LONGEST = 200


class Around(Protocol):
    """What forms that are processed together share."""

    def rules(self, place_code: str) -> list[ReviewRule]:
        """The rules of review over a place."""

    def ground(self, receipt: "Receipt") -> Any:
        """What the form's `gather` found for all of them."""

    def wrote(self) -> None:
        """Something was written at once: what was gathered before is out of date."""


@dataclass
class Receipt:
    """One submission on its way through. `review`: everything waits for review, for its worker has left.

    What it proposes and records is written once all that are processed together were read. What is refused is written down
    for somebody to look at, and does not stop the rest. `wrote`: it has written something already. `edited`: it corrects a form
    of which something was decided.
    """

    submission: Submission
    viewer: Viewer
    around: Around
    review: bool = False
    results: list[Result] = field(default_factory=list)
    drafts: list[tuple[Result, Draft]] = field(default_factory=list)
    records: list[models.Model] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    wrote: bool = False
    edited: bool = False

    @cached_property
    def received_on(self) -> dt.date:
        """The day on which it came."""
        return timezone.localtime(self.submission.received_at).date()

    @property
    def ground(self) -> Any:
        """What the form's `gather` found."""
        return self.around.ground(self)

    def submit(self, *, action: str, subject: Subject, arguments: Any, reason: str, evidence: str = "") -> None:
        """Propose a change, or make it now where the area's rule says so."""
        draft = Draft(self.viewer, action, subject, arguments, reason, evidence)
        if not self.review and self._at_once(draft):
            self._make(draft)
            return
        self.drafts.append((self._note(action, Result.Outcome.PROPOSED, subject), draft))

    def _at_once(self, draft: Draft) -> bool:
        place = draft.subject.place_code
        level = changes.handler(draft.action).level()
        return policies.takes_effect_at_once(self.viewer, place, draft.action, level, self.around.rules(place))

    def _make(self, draft: Draft) -> None:
        try:
            with transaction.atomic():
                changes.handler(draft.action).apply(
                    actor=self.viewer, reason=draft.reason, evidence=draft.evidence, arguments=draft.arguments
                )
        except REFUSALS as refusal:
            self.refuse(draft.action, told(refusal), draft.subject)
            return
        self.touch()
        self._note(draft.action, Result.Outcome.DONE, draft.subject)

    def touch(self) -> None:
        """Note that it has written something already."""
        self.wrote = True
        self.around.wrote()

    def settle(self, outcomes: Sequence[Proposal | Refusal]) -> None:
        """Note what became of its drafts, in their order."""
        for (row, _draft), outcome in zip(self.drafts, outcomes, strict=True):
            if isinstance(outcome, Proposal):
                row.proposal_id = outcome.pk
                Result.proposal.field.set_cached_value(row, outcome)
            else:
                row.outcome, row.note = Result.Outcome.REFUSED, _masked(told(outcome))

    def create(self, kind: str, subject: Subject, rows: Sequence[models.Model]) -> None:
        """Note a record of the form's own, for instance a visit, whose rows are inserted with those of the others."""
        recorder = Recorder()
        for row in rows:
            recorder.created(row)
        self.records += rows
        self.changes.append(
            fields_of(
                recorder, actor=self.viewer, action=kind, subject_kind=subject.kind, subject_id=subject.id,
                place_code=subject.place_code,
            )
        )  # fmt: skip
        self._note(kind, Result.Outcome.DONE, subject)

    def record(self, kind: str, subject_kind: str, subject_id: uuid.UUID) -> None:
        """Note a record that the form wrote itself."""
        self.touch()
        self._note(kind, Result.Outcome.DONE, Subject(subject_kind, subject_id, ""))

    def refuse(self, action: str, why: str, subject: Subject | None = None) -> None:
        """Note an answer that could not be taken, in words without numbers; somebody has to look at it."""
        self._note(action, Result.Outcome.REFUSED, subject, note=_masked(why))

    def _note(self, action: str, outcome: Result.Outcome, subject: Subject | None, *, note: str = "") -> Result:
        row = Result(
            submission_id=self.submission.pk, position=len(self.results), action=action, outcome=outcome,
            subject_kind=subject.kind if subject else "", subject_id=subject.id if subject else None, note=note,
        )  # fmt: skip
        self.results.append(row)
        return row

    @property
    def refused(self) -> bool:
        """Whether something of it could not be taken."""
        return any(row.outcome == Result.Outcome.REFUSED for row in self.results)


def told(refusal: Refusal) -> str:
    """The words of a refusal; none for what lies outside the worker's areas."""
    return str(refusal.message) if isinstance(refusal, Refused) else ""


def _masked(why: str) -> str:
    return without_numbers(why)[:LONGEST]


def label(action: str) -> Any:
    """What a result is called: a change as in the review, a record by its own name."""
    return ACTIONS.get(action) or changes.label(action)
