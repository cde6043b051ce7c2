"""Keep what a phone sends, byte for byte and durably, before it is told so.

First the files, sealed and on the disk, then the rows in one transaction, then the acknowledgement. The file of a form
is named by its key and a keyed hash of its bytes: whatever is sent again meets itself, and what a killed process left
without a row is the same file that the phone sends next.
"""

import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from domicile.apps.collect.openrosa import policies
from domicile.apps.collect.openrosa.models import AppUser, Attachment, Submission
from domicile.apps.common.masking import without_numbers
from domicile.apps.vault.files import CHUNK, read_sealed, write_sealed, write_small
from domicile.apps.vault.keyring import blind
from domicile.core.messages.submissions import Submitted

NAMESPACE = uuid.UUID("6f1a1e0a-0f4e-4b5c-9d0a-5d2f5f6f7a31")
APART = "collect file\x1f"
FOLDER = "submissions"
#: Stands at the end of the name of a photo that was made anew.
PHOTO = "-photo"


class Conflict(Exception):
    """Other bytes, or another worker's, came under this id before."""


def key_of(instance_id: str) -> uuid.UUID:
    """The key of the submission with this instance ID."""
    return uuid.uuid5(NAMESPACE, instance_id)


def digest_of(content: bytes) -> bytes:
    """The keyed hash of some bytes, which tells nothing of them."""
    return blind("term", APART + hashlib.sha256(content).hexdigest())


def folder(submission_id: uuid.UUID) -> Path:
    """Where the files of a submission lie, with those of others: one folder to have on the disk, not one for each."""
    return Path(f"{settings.HOME}/{FOLDER}/{submission_id.hex[:2]}")


def path_of(submission_id: uuid.UUID, digest: bytes | memoryview, kind: str = "") -> Path:
    """The sealed file of these bytes; `kind` tells what was made of them from what came."""
    return Path(_place(submission_id, digest, kind))


def _place(submission_id: uuid.UUID, digest: bytes | memoryview, kind: str = "") -> str:
    key = submission_id.hex
    return f"{settings.HOME}/{FOLDER}/{key[:2]}/{key}-{digest.hex()}{kind}.sealed"


def keep(
    app_user: AppUser, submitted: Submitted, content: bytes, files: Mapping[str, bytes], *, complete: bool
) -> Submission:
    """Store a form and its files; what is there already stays as it is. Raises Conflict, OSError (a full disk)."""
    row = Submission(
        id=key_of(submitted.instance_id), instance_id=submitted.instance_id, deprecated_id=submitted.deprecated_id,
        form_id=submitted.form_id, version=submitted.version, app_user_id=app_user.pk, place_code=app_user.place_code,
        digest=digest_of(content), size=len(content), complete=complete, received_at=timezone.now(),
    )  # fmt: skip
    if not files:
        return _keep_alone(app_user, row, content)
    return _keep_with(app_user, row, content, {plain_name(name, held): held for name, held in files.items()})


def _keep_alone(app_user: AppUser, row: Submission, content: bytes) -> Submission:
    """A form without files: most are, and then one file, one statement and two waits for the disk are all there is."""
    path = path_of(row.pk, row.digest)
    _to_disk(row.pk, [(content, row.digest)])
    if _insert(row):
        return row
    held = _held(row)
    same = held is not None and bytes(held.digest) == row.digest
    if held is None or not same or held.erased_at is not None:
        path.unlink(missing_ok=True)
    check_same(app_user, held, row.digest, {})
    return _write(row, held, {}, {}, ())


def _keep_with(app_user: AppUser, row: Submission, content: bytes, files: Mapping[str, bytes]) -> Submission:
    """A form with files, or more files of a form: what is there already is not written again."""
    digests = {name: digest_of(held) for name, held in files.items()}
    held = _held(row)
    there = check_same(app_user, held, row.digest, digests)
    fresh = [(held_bytes, digests[name]) for name, held_bytes in files.items() if name not in there]
    _to_disk(row.pk, fresh if held is not None else [(content, row.digest), *fresh])
    sizes = {name: len(held) for name, held in files.items()}
    try:
        return _write(row, held, sizes, digests, there)
    except IntegrityError:  # the same form came twice at once: the other one is there by now
        held = _held(row)
        return _write(row, held, sizes, digests, check_same(app_user, held, row.digest, digests))


def _held(row: Submission) -> Submission | None:
    return Submission.objects.select_related("app_user").filter(pk=row.pk).first()


_COLUMNS = [field for field in Submission._meta.concrete_fields if field.name not in {"processed_at", "erased_at"}]
_NAMES, _MARKS = ", ".join(str(field.column) for field in _COLUMNS), ", ".join(["%s"] * len(_COLUMNS))
_INSERT = f"INSERT INTO {Submission._meta.db_table} ({_NAMES}) VALUES ({_MARKS}) ON CONFLICT DO NOTHING"  # noqa: S608


def _insert(row: Submission) -> bool:
    """Insert the row unless one with its key is there; whether it was. One statement, which is a transaction of its own.

    As text: it stands before every acknowledgement.
    """
    connection = connections[Submission.objects.db]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        return bool(cursor.rowcount == 1)


def plain_name(name: str, content: bytes) -> str:
    """The name of a file as it is kept in the clear: without numbers, and still told from others."""
    masked = without_numbers(name)
    return name if masked == name else f"{digest_of(content).hex()[:8]} {masked}"[:120]


def _write(
    row: Submission, held: Submission | None, sizes: Mapping[str, int], digests: Mapping[str, bytes],
    there: Collection[str],
) -> Submission:  # fmt: skip
    """The rows of what is new, together. Raises IntegrityError where somebody else wrote them since."""
    with transaction.atomic():
        if held is None:
            row.save(force_insert=True)
        elif row.complete and not held.complete:
            Submission.objects.filter(pk=held.pk).update(complete=True)
        fresh = [
            Attachment(
                submission_id=row.pk, name=name, size=sizes[name], digest=digest, received_at=row.received_at,
                original_until=policies.original_until(timezone.localdate()),
            )
            for name, digest in digests.items()
            if name not in there
        ]  # fmt: skip
        if fresh:
            Attachment.objects.bulk_create(fresh)
    return held or row


def check_same(
    app_user: AppUser, held: Submission | None, digest: bytes | memoryview, digests: Mapping[str, bytes]
) -> Collection[str]:
    """The names of files that are there already. Raises Conflict where something else was kept under an id or a name."""
    if held is None:
        return ()
    if bytes(held.digest) != bytes(digest) or held.app_user.worker_id != app_user.worker_id:
        raise Conflict
    there = dict(held.attachments.filter(name__in=digests).values_list("name", "digest")) if digests else {}
    if any(bytes(before) != digests[name] for name, before in there.items()):
        raise Conflict
    return there.keys()


class Sent(NamedTuple):
    """A form as far as it takes to process it."""

    pk: uuid.UUID
    instance_id: str
    deprecated_id: str
    form_id: str
    app_user_id: uuid.UUID
    digest: bytes | memoryview
    received_at: dt.datetime


def content_of(submission: Submission | Sent) -> bytes:
    """The bytes of a form as they came. Raises FileNotFoundError once they were erased."""
    return read_sealed(_place(submission.pk, submission.digest))


def erase(submission: Submission) -> None:
    """Delete the files of a submission."""
    for path in folder(submission.pk).glob(f"{submission.pk.hex}-*"):
        path.unlink(missing_ok=True)


def _to_disk(key: uuid.UUID, files: Sequence[tuple[bytes, bytes | memoryview]]) -> None:
    """Seal each of (bytes, digest) and wait until it is on the disk, its name too."""
    if not files:
        return
    place = folder(key)
    fresh = not place.exists()
    if fresh:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    for content, digest in files:
        path = path_of(key, digest)
        if len(content) > CHUNK or not write_small(path, content):
            write_sealed(path, [content])  # one is there: whole, or half of it left by a process that was killed
    for one in (place, place.parent, place.parent.parent) if fresh else (place,):
        handle = os.open(one, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
