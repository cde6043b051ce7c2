"""The tables that a script of statements reads, and what it makes of them, on a Spark cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pyarrow as pa

from domicile.engines.scripts import Load, Prepares
from domicile.engines.spark.session import Connected


@contextmanager
def prepared(script: Prepares, load: Load, *, on: Connected) -> Iterator[None]:
    """As engines.scripts.prepared, on a cluster: what is made is held by the workers until the block ends."""
    try:
        for table, columns in script.tables().items():
            wanted = sorted(columns)
            on.table(table, pa.RecordBatchReader.from_batches(*_some(load(table, wanted), wanted)))
        for statement in script.preparing():
            on.view(statement.name, statement.query, keep=statement.table)
        yield
    finally:
        on.let_go()


def _some(reader: pa.RecordBatchReader, columns: Sequence[str]) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """These columns alone: a source may give more."""
    schema = pa.schema([reader.schema.field(name) for name in columns])
    return schema, (batch.select(columns) for batch in reader)
