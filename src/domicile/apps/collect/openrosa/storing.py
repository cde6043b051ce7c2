"""Keep what a phone sends, byte for byte and durably, before it is told so.

First the files, sealed and on the disk, then the rows in one transaction, then the acknowledgement. The file of a form
is named by its key and a keyed hash of its bytes: whatever is sent again meets itself, and what a killed process left
without a row is the same file that the phone sends next.
"""

import hashlib
import os
import uuid
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from domicile.apps.collect.openrosa import policies
from domicile.apps.collect.openrosa.models import AppUser, Attachment, Submission
from domicile.apps.common.masking import without_numbers
from domicile.apps.vault.files import read_sealed, write_sealed
from domicile.apps.vault.keyring import blind
from domicile.core.messages.submissions import Submitted

NAMESPACE = uuid.UUID("6f1a1e0a-0f4e-4b5c-9d0a-5d2f5f6f7a31")
APART = "collect file\x1f"
FORM = "form"


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
    return Path(settings.HOME) / "submissions" / submission_id.hex[:2]


def path_of(submission_id: uuid.UUID, digest: bytes | memoryview, kind: str = "") -> Path:
    """The sealed file of these bytes; `kind` tells what was made of them from what came."""
    return folder(submission_id) / f"{submission_id.hex}-{bytes(digest).hex()}{kind}.sealed"


def keep(
    app_user: AppUser, submitted: Submitted, content: bytes, files: Mapping[str, bytes], *, complete: bool
) -> Submission:
    """Store a form and its files; what is there already stays as it is. Raises Conflict, OSError (a full disk)."""
    key, digest = key_of(submitted.instance_id), digest_of(content)
    files = {plain_name(name, held): held for name, held in files.items()}
    digests = {name: digest_of(held) for name, held in files.items()}
    held = Submission.objects.select_related("app_user").filter(pk=key).first()
    there = check_same(app_user, held, digest, digests)
    fresh = [(held_bytes, digests[name]) for name, held_bytes in files.items() if name not in there]
    _to_disk(key, fresh if held is not None else [(content, digest), *fresh])
    row = Submission(
        id=key, instance_id=submitted.instance_id, deprecated_id=submitted.deprecated_id, form_id=submitted.form_id,
        version=submitted.version, app_user=app_user, place_code=app_user.place_code, digest=digest, size=len(content),
        complete=complete, received_at=timezone.now(),
    )  # fmt: skip
    sizes = {name: len(held) for name, held in files.items()}
    try:
        return _write(row, held, sizes, digests, there)
    except IntegrityError:  # the same form came twice at once: the other one is there by now
        held = Submission.objects.select_related("app_user").get(pk=key)
        return _write(row, held, sizes, digests, check_same(app_user, held, digest, digests))


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
    app_user: AppUser, held: Submission | None, digest: bytes, digests: Mapping[str, bytes]
) -> Collection[str]:
    """The names of files that are there already. Raises Conflict where something else was kept under an id or a name."""
    if held is None:
        return ()
    if bytes(held.digest) != digest or held.app_user.worker_id != app_user.worker_id:
        raise Conflict
    there = dict(held.attachments.filter(name__in=digests).values_list("name", "digest")) if digests else {}
    if any(bytes(before) != digests[name] for name, before in there.items()):
        raise Conflict
    return there.keys()


def content_of(submission: Submission) -> bytes:
    """The bytes of a form as they came. Raises FileNotFoundError once they were erased."""
    return read_sealed(path_of(submission.pk, submission.digest))


def erase(submission: Submission) -> None:
    """Delete the files of a submission."""
    for path in folder(submission.pk).glob(f"{submission.pk.hex}-*"):
        path.unlink(missing_ok=True)


def _to_disk(key: uuid.UUID, files: Sequence[tuple[bytes, bytes]]) -> None:
    """Seal each of (bytes, digest) and wait until it is on the disk, its name too."""
    if not files:
        return
    place = folder(key)
    fresh = not place.exists()
    for content, digest in files:
        write_sealed(path_of(key, digest), [content])
    for one in (place, place.parent, place.parent.parent) if fresh else (place,):
        handle = os.open(one, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
