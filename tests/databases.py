"""The test databases: made by the migrations once, then copied, for every worker of a run and for later runs.

The copies lie in build/test-databases: files of SQLite, dumps of PostgreSQL. Their folder is named by all that decides
what the migrations make, so that a change of it makes them anew.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections

from domicile.site.databases import ALIASES, REGISTER
from domicile.site.postgresql import ProgramFailed, dump, load

TOP = Path(__file__).resolve().parents[1]
FOLDER = TOP / "build" / "test-databases"
#: What decides it besides the migrations: models, and what these and the migrations are made of.
PRODUCT = (
    "apps/*/models.py", "apps/*/models/**/*.py", "apps/common/*.py", "apps/vault/*.py", "core/addresses/order.py",
    "core/ids.py", "site/databases.py", "site/migration.py", "site/router.py", "site/base.py",
)  # fmt: skip
# What is made, and under which name it stood before, as Django's teardown_databases wants it.
Made = list[tuple[Any, str, bool]]


def make(folder: Path = FOLDER) -> Made:
    """Make the databases of this worker: a copy of those in `folder`, which are made when there are none yet."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{_engine()}-{digest(deciding())}"
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)  # others may copy meanwhile, nobody takes it away
        if kept.is_dir():
            return [_copied(alias, kept) for alias in ALIASES]
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if kept.is_dir():  # another worker was first
            return [_copied(alias, kept) for alias in ALIASES]
        made = [_migrated(alias) for alias in ALIASES]
        with suppress(ProgramFailed):  # a server without its programs beside it: the next worker makes its own
            _keep(kept)
    return made


def lay(home: Path, folder: Path = FOLDER) -> bool:
    """Lay copies of the files of SQLite into a new home, if there are any; whether they lie there now.

    For processes that work in a home of their own: migrating it is left to one test.
    """
    if not (folder / "lock").exists():
        return False
    kept = folder / f"{REGISTER.files['default']}-{digest(deciding())}"
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        if not kept.is_dir():
            return False
        for alias, file in REGISTER.files.items():
            shutil.copyfile(kept / alias, home / file)
    return True


def deciding() -> list[Path]:
    """Every file that decides what the migrations make, sorted."""
    found = {path for app in apps.get_app_configs() for path in _files(Path(app.path), ["migrations/**/*"])}
    found |= set(_files(Path(str(settings.PACKAGE)), PRODUCT))
    return sorted(found)


def digest(files: Iterable[Path]) -> str:
    """A short name for the content of files, and for the version of Django, which turns it into tables."""
    whole = hashlib.sha256(django.get_version().encode())
    for path in files:
        content = path.read_bytes()
        whole.update(f"\n{path} {len(content)}\n".encode() + content)
    return whole.hexdigest()[:20]


def _files(folder: Path, patterns: Iterable[str]) -> list[Path]:
    found = (path for pattern in patterns for path in folder.glob(pattern) if path.is_file())
    return [path for path in found if "__pycache__" not in path.parts and "tests" not in path.relative_to(folder).parts]


def _engine() -> str:
    """The site, and the engine with its version where a copy may not suit another one."""
    connection = connections["default"]
    if connection.vendor == "sqlite":
        return str(settings.DATABASE_NAMES.files["default"])
    with connection._nodb_cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return f"{settings.DATABASE_NAMES.files['default']}-postgresql-{cursor.fetchone()[0]}"


def _migrated(alias: str) -> tuple[Any, str, bool]:
    """Made as the product makes it."""
    found = _emptied(alias)
    from domicile.site.migration import apply  # its models want Django set up, which who reads this may not have done

    apply(alias)
    call_command("createcachetable", database=alias)
    return found


def _copied(alias: str, kept: Path) -> tuple[Any, str, bool]:
    found = _emptied(alias)
    connection = connections[alias]
    if connection.vendor == "sqlite":
        shutil.copyfile(kept / alias, connection.settings_dict["NAME"])
    else:
        load(connection.settings_dict, kept / alias)
    return found


def _emptied(alias: str) -> tuple[Any, str, bool]:
    """A test database without tables, from now on the one of this process."""
    connection = connections[alias]
    before, name = connection.settings_dict["NAME"], connection.creation._get_test_db_name()
    connection.close()
    connection.creation._create_test_db(verbosity=0, autoclobber=True)
    settings.DATABASES[alias]["NAME"] = connection.settings_dict["NAME"] = name
    return connection, before, True


def _keep(kept: Path) -> None:
    """Keep copies of the databases of this worker, all or none; those of former sources go."""
    fresh = Path(tempfile.mkdtemp(prefix=".making-", dir=kept.parent))
    try:
        for alias in ALIASES:
            connection = connections[alias]
            if connection.vendor == "sqlite":
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM INTO %s", [str(fresh / alias)])
            else:
                dump(connection.settings_dict, fresh / alias, without_rows_of="django_session")
        for former in kept.parent.glob(f"{kept.name.rpartition('-')[0]}-*"):
            shutil.rmtree(former, ignore_errors=True)
        os.replace(fresh, kept)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
