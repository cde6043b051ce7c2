"""Steps that the register of the destination asks for: taken here, where the order of the move's steps is kept."""

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import ground, homes
from domicile.apps.moves.actions.answering import accepted_day, check_latest, check_not_yet, come_to_terms
from domicile.apps.moves.actions.arriving import split
from domicile.apps.moves.actions.stepping import (
    TOLERANCE,
    check_answered,
    check_free,
    check_living,
    close_or_keep,
    confirm_if_agreed,
    people_of,
    relocate,
    take,
)
from domicile.apps.moves.actions.taking_back import forget_arrival, resumes_after, shift, undo_arrival
from domicile.apps.moves.models import Move, Side, Where
from domicile.apps.moves.policies import Ends

if TYPE_CHECKING:
    from domicile.apps.moves.messages.documents import Arrival, Correction, Withdrawal

DESTINATION = Side.DESTINATION.value


def arrive(move: Move, ends: Ends, told: "Arrival", actor: Viewer, change: Recorder) -> None:
    """Let those go who have arrived in the other register: they count there from their day on. Raises Refused."""
    rows = {row.pk: row for row in ground.movers_of(move)}
    day, today = told.destination.day, timezone.localdate()
    if day is None or set(told.people) - set(rows):
        raise Refused(_("Somebody of these is not of this move. Open it again."))
    _not_ahead(day)
    came = [rows[key].person_id for key in dict.fromkeys(told.people)]
    check_free(move, [row.person_id for row in rows.values()])
    check_answered(came)
    stays = ground.stays_of(came)
    # Who counts nowhere here has died, or left by another move: they are not this register's to let go.
    lost = move.owner == Side.ORIGIN and len(stays) < len(came)
    if lost or any(stay.dwelling_id != ends.origin.dwelling_id for stay in stays.values()):
        raise Refused(_("Somebody of these lives elsewhere by now: register the arrival without this declaration."))
    if len(came) < len(rows):
        split(move, ends, [row.person_id for row in rows.values() if row.person_id not in came], actor, change)
    relocate(move, "arrive", ends, came, change, state=move.state, owner=move.owner, day=day)
    homes.leave_homes(came, day, change, new_head_id=move.new_head_id)
    code = told.destination.code.ljust(15, "0")
    change.update(
        ends.destination, code=code, to_where=Where.AREA.value, to_code=code, day=day, said_by=None,
        evidence=told.evidence, said_at=told.destination.said_at or timezone.now(), said_by_name=actor.name,
    )  # fmt: skip
    for row in ground.movers_of(move):
        change.update(row, by_destination=True)
    take(move, "arrive", to="arrived", by=DESTINATION, actor=actor, change=change, day=day, reason=told.reason,
         evidence=told.evidence)  # fmt: skip
    confirm_if_agreed(move, ends, actor, change, today)
    close_or_keep(move, ends, change)


def accept(move: Move, ends: Ends, actor: Viewer, change: Recorder, *, told: "Correction") -> None:
    """The destination accepts what was corrected here last. Raises Refused."""
    check_latest(move, told.number)
    check_free(move, people_of(move))
    day = accepted_day(ends)
    come_to_terms(move, ends, day, change)
    take(move, "accept", to="confirmed", by=DESTINATION, actor=actor, change=change, day=day, reason=told.reason,
         evidence=told.evidence)  # fmt: skip
    close_or_keep(move, ends, change)


def not_yet(move: Move, ends: Ends, actor: Viewer, change: Recorder, *, told: "Correction") -> None:
    """Nobody has arrived over there yet. Raises Refused."""
    check_not_yet(move)
    take(move, "not_yet", to=move.state, by=DESTINATION, actor=actor, change=change, reason=told.reason,
         evidence=told.evidence)  # fmt: skip
    close_or_keep(move, ends, change)


def correct(move: Move, ends: Ends, actor: Viewer, change: Recorder, *, told: "Correction") -> None:
    """The day of arrival over there was another one: the days of the movers follow. Raises Refused."""
    key = "reopen" if move.state == "confirmed" else "correct"
    if ends.destination.said_at is None:
        raise Refused(_("This end has said nothing yet."))
    _not_ahead(told.day)
    check_free(move, people_of(move))
    if key == "reopen":
        check_living(people_of(move))
    shift(move, key, ends, DESTINATION, told.day, change)
    change.update(ends.destination, day=told.day, evidence=told.evidence or ends.destination.evidence)
    take(move, key, to="arrived" if key == "reopen" else move.state, by=DESTINATION, actor=actor, change=change,
         day=told.day, reason=told.reason, evidence=told.evidence, counts_at_origin=move.owner == Side.ORIGIN)  # fmt: skip
    confirm_if_agreed(move, ends, actor, change, timezone.localdate())
    close_or_keep(move, ends, change)


def withdraw(move: Move, ends: Ends, actor: Viewer, change: Recorder, *, told: "Withdrawal") -> None:
    """The arrival over there was none: all is as before it; so is a question taken back, whatever came after. Raises Refused."""
    if move.state != "asked" or move.owner == Side.DESTINATION:
        check_free(move, people_of(move))
        check_living(people_of(move))
    key, to = ("cancel", "cancelled") if move.state == "asked" else ("withdraw", resumes_after(move))
    undo_arrival(move, key, ends, change, resumes="" if key == "cancel" else to)
    take(move, key, to=to, by=DESTINATION, actor=actor, change=change, reason=told.reason, evidence=told.evidence)
    if key == "withdraw":
        forget_arrival(move, ends, change)
    close_or_keep(move, ends, change)


def _not_ahead(day: dt.date) -> None:
    if day > timezone.localdate() + TOLERANCE:
        raise Refused(_("This day lies in the future."))
