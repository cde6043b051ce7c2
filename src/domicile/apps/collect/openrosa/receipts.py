"""What a registered form does with its answers: every answer becomes a result that is counted once."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from django.db import transaction

from domicile.apps.administration.words import ACTIONS
from domicile.apps.audit.bundles import NewRow
from domicile.apps.collect import policies
from domicile.apps.collect import registry as changes
from domicile.apps.collect.drafts import REFUSALS, Draft, Refusal, Subject
from domicile.apps.collect.models import ReviewRule
from domicile.apps.collect.openrosa.models import Result
from domicile.apps.collect.openrosa.storing import Sent
from domicile.apps.common.ids import new_id
from domicile.apps.common.inserting import Fields
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer

LONGEST = 200


class Around(Protocol):
    """What forms that are processed together share; `zone` is that of the register's days."""

    zone: dt.tzinfo

    def rules(self, place_code: str) -> list[ReviewRule]:
        """The rules of review over a place."""

    def ground(self, receipt: "Receipt") -> Any:
        """What the form's `gather` found for all of them."""

    def wrote(self) -> None:
        """Something was written at once: what was gathered before is out of date."""


@dataclass(frozen=True, slots=True)
class Record:
    """What a form records by itself: how the log calls it, about what, and its rows."""

    kind: str
    subject: Subject
    rows: Sequence[NewRow]


@dataclass
class Receipt:
    """One submission on its way through. `review`: everything waits for review, for its worker has left.

    What it proposes and records is written once all that are processed together were read. What is refused is written down
    for somebody to look at, and does not stop the rest. `results`: the columns of what its answers became. `wrote`: it has
    written something already. `edited`: it corrects a form of which something was decided.
    """

    submission: Sent
    viewer: Viewer
    around: Around
    review: bool = False
    results: list[Fields] = field(default_factory=list)
    drafts: list[tuple[Fields, Draft]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    wrote: bool = False
    edited: bool = False

    @cached_property
    def received_on(self) -> dt.date:
        """The day on which it came."""
        return self.submission.received_at.astimezone(self.around.zone).date()

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

    def settle(self, outcomes: Sequence[uuid.UUID | Refusal]) -> None:
        """Note what became of its drafts, in their order: the proposal, or why there is none."""
        for (row, _draft), outcome in zip(self.drafts, outcomes, strict=True):
            if isinstance(outcome, uuid.UUID):
                row["proposal_id"] = outcome
            else:
                row["outcome"], row["note"] = Result.Outcome.REFUSED.value, _masked(told(outcome))

    def create(self, kind: str, subject: Subject, rows: Sequence[NewRow]) -> None:
        """Note a record of the form's own, for instance a visit, whose rows are inserted with those of the others."""
        self.records.append(Record(kind, subject, rows))
        self._note(kind, Result.Outcome.DONE, subject)

    def done(self, action: str, subject: Subject) -> None:
        """Note what an action of the form's own has written."""
        self.touch()
        self._note(action, Result.Outcome.DONE, subject)

    def refuse(self, action: str, why: str, subject: Subject | None = None) -> None:
        """Note an answer that could not be taken, in words without numbers; somebody has to look at it."""
        self._note(action, Result.Outcome.REFUSED, subject, note=_masked(why))

    def _note(self, action: str, outcome: Result.Outcome, subject: Subject | None, *, note: str = "") -> Fields:
        row: Fields = {
            "id": new_id(), "submission_id": self.submission.pk, "position": len(self.results), "action": action,
            "outcome": outcome.value, "proposal_id": None, "subject_kind": subject.kind if subject else "",
            "subject_id": subject.id if subject else None, "note": note,
        }  # fmt: skip
        self.results.append(row)
        return row

    @property
    def refused(self) -> bool:
        """Whether something of it could not be taken."""
        return any(row["outcome"] == Result.Outcome.REFUSED for row in self.results)


def told(refusal: Refusal) -> str:
    """The words of a refusal; none for what lies outside the worker's areas."""
    return str(refusal.message) if isinstance(refusal, Refused) else ""


def _masked(why: str) -> str:
    return without_numbers(why)[:LONGEST]


def label(action: str) -> Any:
    """What a result is called: a change as in the review, a record by its own name."""
    return ACTIONS.get(action) or changes.label(action)
