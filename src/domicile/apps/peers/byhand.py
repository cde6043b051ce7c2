"""Messages in a file, where there is no line: the same batch, signed by the sender and sealed with a code told by telephone.

Answers come back in a file of the same kind. A file may be read twice, or beside a line that works: each message counts once.
"""

import base64
import binascii
import datetime as dt
import os
import secrets
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.peers import actions, delivery, directory, inbox, keys, receiving
from domicile.apps.peers.events import canonical
from domicile.apps.peers.models import OutMessage, Peer

KIND, VERSION = "domicile messages", 1
SALT, NONCE, KEY = 16, 12, 32
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 5
LONGEST = 40_000_000
#: So much of what waits goes into one file at the most, before it is written as text.
MOST_WRITTEN = 29_000_000
CHUNK = 500
SCRYPT = {"length": KEY, "n": 2**15, "r": 8, "p": 1}


@dataclass(frozen=True)
class Written:
    """A file, the code that opens it, and how many messages (or answers) it holds."""

    content: bytes
    code: str
    count: int


@dataclass(frozen=True)
class Read:
    """What a file brought: messages stored, had before and refused; answers noted; the answers to hand back, if any."""

    stored: int
    had: int
    refused: int
    answered: int
    answers: Written | None


def write(*, actor: Viewer, peer: Peer, code: str = "") -> Written:
    """A file with what waits for a peer, in batches as over the wire, opened by `code` (a fresh one where none is given).

    The messages go on waiting until their answers come back. What does not fit goes into a file after that.
    """
    actions.require(actor)
    batches, weight = [], 0
    batch = delivery.next_batch(peer)
    while batch.messages and weight + len(batch.body) <= MOST_WRITTEN:
        batches.append([orjson.loads(content) for content in batch.contents])
        weight += len(batch.body)
        batch = delivery.next_batch(peer, batch.messages[-1].pk)
    if not batches:
        raise Refused(_("Nothing waits for this register."))
    _note(actor, "peers.write_file", peer)
    body = {"messages": batches[0], **({"more": batches[1:]} if batches[1:] else {})}
    return _seal(peer, body, sum(map(len, batches)), code)


def read(*, actor: Viewer, peer: Peer, content: bytes, code: str) -> Read:
    """Take in a file of a peer: its messages, or its answers to ours. Raises Refused, which says what is wrong with it."""
    actions.require(actor)
    if peer.state != Peer.State.ACTIVE:
        raise Refused(_("The link to this register does not hold at the moment."))
    body = _open(peer, content, code)
    now = timezone.now()
    _note(actor, "peers.read_file", peer)
    if "answers" in body:
        try:
            answers = receiving.ids_of({"answers": body["answers"]})
        except ValueError as problem:
            raise Refused(_("The file holds nothing that can be read.")) from problem
        return _settle(peer, answers, now)
    found = [answer for documents in _batches(body) for answer in inbox.receive(peer, documents, now=now)]
    count = Counter(one.outcome for one in found)
    back = _seal(peer, {"answers": receiving.told_of(found)}, len(found), code)
    return Read(count[inbox.STORED], count[inbox.HAD], count[inbox.NO], 0, back)


def _batches(body: Mapping[str, Any]) -> list[list[Any]]:
    """The batches of a file: one, as older versions write it, and more. Raises Refused."""
    more = body.get("more", [])
    try:
        if not isinstance(more, list) or not all(isinstance(batch, list) for batch in [body["messages"], *more]):
            raise ValueError
        return [receiving.documents_of(canonical(batch)) for batch in [body["messages"], *more]]
    except (receiving.NotTaken, KeyError, ValueError) as problem:
        raise Refused(_("The file holds nothing that can be read.")) from problem


def _settle(peer: Peer, answers: Mapping[uuid.UUID, inbox.Answer], now: dt.datetime) -> Read:
    """Note the answers of a peer, some at a time."""
    refused, arrived, named = 0, 0, list(answers)
    for start in range(0, len(named), CHUNK):
        some = OutMessage.objects.filter(peer=peer, state=OutMessage.State.WAITING, pk__in=named[start : start + CHUNK])
        waiting = list(some.order_by("pk"))
        report = delivery.note(peer, waiting, answers, now, wired=False)
        refused, arrived = refused + report.refused, arrived + report.delivered
    return Read(0, 0, refused, arrived, None)


def _note(actor: Viewer, action: str, peer: Peer) -> None:
    """Record who carried messages: the line is touched, so that there is something to record."""
    with recording(actor=actor, action=action, subject_kind=actions.SUBJECT, subject_id=peer.pk) as change:
        change.values.append([Peer._meta.db_table, peer.pk.hex, "update", {}])


def _seal(peer: Peer, body: dict[str, Any], count: int, code: str = "") -> Written:
    """Sign, then seal with a code."""
    now = timezone.now()
    key = keys.signing_key(keys.own_keys(now), peer)
    inner = {
        "from": str(directory.own_id()), "to": str(peer.pk), "made_at": now.astimezone(dt.UTC).isoformat(),
        "key": key.key_id, **body,
    }  # fmt: skip
    signature = keys.private(key.key_id).sign(_signed(inner))
    code = code or "-".join("".join(secrets.choice(LETTERS) for _i in range(GROUP)) for _j in range(GROUPS))
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    sealed = AESGCM(_key_of(code, salt)).encrypt(
        nonce, canonical({"content": inner, "signature": signature.hex()}), KIND.encode()
    )
    outer = {"file": KIND, "version": VERSION, "salt": salt.hex(), "sealed": base64.b64encode(nonce + sealed).decode()}
    return Written(canonical(outer), code, count)


def _signed(inner: dict[str, Any]) -> bytes:
    return KIND.encode() + b"\n" + canonical(inner)


def _key_of(code: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, **SCRYPT).derive(code.strip().lower().replace(" ", "-").encode())


def _open(peer: Peer, content: bytes, code: str) -> dict[str, Any]:
    """What stands in a file of this peer for this register. Raises Refused."""
    if len(content) > LONGEST:
        raise Refused(_("The file is too large."), "file")
    try:
        outer = orjson.loads(content)
        if outer["file"] != KIND or outer["version"] != VERSION:
            raise ValueError
        salt, sealed = bytes.fromhex(outer["salt"]), base64.b64decode(outer["sealed"], validate=True)
        inner = orjson.loads(AESGCM(_key_of(code, salt)).decrypt(sealed[:NONCE], sealed[NONCE:], KIND.encode()))
        body, signature = inner["content"], bytes.fromhex(inner["signature"])
        sender, recipient, key_id = uuid.UUID(body["from"]), uuid.UUID(body["to"]), str(body["key"])
    except InvalidTag as problem:
        raise Refused(_("The code does not open this file, or the file was changed."), "code") from problem
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as problem:
        raise Refused(_("This is no file of messages."), "file") from problem
    if sender != peer.pk or recipient != directory.own_id():
        raise Refused(_("The file is from another register, or for another one."), "file")
    key = keys.holding(timezone.now()).filter(peer=peer, key_id=key_id).first()
    try:
        if key is None:
            raise InvalidSignature
        keys.public(bytes(key.public)).verify(signature, _signed(body))
    except InvalidSignature as problem:
        raise Refused(_("The file is not signed with a key of this register that counts."), "file") from problem
    return dict(body)
