"""A request or question of this register that was given up, here or at the other end: nothing waits for its answer any more."""

import uuid

import orjson

from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import ground
from domicile.apps.moves.messages import documents, following
from domicile.apps.moves.models import Correspondence
from domicile.apps.peers.bodies import open_bodies
from domicile.apps.peers.models import OutMessage

#: What an answer says at the most (`documents.Words`).
LONGEST = 200


def given_up(message: OutMessage) -> None:
    """Take it as an answer that refuses, with the words of whoever gave it up. Nothing where it was answered before."""
    if message.body is None:
        return
    row = (message._meta.db_table, message.pk, message.sealed_under, message.body)
    told = orjson.loads(open_bodies([row])[0])["data"]
    move = ground.move_of(uuid.UUID(told["move"]))
    line = Correspondence.objects.filter(move=move, peer=message.peer).first() if move else None
    if move is None or line is None:
        return
    refused = documents.Answer(
        move=move.pk, request=told.get("request"), outcome="refused", words=message.words[:LONGEST]
    )
    actor = Viewer(user_id=None, name=message.peer.name, role="peer", channel="peer")
    following.answered(move, refused, line, actor)
