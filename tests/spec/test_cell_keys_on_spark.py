"""Noise by cell keys on a Spark of two workers: sums, remainders and lookups as in Python, at every end of an interval."""

from typing import Any

import numpy as np
import pyarrow as pa

from domicile.core.disclosure import BITS, apply_cell_key, cell_key_sql, make_ptable


def test_spark_comes_to_the_same_bit_for_bit(spark: Any) -> None:
    table = make_ptable(D=5, V=3, js=2)
    ends = np.unique(table.thresholds)
    keys = np.unique(np.clip(np.concatenate([ends - 1, ends]), 0, 2**BITS - 1))
    counts = np.repeat(np.arange(10), len(keys))
    sums = np.tile(keys, 10) + 2**BITS * (counts % 3)
    # Two people's keys a row, so that Spark adds them up itself.
    first = sums // 2
    rows = {"place": np.arange(len(counts)), "n": counts}
    people = [pa.table({**rows, "k": keys}) for keys in (first, sums - first)]
    spark.table("people_of_cells", pa.concat_tables(people))
    cells = "SELECT place, max(n) AS n, sum(k) AS k FROM people_of_cells GROUP BY place"
    found = spark.arrow(f"SELECT {cell_key_sql(table, 'n', 'k')} AS told FROM ({cells}) ORDER BY place")
    assert found["told"].to_pylist() == apply_cell_key(counts, sums, table).tolist()
