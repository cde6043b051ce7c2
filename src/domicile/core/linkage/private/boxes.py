"""What two ends of a comparison send each other, sealed for them alone.

Messages between registers are signed, and travel over TLS or in a sealed file. Boxes add that whoever gets hold of them later,
even with the keys that signed them, learns not even how many people were found: the keys of a comparison are made for it and
destroyed with it. X25519 (RFC 7748), HKDF-SHA-256 (RFC 5869), AES-256-GCM (SP 800-38D).
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE: Final = 12
KEY: Final = 32


class BoxBroken(ValueError):
    """A box was not made by the other end for this place of this comparison."""


class Box:
    """Seals and opens for the two ends of one comparison."""

    def __init__(self, secret: bytes, own: bytes, theirs: bytes, *, comparison: bytes) -> None:
        """`secret`: as of Blinder; `own`, `theirs`: the public halves that were exchanged. Raises BoxBroken for what is no key."""
        salt = hashlib.sha256(b"\x00".join([comparison, *sorted((own, theirs))])).digest()
        try:
            shared = _private(secret).exchange(X25519PublicKey.from_public_bytes(theirs))
        except ValueError as error:
            raise BoxBroken("no public key") from error
        self._cipher = AESGCM(HKDF(SHA256(), KEY, salt, b"domicile comparison box").derive(shared))
        #: What both ends know and nobody else: the label under which tokens become points.
        self.label = HKDF(SHA256(), KEY, salt, b"domicile comparison tokens").derive(shared)

    def seal(self, content: bytes, *, place: str, nonce: bytes) -> bytes:
        """`place`: who sends it and which part it is; `nonce`: 12 random bytes."""
        return nonce + self._cipher.encrypt(nonce, content, place.encode())

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """What the other end sealed for this place. Raises BoxBroken."""
        try:
            return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
        except (InvalidTag, ValueError) as error:
            raise BoxBroken(place) from error


def public_of(secret: bytes) -> bytes:
    """The public half that the other end is told: 32 bytes."""
    return _private(secret).public_key().public_bytes_raw()


def _private(secret: bytes) -> X25519PrivateKey:
    return X25519PrivateKey.from_private_bytes(hashlib.sha256(b"domicile comparison box\x00" + secret).digest())
