"""Import people from CSV: parse, check, stage, write domain rows and change log, encrypt, index; against the bare driver.

The baseline writes the same domain rows, values ready, into an empty register with its indexes in place: `executemany` in
one transaction on SQLite, COPY on PostgreSQL. Every case runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAME = "import"
SIZE = 1_000_000
SMALL = 10_000
BARS: dict[str, float] = {"ratio": 3.0, "rss_mb": 1536.0, "per_row": 1.2}
ENGINES = ("sqlite", "postgresql")
ROOT = Path(__file__).resolve().parents[1]
TODAY = dt.date(2026, 11, 1)
# Domain rows, what others refer to first; the change log and the data keys are what the product adds.
TABLES = (
    "places_street", "places_plate", "places_building", "places_dwelling", "people_household", "people_person",
    "people_document", "people_phone", "people_member", "people_spell", "people_visibility", "people_remark",
)  # fmt: skip
CHUNK = 50_000


def run(size: int = SIZE, *, engine: str | None = None, **options: Any) -> Iterator[dict[str, Any]]:
    """Yield, for each engine, one result for `size` people and one for time a row against SMALL."""
    with tempfile.TemporaryDirectory(prefix="bench-import-") as name:
        folder = Path(name)
        for count in sorted({min(SMALL, size), size}):
            _sheets(count, folder / str(count))
        for chosen in [engine] if engine else ENGINES:
            yield from _engine(chosen, size, folder)


def _engine(engine: str, size: int, folder: Path) -> Iterator[dict[str, Any]]:
    small, large = (_measured(engine, count, folder) for count in (min(SMALL, size), size))
    ratio = large["value"] / large["baseline"]
    yield {
        "name": NAME, "case": f"{engine} {size}", "value": round(large["value"], 2), "baseline": round(large["baseline"], 2),
        "ratio": round(ratio, 2), "bar": BARS["ratio"], "unit": "s", "rss_mb": large["rss_mb"], "rss_bar_mb": BARS["rss_mb"],
        "ok": ratio <= BARS["ratio"] and large["rss_mb"] <= BARS["rss_mb"],
        "upload_s": large["upload"], "check_s": large["check"], "commit_s": large["commit"], "rows": large["rows"],
    }  # fmt: skip
    per_row = [1e6 * found["value"] / found["rows"] for found in (small, large)]
    yield {
        "name": NAME, "case": f"{engine} µs a row, {size} against {min(SMALL, size)}", "value": round(per_row[1], 1),
        "baseline": round(per_row[0], 1), "ratio": round(per_row[1] / per_row[0], 2), "bar": BARS["per_row"], "unit": "µs",
        "ok": per_row[1] / per_row[0] <= BARS["per_row"], "rss_mb": small["rss_mb"],
    }  # fmt: skip


def _sheets(size: int, folder: Path) -> None:
    """The official layouts of a county, clean, written by a process that gives its memory back."""
    code = (
        "import sys, datetime as dt; from pathlib import Path\n"
        "from domicile.core.synth import make_county\n"
        "from domicile.core.synth.official import write_official\n"
        f"write_official(make_county({size}, 1, dt.date.fromisoformat('{TODAY}')), Path(sys.argv[1]), clean=True)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, env=_environment(), cwd=ROOT)


def _environment(**more: str) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "domicile.site.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        **more,
    }


def _measured(engine: str, size: int, folder: Path) -> dict[str, Any]:
    """The product's run and then the baseline's, on databases of their own that are removed afterwards."""
    with _homes(engine, folder) as (product, baseline):
        found = _child("product", product, str(folder / str(size)))
        _child("empty", baseline)
        found |= _child("baseline", baseline, product["DOMICILE_HOME"], product.get("DOMICILE_DATABASE", ""))
    return found


@contextlib.contextmanager
def _homes(engine: str, folder: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    homes = [folder / name for name in ("home-product", "home-baseline")]
    environments = [
        _environment(DOMICILE_HOME=str(home), DOMICILE_KEYS=str(home / "keys"), DOMICILE_DATABASE="") for home in homes
    ]
    try:
        for home in homes:
            home.mkdir(mode=0o700)
        if engine == "sqlite":
            yield environments[0], environments[1]
            return
        import psycopg

        from tests.postgres import cluster

        with cluster() as address:
            server, _, name = address.rpartition("/")
            for environment, suffix in zip(environments, ("_product", "_bare"), strict=True):
                environment["DOMICILE_DATABASE"] = f"{server}/{name}{suffix}"
                with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
                    for tail in ("", "_log"):
                        connection.execute(f'CREATE DATABASE "{name}{suffix}{tail}"')
            yield environments[0], environments[1]
    finally:
        for home in homes:
            shutil.rmtree(home, ignore_errors=True)


def _child(mode: str, environment: dict[str, str], *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.import_", "--mode", mode, *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(f"bench import: the {mode} run ended with {done.returncode}; see its output above.")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _migrated() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    for alias in ("default", "log"):
        call_command("migrate", database=alias, verbosity=0)


def operator() -> Any:
    """Somebody who may import the whole county."""
    from domicile.apps.common.viewer import Viewer

    return Viewer(None, "bench", "county_operator", ("77",), "import_check", frozenset({"import", "undo_import"}))


def load_ground(folder: Path) -> None:
    """Import areas and grids, which people stand on."""
    from domicile.apps.exchange import batches

    for name in ("区划代码表", "网格信息表"):
        batch = batches.upload(operator(), name, folder / f"{name}.csv")
        batches.commit(operator(), batches.check(batch, today=TODAY))


def _product(folder: Path) -> dict[str, Any]:
    _migrated()
    from domicile.apps.exchange import batches

    load_ground(folder)
    begin = time.perf_counter()
    batch = batches.upload(operator(), "people.csv", folder / "住户人口信息采集表.csv")
    uploaded = time.perf_counter()
    batches.check(batch, today=TODAY)
    checked = time.perf_counter()
    batch = batches.commit(operator(), batch)
    end = time.perf_counter()
    return {
        "value": end - begin,
        "upload": round(uploaded - begin, 2),
        "check": round(checked - uploaded, 2),
        "commit": round(end - checked, 2),
        "rows": batch.report["created"],
        "rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _baseline(home: str, url: str) -> dict[str, Any]:
    if url:
        return {"baseline": _copied(url, os.environ["DOMICILE_DATABASE"])}
    return {"baseline": _executed(Path(home), Path(os.environ["DOMICILE_HOME"]))}


def _executed(home: Path, bare: Path) -> float:
    """Seconds of `executemany` of the domain rows in one transaction, values ready, with the settings of the product."""
    from domicile.site.databases import databases

    source = sqlite3.connect(home / "register.sqlite3")
    target = sqlite3.connect(bare / "register.sqlite3", isolation_level=None)
    target.executescript(databases("", bare)["default"]["OPTIONS"]["init_command"])
    target.execute("PRAGMA cache_size=-128000")
    begin = time.perf_counter()
    target.execute("BEGIN IMMEDIATE")
    taken = time.perf_counter() - begin
    for table in TABLES:
        cursor = source.execute(f"SELECT * FROM {table} ORDER BY rowid")
        sql = f"INSERT INTO {table} VALUES ({', '.join('?' * len(cursor.description))})"
        while rows := cursor.fetchmany(CHUNK):
            begin = time.perf_counter()
            target.executemany(sql, rows)
            taken += time.perf_counter() - begin
    begin = time.perf_counter()
    target.execute("COMMIT")
    return taken + time.perf_counter() - begin


def _copied(source_url: str, target_url: str) -> float:
    """Seconds of COPY of the domain rows in one transaction, the bytes ready."""
    import psycopg

    taken = 0.0
    with psycopg.connect(source_url) as source, psycopg.connect(target_url) as target:
        target.execute("TRUNCATE areas_grid CASCADE")
        for table in ("areas_grid", *TABLES):
            with source.cursor().copy(f"COPY {table} TO STDOUT") as out:
                pieces = list(out)
            begin = time.perf_counter()
            with target.cursor().copy(f"COPY {table} FROM STDIN") as into:
                for piece in pieces:
                    into.write(piece)
            taken += (time.perf_counter() - begin) * (table != "areas_grid")
        begin = time.perf_counter()
        target.commit()
        taken += time.perf_counter() - begin
    return taken


def main() -> int:
    """`python -m bench.import_ --size 10000 [--engine sqlite]`; the modes are for the processes it starts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=SIZE)
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--mode", choices=("product", "empty", "baseline"))
    parser.add_argument("rest", nargs="*")
    arguments = parser.parse_args()
    if arguments.mode == "product":
        print(json.dumps(_product(Path(arguments.rest[0]))))
    elif arguments.mode == "empty":
        _migrated()
        print("{}")
    elif arguments.mode == "baseline":
        print(json.dumps(_baseline(arguments.rest[0], arguments.rest[1] if len(arguments.rest) > 1 else "")))
    else:
        ok = True
        for result in run(arguments.size, engine=arguments.engine):
            print(json.dumps(result, ensure_ascii=False), flush=True)
            ok = ok and bool(result["ok"])
        return 0 if ok else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
