"""Rows beneath the ORM: read by lists of keys, written by `executemany` on SQLite and COPY on PostgreSQL."""

import queue
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import polars as pl
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

KEYS_AT_ONCE = 20_000
NULL = "\x01"  # stands in no value: control characters are taken out before
SQLITE_CACHE_KB = 320_000
FRAMES_AHEAD = 12  # what one slice of people makes: bounds the memory


def rows_of(
    connection: BaseDatabaseWrapper, sql: str, keys: Sequence[str], schema: dict[str, Any], more: Sequence[Any] = ()
) -> pl.DataFrame:
    """Rows of a query whose `IN ({})` takes a list of keys, in slices. UUIDs come as 32 hex characters."""
    found = []
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = list(keys[start : start + KEYS_AT_ONCE])
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(sql.format("SELECT value FROM json_each(%s)"), [orjson.dumps(some).decode(), *more])
            else:
                kind = "uuid" if len(some[0]) == 32 else "text"
                cursor.execute(sql.format(f"SELECT unnest(%s::{kind}[])"), [some, *more])
            found.append(pl.DataFrame([_plain(row) for row in cursor.fetchall()], schema=schema, orient="row"))
    return pl.concat(found) if found else pl.DataFrame(schema=schema)


def blind_rows_of(
    connection: BaseDatabaseWrapper, sql: str, keys: Sequence[bytes], schema: dict[str, Any]
) -> pl.DataFrame:
    """As `rows_of`, for binary keys: `IN ({})` takes them as hex digits."""
    found = []
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = [key.hex() for key in keys[start : start + KEYS_AT_ONCE]]
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                # unhex() is newer than the SQLite of Python 3.11 on some systems: pass blobs through a table.
                cursor.execute("CREATE TEMP TABLE IF NOT EXISTS wanted_blind (key BLOB)")
                cursor.execute("DELETE FROM temp.wanted_blind")
                cursor.executemany("INSERT INTO temp.wanted_blind VALUES (%s)", [(bytes.fromhex(key),) for key in some])
                cursor.execute(sql.format("SELECT key FROM temp.wanted_blind"))
            else:
                cursor.execute(sql.format("SELECT decode(unnest(%s::text[]), 'hex')"), [some])
            found.append(pl.DataFrame([_plain(row) for row in cursor.fetchall()], schema=schema, orient="row"))
    return pl.concat(found) if found else pl.DataFrame(schema=schema)


def _plain(row: Sequence[Any]) -> list[Any]:
    return [
        value.hex if isinstance(value, uuid.UUID) else bytes(value) if isinstance(value, memoryview) else value
        for value in row
    ]


@contextmanager
def writing(*, foreign_keys: bool = False) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own with one write transaction: committed at the end, rolled back by any exception.

    Without `foreign_keys` SQLite does not look every key up: for rows whose keys were all made or read here.
    """
    connection = connections["default"].copy()
    try:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA cache_size=-{SQLITE_CACHE_KB}")
                cursor.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
                cursor.execute("BEGIN IMMEDIATE")
        else:
            with connection.cursor() as cursor:
                cursor.execute("BEGIN")
        try:
            yield connection
        except BaseException:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
            raise
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")
    finally:
        connection.close()


class Behind:
    """Writes frames in the order given, on a thread of its own, while the next ones are prepared.

    Nothing else may use the connection between `insert` and `drain`. An error of the thread is raised by the next call.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection
        self.serials: dict[str, int] = {}
        self._frames: queue.Queue[tuple[str, pl.DataFrame] | None] = queue.Queue(FRAMES_AHEAD)
        self._error: BaseException | None = None
        connection.inc_thread_sharing()
        self._thread = threading.Thread(target=self._run, name="import-writer", daemon=True)
        self._thread.start()

    def insert(self, table: str, frame: pl.DataFrame) -> None:
        self._raise()
        self._frames.put((table, frame))

    def drain(self) -> None:
        """Wait until all is written."""
        self._frames.join()
        self._raise()

    def close(self) -> None:
        self._frames.put(None)
        self._thread.join()
        self.connection.dec_thread_sharing()

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (item := self._frames.get()) is not None:
            try:
                if self._error is None:
                    insert(self.connection, *item)
            except BaseException as error:  # told to the thread that gives the work
                self._error = error
            finally:
                self._frames.task_done()
        self._frames.task_done()


@contextmanager
def behind(connection: BaseDatabaseWrapper) -> Iterator[Behind]:
    """A Behind that has written everything when the block ends."""
    writer = Behind(connection)
    try:
        yield writer
        writer.drain()
    finally:
        writer.close()


def insert(connection: BaseDatabaseWrapper, table: str, frame: pl.DataFrame) -> None:
    """Insert a frame whose columns are the table's: strings (dates and ids as text) and Binary."""
    if frame.is_empty():
        return
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * frame.width)
        connection.connection.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', frame.iter_rows())  # noqa: S608
        return
    text = frame.with_columns(
        (pl.lit("\\x") + pl.col(name).bin.encode("hex")).alias(name)
        for name, kind in frame.schema.items()
        if kind == pl.Binary
    )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY \"{table}\" ({columns}) FROM STDIN WITH (FORMAT csv, NULL '{NULL}')") as copy,
    ):
        for piece in text.iter_slices(20_000):
            copy.write(piece.write_csv(include_header=False, null_value=NULL).encode())


@contextmanager
def without_indexes(
    connection: BaseDatabaseWrapper, scattered: Mapping[str, frozenset[str]], incoming: int
) -> Iterator[None]:
    """Drop the indexes led by `scattered` columns (table → columns) and build them again after the block (SQLite only).

    Their values come in no order, so that keeping them up touches a page for every row. Indexes on new keys and on codes
    in the order of the file grow at their end, which costs less than to read a table again. Worth it while the table is
    smaller than what comes in. All inside the caller's transaction: readers never see the tables without their indexes.
    """
    if connection.vendor != "sqlite":
        yield
        return
    dropped: list[str] = []
    with connection.cursor() as cursor:
        for table, columns in scattered.items():
            cursor.execute(f'SELECT max(rowid) FROM "{table}"')  # noqa: S608
            if (cursor.fetchone()[0] or 0) > incoming:
                continue
            cursor.execute(
                "SELECT i.name, i.sql, c.name FROM sqlite_master i, pragma_index_info(i.name) c"
                " WHERE i.type = 'index' AND i.tbl_name = %s AND i.sql IS NOT NULL AND c.seqno = 0",
                [table],
            )
            for name, sql, leading in cursor.fetchall():
                if leading in columns:
                    cursor.execute(f'DROP INDEX "{name}"')
                    dropped.append(sql)
    yield
    with connection.cursor() as cursor:
        for sql in dropped:
            cursor.execute(sql.replace("%", "%%"))
