"""A log that is sealed: where its records stand, and each record's canonical bytes, the same on every database."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from django.db import connections, models

from domicile.apps.audit import merkle
from domicile.apps.audit.models import Change, Seal

CHUNK = 20_000
MARK = 8


@dataclass(frozen=True)
class SealedLog:
    """One append-only table with its table of seals, both in the database `alias`."""

    name: str
    alias: str
    records: type[models.Model]
    seals: type[models.Model]
    columns: tuple[str, ...]

    @property
    def table(self) -> str:
        return str(self.records._meta.db_table)

    def highest(self) -> int:
        """The highest id that no transaction under way can still undercut; 0 when the log is empty.

        SQLite gives ids under its one write lock. PostgreSQL gives them before commit: its table is locked against
        writers for a moment. Raises django.db.OperationalError when a long transaction holds the table for two seconds.
        """
        from django.db import transaction

        connection = connections[self.alias]
        with transaction.atomic(using=self.alias), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                cursor.execute(f'LOCK TABLE "{self.table}" IN SHARE MODE')
            cursor.execute(f'SELECT max(id) FROM "{self.table}"')  # noqa: S608 (a table's own name)
            return int(cursor.fetchone()[0] or 0)

    def leaves(self, after: int | None, upto: int) -> Iterator[tuple[int, bytes]]:
        """(id, leaf hash) of the records with after < id <= upto, by id. None for `after`: from the very first."""
        connection = connections[self.alias]
        wanted = ", ".join(_canonical(self.records, column, connection.vendor) for column in self.columns)
        select = f'SELECT id, {wanted} FROM "{self.table}" WHERE id <= %s'  # noqa: S608
        head = f"domicile/{self.name}/1\n".encode()
        while True:
            with connection.cursor() as cursor:
                if after is None:
                    cursor.execute(f"{select} ORDER BY id LIMIT {CHUNK}", [upto])
                else:
                    cursor.execute(f"{select} AND id > %s ORDER BY id LIMIT {CHUNK}", [upto, after])
                rows = cursor.fetchall()
            for row in rows:
                yield row[0], merkle.leaf(head + orjson.dumps(row))
            if len(rows) < CHUNK:
                return
            after = rows[-1][0]

    def count_after(self, last: int) -> int:
        """How many records have a higher id than `last`."""
        return int(self.records._default_manager.using(self.alias).filter(pk__gt=last).count())


def _canonical(model: type[models.Model], column: str, vendor: str) -> str:
    """SQL for a column's canonical text: UTC microseconds, 32 hex digits, hex bytes; numbers and texts as they are."""
    field = model._meta.get_field(column)
    if isinstance(field, models.DateTimeField):
        if vendor == "postgresql":
            return f"to_char(\"{column}\" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        return f'CASE WHEN length("{column}") = 19 THEN "{column}" || \'.000000\' ELSE "{column}" END'
    if isinstance(field, models.UUIDField):
        return f"replace(\"{column}\"::text, '-', '')" if vendor == "postgresql" else f'"{column}"'
    if isinstance(field, models.BinaryField):
        if vendor == "postgresql":
            return f"encode(\"{column}\", 'hex')"
        return f'CASE WHEN "{column}" IS NOT NULL THEN lower(hex("{column}")) END'
    return f'"{column}"'


def chain_of(log: SealedLog, number: int, seal: models.Model, before: bytes) -> bytes:
    """The chain hash of seal `number` (1 is the first): everything the seal says, and the chain hash before it."""
    at: dt.datetime = seal.at  # type: ignore[attr-defined]
    says = orjson.dumps(
        [
            log.name,
            number,
            at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
            seal.first_id,  # type: ignore[attr-defined]
            seal.last_id,  # type: ignore[attr-defined]
            seal.count,  # type: ignore[attr-defined]
            bytes(seal.root).hex(),  # type: ignore[attr-defined]
            hashlib.sha256(bytes(seal.marks)).hexdigest(),  # type: ignore[attr-defined]
        ]
    )
    return hashlib.sha256(b"domicile/seal/1\n" + before + says).digest()


CHANGES = SealedLog(
    name="changes",
    alias="default",
    records=Change,
    seals=Seal,
    columns=(
        "at",
        "actor_id",
        "actor_role",
        "purpose",
        "action",
        "subject_kind",
        "subject_id",
        "place_code",
        "reason",
        "evidence",
        "batch_id",
        "values",
    ),
)
