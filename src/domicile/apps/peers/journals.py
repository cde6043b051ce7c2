"""The journal of what went to and came from a peer: ids, numbers, times, digests and outcomes, nothing of the contents."""

import csv
from collections.abc import Iterator
from typing import TextIO

from domicile.apps.peers import directory
from domicile.apps.peers.models import InMessage, OutMessage, Peer
from domicile.core.messages.journals import COLUMNS, RECEIVED, SENT

CHUNK = 5_000
FIELDS = ("kind", "schema", "subject", "number", "made_at", "settled_at", "digest", "state")


def write(peer: Peer, stream: TextIO) -> int:
    """Write the journal with a peer as CSV; how many messages."""
    writer, own, count = csv.writer(stream), directory.own_id(), 0
    writer.writerow(COLUMNS)
    for way, row in lines(peer):
        key, kind, schema, subject, number, made_at, settled_at, digest, outcome = row
        settled = settled_at.isoformat() if settled_at else ""
        told = (key, kind, schema, subject, number, made_at.isoformat(), settled, bytes(digest).hex(), outcome)
        writer.writerow((own, peer.pk, way, *told))
        count += 1
    return count


def lines(peer: Peer) -> Iterator[tuple[str, tuple]]:  # type: ignore[type-arg]
    """Each message as (way, columns), in the order of keys."""
    ways = ((SENT, OutMessage, "id"), (RECEIVED, InMessage, "message_id"))
    for way, model, key in ways:
        rows = model.objects.filter(peer=peer).order_by("pk").values_list(key, *FIELDS)
        for row in rows.iterator(CHUNK):
            yield way, row
