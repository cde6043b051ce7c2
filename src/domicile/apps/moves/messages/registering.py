"""Which messages about moves are understood, and by what: known from the start, read when the first one comes."""

from collections.abc import Callable
from importlib import import_module

from django.db.models import Q
from django.utils import timezone

from domicile.apps.moves.models import Correspondence
from domicile.apps.peers import registry
from domicile.apps.peers.models import OutMessage
from domicile.apps.peers.registry import Incoming

#: Kind of message: the function of `receiving` that it goes to.
KINDS = {f"move.{name}": name for name in (
    "declaration", "notice", "answer", "arrival", "question", "correction", "withdrawal"
)}  # fmt: skip
#: Those after which it is the other end's turn.
TELLING = ("move.declaration", "move.notice", "move.question")


def register_all() -> None:
    """Called once at start-up."""
    for kind, name in KINDS.items():
        registry.register(kind, _handler(name))
    for kind in TELLING:
        registry.on_acknowledged(kind, heard)


def heard(message: OutMessage) -> None:
    """The other end has what it was told: its time to act runs from now."""
    told = Q(move_id=message.subject) | Q(move__part_of_id=message.subject)
    Correspondence.objects.filter(told, peer_id=message.peer_id).update(heard_at=timezone.now())


def _handler(name: str) -> Callable[[Incoming], None]:
    def handle(message: Incoming) -> None:
        getattr(import_module("domicile.apps.moves.messages.receiving"), name)(message)

    return handle
