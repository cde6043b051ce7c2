"""Messages of another register that is not there: what one test needs of the other end."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from domicile.apps.common.ids import new_id
from domicile.apps.peers import events, inbox
from domicile.apps.peers.models import Peer, PeerArea

OWN = uuid.UUID("00000000-0000-4000-8000-000000000001")
THERE = uuid.UUID("00000000-0000-4000-8000-000000000002")
MADE = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)


def own_register(prefixes: Sequence[str] = ("770101",), name: str = "安禾县") -> Peer:
    """This register, as its peers know it."""
    return _register(OWN, name, Peer.State.OWN, prefixes)


def peer(prefixes: Sequence[str] = ("770102",), name: str = "临溪县", key: uuid.UUID = THERE) -> Peer:
    """An active peer that answers for areas (beginnings of codes of 2, 4, 6, 9 or 12 digits)."""
    return _register(key, name, Peer.State.ACTIVE, prefixes)


def _register(key: uuid.UUID, name: str, state: Peer.State, prefixes: Sequence[str]) -> Peer:
    row = Peer.objects.create(pk=key, name=name, address="https://peer.invalid", state=state, since=MADE)
    PeerArea.objects.bulk_create([PeerArea(peer=row, prefix=prefix) for prefix in prefixes])
    return row


def document(
    sender: Peer, kind: str, subject: uuid.UUID, number: int, data: Mapping[str, Any], *, schema: int = 1,
    key: uuid.UUID | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A message of `sender` to this register, as it stands in a batch."""
    content = events.write(
        id=key or new_id(), source=sender.pk, recipient=OWN, kind=kind, schema=schema, subject=subject, number=number,
        made_at=MADE, data=data,
    )  # fmt: skip
    found: dict[str, Any] = orjson.loads(content)
    return found


def take_in(
    sender: Peer, kind: str, subject: uuid.UUID, number: int, data: Mapping[str, Any], *, schema: int = 1
) -> inbox.Answer:
    """Have a message of `sender` stored, as the web would; inbox.apply_waiting() applies it."""
    return inbox.receive(sender, [document(sender, kind, subject, number, data, schema=schema)])[0]
