"""Two lists of a province's moves: who is on both, against a bare join on the number over the same files.

The baseline reads both files and writes the pairs with equal numbers. Beside the ratio stand how much of what was paired is
true and how much of the truth was paired.
"""

from __future__ import annotations

import datetime as dt
import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAME = "reconcile"
SIZE = 1_000_000
#: Seconds: ten times the baseline and three more. They hold, as the memory does, at full size.
BARS: dict[str, float] = {"ratio": 10.0, "seconds_more": 3.0, "rss_mb": 4096.0, "precision": 0.999, "recall": 0.995}
TODAY = dt.date(2026, 11, 1)
SEED = 1
ROUNDS = 3


def run(size: int = SIZE, *, seed: int = SEED, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result: seconds for `size` leavings and as many arrivings, as CSV."""
    from domicile.core.synth.moves import make_move_lists

    with tempfile.TemporaryDirectory(prefix="bench-reconcile-") as name:
        folder = Path(name)
        for frame, stem in zip(make_move_lists(size, seed, TODAY), ("left", "arrived", "truth"), strict=True):
            frame.write_csv(folder / f"{stem}.csv")
        bare, mine = [], []
        for _ in range(ROUNDS):
            bare.append(_in_fresh(_join, folder)["seconds"])
            mine.append(_in_fresh(_reconcile, folder))
        best, baseline = min(mine, key=lambda one: one["seconds"]), min(bare)
        precision, recall = _judged(folder)
    large = size >= SIZE
    fast = best["seconds"] <= baseline * BARS["ratio"] + BARS["seconds_more"] and best["rss_mb"] <= BARS["rss_mb"]
    right = precision >= BARS["precision"] and recall >= BARS["recall"]
    yield {
        "name": NAME, "case": f"{size} left, {size} arrived; precision {precision:.6f}, recall {recall:.6f}",
        "value": round(best["seconds"], 2), "baseline": round(baseline, 2), "unit": "s",
        "ratio": round((best["seconds"] - BARS["seconds_more"] * large) / baseline, 2), "bar": BARS["ratio"],
        "ok": right and (fast or not large), "rss_mb": round(best["rss_mb"]), "precision": precision, "recall": recall,
    }  # fmt: skip


def _in_fresh(work: Any, folder: Path) -> dict[str, float]:
    """Seconds of `work` in a process of its own, and the peak of its memory."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=work, args=(folder, queue))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{work.__name__} ended with {process.exitcode}; see its output above.")
    found: dict[str, float] = json.loads(queue.get())
    return found


def _join(folder: Path, queue: Any) -> None:
    import duckdb

    begin = time.perf_counter()
    read = "read_csv('{}', header = true, all_varchar = true)"
    left, arrived = (read.format(folder / f"{stem}.csv") for stem in ("left", "arrived"))
    with duckdb.connect() as engine:
        engine.execute(
            f"COPY (SELECT l.id AS left_id, a.id AS arrived_id FROM {left} l JOIN {arrived} a USING (number)) "
            f"TO '{folder / 'bare.csv'}'"
        )
    queue.put(json.dumps({"seconds": time.perf_counter() - begin}))


def _reconcile(folder: Path, queue: Any) -> None:
    from domicile.engines.reconciliation import reconcile

    begin = time.perf_counter()
    reconcile(folder / "left.csv", folder / "arrived.csv", folder / "found", today=TODAY)
    took = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux gives kilobytes
    queue.put(json.dumps({"seconds": took, "rss_mb": peak}))


def _judged(folder: Path) -> tuple[float, float]:
    """Precision and recall of the pairs."""
    import polars as pl

    pairs, truth = pl.read_csv(folder / "found" / "pairs.csv"), pl.read_csv(folder / "truth.csv")
    right = len(pairs.join(truth, on=["left_id", "arrived_id"]))
    return right / max(len(pairs), 1), right / max(len(truth), 1)
