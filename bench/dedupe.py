"""Duplicates among a million people, one in twenty of whom stands there twice, against stock Splink on the same file.

Ours and the baseline run in turn, each in a process of its own, from the Parquet file to clusters: once with a model of their
own training on this very list, once with a saved one (ours is the one that is shipped, which saw the tuning seeds only; the
baseline's is the one it has just trained). The baseline is judged at the threshold that does best for it. Growth is told in
seconds of processor time, which a machine that does other things beside does not stretch as it does seconds on the clock.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAME = "dedupe"
SIZE = 1_050_000
#: `seconds` is the ratio to the baseline's, `growth` that to linear growth between the sizes of GROWTH.
BARS: dict[str, float] = {"f1": 0.997, "seconds": 1.0, "growth": 1.2}
SMALL_F1 = 0.99
GROWTH = (105_000, 5_250_000)
#: Never used for tuning; dedupe_data.TUNING are.
SEED = 2026
MEMORY_MB = 4000
#: What the largest list may take in all.
MOST_MB = 8000


def run(size: int = SIZE, *, seed: int = SEED, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield a case with saved models, one with models trained on the list and, at full size, one a size of GROWTH."""
    rounds = 1 if size >= SIZE else 3
    with tempfile.TemporaryDirectory(prefix="bench-dedupe-") as name:
        folder = Path(name)
        in_fresh(make, folder, size, seed)
        cases: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {"trained": [], "saved": []}
        for _ in range(rounds):
            (folder / "stock.json").unlink(missing_ok=True)
            for case, found in cases.items():
                found.append((in_fresh(stock, folder), in_fresh(ours, folder, case)))
        for case, found in cases.items():
            yield compared(case, size, found)
        if size >= SIZE:
            base = cases["saved"][0][1]
            for other in GROWTH:
                in_fresh(make, folder, other, seed + 1)
                yield grown(other, in_fresh(ours, folder, "saved"), size, base)


def compared(case: str, size: int, rounds: list[tuple[dict[str, Any], dict[str, Any]]]) -> dict[str, Any]:
    """One result: the fastest of the rounds for each."""
    theirs = min((one for one, _ in rounds), key=lambda one: float(one["seconds"]))
    mine = min((one for _, one in rounds), key=lambda one: float(one["seconds"]))
    ratio = mine["seconds"] / theirs["seconds"]
    said = (
        f"{case} model, {size} records; F1 {mine['f1']:.4f} (baseline {theirs['f1']:.4f}), "
        f"{mine['compared']} pairs compared (baseline kept {theirs['compared']}), "
        f"false merges per 100,000: {mine['false_per_100000']} (baseline {theirs['false_per_100000']})"
    )
    return {
        "name": NAME, "case": said, "value": round(mine["seconds"], 2), "baseline": round(theirs["seconds"], 2), "unit": "s",
        "ratio": round(ratio, 3), "bar": BARS["seconds"],
        # A small list has few errors: there F1 moves by chance, and time is what it takes to start.
        "ok": mine["f1"] >= (max(BARS["f1"], theirs["f1"]) if size >= SIZE else SMALL_F1) and (ratio <= 1 or size < SIZE),
        "rss_mb": mine["rss_mb"], "f1": mine["f1"], "baseline_f1": theirs["f1"], "precision": mine["precision"],
        "recall": mine["recall"], "cpu_s": mine["cpu"], "baseline_cpu_s": theirs["cpu"], "baseline_rss_mb": theirs["rss_mb"],
    }  # fmt: skip


def grown(size: int, mine: dict[str, Any], whole: int, base: dict[str, Any]) -> dict[str, Any]:
    """One result: processor time for each record against that at the reference size, the larger over the smaller."""
    small, large = sorted([(size, mine["cpu"]), (whole, base["cpu"])])
    growth = (large[1] / large[0]) / (small[1] / small[0])
    return {
        "name": NAME, "case": f"growth from {small[0]} to {large[0]} records; F1 {mine['f1']:.4f} at {size}", "unit": "cpu s",
        "value": mine["cpu"], "baseline": base["cpu"], "ratio": round(growth, 3), "bar": BARS["growth"],
        "ok": growth <= BARS["growth"] and mine["rss_mb"] < MOST_MB, "rss_mb": mine["rss_mb"], "f1": mine["f1"],
    }  # fmt: skip


def in_fresh(work: Any, *arguments: Any) -> dict[str, Any]:
    """What `work` puts into its queue, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=work, args=(*arguments, queue))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{work.__name__} ended with {process.exitcode}; see its output above.")
    found: dict[str, Any] = json.loads(queue.get())
    return found


def make(folder: Path, size: int, seed: int, queue: Any) -> None:
    from bench.dedupe_data import COPIES, corrupted_copies

    people, who = corrupted_copies(round(size / (1 + COPIES)), seed)
    people.write_parquet(folder / "people.parquet")
    people.select("person_id", who=who).write_parquet(folder / "truth.parquet")
    queue.put("{}")


class Watch:
    """Seconds on the clock and of the processor since it was made, and the peak of memory."""

    def __init__(self) -> None:
        self.clock, self.cpu = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # Linux gives kilobytes
        return {
            "seconds": time.perf_counter() - self.clock, "cpu": round(time.process_time() - self.cpu, 2), "rss_mb": peak,
        }  # fmt: skip


def judge(folder: Path, clusters: Any) -> dict[str, float]:
    import polars as pl

    from bench.dedupe_data import judged

    truth = pl.read_parquet(folder / "truth.parquet")
    return judged(clusters, truth["person_id"], truth["who"])


def ours(folder: Path, case: str, queue: Any) -> None:
    import polars as pl

    from bench.dedupe_data import TODAY
    from domicile.engines.linkage import find_duplicates
    from domicile.engines.linkage.training import train

    watch = Watch()
    people = folder / "people.parquet"
    model = train(people, today=TODAY, seed=1) if case == "trained" else None
    found = find_duplicates(people, today=TODAY, model=model, memory_mb=MEMORY_MB)
    told = watch.read()
    queue.put(json.dumps(told | judge(folder, pl.from_arrow(found.clusters)) | {"compared": found.counts.compared}))


def stock(folder: Path, queue: Any) -> None:
    from bench.dedupe_stock import best_clusters, linker

    watch = Watch()
    rows, kept = best_clusters(linker(folder / "people.parquet", folder / "stock.json", MEMORY_MB))
    told = watch.read()
    judged = max((judge(folder, one) for one in rows), key=lambda one: one["f1"])
    queue.put(json.dumps(told | judged | {"compared": kept}))
