"""Make a synthetic county and write its frames as Parquet and CSV; compare with writing those frames again, bare.

Every case runs in a process of its own, so that the peak of resident memory is the case's.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

NAME = "synth"
SIZE = 1_000_000
# Absolute bars hold at 1,000,000 people on two cores; there is no bar on the ratio, which is printed to be watched.
BARS: dict[str, float] = {"seconds": 60.0, "rss_mb": 2048.0}
TODAY = date(2026, 11, 1)


def _measure(size: int, seed: int, queue: multiprocessing.Queue[dict[str, float]]) -> None:
    from domicile.core.synth import make_county, write_frames

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        begin = time.perf_counter()
        county = make_county(size, seed, TODAY)
        made = time.perf_counter() - begin
        write_frames(county, folder / "parquet", form="parquet")
        write_frames(county, folder / "csv", form="csv")
        value = time.perf_counter() - begin
        # The peak of the work itself, before the baseline adds to it. Linux gives kilobytes.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        again = []
        for _ in range(3):
            begin = time.perf_counter()
            for key, frame in county.frames().items():
                frame.write_parquet(folder / "parquet" / f"{key}.parquet", compression="zstd", compression_level=1)
                frame.write_csv(folder / "csv" / f"{key}.csv")
            again.append(time.perf_counter() - begin)
    queue.put({"value": value, "made": made, "baseline": statistics.median(again), "rss_mb": peak})


def run(size: int = SIZE, *, seed: int = 1, **options: Any) -> Iterator[dict[str, object]]:
    """Yield one result in the shape of `domicile bench`: seconds for a county of `size` people, made and written.

    `ok` says whether the bars hold: seconds (scaled down with the size below a million, never below five) and memory.
    """
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_measure, args=(size, seed, queue))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"bench synth: the measured process ended with {process.exitcode}; see its output above.")
    found = queue.get(timeout=10)
    bar = max(5.0, BARS["seconds"] * min(1.0, size / SIZE))
    yield {
        "name": NAME,
        "case": f"parquet+csv {size}",
        "value": round(found["value"], 2),
        "baseline": round(found["baseline"], 2),
        "ratio": round(found["value"] / found["baseline"], 2),
        "bar": bar,
        "unit": "s",
        "ok": found["value"] <= bar and found["rss_mb"] <= BARS["rss_mb"],
        "rss_mb": round(found["rss_mb"]),
        "rss_bar_mb": BARS["rss_mb"],
        "made_s": round(found["made"], 2),
        "people_per_s": round(size / found["value"]),
    }


def main() -> int:
    """Run from the command line: `python bench/synth.py --size 100000`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    ok = True
    for result in run(arguments.size, seed=arguments.seed):
        print(json.dumps(result))
        ok = ok and bool(result["ok"])
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
