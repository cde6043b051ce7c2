"""Which messages about moves are understood, and by what: known from the start, read when the first one comes."""

from collections.abc import Callable
from importlib import import_module

from django.db.models import F, OuterRef, Q, Subquery
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
        registry.register(kind, _handler(name))
    for kind in TELLING:
        registry.on_acknowledged(kind, heard)
    for kind in ASKING:
        registry.on_given_up(kind, given_up)


def heard(message: OutMessage) -> None:
    """The other end has what it was told: its time to act runs from now. Of parts of a move only those of which it heard anew."""
    told = Q(move_id=message.subject) | Q(move__part_of_id=message.subject)
    last = MoveChange.objects.filter(move_id=OuterRef("move_id")).order_by("-number").values("at")[:1]
    lines = Correspondence.objects.filter(told, peer_id=message.peer_id).annotate(last=Subquery(last))
    anew = lines.filter(Q(heard_at__isnull=True) | Q(heard_at__lt=F("last")), last__lte=message.made_at)
    Correspondence.objects.filter(pk__in=list(anew.values_list("pk", flat=True))).update(heard_at=timezone.now())


def given_up(message: OutMessage) -> None:
    """Nobody will answer it."""
    import_module("domicile.apps.moves.messages.given_up").given_up(message)


def _handler(name: str) -> Callable[[Incoming], None]:
    def handle(message: Incoming) -> None:
        getattr(import_module("domicile.apps.moves.messages.receiving"), name)(message)

    return handle
