"""Which messages about moves are understood, and by what: known from the start, read when the first one comes."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from importlib import import_module

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from domicile.apps.moves.models import Correspondence, MoveChange
from domicile.apps.peers import registry
from domicile.apps.peers.models import OutMessage
from domicile.apps.peers.registry import Incoming

#: Kind of message: the function of `receiving` that it goes to.
KINDS = {f"move.{name}": name for name in (
    "declaration", "notice", "answer", "arrival", "question", "correction", "withdrawal"
)}  # fmt: skip
#: Those that wait for an answer: given up, they count as refused.
ASKING = ("move.arrival", "move.question", "move.correction", "move.withdrawal")
#: Those after which it is the other end's turn.
TELLING = ("move.declaration", "move.notice", "move.question")


def register_all() -> None:
    """Called once at start-up."""
    for kind, name in KINDS.items():
        registry.register(kind, _handler(name), prepare=_prepare)
    for kind in TELLING:
        registry.on_acknowledged_together(kind, heard)
    for kind in ASKING:
        registry.on_given_up(kind, given_up)


def heard(messages: Sequence[OutMessage]) -> None:
    """The other end has what it was told: its time to act runs from now. Of parts of a move only those of which it heard anew.

    Three statements.
    """
    made: dict[tuple[uuid.UUID, uuid.UUID], dt.datetime] = {}
    for message in messages:
        thread = (message.peer_id, message.subject)
        made[thread] = max(message.made_at, made.get(thread, message.made_at))
    subjects = {subject for _peer, subject in made}
    last = MoveChange.objects.filter(move_id=OuterRef("move_id")).order_by("-number").values("at")[:1]
    rows = Correspondence.objects.annotate(last=Subquery(last)).exclude(heard_at__gte=F("last"))
    whole, parts = rows.filter(move_id__in=subjects), rows.filter(move__part_of_id__in=subjects)
    told: list[tuple[uuid.UUID, uuid.UUID, uuid.UUID | None, dt.datetime | None]] = [
        *whole.values_list("pk", "peer_id", "move_id", "last"),
        *parts.values_list("pk", "peer_id", "move__part_of_id", "last"),
    ]
    known = [(key, at, made.get((peer, subject))) for key, peer, subject, at in told if subject is not None]
    anew = {key for key, at, heard_of in known if at is not None and heard_of is not None and at <= heard_of}
    if anew:
        Correspondence.objects.filter(pk__in=anew).update(heard_at=timezone.now())


def given_up(message: OutMessage) -> None:
    """Nobody will answer it."""
    import_module("domicile.apps.moves.messages.given_up").given_up(message)


def _prepare(messages: Sequence[Incoming]) -> None:
    import_module("domicile.apps.moves.messages.preparing").prepare(messages)


def _handler(name: str) -> Callable[[Incoming], None]:
    def handle(message: Incoming) -> None:
        getattr(import_module("domicile.apps.moves.messages.receiving"), name)(message)

    return handle
