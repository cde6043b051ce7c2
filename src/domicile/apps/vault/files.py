"""Files sealed at rest: AES-256-GCM in chunks, so that a file of any size is written and read in bounded memory.

Layout: 8 bytes of magic, 16 bytes of file id, then chunks of 4-byte length + nonce (12) + ciphertext + tag. Each chunk is
bound to the file id, its place and whether it is the last: chunks cannot be swapped, dropped or taken from another file.
"""

import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domicile.apps.vault import keyring

MAGIC = b"domisea1"
CHUNK = 4 * 1024 * 1024
_NONCE = 12
#: Files that are shorter, and of one chunk, are read at one go: there may be very many of them.
_SMALL = 65_536


class BrokenFile(Exception):
    """A sealed file was changed, cut short, or sealed with another key."""


@lru_cache(maxsize=2)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _binding(file_id: bytes, index: int, last: bool) -> bytes:
    return file_id + struct.pack(">IB", index, last)


def _rechunked(content: Iterable[bytes]) -> Iterator[bytes]:
    for piece in content:
        view = memoryview(piece)
        for start in range(0, len(view), CHUNK):
            yield bytes(view[start : start + CHUNK])


def write_sealed(path: Path, content: Iterable[bytes]) -> None:
    """Write `content` sealed to `path`, whole or not at all, readable by the owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    cipher, file_id = _cipher(keyring.file_key()), os.urandom(16)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(MAGIC + file_id)
            index, held = 0, b""
            for piece in _rechunked(content):
                if held:
                    _write_chunk(stream, cipher, held, _binding(file_id, index, False))
                    index += 1
                held = piece
            _write_chunk(stream, cipher, held, _binding(file_id, index, True))
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def write_small(path: Path, content: bytes) -> bool:
    """Write what fits into one chunk sealed to `path`, and wait for the disk; False, and nothing done, where a file is.

    Half as many waits for the disk as `write_sealed`, since nothing is put in place of anything. A process killed meanwhile
    may leave a broken file there: only for files that somebody asks for after this has returned.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    try:
        with os.fdopen(handle, "wb") as stream:
            file_id = os.urandom(16)
            stream.write(MAGIC + file_id)
            _write_chunk(stream, _cipher(keyring.file_key()), content, _binding(file_id, 0, True))
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:  # a full disk
        path.unlink(missing_ok=True)
        raise
    return True


def _write_chunk(stream, cipher: AESGCM, piece: bytes, binding: bytes) -> None:  # type: ignore[no-untyped-def]
    nonce = os.urandom(_NONCE)
    sealed = nonce + cipher.encrypt(nonce, piece, binding)
    stream.write(struct.pack(">I", len(sealed)))
    stream.write(sealed)


def read_sealed(path: Path | str) -> bytes:
    """The whole content of a sealed file. Raises BrokenFile when it is not as it was written, FileNotFoundError."""
    with open(path, "rb", buffering=0) as stream:
        sealed = stream.read(_SMALL)
    head = len(MAGIC) + 16
    length = int.from_bytes(sealed[head : head + 4], "big")
    if len(sealed) < _SMALL and sealed.startswith(MAGIC) and len(sealed) == head + 4 + length and length > _NONCE:
        nonce = sealed[head + 4 : head + 4 + _NONCE]
        try:
            binding = _binding(sealed[len(MAGIC) : head], 0, True)
            return _cipher(keyring.file_key()).decrypt(nonce, sealed[head + 4 + _NONCE :], binding)
        except InvalidTag as error:
            raise BrokenFile(f"{Path(path).name} was changed or cut short") from error
    return b"".join(iterate_sealed(Path(path)))


def iterate_sealed(path: Path) -> Iterator[bytes]:
    """The content of a sealed file, chunk by chunk; the last chunk proves that none is missing."""
    cipher = _cipher(keyring.file_key())
    with path.open("rb") as stream:
        head = stream.read(len(MAGIC) + 16)
        if not head.startswith(MAGIC) or len(head) < len(MAGIC) + 16:
            raise BrokenFile(f"{path.name} is not a sealed file")
        file_id, index = head[len(MAGIC) :], 0
        sealed = _next_chunk(stream, path)
        while sealed:
            following = _next_chunk(stream, path)
            try:
                yield cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _binding(file_id, index, not following))
            except InvalidTag as error:
                raise BrokenFile(f"{path.name} was changed or cut short") from error
            sealed, index = following, index + 1
        if index == 0:
            raise BrokenFile(f"{path.name} was cut short")


def _next_chunk(stream, path: Path) -> bytes:  # type: ignore[no-untyped-def]
    head = stream.read(4)
    if not head:
        return b""
    if len(head) < 4:
        raise BrokenFile(f"{path.name} was cut short")
    (length,) = struct.unpack(">I", head)
    sealed: bytes = stream.read(length)
    if len(sealed) < length or length <= _NONCE:
        raise BrokenFile(f"{path.name} was cut short")
    return sealed
