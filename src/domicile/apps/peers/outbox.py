"""Messages on their way: written in the transaction of what they tell of."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connections
from django.utils import timezone

from domicile.apps.common import turns
from domicile.apps.common.ids import new_id
from domicile.apps.common.inserting import insert_rows
from domicile.apps.peers import directory, events, policies
from domicile.apps.peers.bodies import DayKey, subject_of
from domicile.apps.peers.models import OutMessage, Peer, Thread
from domicile.apps.vault.sealing import unwrapped

_NEXT = (
    "INSERT INTO peers_thread (peer_id, subject, sent, settled) VALUES (%s, %s, 1, 0) "
    "ON CONFLICT (peer_id, subject) DO UPDATE SET sent = peers_thread.sent + 1 RETURNING sent"
)

_OWN = (
    "SELECT own.id, held.wrap_key, held.wrapped FROM peers_peer AS own "
    "LEFT JOIN vault_subjectkey AS held ON held.subject_id = %s WHERE own.state = 'own'"
)


def post(*, peer: Peer, kind: str, subject: uuid.UUID, data: Mapping[str, Any], schema: int = 1) -> OutMessage:
    """Put a message to `peer` into the outbox, inside the caller's transaction: it leaves when that is committed.

    Messages about one subject are numbered from 1, and applied in this order at the other end. `data` can be written as
    JSON. Three statements; more for the first message of a day.
    """
    with turns.atomic(savepoint=False):
        return keep(peer=peer, kind=kind, schema=schema, subject=subject, data=data, number=_next(peer.pk, subject))


def keep(*, peer: Peer, kind: str, subject: uuid.UUID, data: Mapping[str, Any], schema: int, number: int) -> OutMessage:
    """Write a message with a number of its thread."""
    now, key = timezone.now(), new_id()
    own, day = _own_and_key(now)
    content = events.write(
        id=key, source=own, recipient=peer.pk, kind=kind, schema=schema, subject=subject, number=number, made_at=now,
        data=data,
    )  # fmt: skip
    if len(content) > policies.number("body_bytes") - len("[]"):
        raise ValueError(f"a message of {len(content)} bytes is too large")
    message = OutMessage(
        id=key, peer=peer, kind=kind, schema=schema, subject=subject, number=number, made_at=now,
        sealed_under=day.subject, body=day.seal(OutMessage._meta.db_table, key, content),
        digest=hashlib.sha256(content).digest(), size=len(content),
    )  # fmt: skip
    turn = turns.current()
    if turn is not None:
        turn.insert(message)
    else:
        insert_rows([message])
        message._state.adding, message._state.db = False, OutMessage.objects.db
    return message


def _own_and_key(now: dt.datetime) -> tuple[uuid.UUID, DayKey]:
    """The id of this register and the key of the day. One query where both are there. Raises Refused without a name."""
    subject = subject_of(now)
    return turns.once(("own register and key", subject), lambda: _ask_own_and_key(now, subject))


def _ask_own_and_key(now: dt.datetime, subject: uuid.UUID) -> tuple[uuid.UUID, DayKey]:
    connection = connections[OutMessage.objects.db]
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [subject if connection.features.has_native_uuid_field else subject.hex])
        found = cursor.fetchone()
    if found is None:
        return directory.own_id(), DayKey(now)
    own, wrap_key, wrapped = found
    key = unwrapped(subject, wrap_key, bytes(wrapped)) if wrapped is not None else None
    return own if isinstance(own, uuid.UUID) else uuid.UUID(own), DayKey(now, key)


def _next(peer: uuid.UUID, subject: uuid.UUID) -> int:
    """Count one more message of a thread; whoever writes to the same one waits for this transaction."""
    turn = turns.current()
    if turn is not None:
        return _next_in_turn(turn, peer, subject)
    connection = connections[Thread.objects.db]
    native = connection.features.has_native_uuid_field
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [one if native else one.hex for one in (peer, subject)])
        return int(cursor.fetchone()[0])


def _next_in_turn(turn: turns.Turn, peer: uuid.UUID, subject: uuid.UUID) -> int:
    held = [row for row in turn.rows(Thread, "subject", [subject], lock=True) if row.peer_id == peer]
    if not held:
        turn.insert(Thread(peer_id=peer, subject=subject, sent=1))
        return 1
    before = held[0].sent
    held[0].sent = before + 1
    turn.update(held[0], {"sent": before})
    return before + 1
