"""Messages in a file, where there is no line: the same batch, signed by the sender and sealed with a code told by telephone.

Answers come back in a file of the same kind. A file may be read twice, or beside a line that works: each message counts once.
"""

import base64
import binascii
import datetime as dt
import os
import secrets
import uuid
from dataclasses import asdict, dataclass
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
from domicile.apps.peers.models import Peer, PeerKey

KIND, VERSION = "domicile messages", 1
SALT, NONCE, KEY = 16, 12, 32
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 4, 5
LONGEST = 40_000_000
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
    """A file with what waits for a peer, opened by `code` (a fresh one where none is given).

    The messages go on waiting until their answers come back.
    """
    actions.require(actor)
    batch = delivery.next_batch(peer)
    if not batch.messages:
        raise Refused(_("Nothing waits for this register."))
    _note(actor, "peers.write_file", peer)
    return _seal(peer, {"messages": [orjson.loads(content) for content in batch.contents]}, len(batch.messages), code)


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
        waiting = list(delivery.sendable(peer).filter(pk__in=answers))
        report = delivery.note(peer, waiting, answers, now, wired=False)
        return Read(0, 0, report.refused, report.delivered, None)
    try:
        documents = receiving.documents_of(canonical_list(body.get("messages")))
    except receiving.NotTaken as problem:
        raise Refused(_("The file holds nothing that can be read.")) from problem
    found = inbox.receive(peer, documents, now=now)
    count = {outcome: sum(one.outcome == outcome for one in found) for outcome in (inbox.STORED, inbox.HAD, inbox.NO)}
    told = [{name: value for name, value in asdict(answer).items() if value} for answer in found]
    back = _seal(peer, {"answers": told}, len(told), code)
    return Read(count[inbox.STORED], count[inbox.HAD], count[inbox.NO], 0, back)


def canonical_list(found: Any) -> bytes:
    """The bytes of a list of messages."""
    return orjson.dumps(found, option=orjson.OPT_SORT_KEYS)


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
    key = PeerKey.objects.filter(peer=peer, key_id=key_id, revoked_at__isnull=True).first()
    try:
        if key is None:
            raise InvalidSignature
        keys.public(bytes(key.public)).verify(signature, _signed(body))
    except InvalidSignature as problem:
        raise Refused(_("The file is not signed with a key of this register that counts."), "file") from problem
    return dict(body)
