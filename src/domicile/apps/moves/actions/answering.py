"""What the destination answers: the place left is right by now, or they have not arrived yet (MO-3, MO-4)."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import ground, policies
from domicile.apps.moves.actions import requesting
from domicile.apps.moves.actions.stepping import check_free, close_or_keep, locked, people_of, says, take
from domicile.apps.moves.actions.taking_back import shift
from domicile.apps.moves.messages.sending import keeper_of
from domicile.apps.moves.models import Move, Side
from domicile.apps.moves.policies import Ends
from domicile.apps.moves.records import moving

DESTINATION = Side.DESTINATION.value


@dataclass(frozen=True)
class Accept:
    """The destination accepts what the place left corrected: both have confirmed. `number`: of the step that is accepted."""

    move_id: uuid.UUID
    number: int


@dataclass(frozen=True)
class NotYet:
    """They are expected and have not arrived yet: nothing changes but the time to act, which starts anew."""

    move_id: uuid.UUID


@transaction.atomic
def accept(*, actor: Viewer, reason: str, evidence: str = "", arguments: Accept) -> None:
    """Accept a correction of the place left; where it leaves later they count here only from then. Raises Refused."""
    move, ends = locked(actor, arguments.move_id)
    check_free(move, people_of(move))
    check_latest(move, arguments.number)
    day = accepted_day(ends)
    if day is not None and day > timezone.localdate():
        raise Refused(_("This day lies in the future."))
    if keeper_of(move) is not None:
        requesting.acceptance(move, ends, arguments.number, day, actor, reason, evidence)
        return
    by = policies.party_for(actor, ends, policies.step("accept"))
    if by == DESTINATION and policies.told_elsewhere(move):
        raise Refused(_("The destination lies in another register: it says so itself."))
    with moving(actor, "moves.accept", move, ends.destination, reason, evidence) as change:
        come_to_terms(move, ends, day, change)
        says(ends.destination, actor, change)
        take(
            move, "accept", to="confirmed", by=by, actor=actor, change=change, day=day, reason=reason, evidence=evidence
        )
        close_or_keep(move, ends, change)


@transaction.atomic
def not_yet(*, actor: Viewer, reason: str, evidence: str = "", arguments: NotYet) -> None:
    """Answer that nobody has arrived yet; the place left sees it. Raises Refused where it was answered often enough."""
    move, ends = locked(actor, arguments.move_id)
    check_not_yet(move)
    if keeper_of(move) is not None:
        requesting.not_yet(move, ends, actor, reason, evidence)
        return
    if policies.told_elsewhere(move):
        raise Refused(_("The destination lies in another register: it says so itself."))
    by = policies.party_for(actor, ends, policies.step("not_yet"))
    with moving(actor, "moves.not_yet", move, ends.destination, reason, evidence) as change:
        take(move, "not_yet", to=move.state, by=by, actor=actor, change=change, reason=reason, evidence=evidence)
        close_or_keep(move, ends, change)


def accepted_day(ends: Ends) -> dt.date | None:
    """The day from which they count at the destination once it accepts: nobody arrives before the departure."""
    days = [end.day for end in (ends.origin, ends.destination) if end.day is not None]
    return max(days, default=None)


def come_to_terms(move: Move, ends: Ends, day: dt.date | None, change: Recorder) -> None:
    """The movers' days follow what is accepted, and everybody moves by the word of both. Raises Refused."""
    if day is not None and day != ends.destination.day:
        shift(move, "accept", ends, DESTINATION, day, change)
        change.update(ends.destination, day=day)
    for row in ground.movers_of(move):
        change.update(row, by_origin=True, by_destination=True)


def check_latest(move: Move, number: int) -> None:
    """Whether the last step is a correction that can be accepted, and the one of this number. Raises Refused."""
    step = policies.step("accept")
    fits = move.state in step.befores() and policies.last_word(move) in step.follows
    if not fits or any(row.number > number for row in ground.steps_of(move)):
        raise Refused(_("The move stands otherwise by now. Open it again."))


def check_not_yet(move: Move) -> None:
    """Whether the destination may still answer so. Raises Refused."""
    if move.state == "told" and not policies.may_say_not_yet(move):
        raise Refused(
            _(
                "This was answered before: register the arrival, or let the place left ask the mover and say what is true."
            )
        )
