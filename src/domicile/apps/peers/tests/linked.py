"""A card of another register, the link that it makes, and what the other end has received."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from domicile.apps.peers import actions, cards, delivery, inbox
from domicile.apps.peers.models import Peer
from tests.peers import incoming

MACHINE = actions.MACHINE
DAYS = dt.timedelta(days=1)


def card_there(
    *public: bytes, address: str = "https://linxi.example.org", areas: Sequence[str] = ("770102",),
    ends: Sequence[dt.datetime | None] = (), name: str = "临溪县",
) -> cards.Card:  # fmt: skip
    return cards.Card(incoming.THERE, name, address, tuple(areas), public, tuple(ends))


def link(card: cards.Card) -> Peer:
    actions.propose(actor=MACHINE, card=card)
    return actions.confirm(actor=MACHINE, peer_id=card.id, fingerprint=card.fingerprint)


def ends_of(peer: Peer) -> dict[str, dt.datetime | None]:
    return {key.key_id: key.valid_to for key in peer.keys.filter(revoked_at=None)}


def all_received(peer: Peer) -> None:
    """The other end has stored everything that waits."""
    batch = delivery.next_batch(peer)
    answers = {one.pk: inbox.Answer(str(one.pk), inbox.STORED) for one in batch.messages}
    delivery.note(peer, batch.messages, answers, timezone.now())
