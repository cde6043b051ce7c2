"""Messages on their way: written in the transaction of what they tell of."""

import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from domicile.apps.common.ids import new_id
from domicile.apps.peers import directory, events
from domicile.apps.peers.bodies import DayKey
from domicile.apps.peers.models import OutMessage, Peer, Thread

_NEXT = (
    "INSERT INTO peers_thread (peer_id, subject, sent, settled) VALUES (%s, %s, 1, 0) "
    "ON CONFLICT (peer_id, subject) DO UPDATE SET sent = peers_thread.sent + 1 RETURNING sent"
)


def post(*, peer: Peer, kind: str, subject: uuid.UUID, data: Mapping[str, Any], schema: int = 1) -> OutMessage:
    """Put a message to `peer` into the outbox, inside the caller's transaction: it leaves when that is committed.

    Messages about one subject are numbered from 1, and applied in this order at the other end. `data` can be written as
    JSON. Four statements; two more for the first message of a day.
    """
    with transaction.atomic():
        return keep(peer=peer, kind=kind, schema=schema, subject=subject, data=data, number=_next(peer.pk, subject))


def keep(*, peer: Peer, kind: str, subject: uuid.UUID, data: Mapping[str, Any], schema: int, number: int) -> OutMessage:
    """Write a message with a number of its thread."""
    now, key = timezone.now(), new_id()
    content = events.write(
        id=key, source=directory.own_id(), recipient=peer.pk, kind=kind, schema=schema, subject=subject, number=number,
        made_at=now, data=data,
    )  # fmt: skip
    day = DayKey(now)
    return OutMessage.objects.create(
        id=key, peer=peer, kind=kind, schema=schema, subject=subject, number=number, made_at=now,
        sealed_under=day.subject, body=day.seal(OutMessage._meta.db_table, key, content),
        digest=hashlib.sha256(content).digest(), size=len(content),
    )  # fmt: skip


def _next(peer: uuid.UUID, subject: uuid.UUID) -> int:
    """Count one more message of a thread; whoever writes to the same one waits for this transaction."""
    connection = connections[Thread.objects.db]
    native = connection.features.has_native_uuid_field
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [one if native else one.hex for one in (peer, subject)])
        return int(cursor.fetchone()[0])
