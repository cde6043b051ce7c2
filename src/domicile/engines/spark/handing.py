"""Tables handed to the workers of a cluster through a folder that all its machines see.

A job has a folder of its own there, and a key of its own in memory. Each part of a table is a file of Arrow rows, sealed
(AES-256-GCM) under that key and bound to its name; the key travels to the workers inside the job and is written nowhere. The
folder is deleted when the job ends. What a killed job leaves is sealed with a key that died with it, and the next job that
uses the shared folder deletes it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ROWS_A_PART: Final = 65_536
_NONCE: Final = 12


class Unreadable(Exception):
    """A part of a table is not there, or is not what the job laid there."""


class Hand:
    """What hands tables over: a folder of the job, and a key that lives as long as this object."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = AESGCM.generate_key(256)
        self._given = 0

    def over(self, session: Any, rows: pa.RecordBatchReader | pa.Table) -> Any:
        """The rows as a DataFrame of the cluster. Whole numbers without sign become wider ones, since Spark has none."""
        schema = plain(rows.schema)
        self._given += 1
        name, count = f"{self._given:04d}", 0
        for batch in _parts(rows):
            seal(self.folder / f"{name}-{count:05d}", pa.Table.from_batches([batch]).cast(schema), self._key)
            count += 1
        if not count:
            seal(self.folder / f"{name}-{count:05d}", schema.empty_table(), self._key)
            count = 1
        numbers = session.range(0, count, 1, count)
        return numbers.mapInArrow(_opener(self.folder, name, self._key), _ddl(schema))


def _parts(rows: pa.RecordBatchReader | pa.Table) -> Iterator[pa.RecordBatch]:
    for batch in rows.to_batches(ROWS_A_PART) if isinstance(rows, pa.Table) else rows:
        for start in range(0, batch.num_rows, ROWS_A_PART):
            yield batch.slice(start, ROWS_A_PART)


def seal(path: Path, table: pa.Table, key: bytes) -> None:
    """Write a table sealed, whole or not at all, for this user alone."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(table)
    nonce = os.urandom(_NONCE)
    content = nonce + AESGCM(key).encrypt(nonce, sink.getvalue().to_pybytes(), path.name.encode())
    fresh = path.with_name(f".{path.name}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(content)
    fresh.replace(path)


def unseal(path: Path, key: bytes) -> pa.Table:
    """The table of a part; runs on the workers. Raises Unreadable."""
    try:
        content = path.read_bytes()
        data = AESGCM(key).decrypt(content[:_NONCE], content[_NONCE:], path.name.encode())
    except OSError as problem:
        raise Unreadable(
            f"This worker cannot read {path}: {problem.strerror}. The shared folder must stand at the same path on every "
            "machine, and the workers must run as the user who starts the job."
        ) from problem
    except (InvalidTag, ValueError) as problem:
        raise Unreadable(f"{path} is not what the job laid there.") from problem
    return pa.ipc.open_stream(data).read_all()


def _opener(folder: Path, name: str, key: bytes) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    def opened(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for number in batch.column(0).to_pylist():
                yield from unseal(folder / f"{name}-{number:05d}", key).to_batches()

    return opened


_PLAIN: Final = {
    pa.uint8(): pa.int16(), pa.uint16(): pa.int32(), pa.uint32(): pa.int64(), pa.uint64(): pa.int64(),
    pa.large_string(): pa.string(), pa.string_view(): pa.string(), pa.null(): pa.string(),
}  # fmt: skip
_DDL: Final = {
    pa.string(): "string", pa.date32(): "date", pa.bool_(): "boolean", pa.float64(): "double", pa.float32(): "float",
    pa.int8(): "tinyint", pa.int16(): "smallint", pa.int32(): "int", pa.int64(): "bigint",
}  # fmt: skip


def plain(schema: pa.Schema) -> pa.Schema:
    """The same columns in types that Spark has."""
    return pa.schema([(field.name, _plain(field.type)) for field in schema])


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_list(kind) or pa.types.is_list(kind):
        return pa.list_(_plain(kind.value_type))
    return _PLAIN.get(kind, kind)


def _ddl(schema: pa.Schema) -> str:
    def named(kind: pa.DataType) -> str:
        return f"array<{named(kind.value_type)}>" if pa.types.is_list(kind) else _DDL[kind]

    return ", ".join(f"`{field.name}` {named(field.type)}" for field in schema)
