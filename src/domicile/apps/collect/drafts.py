"""Make proposals of drafts: one, or those of many filled forms at once in a number of queries that does not grow."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.bundles import Bundle
from domicile.apps.collect import policies
from domicile.apps.collect.arguments import pack
from domicile.apps.collect.models import Proposal, ReviewRule
from domicile.apps.collect.registry import handler
from domicile.apps.common.ids import new_id
from domicile.apps.common.inserting import Fields
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault.sealing import binding, encrypt, ensure_subjects

PROPOSE = "collect.propose"
#: Why a draft could not be made.
Refusal = Refused | OutOfReach | NotAllowed
REFUSALS: Final = (Refused, OutOfReach, NotAllowed)
#: The rules over a place.
Rules = Callable[[str], list[ReviewRule]]


@dataclass(frozen=True, slots=True)
class Unsure:
    """What a judge says of a draft that has to be rehearsed."""


UNSURE: Final = Unsure()
#: What a judge says of a draft: None where it could be made.
Verdict = Refusal | Unsure | None


@dataclass(frozen=True)
class Subject:
    """Whom or what a change is about, and where."""

    kind: str
    id: uuid.UUID
    place_code: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that somebody proposes."""

    actor: Viewer
    action: str
    subject: Subject
    arguments: Any
    reason: str
    evidence: str = ""


def propose_one(draft: Draft) -> Proposal:
    """Leave one change for review. Raises Refused, OutOfReach or NotAllowed where it could not be made now."""
    check_may_propose(draft)
    with transaction.atomic():
        _rehearse(draft)
        (row,) = _store([draft], policies.rules_over)
    return Proposal(**row)


def propose_many(drafts: Sequence[Draft], rules: Rules = policies.rules_over) -> list[uuid.UUID | Refusal]:
    """Leave many changes for review, each as if it were alone: a proposal's key, or why it could not be made now.

    Nothing is made where something unforeseen is raised.
    """
    found: list[Any] = [None] * len(drafts)
    with transaction.atomic():
        for place, verdict in enumerate(_judged(drafts)):
            found[place] = verdict
        good = [place for place, verdict in enumerate(found) if verdict is None]
        for place, row in zip(good, _store([drafts[place] for place in good], rules), strict=True):
            found[place] = row["id"]
    return found


def check_may_propose(draft: Draft) -> None:
    """Whether this actor may propose anything there. Raises NotAllowed."""
    actor = draft.actor
    if (
        actor.user_id is None
        or not actor.covers(draft.subject.place_code)
        or not (actor.may("propose_change") or actor.may("apply_change"))
    ):
        raise NotAllowed("propose_change")


def _judged(drafts: Sequence[Draft]) -> list[Refusal | None]:
    """Whether each could be made: the kinds that one judge knows together, the others each by a rehearsal."""
    found: list[Any] = [None] * len(drafts)
    groups: dict[Any, list[int]] = {}
    for place, draft in enumerate(drafts):
        try:
            check_may_propose(draft)
        except NotAllowed as refusal:
            found[place] = refusal
        else:
            groups.setdefault(handler(draft.action).judge, []).append(place)
    for judge, places in groups.items():
        verdicts = [UNSURE] * len(places) if judge is None else judge([drafts[place] for place in places])
        for place, verdict in zip(places, verdicts, strict=True):
            found[place] = _rehearsed(drafts[place]) if isinstance(verdict, Unsure) else verdict
    return found


def _rehearsed(draft: Draft) -> Refusal | None:
    try:
        _rehearse(draft)
    except REFUSALS as refusal:
        return refusal
    return None


def _rehearse(draft: Draft) -> None:
    """Make the change and take it back. Raises what the change raises."""
    with transaction.atomic():
        rehearsal = transaction.savepoint()
        handler(draft.action).apply(
            actor=draft.actor, reason=draft.reason, evidence=draft.evidence, arguments=draft.arguments
        )
        transaction.savepoint_rollback(rehearsal)


def _store(drafts: Sequence[Draft], rules: Rules) -> list[Fields]:
    """Insert the proposals with their records."""
    now, over, levels = timezone.now(), _remembered(rules), _remembered(_level)
    keys, bundle, rows = ensure_subjects(draft.subject.id for draft in drafts), Bundle(), []
    for draft in drafts:
        subject = draft.subject
        row = _row(draft, over, levels(draft.action), now)
        row["arguments"] = encrypt(
            keys[subject.id], pack(draft.arguments).encode(), binding(Proposal._meta.db_table, "arguments", row["id"])
        )
        rows.append(row)
        bundle.create(
            [(Proposal, row)], actor=draft.actor, action=PROPOSE, subject_kind=subject.kind, subject_id=subject.id,
            place_code=subject.place_code, reason=draft.reason, at=now,
        )  # fmt: skip
    bundle.write()
    return rows


def _level(action: str) -> str:
    return handler(action).level()


def _remembered(ask: Callable[[str], Any]) -> Callable[[str], Any]:
    """Asks once for each key."""
    held: dict[str, Any] = {}

    def answer(key: str) -> Any:
        if key not in held:
            held[key] = ask(key)
        return held[key]

    return answer


def _row(draft: Draft, over: Rules, level: str, now: dt.datetime) -> Fields:
    """The columns of the proposal with the levels that it has to pass, without its arguments."""
    actor, subject = draft.actor, draft.subject
    if actor.user_id is None:
        raise NotAllowed("propose_change")
    way = policies.way(over(subject.place_code), draft.action, level)
    first, *later = policies.still_to_pass(actor, subject.place_code, way)
    return {
        "id": new_id(), "action": draft.action, "subject_kind": subject.kind, "subject_id": subject.id,
        "place_code": subject.place_code, "level": first, "later": " ".join(later), "version": 1, "corrected": False,
        "arguments": None, "reason": draft.reason, "evidence": draft.evidence, "state": Proposal.State.WAITING.value,
        "proposed_by": actor.user_id, "proposed_by_name": actor.name, "proposed_at": now, "decided_by": None,
        "decided_at": None, "decision_note": "",
    }  # fmt: skip
