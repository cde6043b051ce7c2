"""How a move stands with the register of its other end, in words for its page."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from domicile.apps.moves import words
from domicile.apps.moves.messages.sending import subject_of
from domicile.apps.moves.models import Correspondence, Move, MoveRequest
from domicile.apps.peers.models import OutMessage


@dataclass(frozen=True, slots=True)
class Between:
    """The other register; `keeps`: it keeps the order of the steps. `step` was asked of it at `since`, or refused in words.

    `unsent`: what it is to be told waits for the line.
    """

    register: str
    keeps: bool
    gone: bool
    step: str
    since: dt.datetime | None
    refused: str
    unsent: bool


def between(move: Move) -> list[Between]:
    """A line for each register that the move is spoken of with. At most four queries."""
    lines = list(Correspondence.objects.filter(move=move).select_related("peer").order_by("pk"))
    if not lines:
        return []
    asked = MoveRequest.objects.filter(move=move).order_by("-made_at").first()
    waits = asked is not None and asked.answered_at is None
    unsent = set(
        OutMessage.objects.filter(subject=subject_of(move), state=OutMessage.State.WAITING).values_list(
            "peer", flat=True
        )
    )
    return [
        Between(
            line.peer.name, line.keeps, line.gone,
            words.step(asked.step) if asked is not None and line.keeps else "",
            timezone.localtime(asked.made_at) if asked is not None and waits and line.keeps else None,
            asked.answer if asked is not None and line.keeps else "", line.peer_id in unsent,
        )
        for line in lines
    ]  # fmt: skip


def waits_for_answer(move: Move) -> bool:
    """Whether a step was asked of another register that has not answered. One query."""
    return MoveRequest.objects.filter(move=move, answered_at__isnull=True).exists()
