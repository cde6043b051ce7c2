"""What staff can do to moves. Each is applied at once or proposed (collect.actions.submit)."""

from domicile.apps.moves.actions.answering import Accept, NotYet, accept, not_yet
from domicile.apps.moves.actions.arriving import Arrive, Ask, arrive, ask
from domicile.apps.moves.actions.deciding import (
    Cancel,
    Confirm,
    CorrectEnd,
    Lapse,
    Object,
    Withdraw,
    cancel,
    confirm,
    correct_end,
    lapse,
    object_to,
    withdraw,
)
from domicile.apps.moves.actions.declaring import (
    ChangeDestination,
    Declare,
    Depart,
    Return,
    change_destination,
    declare,
    depart,
    return_home,
)

__all__ = [
    "Accept", "Arrive", "Ask", "Cancel", "ChangeDestination", "Confirm", "CorrectEnd", "Declare", "Depart", "Lapse",
    "NotYet", "Object", "Return", "Withdraw", "accept", "arrive", "ask", "cancel", "change_destination", "confirm",
    "correct_end", "declare", "depart", "lapse", "not_yet", "object_to", "return_home", "withdraw",
]  # fmt: skip
