"""The log of looks: who asked what about whom, in which role and why (P-2, AC-3).

It is committed before the answer is sent, in its own database, so that an import that holds the register delays nobody.
"""

import unicodedata
import uuid
from collections.abc import Collection
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

from domicile.apps.access.models import Look, Seen
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault.keyring import blind

DATABASE = "log"
SCOPES_SIZE = 200
# People noted in one statement: the engines bound how many values one may carry.
CHUNK = 5000


def term_key(term: str) -> bytes:
    """The keyed hash of a search term: the log can tell that two terms were the same, not what they were."""
    return blind("term", "".join(unicodedata.normalize("NFKC", term).casefold().split()))


def record_look(viewer: Viewer, *, question: str, persons: Collection[uuid.UUID] = (), term: str | None = None) -> int:
    """Write one Look and a Seen for each person shown; returns the Look's id.

    `question` names what was asked (`search`, `person`, `dwelling`, `household`, `refused` …; at most 32 characters);
    `term` is what was typed, kept as a keyed hash only. Two statements in one short transaction, one where nobody was shown.
    """
    shown = list(dict.fromkeys(persons))
    values = {
        "at": timezone.now(),
        "user_id": viewer.user_id,
        "user_name": viewer.name,
        "role": viewer.role,
        "scopes": " ".join(viewer.scopes)[:SCOPES_SIZE],
        "purpose": viewer.purpose,
        "question": question,
        "term": None if term is None else term_key(term),
        "persons": b"".join(person.bytes for person in shown),
        "channel": viewer.channel,
    }
    if not shown:  # one statement is its own transaction
        return _note_look(values)
    with transaction.atomic(using=DATABASE):
        look = _note_look(values)
        for start in range(0, len(shown), CHUNK):
            _note_seen(look, shown[start : start + CHUNK])
    return look


def _note_look(values: dict[str, Any]) -> int:
    """Write one Look and give its id, without making a model of it: this stands in the way of every answer."""
    connection, options = connections[DATABASE], Look._meta
    fields = [field for field in options.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    sql = (
        f'INSERT INTO "{options.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))})'  # noqa: S608
        f' RETURNING "{options.pk.column}"'
    )
    prepared = [field.get_db_prep_save(values[field.name], connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, prepared)
        return int(cursor.fetchone()[0])


def _note_seen(look: int, persons: list[uuid.UUID]) -> None:
    """One statement for all, without making a model of each: this stands in the way of every answer."""
    connection, options = connections[DATABASE], Seen._meta
    column = options.get_field("person_id").column
    own = connection.features.has_native_uuid_field
    values = ", ".join([f"(%s, {int(look)})"] * len(persons))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{options.db_table}" ("{column}", "look_id") VALUES {values}',  # noqa: S608
            [one if own else one.hex for one in persons],
        )
