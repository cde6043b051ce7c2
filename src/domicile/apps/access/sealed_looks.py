"""The log of looks as a log that is sealed, and its index checked against it."""

import os
from hashlib import blake2b

from domicile.apps.access.models import Look, LookSeal, Seen
from domicile.apps.audit.sealed_log import SealedLog

LOOKS = SealedLog(
    name="looks",
    alias="log",
    records=Look,
    seals=LookSeal,
    columns=("at", "user_id", "user_name", "role", "scopes", "purpose", "question", "term", "persons", "channel"),
)


def index_fault() -> tuple[int, str]:
    """(look, what is wrong) for the first look whose rows in the index are not the persons it showed; (0, '') if none.

    The two sides are compared as sums of keyed hashes, in one pass over each and constant memory; only when the sums
    differ are they compared look by look. Looks written meanwhile are left out.
    """
    newest = Look.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    key = os.urandom(32)
    shown = seen = 0
    for pk, persons in Look.objects.filter(pk__lte=newest).values_list("pk", "persons").iterator(chunk_size=5000):
        for person in _split(bytes(persons)):
            shown += _hashed(key, pk, person)
    rows = Seen.objects.filter(look_id__lte=newest).values_list("look_id", "person_id")
    for pk, person_id in rows.iterator(chunk_size=20_000):
        seen += _hashed(key, pk, person_id.bytes)
    return (0, "") if shown == seen else _first_fault(newest)


def _first_fault(newest: int) -> tuple[int, str]:
    rows = Seen.objects.filter(look_id__lte=newest).order_by("look_id", "person_id").values_list("look_id", "person_id")
    index = rows.iterator(chunk_size=20_000)
    row = next(index, None)
    for pk, persons in Look.objects.order_by("pk").values_list("pk", "persons").iterator(chunk_size=5000):
        if row is not None and row[0] < pk:
            break
        held = []
        while row is not None and row[0] == pk:
            held.append(row[1].bytes)
            row = next(index, None)
        if sorted(held) != sorted(_split(bytes(persons))):
            return pk, f"the index of look {pk} does not name the persons that were shown"
    if row is not None:
        return row[0], f"the index names look {row[0]}, which does not stand in the log"
    return 0, ""


def _split(persons: bytes) -> list[bytes]:
    return [persons[at : at + 16] for at in range(0, len(persons), 16)]


def _hashed(key: bytes, look: int, person: bytes) -> int:
    return int.from_bytes(
        blake2b(look.to_bytes(8, "big", signed=True) + person, key=key, digest_size=16).digest(), "big"
    )
