"""Seal many values at once: the same formats as vault.sealing, without a query or a call of the system for each."""

import hmac
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domicile.apps.vault import keyring
from domicile.apps.vault.sealing import NONCE

KEY = 32


@dataclass(frozen=True)
class SubjectKeys:
    """New data keys of many subjects, in their order: the keys, and what is stored of them."""

    wrap_key: int
    keys: list[bytes]
    wrapped: list[bytes]


def new_keys(subjects: Sequence[str]) -> SubjectKeys:
    """A fresh data key for each subject (ids as 32 hex characters), wrapped by the key in use."""
    number = keyring.current_wrap_key()
    encrypt = keyring.wrapper(number).encrypt
    keys = list(_pieces(KEY, len(subjects)))
    wrapped = [
        nonce + encrypt(nonce, key, bytes.fromhex(subject))
        for subject, key, nonce in zip(subjects, keys, _pieces(NONCE, len(subjects)), strict=True)
    ]
    return SubjectKeys(number, keys, wrapped)


def seal_column(
    table: str, column: str, rows: Sequence[str], keys: Sequence[bytes], values: Sequence[str | None]
) -> list[bytes | None]:
    """Ciphertexts of one column, bound to table, column and row (ids as 32 hex characters); empty values stay None."""
    head = f"{table}\x1f{column}\x1f".encode()
    return [
        nonce + AESGCM(key).encrypt(nonce, value.encode(), head + row.encode()) if value else None
        for row, key, value, nonce in zip(rows, keys, values, _pieces(NONCE, len(rows)), strict=True)
    ]


def _pieces(size: int, count: int) -> Iterator[bytes]:
    """`count` random pieces from one call of the system."""
    pool = os.urandom(size * count)
    return (pool[start : start + size] for start in range(0, size * count, size))


def blind_column(purpose: str, values: pl.Series) -> pl.Series:
    """keyring.blind for a String column, as Binary; null and empty stay null."""
    key, size, digest = keyring._blind_key(purpose), keyring.BLIND_SIZE, hmac.digest
    return pl.Series(
        values.name,
        [digest(key, value.encode(), "sha256")[:size] if value else None for value in values.to_list()],
        dtype=pl.Binary,
    )
