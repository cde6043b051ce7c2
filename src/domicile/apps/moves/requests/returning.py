"""The answer to a request of another register, on its way back."""

from collections.abc import Mapping

from domicile.apps.moves import policies
from domicile.apps.moves.requests.models import OutsideRequest
from domicile.apps.peers import directory, outbox

ANSWERED = "request.answered"


def answer_back(row: OutsideRequest, told: Mapping[str, str], by_name: str) -> None:
    """Tell the register that asked how its request ended; nothing where it was asked in this one."""
    if policies.in_register(row.from_code):
        return
    peer = directory.peer_for(row.from_code)
    if peer is not None:
        outbox.post(peer=peer, kind=ANSWERED, subject=row.pk, data={"told": dict(told), "by": by_name})
