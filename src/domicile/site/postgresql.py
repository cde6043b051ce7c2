"""PostgreSQL's own programs for copies of a database: pg_dump and pg_restore."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any


class ProgramFailed(RuntimeError):
    """A program of PostgreSQL is missing or failed. The message says which and why."""


def dump(database: dict[str, Any], target: Path, *, without_rows_of: str) -> Path:
    """Write one database in pg_dump's custom format, as it stands at one moment; the rows of one table are left out."""
    options = [
        "--format=custom",
        "--compress=1",
        "--no-owner",
        "--no-privileges",
        f"--exclude-table-data={without_rows_of}",
    ]
    _run("pg_dump", database, [*options, f"--file={target}", database["NAME"]])
    return target


def load(database: dict[str, Any], source: Path) -> None:
    """Empty the database's schema and fill it from a dump. The fill is one transaction."""
    _run("psql", database, ["-qX", "-v", "ON_ERROR_STOP=1", "-c", EMPTY, database["NAME"]])
    options = [
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        "--exit-on-error",
        f"--dbname={database['NAME']}",
    ]
    _run("pg_restore", database, [*options, str(source)])


EMPTY = "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public"


def program(name: str) -> str:
    """The newest of Debian's copies of a program (an older pg_dump refuses a newer server), else the one on PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    where = str(found[-1]) if found else shutil.which(name)
    if where is None:
        raise ProgramFailed(f"{name} is not installed: on Debian and Ubuntu, apt-get install postgresql-client")
    return where


def _run(name: str, database: dict[str, Any], arguments: list[str]) -> None:
    settings = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = {**os.environ, **{key: str(database[own]) for key, own in settings.items() if database.get(own)}}
    done = subprocess.run(  # noqa: S603 (a program of PostgreSQL, named by this module)
        [program(name), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ProgramFailed(f"{name} failed on {database['NAME']}: {done.stderr.strip()[-1000:]}")
