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
from domicile.apps.peers.models import GIVEN_UP_SEEN, GIVEN_UP_THERE, OutMessage, Peer, PeerKey
from domicile.site.secrets import KeyFileError, read_key, write_key

#: The kind of message that tells of a new key or takes one back.
KEY = "key"
ID_LENGTH = 32
#: Why this register cannot sign: it has no key that counts, or the file of none of them is here.
NO_KEY, NO_FILE = "no_key", "no_key_file"


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
    except (OSError, ValueError, KeyFileError) as problem:
        told = _("The key file %(name)s is missing or cannot be read: put the key folder back, or make a new key.")
        raise Refused(told % {"name": _path(key_id).name}) from problem


@lru_cache(maxsize=256)
def public(raw: bytes) -> Ed25519PublicKey:
    """A public key from its 32 bytes. Raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(raw)


def holding(now: dt.datetime) -> "QuerySet[PeerKey]":
    """Keys that count at a moment."""
    return PeerKey.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now), valid_from__lte=now, revoked_at__isnull=True
    )


def is_here(key: PeerKey) -> bool:
    """Whether the private half of an own key is in the key folder."""
    try:
        private(key.key_id)
    except Refused:
        return False
    return True


def missing(now: dt.datetime) -> list[str]:
    """Names of key files of own keys that count and that are not in the key folder."""
    return [_path(key.key_id).name for key in own_keys(now) if not is_here(key)]


def trouble(now: dt.datetime) -> str:
    """Why this register can sign nothing: NO_KEY or NO_FILE; '' where it can."""
    held = own_keys(now)
    if not held:
        return NO_KEY
    return "" if any(is_here(key) for key in held) else NO_FILE


def signing_key(own_keys: "list[PeerKey]", peer: Peer) -> PeerKey:
    """With which of the own keys to sign for a peer: the newest that it was told of and has stored, else the oldest.

    Whoever took up a card while two keys counted has both. Raises Refused where there is none.
    """
    if not own_keys:
        raise Refused(_("This register has no key that counts: make one with domicile peers rotate."))
    able = [key for key in own_keys if is_here(key)]
    newest_first = sorted(able or own_keys, key=lambda key: key.valid_from, reverse=True)
    for key in newest_first[:-1]:
        told = OutMessage.objects.filter(peer=peer, subject=key.pk, kind=KEY, number=1, state=OutMessage.State.RECEIVED)
        if told.exclude(problem__in=(GIVEN_UP_THERE, GIVEN_UP_SEEN)).exists():
            return key
    return newest_first[-1]


def own_keys(now: dt.datetime) -> list[PeerKey]:
    """The own keys that count at a moment, with the own register. One query."""
    return list(holding(now).filter(peer__state=Peer.State.OWN).select_related("peer"))
