"""One process at a time works on a batch; the lock goes with the process, however it ends."""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connections

from domicile.apps.exchange import staging
from domicile.apps.exchange.messages import refuse

GRACE = 3  # seconds


@contextmanager
def held(batch_id: uuid.UUID) -> Iterator[None]:
    """Hold the batch for the block; raises ImportRefused (code `busy`) when another process has it.

    On SQLite a lock on a file beside the batch, on PostgreSQL an advisory lock of a session of its own, so that it also
    holds between machines.
    """
    if connections["default"].vendor == "sqlite":
        with _file(batch_id):
            yield
        return
    connection = connections["default"].copy()
    key = int.from_bytes(batch_id.bytes[8:], "big", signed=True)
    try:
        with connection.cursor() as cursor:
            # The server takes a moment to notice that the session of a dead process is gone.
            cursor.execute(f"SET lock_timeout = '{GRACE}s'")
            try:
                cursor.execute("SELECT pg_advisory_lock(%s)", [key])
            except OperationalError as taken:
                raise refuse("busy") from taken
        yield
    finally:
        connection.close()


@contextmanager
def _file(batch_id: uuid.UUID) -> Iterator[None]:
    folder = staging.folder(batch_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise refuse("busy") from taken
        yield
    finally:
        os.close(handle)
