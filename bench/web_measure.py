"""Measure pages on a filled register of one engine, in a process whose environment names the database."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ("sqlite", "postgresql")


def run(module: str, size: int, engine: str | None) -> Iterator[dict[str, Any]]:
    """Run `python -m bench.MODULE` for each engine on a register of `size` people; yield what it prints.

    The SQLite register stays in build/bench for the next run; a PostgreSQL cluster is made for the run and removed.
    """
    for name in [engine] if engine else ENGINES:
        with _database(name, size) as environment:
            command = [sys.executable, "-m", f"bench.{module}", "--size", str(size), "--engine", name]
            with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
                for line in process.stdout or ():
                    yield json.loads(line)
            if process.returncode:
                raise RuntimeError(f"bench {module} on {name} ended with {process.returncode}; see its output above.")


@contextlib.contextmanager
def _database(engine: str, size: int) -> Iterator[dict[str, str]]:
    from tests.postgres import cluster

    home = ROOT / "build" / "bench" / f"{engine}-{size}"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "DOMICILE_HOME": str(home),
        "DOMICILE_KEYS": str(home / "keys"),
        "DOMICILE_DATABASE": "",
        "DJANGO_SETTINGS_MODULE": "bench.web_settings",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
    }
    if engine == "sqlite":
        yield environment
    elif engine == "postgresql":
        with cluster() as address:
            yield {**environment, "DOMICILE_DATABASE": address}
    else:
        raise ValueError(f"{engine}: there are {', '.join(ENGINES)}")


def in_fresh(module: str, engine: str, size: int, settings: str = "bench.web_settings") -> dict[str, Any]:
    """What `bench.MODULE.child(size)` prints last, in a process and on an empty database of its own, removed afterwards.

    `settings`: of which site; whichever it is finds the database, a folder and keys.
    """
    from tests.postgres import cluster

    with tempfile.TemporaryDirectory(prefix=f"bench-{module}-") as home, contextlib.ExitStack() as stack:
        address = stack.enter_context(cluster()) if engine == "postgresql" else ""
        environment = {
            **os.environ, "DOMICILE_HOME": home, "DOMICILE_KEYS": f"{home}/keys", "DOMICILE_DATABASE": address,
            "DOMICILE_CENSUS_HOME": home, "DOMICILE_CENSUS_KEYS": f"{home}/keys", "DOMICILE_CENSUS_DATABASE": address,
            "DJANGO_SETTINGS_MODULE": settings, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        }  # fmt: skip
        code = f"import bench.{module} as b; b.child({size})"
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        if done.returncode:
            raise RuntimeError(f"bench {module} on {engine} ended with {done.returncode}; see its output above.")
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found


def prepare(size: int) -> None:
    """Set Django up, make the tables and fill the register when it is empty."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from bench.county import fill

    Path(settings.STATIC_ROOT).mkdir(mode=0o700, exist_ok=True)
    for alias in ("default", "log"):
        call_command("migrate", database=alias, verbosity=0)
    fill(size)


def main(cases: Callable[[int, str], Iterator[dict[str, Any]]]) -> None:
    """What `python -m bench.MODULE --size N --engine NAME` does: one JSON object a line."""
    import argparse

    parser = argparse.ArgumentParser()
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--engine", required=True, choices=ENGINES)
    arguments = parser.parse_args()
    prepare(arguments.size)
    for result in cases(arguments.size, arguments.engine):
        print(json.dumps(result, ensure_ascii=False), flush=True)
