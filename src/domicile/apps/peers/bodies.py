"""Bodies of messages at rest. One data key a day seals them: when the last body of a day goes, its key is destroyed too."""

import datetime as dt
import os
import uuid
from collections.abc import Sequence
from typing import Any

from domicile.apps.peers.models import InMessage, OutMessage
from domicile.apps.vault import keyring
from domicile.apps.vault.models import SubjectKey
from domicile.apps.vault.sealing import Erased, binding, data_keys, decrypt, encrypt, unwrap, wrap

NAMESPACE = uuid.UUID("6f2f0f3e-8a52-4b9e-9d6c-0f6f4a0c7d11")
KEY = 32


def subject_of(now: dt.datetime) -> uuid.UUID:
    """Under which name the key of a moment's day is kept."""
    return uuid.uuid5(NAMESPACE, now.astimezone(dt.UTC).date().isoformat())


class DayKey:
    """The key of a moment's day, made where there is none: one query, three where it is made; none where it is given."""

    def __init__(self, now: dt.datetime, key: bytes | None = None) -> None:
        self.subject = subject_of(now)
        self._key = key or _ensure(self.subject)

    def seal(self, table: str, row: uuid.UUID, content: bytes) -> bytes:
        """Ciphertext of a body."""
        return encrypt(self._key, content, binding(table, "body", row))


def _ensure(subject: uuid.UUID) -> bytes:
    row = SubjectKey.objects.filter(pk=subject).first()
    if row is None:  # two workers may meet here at midnight: one of them makes it
        number = keyring.current_wrap_key()
        fresh = SubjectKey(subject_id=subject, wrap_key=number, wrapped=wrap(subject, os.urandom(KEY), number))
        SubjectKey.objects.bulk_create([fresh], ignore_conflicts=True)
        row = SubjectKey.objects.get(pk=subject)
    return unwrap(row)


def open_bodies(rows: Sequence[tuple[str, uuid.UUID, uuid.UUID, Any]]) -> list[bytes]:
    """Contents of bodies given as (table, row, sealed under, ciphertext), one query. Raises Erased, Tampered."""
    keys = data_keys({under for _table, _row, under, _sealed in rows})
    opened = []
    for table, row, under, sealed in rows:
        key = keys.get(under)
        if key is None or sealed is None:
            raise Erased(f"{table} {row}")
        opened.append(decrypt(key, bytes(sealed), binding(table, "body", row)))
    return opened


def in_use(subjects: set[uuid.UUID]) -> set[uuid.UUID]:
    """Those of these keys that still seal a body."""
    found: set[uuid.UUID] = set()
    for model in (OutMessage, InMessage):
        held = model.objects.filter(sealed_under__in=subjects, body__isnull=False)
        found |= set(held.values_list("sealed_under", flat=True).distinct())
    return found
