"""Counts the cubes of a census in DuckDB, from Parquet files. The queries are those of core.tabulation, written by Ibis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Final, Protocol

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from domicile.core.tabulation import (
    REPLICATES,
    Cube,
    areas_sql,
    base_sql,
    columns_of,
    drawn_sql,
    result_columns,
    signs,
    sql,
)
from domicile.core.tabulation.expressions import Dialect
from domicile.core.tabulation.model import Of
from domicile.core.tabulation.planning import Base

MEMORY_MB: Final = 3000
FILES: Final[tuple[Of, Of]] = ("persons", "households")
Columns = Mapping[str, NDArray[np.int64]]


class InputRefused(ValueError):
    """The records cannot be tabulated; the message names the file and what is missing there."""


class Queries:
    """The queries of cubes in the words of one engine. Each is written once, by whichever thread comes first."""

    def __init__(self, dialect: Dialect, replicates: int) -> None:
        self._dialect: Dialect = dialect
        self._replicates = replicates
        self._written: dict[tuple[Cube, bool], str] = {}

    def of(self, cube: Cube, *, keys: bool) -> str:
        if (cube, keys) not in self._written:
            self._written[cube, keys] = sql(cube, self._dialect, self._replicates, keys=keys)
        return self._written[cube, keys]


class Counts(Protocol):
    """What every engine gives."""

    queries: Queries

    def areas(self, of: Of) -> Columns: ...

    def cube(self, cube: Cube, *, keys: bool = True) -> Columns: ...

    def table(self, name: str, rows: pa.Table) -> None: ...

    def rows(self, query: str) -> pa.Table: ...


class OnDuckDB:
    """A connection that sees the records; nothing is written to a disk."""

    def __init__(self, engine: duckdb.DuckDBPyConnection, replicates: int) -> None:
        self.queries = Queries("duckdb", replicates)
        self._engine = engine
        self._replicates = replicates
        self._base = ""

    def areas(self, of: Of) -> Columns:
        return columns(self._engine.execute(areas_sql(of, "duckdb")).to_arrow_table())

    def cube(self, cube: Cube, *, keys: bool = True) -> Columns:
        if self._base != cube.base.name:
            self._gather(cube.base, keys)
        return columns(self._engine.execute(self.queries.of(cube, keys=keys)).to_arrow_table())

    def table(self, name: str, rows: pa.Table) -> None:
        """Hand rows over under a name."""
        self._engine.register(name, rows)

    def rows(self, query: str) -> pa.Table:
        """The rows of a query in words that both engines know."""
        return self._engine.execute(query).to_arrow_table()

    def _gather(self, base: Base, keys: bool) -> None:
        """Keep the records of a base in memory, so long as cubes of it are asked for."""
        if base.long:
            self._draw()
        if self._base:
            self._engine.execute(f"DROP TABLE {self._base}")
            self._base = ""
        self._engine.execute(
            f"CREATE TEMP TABLE {base.name} AS {base_sql(base, 'duckdb', self._replicates, keys=keys)}"
        )
        self._base = base.name

    def _draw(self) -> None:
        known = self._engine.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [REPLICATES]
        ).fetchone()
        if known and known[0]:
            return
        drawn = self._engine.execute(drawn_sql("duckdb")).to_arrow_table().column(0).to_pylist()
        self._engine.register("signs", signs(drawn, self._replicates))
        self._engine.execute(f"CREATE TEMP TABLE {REPLICATES} AS SELECT * FROM signs")  # noqa: S608
        self._engine.unregister("signs")


@contextmanager
def on_duckdb(folder: Path, *, replicates: int, memory_mb: int = MEMORY_MB) -> Iterator[OnDuckDB]:
    """The records of a folder: persons.parquet and households.parquet. Raises duckdb.OutOfMemoryException where that
    is too little."""
    with duckdb.connect() as engine:
        engine.execute(f"SET memory_limit = '{int(memory_mb)}MB'")
        # Answers stay off the disk: what does not fit into memory is an error, not a file.
        engine.execute("SET temp_directory = ''")
        engine.execute("SET preserve_insertion_order = false")
        for of in FILES:
            place = str(folder / f"{of}.parquet").replace("'", "''")
            engine.execute(f"CREATE VIEW {of} AS SELECT * FROM read_parquet('{place}')")  # noqa: S608
        yield OnDuckDB(engine, replicates)


def counted(engine: Counts, plan: Sequence[Cube], *, keys: bool = True) -> Iterator[tuple[Cube, Columns]]:
    """The cells of cubes, one after another. While the caller works with those of one, the next is counted.

    Until the caller is through the engine is asked for nothing else. Raises what `Counts.cube` raises.
    """
    with ThreadPoolExecutor(1, "counting") as ahead:
        begun = [ahead.submit(engine.cube, cube, keys=keys) for cube in plan[:1]]
        for cube in plan:  # while the first is counted
            engine.queries.of(cube, keys=keys)
        for cube, following in zip_longest(plan, plan[1:]):
            found = begun.pop().result()
            if following is not None:
                begun.append(ahead.submit(engine.cube, following, keys=keys))
            yield cube, found


def columns(table: pa.Table) -> Columns:
    """The columns of a result as whole numbers. Sums arrive as decimals: cast here, they need not become objects first."""
    return {name: table[name].cast(pa.int64()).to_numpy() for name in table.column_names}


def check(folder: Path, plan: Iterable[Cube]) -> dict[Of, int]:
    """How many records there are of either kind. Raises InputRefused where a file or column is missing or of another type."""
    found: dict[Of, int] = {}
    wanted: dict[Of, dict[str, str]] = {of: {"area": "string", "record_key": "int64"} for of in FILES}
    for cube in plan:
        wanted[cube.of] |= columns_of(cube.base)
        if cube.long:
            wanted["households"] |= {"household": "string", "form": "string", "area": "string"}
    for of, needed in wanted.items():
        path = folder / f"{of}.parquet"
        try:
            file = pq.ParquetFile(path)
        except (OSError, pa.ArrowInvalid) as problem:
            raise InputRefused(f"{path} is no Parquet file that can be read: {problem}.") from problem
        schema = file.schema_arrow
        missing = sorted(set(needed) - set(schema.names))
        if missing:
            raise InputRefused(
                f"{path} has no column {', '.join(missing)}. Give the agreed columns, or --only tables without them."
            )
        for name, kind in needed.items():
            if not _fits(schema.field(name).type, kind):
                raise InputRefused(f"{path}: {name} is {schema.field(name).type}; it has to be {_WORDS[kind]}.")
        found[of] = file.metadata.num_rows
    return found


_WORDS: Final = {"string": "text", "int64": "whole numbers", "decimal(18, 6)": "numbers"}


def _fits(kind: pa.DataType, wanted: str) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if wanted == "string":
        return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
    return bool(pa.types.is_integer(kind) or (wanted.startswith("decimal") and pa.types.is_floating(kind)))


def same(one: Cube, first: Columns, second: Columns, replicates: int) -> bool:
    """Whether two engines came to the same cells, in whatever order they tell them."""
    names = result_columns(one, replicates)
    orders = [np.lexsort([given[name] for name in reversed(names)]) for given in (first, second)]
    return all(np.array_equal(first[name][orders[0]], second[name][orders[1]]) for name in names)
