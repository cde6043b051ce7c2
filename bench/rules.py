"""Sixty rules over a million people, against the same sixty checks written by hand in SQL for the same engine.

Both begin at the Parquet files of a snapshot and end with the findings in memory; what they find must be the same. The rules also
count, for each, how many records lack what it needs.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

NAME = "rules"
SIZE = 1_000_000
BARS: dict[str, float] = {"ratio": 3.0, "rss_mb": 4096.0}
TODAY = dt.date(2026, 11, 1)
SEED = 1
ROUNDS = 3


def run(size: int = SIZE, *, seed: int = SEED, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result: seconds for the county of `size` people."""
    from bench.rules_data import write_tables
    from bench.rules_sql import CHECKS

    with tempfile.TemporaryDirectory(prefix="bench-rules-") as name:
        folder = Path(name)
        people = write_tables(folder, size, seed, TODAY)
        by_hand, mine = [], []
        for _ in range(ROUNDS):
            by_hand.append(_in_fresh(_by_hand, folder))
            mine.append(_in_fresh(_rules, folder))
    found = mine[0]["found"]
    same = found == by_hand[0]["found"]
    value = statistics.median(one["seconds"] for one in mine)
    baseline = statistics.median(one["seconds"] for one in by_hand)
    rss = max(one["rss_mb"] for one in mine)
    differing = {code for code in CHECKS if found.get(code) != by_hand[0]["found"].get(code)}
    yield {
        "name": NAME,
        "case": f"{len(CHECKS)} checks of {people} people, {sum(found.values())} findings"
        + ("" if same else f"; differing: {', '.join(sorted(differing))}"),
        "value": round(value, 2), "baseline": round(baseline, 2), "ratio": round(value / baseline, 2), "bar": BARS["ratio"],
        "unit": "s", "ok": same and (size < SIZE or (value / baseline <= BARS["ratio"] and rss <= BARS["rss_mb"])),
        "rss_mb": round(rss),
    }  # fmt: skip


def _in_fresh(work: Any, folder: Path) -> dict[str, Any]:
    """Seconds of `work` in a process of its own, the peak of its memory, and how many it found by code."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=work, args=(folder, queue))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{work.__name__} ended with {process.exitcode}; see its output above.")
    told: dict[str, Any] = json.loads(queue.get())
    return told


def _told(queue: Any, begin: float, found: dict[str, int]) -> None:
    took = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux gives kilobytes
    queue.put(
        json.dumps({"seconds": took, "rss_mb": peak, "found": {code: count for code, count in found.items() if count}})
    )


def _by_hand(folder: Path, queue: Any) -> None:
    import duckdb

    from bench.rules_sql import PREPARE, query

    begin = time.perf_counter()
    with duckdb.connect() as engine:
        for statement in PREPARE.format(folder=folder, today=TODAY).split(";\n"):
            if statement.strip():
                engine.execute(statement)
        rows = engine.execute(query(TODAY.isoformat())).to_arrow_table()
    counts = rows.group_by("code").aggregate([("key", "count")]).to_pylist()
    _told(queue, begin, {row["code"]: row["key_count"] for row in counts})


def _rules(folder: Path, queue: Any) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from bench.rules_sql import CHECKS
    from domicile.apps.quality import definitions
    from domicile.engines.rules import run_rules

    model = definitions.model()
    checks = [check for check in definitions.checks() if check.code in CHECKS]
    given = definitions.given(TODAY)

    def load(table: str, columns: Sequence[str]) -> pa.RecordBatchReader:
        file = pq.ParquetFile(folder / f"{table}.parquet")
        schema = pa.schema([file.schema_arrow.field(name) for name in columns])
        return pa.RecordBatchReader.from_batches(
            schema, (rows.select(columns) for rows in file.iter_batches(1 << 17, columns=[*columns]))
        )

    begin = time.perf_counter()
    found = {one.check.code: one.rows.num_rows for one in run_rules(model, checks, given, load)}
    _told(queue, begin, found)
