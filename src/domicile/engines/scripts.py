"""The tables that a script of statements reads, and what it makes of them, in DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

import duckdb
import pyarrow as pa

from domicile.core.editing import DUCKDB, Statement

MEMORY_MB: Final = 4000
#: Gives the rows of a table, once, with these columns at least: as they come, or as a whole that lies in memory already.
Load = Callable[[str, Sequence[str]], pa.RecordBatchReader | pa.Table]


class Prepares(Protocol):
    """The tables to read with the columns of each, and what to make of them, in order."""

    def tables(self) -> dict[str, set[str]]: ...

    def preparing(self) -> Iterator[Statement]: ...


@contextmanager
def prepared(script: Prepares, load: Load, *, memory_mb: int = MEMORY_MB) -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine that holds what the script makes; gone when the block ends. Only the columns needed are kept.

    Nothing is written to a disk: raises duckdb.OutOfMemoryException where `memory_mb` is too little.
    """
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{int(memory_mb)}MB'")
        # People in the clear stay off the disk: what does not fit into memory is an error, not a file.
        engine.execute("SET temp_directory = ''")
        engine.execute("SET preserve_insertion_order = false")
        for table, columns in script.tables().items():
            rows = load(table, sorted(columns))
            if isinstance(rows, pa.Table):  # read where it lies
                engine.register(table, rows)
                continue
            engine.register("arriving", rows)
            some = ", ".join(DUCKDB.column(column) for column in sorted(columns))
            engine.execute(f"CREATE TABLE {table} AS SELECT {some} FROM arriving")  # noqa: S608
            engine.unregister("arriving")
        for statement in script.preparing():
            engine.execute(statement.create())
        yield engine
