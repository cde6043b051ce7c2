"""Batches as they come over the wire or in a file: who sent them, whether they are whole, and what is answered."""

import datetime as dt
import threading
import time
import uuid
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from http_message_signatures import HTTPSignatureKeyResolver

from domicile.apps.peers import events, inbox, keys, policies, wire
from domicile.apps.peers.events import canonical
from domicile.apps.peers.models import Peer, PeerKey

UNAUTHORISED, FORBIDDEN, BUSY, TOO_LARGE, BAD, AWAY = 401, 403, 429, 413, 400, 503


class NotTaken(Exception):
    """The batch is not taken in. `code` is one of those of docs/develop/messages.md, `status` that of HTTP."""

    def __init__(self, code: str, status: int) -> None:
        super().__init__(code)
        self.code, self.status = code, status


@dataclass(frozen=True)
class Sender:
    """Who sent a batch, and with which of the own keys the answer is signed."""

    peer: Peer
    own: Peer
    answer_with: str
    nonce: str


class Rate:
    """Counts in minutes, in the memory of one process."""

    def __init__(self) -> None:
        self.minute, self.counts, self.lock = 0, Counter[Any](), threading.Lock()

    def over(self, who: Any, most: int) -> bool:
        """Count one more of `who`; whether that is more than `most` in this minute."""
        minute = int(time.time() // 60)
        with self.lock:
            if minute != self.minute:
                self.minute = minute
                self.counts.clear()
            self.counts[who] += 1
            return self.counts[who] > most


RATE = Rate()
NOBODY = None
#: This register has no key to answer with: nothing is taken in.
NO_KEY = "no_key_there"


class _Directory(HTTPSignatureKeyResolver):
    """Finds the key that a signature names, and whose it is."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.key: PeerKey | None = None

    def resolve_public_key(self, key_id: str) -> Any:
        self.key = PeerKey.objects.filter(key_id=key_id).select_related("peer").first()
        return keys.public(bytes(self.key.public)) if self.key is not None else None


def sender_of(headers: dict[str, str], body: bytes, *, now: dt.datetime) -> Sender:
    """Who signed a request to this register. Two queries. Raises NotTaken, naming nothing of what is on file."""
    own_keys = keys.own_keys(now)
    if not any(keys.is_here(key) for key in own_keys):
        raise NotTaken(NO_KEY, AWAY)
    own, directory = own_keys[0].peer, _Directory(now)
    try:
        signed = wire.check_request(
            wire.Request(wire.target(own.address), headers),
            body,
            directory,
            seconds=policies.number("signature_seconds"),
        )
    except wire.BadSignature as problem:
        if RATE.over(NOBODY, policies.number("refused_a_minute")):
            raise NotTaken("too_many", BUSY) from problem
        raise NotTaken(str(problem), UNAUTHORISED) from problem
    key = directory.key
    if key is None:
        raise NotTaken("unknown_key", UNAUTHORISED)
    require_key(key, now)
    return Sender(key.peer, own, keys.signing_key(own_keys, key.peer).key_id, signed.nonce)


def require_key(key: PeerKey, now: dt.datetime) -> None:
    """Raise NotTaken unless the key counts now and its register is a peer that may send."""
    if key.revoked_at is not None:
        raise NotTaken("key_revoked", UNAUTHORISED)
    if key.valid_from > now or (key.valid_to is not None and key.valid_to <= now):
        raise NotTaken("key_expired", UNAUTHORISED)
    if key.peer.state == Peer.State.PAUSED:
        raise NotTaken("paused", AWAY)
    if key.peer.state != Peer.State.ACTIVE:
        raise NotTaken("not_linked", FORBIDDEN)
    if RATE.over(key.peer.pk, policies.number("requests_a_minute")):
        raise NotTaken("too_many", BUSY)


def documents_of(body: bytes) -> list[Any]:
    """The messages of a batch. Raises NotTaken for what is none, or not written the one way that has no doubles.

    A batch is written with sorted keys and without blanks: a key that stands twice cannot be read two ways.
    """
    if len(body) > policies.number("body_bytes"):
        raise NotTaken("too_large", TOO_LARGE)
    try:
        found = orjson.loads(body)
        same = canonical(found) == body
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError) as problem:
        raise NotTaken("not_json", BAD) from problem
    if not same:
        raise NotTaken("not_canonical", BAD)
    if not isinstance(found, list):
        raise NotTaken("not_a_batch", BAD)
    if len(found) > policies.number("batch_messages"):
        raise NotTaken("too_many_messages", TOO_LARGE)
    if any(too_deep(document, policies.number("depth")) for document in found):
        raise NotTaken("too_deep", BAD)
    return found


def too_deep(value: Any, most: int) -> bool:
    """Whether lists and objects lie deeper in one another than `most`."""
    level = [value]
    for _depth in range(most + 1):
        level = (
            [
                inner
                for outer in level
                for inner in (outer.values() if isinstance(outer, dict) else outer)
                if isinstance(inner, dict | list)
            ]
            if any(isinstance(one, dict | list) for one in level)
            else []
        )
        if not level:
            return False
    return True


def told_of(answers: list[inbox.Answer]) -> list[dict[str, str]]:
    """Answers as they are written: one entry a message, in their order, without what is empty."""
    return [{name: value for name, value in asdict(answer).items() if value} for answer in answers]


def answers_of(answers: list[inbox.Answer]) -> bytes:
    """The body of an answer."""
    return canonical({"answers": told_of(answers)})


def ids_of(answers: Any) -> dict[uuid.UUID, inbox.Answer]:
    """Answers by the id of their message. Raises ValueError for rubbish."""
    if not isinstance(answers, dict) or not isinstance(answers.get("answers"), list):
        raise ValueError("answers")
    found = {}
    for one in answers["answers"]:
        if not isinstance(one, dict) or one.get("outcome") not in (inbox.STORED, inbox.HAD, inbox.NO):
            raise ValueError("answer")
        if one.get("id"):
            code, words = events.line(one.get("code", ""), 32), events.line(one.get("words", ""), 300)
            found[uuid.UUID(str(one["id"]))] = inbox.Answer(str(one["id"]), one["outcome"], code, words)
    return found
