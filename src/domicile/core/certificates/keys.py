"""Public keys with the days on which each of them signed, as a file that a verifier carries (JWKS, RFC 7517 and RFC 8037)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SIZE = 32
ID_LENGTH = 8


class NotKeys(ValueError):
    """A file is no list of public keys."""


def encoded(content: bytes) -> str:
    """Bytes as base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of a base64url text; ValueError unless it is the one way to write them."""
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError) as error:
        raise ValueError("no base64url") from error
    if encoded(found) != text:
        raise ValueError("another way to write the same bytes")
    return found


def key_id(raw: bytes) -> str:
    """The first eight characters of the key's thumbprint (RFC 7638): 48 bits, enough to tell the keys of a country apart.

    It says which key to try; the signature alone proves.
    """
    canonical = f'{{"crv":"Ed25519","kty":"OKP","x":"{encoded(raw)}"}}'
    return encoded(hashlib.sha256(canonical.encode()).digest())[:ID_LENGTH]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that signs certificates on the days from `start` to `end`, both included; no `end`: in use.

    `of`: the name of its register's first key; '' for that key itself, and where a file of keys does not say it.
    """

    raw: bytes
    start: date
    end: date | None = None
    of: str = ""

    @property
    def kid(self) -> str:
        """How certificates name it."""
        return key_id(self.raw)

    @property
    def register(self) -> str:
        """What tells its register from others: the same for every key of one."""
        return self.of or self.kid

    def used_on(self, day: date) -> bool:
        """Whether it was in use on a day."""
        return self.start <= day and (self.end is None or day <= self.end)

    def opened(self) -> Ed25519PublicKey:
        """The key as the library takes it."""
        return Ed25519PublicKey.from_public_bytes(self.raw)


class KeySet:
    """Public keys by their names."""

    def __init__(self, keys: Iterable[PublicKey]) -> None:
        self.keys: Mapping[str, PublicKey] = {key.kid: key for key in keys}

    def find(self, kid: str) -> PublicKey | None:
        """The key of this name, if it is known."""
        return self.keys.get(kid)

    def as_jwks(self) -> dict[str, Any]:
        """What a verifier carries; the newest key first. Ours are `from` and `until`, days, both included, and `of`."""
        rows = sorted(self.keys.values(), key=lambda key: (key.start, key.end is None, key.kid), reverse=True)
        return {"keys": [_as_jwk(key) for key in rows]}

    @classmethod
    def read(cls, text: str) -> KeySet:
        """Read a file of keys. Keys of other kinds are passed over; raises NotKeys where there is none of ours."""
        try:
            rows = json.loads(text)["keys"]
            found = [_from_jwk(row) for row in rows if row.get("crv") == "Ed25519" and row.get("kty") == "OKP"]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise NotKeys("not a JSON file of public keys as `domicile certificate keys` prints it") from error
        if not found:
            raise NotKeys("no Ed25519 key in this file")
        return cls(found)


def _as_jwk(key: PublicKey) -> dict[str, str]:
    shown = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key.kid, "x": encoded(key.raw)}
    shown["from"] = key.start.isoformat()
    shown |= {} if key.end is None else {"until": key.end.isoformat()}
    return shown | ({"of": key.of} if key.of else {})


def _from_jwk(row: Mapping[str, str]) -> PublicKey:
    raw = decoded(row["x"])
    if len(raw) != SIZE:
        raise ValueError("an Ed25519 key has 32 bytes")
    end, of = row.get("until"), row.get("of", "")
    if not isinstance(of, str):
        raise ValueError("no name of a key")
    return PublicKey(raw, date.fromisoformat(row["from"]), date.fromisoformat(end) if end else None, of)
