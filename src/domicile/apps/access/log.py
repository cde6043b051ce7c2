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
    `term` is what was typed, kept as a keyed hash only. Both or nothing: one statement, or on SQLite one short transaction.
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
    if not shown or connections[DATABASE].vendor == "postgresql":  # one statement is its own transaction
        return _note(values, shown)
    with transaction.atomic(using=DATABASE):
        look = _note(values, [])
        for start in range(0, len(shown), CHUNK):
            _note_seen(look, shown[start : start + CHUNK])
    return look


def _note(values: dict[str, Any], shown: list[uuid.UUID]) -> int:
    """Write one Look, and on PostgreSQL who was shown with it, in one statement; give the Look's id.

    No model is made of either, and one way to the server and back is all: this stands in the way of every answer.
    """
    connection, options = connections[DATABASE], Look._meta
    fields = [field for field in options.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    sql = (
        f'INSERT INTO "{options.db_table}" ({columns}) VALUES ({", ".join(["%s"] * len(fields))})'  # noqa: S608
        f' RETURNING "{options.pk.column}"'
    )
    prepared = [field.get_db_prep_save(values[field.name], connection) for field in fields]
    if shown:
        sql = (
            f'WITH look(id) AS ({sql}) INSERT INTO "{Seen._meta.db_table}" ("person_id", "look_id")'  # noqa: S608
            " SELECT person, look.id FROM look, unnest(%s::uuid[]) AS person RETURNING look_id"
        )
        prepared.append(shown)
    with connection.cursor() as cursor:
        cursor.execute(sql, prepared)
        return int(cursor.fetchone()[0])


def _note_seen(look: int, persons: list[uuid.UUID]) -> None:
    """One statement for all, without making a model of each. For SQLite, whose statements cannot write two tables."""
    values = ", ".join([f"(%s, {int(look)})"] * len(persons))
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{Seen._meta.db_table}" ("person_id", "look_id") VALUES {values}',  # noqa: S608
            [one.hex for one in persons],
        )
