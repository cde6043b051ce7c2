"""Keys of registers: the own private ones in the key folder (`peer-<key id>.key`), the public ones of all in the register."""

import datetime as dt
import hashlib
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.refusals import Refused
from domicile.apps.peers.models import OutMessage, Peer, PeerKey
from domicile.site.secrets import read_key, write_key

#: The kind of message that tells of a new key or takes one back.
KEY = "key"
ID_LENGTH = 32


def new_private() -> tuple[str, bytes]:
    """Make a key pair and keep its private half in the key folder; (key id, public half)."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = id_of(public)
    write_key(_path(key_id), private.private_bytes_raw())
    return key_id, public


def id_of(public: bytes) -> str:
    """The id of a key, which follows from it."""
    return hashlib.sha256(public).hexdigest()[:ID_LENGTH]


def _path(key_id: str) -> Path:
    return Path(settings.KEYS) / f"peer-{key_id}.key"


@lru_cache(maxsize=8)
def _private(path: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(read_key(path))


def private(key_id: str) -> Ed25519PrivateKey:
    """The private half of an own key. Raises Refused where its file is missing."""
    try:
        return _private(_path(key_id))
    except FileNotFoundError as problem:
        raise Refused(
            _(
                "The key file %(name)s is missing from the key folder: restore it, or make a new key with domicile peers rotate."
            )
            % {"name": _path(key_id).name}
        ) from problem


@lru_cache(maxsize=256)
def public(raw: bytes) -> Ed25519PublicKey:
    """A public key from its 32 bytes. Raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(raw)


def holding(now: dt.datetime) -> "QuerySet[PeerKey]":
    """Keys that count at a moment."""
    return PeerKey.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now), valid_from__lte=now, revoked_at__isnull=True
    )


def signing_key(own_keys: "list[PeerKey]", peer: Peer) -> PeerKey:
    """With which of the own keys to sign for a peer: the newest that it has been told of, else the oldest.

    A key that was there before the peer stands on the card that it was given. Raises Refused where there is none.
    """
    if not own_keys:
        raise Refused(_("This register has no key that counts: make one with domicile peers rotate."))
    newest_first = sorted(own_keys, key=lambda key: key.valid_from, reverse=True)
    for key in newest_first[:-1]:
        told = OutMessage.objects.filter(peer=peer, subject=key.pk, kind=KEY, number=1, state=OutMessage.State.RECEIVED)
        if key.valid_from <= peer.since or told.exists():
            return key
    return newest_first[-1]


def own_keys(now: dt.datetime) -> list[PeerKey]:
    """The own keys that count at a moment, with the own register. One query."""
    return list(holding(now).filter(peer__state=Peer.State.OWN).select_related("peer"))
