"""Keys that live outside the databases, one file per purpose.

`wrap-0001.key` … the wrapping keys, the highest number in use; `blind-document.key`, `blind-phone.key`, `blind-term.key`
the blind indexes; `files.key` uploaded originals; `seal.key` the Ed25519 key of the logs' seals; `certificate-0001.key` …
the Ed25519 keys of certificates.
"""

import hashlib
import threading
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from domicile.site.secrets import ensure_key, read_key

BLIND_SIZE = 16
SHA256_BLOCK = 64
_lock = threading.Lock()


class UnknownKey(RuntimeError):
    """A value was sealed with a key that is not in the key folder. Restore that key file."""


def _folder() -> Path:
    return Path(settings.KEYS)


def wrap_key_numbers() -> list[int]:
    """Numbers of the wrapping keys on file, ascending; the last is in use. Makes the first key when there is none."""
    numbers = sorted(int(path.stem.split("-")[1]) for path in _folder().glob("wrap-*.key"))
    if not numbers:
        new_wrap_key(1)
        return [1]
    return numbers


def new_wrap_key(number: int) -> None:
    ensure_key(_folder() / f"wrap-{number:04d}.key")
    current_wrap_key.cache_clear()


@cache
def current_wrap_key() -> int:
    """The number of the wrapping key in use."""
    return wrap_key_numbers()[-1]


@cache
def wrapper(number: int) -> AESGCM:
    """The cipher of wrapping key `number`. Raises UnknownKey when its file is missing."""
    path = _folder() / f"wrap-{number:04d}.key"
    if not path.exists():
        raise UnknownKey(f"key file {path.name} is missing from {_folder()}")
    return AESGCM(read_key(path))


@cache
def _blind_key(purpose: str) -> bytes:
    return ensure_key(_folder() / f"blind-{purpose}.key")


@cache
def _blind_hashes(purpose: str) -> tuple["hashlib._Hash", "hashlib._Hash"]:
    """The inner and the outer hash of HMAC-SHA256 (RFC 2104), fed with the key of `purpose`."""
    key = _blind_key(purpose).ljust(SHA256_BLOCK, b"\0")
    inner, outer = (hashlib.sha256(bytes(byte ^ pad for byte in key)) for pad in (0x36, 0x5C))
    return inner, outer


def blind(purpose: str, value: str) -> bytes:
    """The blind index of a value: the first 16 bytes of HMAC-SHA256 under the key of `purpose`.

    A number with a wrong digit is looked for by its 180 neighbours, so the key is fed once, not each time.
    """
    first, second = _blind_hashes(purpose)
    inner, outer = first.copy(), second.copy()
    inner.update(value.encode())
    outer.update(inner.digest())
    return outer.digest()[:BLIND_SIZE]


@cache
def file_key() -> bytes:
    """The key of sealed files (uploads, staging)."""
    return ensure_key(_folder() / "files.key")


@cache
def seal_signer() -> Ed25519PrivateKey:
    """The key that signs the seals of the logs."""
    return Ed25519PrivateKey.from_private_bytes(ensure_key(_folder() / "seal.key"))


def certificate_key_numbers() -> list[int]:
    """Numbers of the keys on file that sign certificates, ascending. Makes the first when there is none."""
    numbers = sorted(int(path.stem.split("-")[1]) for path in _folder().glob("certificate-*.key"))
    if not numbers:
        new_certificate_key(1)
        return [1]
    return numbers


def new_certificate_key(number: int) -> None:
    ensure_key(_folder() / f"certificate-{number:04d}.key")


@cache
def certificate_signer(number: int) -> Ed25519PrivateKey:
    """The key `number` of certificates. Raises UnknownKey when its file is missing."""
    path = _folder() / f"certificate-{number:04d}.key"
    if not path.exists():
        raise UnknownKey(f"key file {path.name} is missing from {_folder()}; or run: domicile certificate rotate")
    return Ed25519PrivateKey.from_private_bytes(read_key(path))


def _expected() -> list[Path]:
    names = ["blind-document.key", "blind-phone.key", "blind-term.key", "files.key", "seal.key", "totp.key"]
    return [_folder() / name for name in names]


def make_keys() -> None:
    """Make every key that is not there yet: on the first start, so that one copy of the folder holds them all."""
    wrap_key_numbers()
    certificate_key_numbers()
    for path in _expected():
        ensure_key(path)


def missing_keys(used: Iterable[int]) -> list[str]:
    """Names of key files that should be in the folder and are not; `used` are the wrapping keys that values need."""
    wraps = [_folder() / f"wrap-{number:04d}.key" for number in used]
    return [path.name for path in [*wraps, *_expected()] if not path.exists()]


def forget() -> None:
    """Drop keys held in memory, after the key folder changed."""
    for held in (current_wrap_key, wrapper, _blind_key, _blind_hashes, file_key, seal_signer, certificate_signer):
        held.cache_clear()
