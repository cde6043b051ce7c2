"""What either end says to a move under way: yes, no, never mind, it was otherwise (MO-4)."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import homes, policies
from domicile.apps.moves.actions import requesting
from domicile.apps.moves.actions.declaring import destination_of
from domicile.apps.moves.actions.stepping import (
    check_free,
    check_living,
    close_or_keep,
    confirm_if_agreed,
    locked,
    people_of,
    relocate,
    says,
    take,
)
from domicile.apps.moves.actions.taking_back import forget_arrival, resumes_after, shift, undo_arrival
from domicile.apps.moves.messages.sending import keeper_of
from domicile.apps.moves.models import Move, MovePerson, Side
from domicile.apps.moves.policies import Ends
from domicile.apps.moves.records import moving

THEIR_WORD = _("The destination lies in another register: it says so itself.")


@dataclass(frozen=True)
class Confirm:
    """Both ends agree, or the place that was asked says yes. `new_head_id` when a head leaves others behind."""

    move_id: uuid.UUID
    new_head_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Object:
    """The origin says that it is otherwise; the reason says how. Nothing changes until one side corrects."""

    move_id: uuid.UUID


@dataclass(frozen=True)
class Cancel:
    """They do not go, or the arrival was none."""

    move_id: uuid.UUID


@dataclass(frozen=True)
class Withdraw:
    """The arrival was registered in error: all is as before it."""

    move_id: uuid.UUID


@dataclass(frozen=True)
class Lapse:
    """Nothing was heard of an arrival for a long time."""

    move_id: uuid.UUID


@dataclass(frozen=True)
class CorrectEnd:
    """What one end said is corrected: its day, or at the origin where to, once they have arrived. '' and None leave as is."""

    move_id: uuid.UUID
    side: str
    day: dt.date | None = None
    to_where: str = ""
    to_code: str = ""
    to_text: str = ""


@transaction.atomic
def confirm(*, actor: Viewer, reason: str, evidence: str = "", arguments: Confirm) -> None:
    """Confirm a move; who was asked about lets the person go on the day of arrival. Raises Refused."""
    move, ends = locked(actor, arguments.move_id)
    key = "answer" if move.state == "away" else "confirm"
    by = policies.party_for(actor, ends, policies.step(key))
    end = ends.of(policies.speaks_for(by or "") or Side.ORIGIN)
    with moving(actor, "moves.confirm", move, end, reason, evidence) as change:
        if move.state == "asked" and move.owner == Side.ORIGIN:
            _let_go(actor, move, ends, arguments.new_head_id, change)
        if move.state == "asked" or end.said_at is None:
            said = ends.destination if end.side == Side.ORIGIN else ends.origin
            says(end, actor, change, to_where=said.to_where, to_code=said.to_code, to_text=said.to_text, day=said.day,
                 evidence=evidence[:200])  # fmt: skip
        for row in MovePerson.objects.filter(move=move):
            change.update(row, by_origin=True, by_destination=True)
        take(move, key, to="confirmed", by=by, actor=actor, change=change, reason=reason, evidence=evidence,
             reach=policies.in_reach(end.code))  # fmt: skip
        close_or_keep(move, ends, change)


@transaction.atomic
def object_to(*, actor: Viewer, reason: str, evidence: str = "", arguments: Object) -> None:
    """Put the origin's objection on file: the difference stays open. Raises Refused."""
    move, ends = locked(actor, arguments.move_id)
    by = policies.party_for(actor, ends, policies.step("object"))
    with moving(actor, "moves.object", move, ends.origin, reason, evidence) as change:
        take(move, "object", to=move.state, by=by, actor=actor, change=change, reason=reason, evidence=evidence,
             counts_at_origin=move.owner == Side.ORIGIN)  # fmt: skip
        close_or_keep(move, ends, change)


@transaction.atomic
def cancel(*, actor: Viewer, reason: str, evidence: str = "", arguments: Cancel) -> None:
    """Cancel a declaration, or an arrival of which the place left was asked. Raises Refused."""
    move, ends = locked(actor, arguments.move_id)
    side = Side.DESTINATION if move.state == "asked" else Side.ORIGIN
    if keeper_of(move) is not None:
        requesting.withdrawal(move, ends, "cancel", actor, reason, evidence)
        return
    found = policies.parties(actor, ends)
    by = next((party for party in ("above", side.value) if party in found), None)
    with moving(actor, "moves.cancel", move, ends.of(side), reason, evidence) as change:
        if move.state == "asked":
            undo_arrival(move, "cancel", ends, change)
        take(move, "cancel", to="cancelled", by=by, actor=actor, change=change, reason=reason, evidence=evidence)
        close_or_keep(move, ends, change)


@transaction.atomic
def withdraw(*, actor: Viewer, reason: str, evidence: str = "", arguments: Withdraw) -> None:
    """Take an arrival back: it was registered in error. Raises Refused."""
    move, ends = locked(actor, arguments.move_id)
    check_free(move, people_of(move))
    check_living(people_of(move))
    if keeper_of(move) is not None:
        requesting.withdrawal(move, ends, "withdraw", actor, reason, evidence)
        return
    if policies.may_have_moved_on(move):
        raise Refused(THEIR_WORD)
    by = policies.party_for(actor, ends, policies.step("withdraw"))
    resumes = resumes_after(move)
    with moving(actor, "moves.withdraw", move, ends.destination, reason, evidence) as change:
        undo_arrival(move, "withdraw", ends, change, resumes=resumes)
        take(move, "withdraw", to=resumes, by=by, actor=actor, change=change, reason=reason, evidence=evidence)
        forget_arrival(move, ends, change)
        close_or_keep(move, ends, change)


@transaction.atomic
def lapse(*, actor: Viewer, reason: str, evidence: str = "", arguments: Lapse) -> None:
    """End a declaration of which nothing was heard: the person counts where they did. Raises Refused."""
    move, ends = locked(actor, arguments.move_id)
    by = policies.party_for(actor, ends, policies.step("lapse"))
    with moving(actor, "moves.lapse", move, ends.origin, reason, evidence) as change:
        take(move, "lapse", to="lapsed", by=by, actor=actor, change=change, reason=reason, evidence=evidence)
        close_or_keep(move, ends, change)


@transaction.atomic
def correct_end(*, actor: Viewer, reason: str, evidence: str = "", arguments: CorrectEnd) -> None:
    """Correct what one end said. Of a confirmed move the other end is asked again, unless both now say the same.

    Where the day is that from which the end counts, the days of the movers follow. Raises Refused.
    """
    move, ends = locked(actor, arguments.move_id)
    if arguments.side not in Side.values:
        raise Refused(_("Choose which end is corrected."), "side")
    end, key = ends.of(arguments.side), "reopen" if move.state == "confirmed" else "correct"
    if (
        arguments.day is not None
        and arguments.day > timezone.localdate()
        and (arguments.side == Side.DESTINATION or move.state == "away")
    ):
        raise Refused(_("This day lies in the future."), "day")
    found = policies.parties(actor, ends)
    by = next((party for party in ("above", arguments.side) if party in found), None)
    if end.said_at is None:
        raise Refused(_("This end has said nothing yet."), "side")
    if arguments.to_where and not policies.where_to_be_corrected(move, ends, found):
        raise Refused(
            _("Where to is corrected by the place left, once they have arrived: before, change the destination.")
        )
    fields = _corrected(end, arguments)
    check_free(move, people_of(move))
    if key == "reopen":
        check_living(people_of(move))
    if arguments.side == Side.DESTINATION and policies.may_have_moved_on(move):
        raise Refused(THEIR_WORD, "side")
    if keeper_of(move) is not None:
        requesting.correction(move, ends, arguments.side, arguments.day, actor, reason, evidence)
        return
    with moving(actor, "moves.correct", move, end, reason, evidence) as change:
        shift(move, key, ends, arguments.side, arguments.day, change)
        says(end, actor, change, **fields)
        take(move, key, to="arrived" if key == "reopen" else move.state, by=by, actor=actor, change=change,
             day=arguments.day, reason=reason, evidence=evidence, counts_at_origin=move.owner == Side.ORIGIN,
             side=arguments.side if by == "above" else "")  # fmt: skip
        confirm_if_agreed(move, ends, actor, change, timezone.localdate())
        close_or_keep(move, ends, change)


def _corrected(end: object, arguments: CorrectEnd) -> dict[str, object]:
    """The columns that change. Raises Refused when none does."""
    fields: dict[str, object] = {}
    if arguments.day is not None:
        fields["day"] = arguments.day
    if arguments.to_where and arguments.side == Side.ORIGIN:
        where, code, text = destination_of(arguments.to_where, arguments.to_code, arguments.to_text)
        fields |= {"to_where": where, "to_code": code, "to_text": text}
    if all(getattr(end, name) == value for name, value in fields.items()):
        raise Refused(_("This is on file already: nothing would change."))
    return fields


def _let_go(actor: Viewer, move: Move, ends: Ends, new_head_id: uuid.UUID | None, change: Recorder) -> None:
    """The place asked says yes: from the day of arrival on the destination counts."""
    destination, people = ends.destination, people_of(move)
    if destination.day is None:
        raise Refused(_("The move stands otherwise by now. Open it again."))
    for member in homes.living_members(people):
        homes.check_successor(member.household, people, new_head_id)
    relocate(move, "confirm", ends, people, change, state=move.state, owner=move.owner)
    homes.leave_homes(people, destination.day, change, new_head_id=new_head_id)
    if destination.dwelling is not None:  # else they live in another register
        homes.settle_there(destination.dwelling, people, destination.day, change, into=destination.household)
