"""Search while a large import commits on SQLite: no error, and p95 under a second.

The baseline is the same requests on the same register before the import begins.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import web_measure

NAME = "search-under-import"
SIZE = 1_000_000
BARS: dict[str, float] = {"p95_ms": 1000.0}
CONNECTIONS = 8
HELD = 100_000  # people in the register that is searched; the import brings SIZE more
ROUND = 40
ROOT = Path(__file__).resolve().parents[1]


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield one result: p95 in ms of searches sent while `size` people are being committed. SQLite only."""
    if engine in (None, "sqlite"):
        yield from _run(size)


def _run(size: int) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="bench-under-import-") as name:
        home = Path(name) / "home"
        home.mkdir(mode=0o700)
        environment = {
            **os.environ, "DOMICILE_HOME": str(home), "DOMICILE_KEYS": str(home / "keys"), "DOMICILE_DATABASE": "",
            "DJANGO_SETTINGS_MODULE": "bench.web_settings", "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}", "BENCH_FOLDER": name,
            "BENCH_IMPORT_SIZE": str(size),
        }  # fmt: skip
        command = [
            sys.executable,
            "-m",
            "bench.search_under_import",
            "--size",
            str(min(HELD, size)),
            "--engine",
            "sqlite",
        ]
        done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise RuntimeError(f"bench {NAME} ended with {done.returncode}; see its output above.")
        import json

        for line in done.stdout.splitlines():
            if line.startswith("{"):
                yield json.loads(line)


def cases(held: int, engine: str) -> Iterator[dict[str, Any]]:
    """What runs in the process whose environment names the register."""
    import random

    from bench import import_, web_load
    from bench.search import _terms

    size, folder = int(os.environ["BENCH_IMPORT_SIZE"]), Path(os.environ["BENCH_FOLDER"])
    import_._sheets(size, folder / "sheets")
    batch = _checked(folder / "sheets")
    cookies = web_load.sign_in("770101")
    terms = [term for found in _terms(random.Random(7)).values() for term in found]
    requests = [web_load.Request("/search/", (("q", term),)) for term in terms]
    random.Random(1).shuffle(requests)
    with web_load.server() as port:
        before = web_load.p95(web_load.run(port, cookies, requests[:400], CONNECTIONS))
        code = f"import bench.search_under_import as b; b.commit('{batch}')"
        committing = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
        times, begin, at = [], time.perf_counter(), 0
        while committing.poll() is None:
            some = [requests[(at + step) % len(requests)] for step in range(ROUND)]
            at += ROUND
            times += web_load.run(port, cookies, some, CONNECTIONS)
        length = time.perf_counter() - begin
    if committing.returncode:
        raise RuntimeError(f"the import ended with {committing.returncode}")
    value = web_load.p95(times)
    yield {
        "name": NAME, "case": f"sqlite {held} held, {size} coming, {CONNECTIONS} connections", "value": round(value, 1),
        "baseline": round(before, 1), "ratio": round(value / before, 2), "bar": BARS["p95_ms"], "unit": "ms",
        "ok": value <= BARS["p95_ms"], "rss_mb": None, "requests": len(times), "slowest_ms": round(max(times) * 1000),
        "import_s": round(length, 1), "errors": 0,
    }  # fmt: skip


def _checked(sheets: Path) -> str:
    """Upload and check the people; areas and grids that the register has already are kept as they are."""
    from bench.import_ import TODAY, load_ground, operator
    from domicile.apps.exchange import batches

    load_ground(sheets)
    batch = batches.upload(operator(), "people.csv", sheets / "住户人口信息采集表.csv")
    return str(batches.check(batch, today=TODAY).pk)


def commit(batch_id: str) -> None:
    """Commit a checked batch: the process that holds the register's writer."""
    import django

    django.setup()
    from bench.import_ import operator
    from domicile.apps.exchange import batches
    from domicile.apps.exchange.models import Batch

    batches.commit(operator(), Batch.objects.get(pk=batch_id))


if __name__ == "__main__":
    web_measure.main(cases)
