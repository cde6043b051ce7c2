"""Decide about proposals: each word is conditional on the version that was looked at, and said once."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.audit.past import entries
from domicile.apps.audit.recording import changes_of, recording
from domicile.apps.audit.reversal import stored
from domicile.apps.collect import policies
from domicile.apps.collect.arguments import pack, unpack
from domicile.apps.collect.models import Decision, Proposal
from domicile.apps.collect.registry import Handler, handler, up_to_date
from domicile.apps.collect.review import standing_in
from domicile.apps.collect.review.late import told_late
from domicile.apps.collect.review.parts import corrected
from domicile.apps.collect.undoing import undo
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault.sealing import open_value, seal

LONGEST_NOTE = 200
Verdict = Decision.Verdict
State = Proposal.State


def accept(
    *, actor: Viewer, proposal_id: uuid.UUID, note: str = "", version: int | None = None,
    values: Mapping[str, str] | None = None,
) -> Proposal:  # fmt: skip
    """Let a proposal pass its level; after the last one the change is made. `values` correct it first, by its parts.

    Raises Refused when it was decided already, was changed since `version`, or no longer fits what is on file.
    """
    with transaction.atomic():
        proposal, known = _held(actor, proposal_id, version)
        arguments = up_to_date(unpack(known.arguments, open_value(proposal, "arguments")))
        better = corrected(arguments, known.parts(arguments), values) if values else arguments
        changed: dict[str, Any] = {}
        if better != arguments:
            changed = {"arguments": seal(proposal, "arguments", pack(better)), "corrected": True}
        if proposal.later:
            rehearse(actor, known, proposal, better)
            level, *later = proposal.later.split()
            changed |= {"level": level, "later": " ".join(later)}
            return _decide(actor, proposal, State.WAITING, Verdict.PASSED, note, **changed)
        evidence = proposal.evidence or f"proposal {proposal.id}"
        with changes_of() as made:
            known.apply(actor=actor, reason=proposal.reason, evidence=evidence, arguments=better)
        written = next((change.pk for change in made if change.action == proposal.action), None)
        return _decide(actor, proposal, State.ACCEPTED, Verdict.ACCEPTED, note, change_id=written, **changed)


def send_back(*, actor: Viewer, proposal_id: uuid.UUID, note: str, version: int | None = None) -> Proposal:
    """Return a proposal with a reason that its proposer reads; whoever works there now, where the proposer has left.

    Raises Refused where nobody would read it.
    """
    if not note.strip():
        raise Refused(_("Say why you return it, so that the proposer can correct it."), "note")
    with transaction.atomic():
        proposal, _known = _held(actor, proposal_id, version)
        standing_in.check_return(actor, proposal, timezone.localdate())
        return _decide(actor, proposal, State.RETURNED, Verdict.RETURNED, note)


def withdraw(*, actor: Viewer, proposal_id: uuid.UUID, version: int | None = None) -> Proposal:
    """Take back one's own proposal while it waits."""
    with transaction.atomic():
        proposal = _locked(actor, proposal_id)
        if not policies.may_withdraw(actor, proposal):
            raise NotAllowed("withdraw")
        _same(proposal, version)
        return _decide(actor, proposal, State.WITHDRAWN, Verdict.WITHDRAWN, "")


def withdraw_imported(*, actor: Viewer, proposal_id: uuid.UUID, note: str) -> Proposal | None:
    """Take back what an import proposed, as the import is undone: by whoever may undo it where the proposal lies.

    None where the proposal waits no more. Raises NotAllowed, OutOfReach.
    """
    actor.require("undo_import")
    with transaction.atomic():
        proposal = _locked(actor, proposal_id)
        if proposal.state not in {State.WAITING, State.RETURNED}:
            return None
        return _decide(actor, proposal, State.WITHDRAWN, Verdict.WITHDRAWN, note)


def send_again(
    *, actor: Viewer, proposal_id: uuid.UUID, values: Mapping[str, str] | None = None, note: str = "",
    version: int | None = None,
) -> Proposal:  # fmt: skip
    """Send a returned proposal again, corrected by its parts; it passes all its levels anew.

    Who sends that of somebody who has left vouches for it: it is theirs from then on. Raises Refused when the change could
    not be made, NotAllowed when it is not the actor's.
    """
    with transaction.atomic():
        proposal = _locked(actor, proposal_id)
        if actor.user_id is None or not standing_in.may_send_again(actor, proposal):
            raise NotAllowed("send again")
        _same(proposal, version)
        known = handler(proposal.action)
        arguments = unpack(known.arguments, open_value(proposal, "arguments"))
        better = corrected(arguments, known.parts(arguments), values) if values else arguments
        if better == arguments and not note.strip():
            raise Refused(_("Correct it, or answer why it is right as it is."), "note")
        rehearse(actor, known, proposal, better)
        levels = policies.way(policies.rules_over(proposal.place_code), proposal.action, known.level())
        level, *later = policies.still_to_pass(actor, proposal.place_code, levels)
        return _decide(
            actor, proposal, State.WAITING, Verdict.SENT_AGAIN, note, level=level, later=" ".join(later),
            corrected=False, arguments=seal(proposal, "arguments", pack(better)), proposed_by=actor.user_id,
            proposed_by_name=actor.name,
        )  # fmt: skip


def undo_acceptance(*, actor: Viewer, proposal_id: uuid.UUID) -> Proposal:
    """Take back what an acceptance wrote; the proposal waits again, at the level that accepted it.

    Raises Refused when its rows were changed since, NotAllowed when the actor may not undo that change.
    """
    with transaction.atomic():
        proposal = _locked(actor, proposal_id)
        actor.require("review_change")
        last = proposal.decisions.order_by("-version").first()
        if proposal.state != State.ACCEPTED or last is None or last.change_id is None:
            raise Refused(_("There is no acceptance to undo here. Open the proposal again."))
        undo(actor=actor, change_id=last.change_id, kinds=[proposal.action])
        return _decide(actor, proposal, State.WAITING, Verdict.UNDONE, "", level=last.level)


def take_back(*, actor: Viewer, proposal_id: uuid.UUID, version: int | None = None) -> Proposal:
    """Take the own last word back: what was returned or passed on waits again where it waited, with what stood in it then.

    Raises Refused where somebody spoke since `version`, NotAllowed where the last word is no such word of the actor's.
    """
    with transaction.atomic():
        proposal = _locked(actor, proposal_id)
        _same(proposal, version)
        last = proposal.decisions.order_by("-version").first()
        if last is None or not policies.may_take_back(actor, proposal, last):
            raise NotAllowed("take back")
        return _decide(actor, proposal, State.WAITING, Verdict.TAKEN_BACK, "", **_before(proposal, last))


def _before(proposal: Proposal, word: Decision) -> dict[str, Any]:
    """What stood in a proposal before a word on it, of what the word changed beside its state."""
    rows = Change.objects.filter(subject_id=proposal.subject_id, action=f"collect.{word.verdict}").order_by("-pk")
    said = next((row for row in rows if word.pk.hex in row.values), None)
    if said is None:
        raise Refused(_("There is nothing to take back."))
    written = next(entry.fields for entry in entries(said) if entry.row == proposal.pk.hex)
    kept = ("level", "later", "arguments", "corrected")
    return {name: stored(Proposal._meta.get_field(name), written[name][0]) for name in kept if name in written}


def rehearse(actor: Viewer, known: Handler, proposal: Proposal, arguments: Any) -> None:
    """Make the change and take it back: what could not be made is refused now, not by the last level."""
    with transaction.atomic():
        rehearsal = transaction.savepoint()
        known.apply(actor=actor, reason=proposal.reason, evidence=proposal.evidence, arguments=arguments)
        transaction.savepoint_rollback(rehearsal)


def passed_in(words: Iterable[Decision]) -> set[uuid.UUID]:
    """Who let a proposal pass a level since it was last sent; `words` in their order."""
    found: set[uuid.UUID] = set()
    for word in words:
        if word.verdict == Verdict.SENT_AGAIN:
            found.clear()
        elif word.verdict == Verdict.TAKEN_BACK:
            found.discard(word.by)
        elif word.verdict == Verdict.PASSED:
            found.add(word.by)
    return found


def _locked(actor: Viewer, proposal_id: uuid.UUID) -> Proposal:
    """The row, held until this transaction ends: nobody else decides meanwhile. Raises OutOfReach."""
    proposal = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None or not actor.covers(proposal.place_code):
        raise OutOfReach
    return proposal


def _held(actor: Viewer, proposal_id: uuid.UUID, version: int | None) -> tuple[Proposal, Handler]:
    proposal = _locked(actor, proposal_id)
    if proposal.state != State.WAITING:
        raise Refused(told_late(proposal))
    _same(proposal, version)
    if not policies.may_decide(actor, proposal, passed_in(proposal.decisions.order_by("version"))):
        raise NotAllowed("decide")
    return proposal, handler(proposal.action)


def _same(proposal: Proposal, version: int | None) -> None:
    if version is not None and version != proposal.version:
        raise Refused(told_late(proposal))


def _decide(
    actor: Viewer, proposal: Proposal, state: State, verdict: Verdict, note: str, *, change_id: int | None = None,
    **changed: Any,
) -> Proposal:  # fmt: skip
    """Write the word and what it makes of the proposal, provided that nobody else's word came first."""
    if actor.user_id is None:
        raise NotAllowed("decide")
    note = without_numbers(note.strip())[:LONGEST_NOTE]  # it stands in the clear, also in the log of changes
    level, version, now = proposal.level, proposal.version, timezone.now()
    waits = state == State.WAITING
    same = Proposal.objects.filter(pk=proposal.pk, version=version, state=proposal.state)
    if not same.update(version=version + 1):
        raise Refused(told_late(proposal))
    try:
        with recording(
            actor=actor, action=f"collect.{verdict}", subject_kind=proposal.subject_kind,
            subject_id=proposal.subject_id, place_code=proposal.place_code, reason=note,
        ) as change:  # fmt: skip
            change.update(
                proposal, state=state, version=version + 1, decided_by=None if waits else actor.user_id,
                decided_at=None if waits else now, decision_note=note, **changed,
            )  # fmt: skip
            change.create(
                Decision(
                    proposal=proposal, version=version, verdict=verdict, level=level, by=actor.user_id,
                    by_name=actor.name, at=now, note=note, change_id=change_id, corrected=bool(changed.get("corrected")),
                )
            )  # fmt: skip
    except IntegrityError as error:  # the same version was decided by somebody else
        raise Refused(told_late(proposal)) from error
    return proposal
