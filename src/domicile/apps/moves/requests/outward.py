"""Requests to areas of other registers. They wait as `to_send` until whoever carries messages takes them.

The app of messages calls `carry_with` once at start-up with a function that sends one request, `sent` when the other
register has it, and `answered` with what came back.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping

from domicile.apps.audit.recording import recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.requests.models import OutsideRequest
from domicile.apps.moves.requests.telling import end, tell

Carrier = Callable[[OutsideRequest], None]
SEND = "moves.send_outside_request"
_carriers: list[Carrier] = []
State = OutsideRequest.State


def carry_with(carrier: Carrier) -> None:
    """Have requests to other registers carried by this function. Once: a second one is a programming error."""
    if _carriers:
        raise ValueError("requests to other registers are carried already")
    _carriers.append(carrier)


def carry(request: OutsideRequest) -> None:
    """Hand a request over, in the transaction in which it was made; without a carrier it waits."""
    for carrier in _carriers:
        carrier(request)


def sent(*, actor: Viewer, request_id: uuid.UUID) -> None:
    """The other register has it: it waits there. Twice changes nothing."""
    row = OutsideRequest.objects.select_for_update().get(pk=request_id)
    if row.state != State.TO_SEND:
        return
    with recording(
        actor=actor, action=SEND, subject_kind="outside_request", subject_id=row.pk, place_code=row.from_code
    ) as change:  # fmt: skip
        change.update(row, state=State.WAITING)


def answered(*, actor: Viewer, request_id: uuid.UUID, told: Mapping[str, str], by: str, now: dt.datetime) -> None:
    """What the other register answered: particulars by key, none where nothing can be told. Twice changes nothing."""
    row = OutsideRequest.objects.select_for_update().get(pk=request_id)
    if row.state == State.ENDED:
        return
    if told:
        tell(actor, row, told, now=now, by_name=by)
    else:
        end(actor, row, OutsideRequest.Outcome.DECLINED, now=now, by_name=by)
