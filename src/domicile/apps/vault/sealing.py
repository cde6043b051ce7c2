"""Seal and open values with the data key of the person (or other subject) they belong to."""

import os
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connections, models, transaction

from domicile.apps.common import turns
from domicile.apps.common.inserting import insert_fields
from domicile.apps.vault import keyring
from domicile.apps.vault.fields import SealedField
from domicile.apps.vault.models import SubjectKey

NONCE = 12
# Subjects asked for in one statement; the engines bound how many.
CHUNK = 10_000


class Erased(Exception):
    """The subject's data key was destroyed: the value cannot be read by anybody."""


class Tampered(Exception):
    """The ciphertext does not belong to this table, column and row, or was changed."""


def binding(table: str, column: str, row: uuid.UUID | str) -> bytes:
    """What a ciphertext is bound to."""
    return f"{table}\x1f{column}\x1f{row if isinstance(row, str) else row.hex}".encode()


def encrypt(key: bytes, plaintext: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, bound_to)


def decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
    except InvalidTag as error:
        raise Tampered(bound_to.decode().replace("\x1f", ".")) from error


def wrap(subject: uuid.UUID, key: bytes, number: int) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + keyring.wrapper(number).encrypt(nonce, key, subject.bytes)


def unwrap(row: SubjectKey) -> bytes:
    return unwrapped(row.subject_id, row.wrap_key, bytes(row.wrapped))


def unwrapped(subject: uuid.UUID, number: int, sealed: bytes) -> bytes:
    """The data key of `subject`, wrapped by wrapping key `number`. Raises Tampered."""
    try:
        return keyring.wrapper(number).decrypt(sealed[:NONCE], sealed[NONCE:], subject.bytes)
    except InvalidTag as error:
        raise Tampered(f"data key of {subject}") from error


def ensure_subject(subject: uuid.UUID) -> bytes:
    """The data key of `subject`, made when there is none yet."""
    row = turns.row(SubjectKey, subject)
    if row is not None:
        return unwrap(row)
    key, number = os.urandom(32), keyring.current_wrap_key()
    fresh, turn = SubjectKey(subject_id=subject, wrap_key=number, wrapped=wrap(subject, key, number)), turns.current()
    if turn is not None:
        turn.insert(fresh)
    else:
        fresh.save(force_insert=True)
    return key


def ensure_subjects(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """The data keys of many subjects, made where there is none yet: one query, and one more where some are made.

    Raises IntegrityError where somebody else makes a key of the same subject meanwhile.
    """
    wanted = dict.fromkeys(subjects)
    keys = data_keys(wanted) if wanted else {}
    fresh, number = [subject for subject in wanted if subject not in keys], keyring.current_wrap_key()
    for subject in fresh:
        keys[subject] = os.urandom(32)
    insert_fields(
        SubjectKey,
        [{"subject_id": one, "wrap_key": number, "wrapped": wrap(one, keys[one], number)} for one in fresh],
    )
    return keys


def data_keys(subjects: Iterable[uuid.UUID]) -> dict[uuid.UUID, bytes]:
    """Data keys of many subjects, one query for 10,000; erased subjects are left out."""
    own = connections[SubjectKey.objects.db].features.has_native_uuid_field
    stored = {(subject if own else subject.hex): subject for subject in subjects}
    return {stored[key]: value for key, value in stored_keys(stored).items()}


def stored_keys(subjects: Mapping[Any, uuid.UUID]) -> dict[Any, bytes]:
    """The same by the subjects' ids as the engine keeps them, which `subjects` maps to the ids.

    Stands in the way of every list of people, so no model is made of each row.
    """
    wanted, connection = list(subjects), connections[SubjectKey.objects.db]
    found: dict[Any, bytes] = {}
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        marks = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT subject_id, wrap_key, wrapped FROM {SubjectKey._meta.db_table} WHERE subject_id IN ({marks})",  # noqa: S608
                some,
            )
            for stored, number, wrapped in cursor.fetchall():
                found[stored] = unwrapped(subjects[stored], number, bytes(wrapped))
    return found


def _field(instance: models.Model, column: str) -> SealedField:
    field = instance._meta.get_field(column)
    if not isinstance(field, SealedField):
        raise TypeError(f"{instance._meta.label}.{column} is not a sealed field")
    return field


def seal(instance: models.Model, column: str, value: str | None) -> bytes | None:
    """Ciphertext of `value` for this row's column; empty values stay None. The row needs its id and subject first."""
    if not value:
        return None
    subject = getattr(instance, _field(instance, column).subject)
    return encrypt(ensure_subject(subject), value.encode(), binding(instance._meta.db_table, column, instance.pk))


def open_value(instance: models.Model, column: str) -> str:
    """The value of a sealed column, '' when empty. Raises Erased or Tampered."""
    return open_many([instance], column)[instance.pk]


def open_many(instances: Sequence[models.Model], column: str) -> dict[uuid.UUID, str]:
    """Values of one sealed column of many rows, by row id, with one query for all data keys."""
    held = [row for row in instances if getattr(row, column)]
    keys = data_keys(getattr(row, _field(row, column).subject) for row in held)
    values: dict[uuid.UUID, str] = {row.pk: "" for row in instances}
    for row in held:
        key = keys.get(getattr(row, _field(row, column).subject))
        if key is None:
            raise Erased(f"{row._meta.label} {row.pk}")
        values[row.pk] = decrypt(key, bytes(getattr(row, column)), binding(row._meta.db_table, column, row.pk)).decode()
    return values


def erase(subject: uuid.UUID) -> bool:
    """Destroy the data key of a subject. Every value sealed for it, also in logs and old backups' rows, is lost."""
    return bool(SubjectKey.objects.filter(pk=subject).delete()[0])


def rotate(chunk: int = 5000) -> int:
    """Make a new wrapping key and wrap every data key anew; returns how many. May be stopped and run again."""
    new = keyring.wrap_key_numbers()[-1]
    if not SubjectKey.objects.exclude(wrap_key=new).exists():
        new += 1
        keyring.new_wrap_key(new)
    done = 0
    while True:
        with transaction.atomic():
            rows = list(SubjectKey.objects.select_for_update().exclude(wrap_key=new)[:chunk])
            for row in rows:
                row.wrapped, row.wrap_key = wrap(row.subject_id, unwrap(row), new), new
            SubjectKey.objects.bulk_update(rows, ["wrapped", "wrap_key"])
        if not rows:
            return done
        done += len(rows)
