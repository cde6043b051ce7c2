"""A register and its peer over the wire: keys, batches, signed requests to the door."""

import uuid
from typing import Any

from django.test import Client

from domicile.apps.peers import builtin, keys, wire
from domicile.apps.peers.events import BATCH, canonical
from domicile.apps.peers.models import Peer, PeerKey
from tests.peers import incoming

ADDRESS = "http://127.0.0.1:8000"
SUBJECT = uuid.UUID("00000000-0000-4000-8000-0000000000a1")
SECONDS = 300


def key_of(row: Peer) -> PeerKey:
    key_id, public = keys.new_private()
    return PeerKey.objects.create(peer=row, key_id=key_id, public=public, valid_from=incoming.MADE)


def batch(peer: Peer, *texts: str, subject: uuid.UUID = SUBJECT) -> bytes:
    told = [
        incoming.document(peer, builtin.NOTE, subject, number, {"text": text})
        for number, text in enumerate(texts, start=1)
    ]
    return b"[" + b",".join(canonical(one) for one in told) + b"]"


def signed(peer: Peer, body: bytes, *, url: str = wire.target(ADDRESS), key_id: str = "") -> wire.Request:
    return wire.sign_request(url, BATCH, body, key_id or peer.keys.get().key_id, seconds=SECONDS)


def send(request: wire.Request, body: bytes, **others: Any) -> Any:
    headers = {name: value for name, value in request.headers.items() if name != "Content-Type"}
    content_type = others.pop("content_type", request.headers["Content-Type"])
    return Client(raise_request_exception=True).post(
        wire.PATH, body, content_type=content_type, headers=headers, **others
    )
