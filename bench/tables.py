"""The declared tables of a census on 10,000,000 people in Parquet, against the best SQL by hand for DuckDB.

By hand means the records read once, a few cubes and the tables from them, cells with somebody alone. Ours counts the
same cells: `plain` ends with every table
as a whole array, `protected` sums record keys besides, adds up all totals and larger areas, and ends with the figures that may be
published: noise, sums with their suppression, estimates with their errors and marks. Loading Ibis and writing the queries count.
Each in a process of its own, in turns.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

NAME = "tables"
SIZE = 10_000_000
BARS: dict[str, float] = {"ratio": 1.3, "protected_ratio": 2.0, "rss_mb": 4096.0}
SEED = 1
ROUNDS = 3


def run(size: int = SIZE, *, seed: int = SEED, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield two results: seconds for the plain tables and for the protected ones."""
    from tests.census_records import write

    works = {"by hand": _by_hand, "plain": _plain, "protected": _protected}
    told: dict[str, list[dict[str, Any]]] = {name: [] for name in works}
    with tempfile.TemporaryDirectory(prefix="bench-tables-") as name:
        folder = Path(name)
        write(folder, size, seed=seed)
        for _ in range(ROUNDS):
            for kind, work in works.items():
                told[kind].append(_in_fresh(work, folder))
    seconds = {kind: statistics.median(one["seconds"] for one in some) for kind, some in told.items()}
    differing = sorted(
        code for code, cells in told["by hand"][0]["found"].items() if told["plain"][0]["found"][code] != cells
    )
    count = len(told["plain"][0]["found"])
    wrong = f"; differing: {', '.join(differing)}" if differing else ""
    for kind, bar in (("plain", BARS["ratio"]), ("protected", BARS["protected_ratio"])):
        rss = max(one["rss_mb"] for one in told[kind])
        ratio = seconds[kind] / seconds["by hand"]
        yield {
            "name": NAME, "case": f"{kind} {count} tables of {size} people{wrong}",
            "value": round(seconds[kind], 2), "baseline": round(seconds["by hand"], 2), "ratio": round(ratio, 2),
            "bar": bar, "unit": "s",
            "ok": not differing and rss <= BARS["rss_mb"] and (size < SIZE or ratio <= bar), "rss_mb": round(rss),
        }  # fmt: skip


def _in_fresh(work: Any, folder: Path) -> dict[str, Any]:
    """Seconds of `work` in a process of its own, the peak of its memory, and what it found by table."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=work, args=(folder, queue))
    process.start()
    told: dict[str, Any] = json.loads(queue.get(timeout=3600))
    process.join()
    return told


def _told(queue: Any, begin: float, found: dict[str, list[int]]) -> None:
    took = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux gives kilobytes
    queue.put(json.dumps({"seconds": took, "rss_mb": peak, "found": found}))


def _print(numbers: np.ndarray) -> list[int]:
    """What tells whether two tables have the same cells: how many, their sum, the sum of their squares."""
    held = numbers[numbers > 0].astype(np.int64)
    return [len(held), int(held.sum()), int((held * held).sum())]


def _by_hand(folder: Path, queue: Any) -> None:
    import duckdb

    from bench.tables_sql import BASES, CUBES, REPLICATES, TABLES, query
    from domicile.core.tabulation.replicating import signs

    begin, found = time.perf_counter(), {}
    with duckdb.connect() as engine:
        engine.execute("SET preserve_insertion_order = false")
        for of in ("persons", "households"):
            engine.execute(f"CREATE VIEW {of} AS SELECT * FROM read_parquet('{folder / of}.parquet')")
        drawn = engine.execute(
            "SELECT household FROM households WHERE form = 'long' ORDER BY area, household"
        ).to_arrow_table()
        engine.register("arriving", signs(drawn.column(0).to_pylist(), REPLICATES))
        engine.execute("CREATE TEMP TABLE signs AS SELECT * FROM arriving")
        for statement in (*BASES, *CUBES):
            engine.execute(statement)
        made = {code: engine.execute(query(code)).to_arrow_table() for code in TABLES}
    took = time.perf_counter() - begin
    found = {code: _print(table["n"].to_numpy()) for code, table in made.items()}
    _told(queue, time.perf_counter() - took, found)


def _plain(folder: Path, queue: Any) -> None:
    from domicile.core.tabulation import cubes, declared_set, fill
    from domicile.engines.tabulation import check, counted, on_duckdb

    begin, made = time.perf_counter(), {}
    plan = cubes(declared_set().tables.values(), check(folder, ()))
    with on_duckdb(folder, replicates=32) as engine:
        for cube, cells in counted(engine, plan, keys=False):
            columns = {**cells, "k": cells["n"]}
            for table in cube.tables:
                made[table.code] = fill(cube, columns, table)
    took = time.perf_counter() - begin
    found = {code: _print(cells.n) for code, cells in made.items()}
    _told(queue, time.perf_counter() - took, found)


def _protected(folder: Path, queue: Any) -> None:
    from domicile.core.disclosure import apply_cell_key, make_ptable
    from domicile.core.tabulation import Rules, cubes, declared_set, divide, fill, protect, thresholds
    from domicile.engines.tabulation import check, counted, on_duckdb

    begin, made = time.perf_counter(), {}
    rules = Rules(make_ptable(5, 3, 2), 5, 10, 0.165, 0.333)
    plan = cubes(declared_set().tables.values(), check(folder, ()))
    with on_duckdb(folder, replicates=32) as engine:
        areas = engine.areas("persons")
        order = np.argsort(areas["area"])
        codes = areas["area"][order]
        division = divide(codes, apply_cell_key(areas["n"][order], areas["k"][order], rules.ptable), thresholds())
        for cube, columns in counted(engine, plan):
            for table in cube.tables:
                cells = fill(cube, columns, table, np.unique(codes // 10 ** (12 - table.digits)))
                made[table.code] = protect(table, cells, division, rules)
    _told(queue, begin, {code: [told.withheld] for code, told in made.items()})
