"""Counts the cubes of a census on a Spark cluster. The queries are those of core.tabulation, written by Ibis in Spark's words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from domicile.core.tabulation import REPLICATES, Cube, areas_sql, base_sql, drawn_sql, signs
from domicile.core.tabulation.model import Of
from domicile.engines.spark.session import Connected
from domicile.engines.tabulation import FILES, Columns, Queries, columns


class OnSpark:
    """The records on a cluster: the workers count, and cells alone come back."""

    def __init__(self, on: Connected, folder: Path, *, replicates: int) -> None:
        self.queries = Queries("pyspark", replicates)
        self._on = on
        self._replicates = replicates
        self._drawn = False
        self._bases: set[str] = set()
        for of in FILES:
            on.table(of, _rows(folder / f"{of}.parquet"))

    def areas(self, of: Of) -> Columns:
        return columns(self._on.arrow(areas_sql(of, "pyspark")))

    def cube(self, cube: Cube, *, keys: bool = True) -> Columns:
        if cube.long and not self._drawn:
            drawn = self._on.arrow(drawn_sql("pyspark")).column(0).to_pylist()
            self._on.table(REPLICATES, signs(drawn, self._replicates))
            self._drawn = True
        if cube.base.name not in self._bases:
            self._on.view(cube.base.name, base_sql(cube.base, "pyspark", self._replicates))
            self._bases.add(cube.base.name)
        return columns(self._on.arrow(self.queries.of(cube, keys=keys)))

    def table(self, name: str, rows: pa.Table) -> None:
        """Hand rows over under a name."""
        self._on.table(name, rows)

    def rows(self, query: str) -> pa.Table:
        """The rows of a query in words that both engines know."""
        return self._on.arrow(query)


def _rows(path: Path) -> pa.RecordBatchReader:
    file = pq.ParquetFile(path)
    schema = pa.schema([(field.name, _plain(field.type)) for field in file.schema_arrow])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in file.iter_batches(1 << 17):
            yield from pa.Table.from_batches([batch]).cast(schema).to_batches()

    return pa.RecordBatchReader.from_batches(schema, batches())


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind
