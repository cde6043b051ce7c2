"""What every test stands on: a data folder and keys of its own, no network but this machine, quick passwords.

It stands at the top, so that it is read before Django's settings are, wherever the tests named lie.
"""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.test.utils import teardown_databases
from pytest_django.plugin import DjangoDbBlocker

# What is read until the tests begin stays to the end: nothing of it is worth a search for unused objects.
gc.disable()
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER:  # a worker inherits the folder of the run and takes a corner of it
    HOME = Path(os.environ["DOMICILE_TEST_FOLDER"]) / WORKER
else:
    HOME = Path(tempfile.mkdtemp(prefix="domicile-tests-"))
    os.environ["DOMICILE_TEST_FOLDER"] = str(HOME)
(HOME / "home" / "static").mkdir(mode=0o700, parents=True, exist_ok=True)  # whitenoise warns when it is missing
# A process is of one site: the tests of the census are a run of their own, with DOMICILE_TEST_SITE=census.
CENSUS = os.environ.get("DOMICILE_TEST_SITE") == "census"
OF = "DOMICILE_CENSUS" if CENSUS else "DOMICILE"
os.environ[f"{OF}_HOME"] = str(HOME / "home")
os.environ[f"{OF}_KEYS"] = str(HOME / "keys")
os.environ["DJANGO_SETTINGS_MODULE"] = "domicile.site.census" if CENSUS else "domicile.site.settings"
collect_ignore = [] if CENSUS else ["tests/census", "src/domicile/apps/census"]
# Playwright's loop runs in the thread of the test; what Django guards against with this cannot happen there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django  # noqa: E402

pytest_plugins = ["tests.spark_cluster"]

# Before any test module is read, since reading one may read models.
django.setup()

from django.conf import settings  # noqa: E402
from django.utils import translation  # noqa: E402

from tests import databases, static_files, tables  # noqa: E402

# What a test wrote need not survive a power cut: nothing waits for the disk.
for database in settings.DATABASES.values():
    if database["ENGINE"].endswith("sqlite3"):
        database["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"
# No test is about the strength of a hash.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
tables.empty_after_each_test()
static_files.look_once()

# A slow moment of a shared machine is no fault of the code under test. The examples are the same each time, so that a change is
# judged by what it changed; `make explore` draws others, and what it finds is kept as an example of its test.
explore = os.environ.get("DOMICILE_EXPLORE") == "1"
hypothesis.settings.register_profile("domicile", deadline=None, derandomize=not explore)
hypothesis.settings.load_profile("domicile")


@pytest.fixture(autouse=True)
def _first_language() -> None:
    """Each test begins in the language of the register: a page that another test asked for may have left its own."""
    translation.deactivate()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder of the whole run, once, when its workers have ended."""
    if not WORKER:
        shutil.rmtree(HOME, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a database only through a fixture, so that `-m django_db` finds it too."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if names & {"db", "transactional_db", "live_server"} and item.get_closest_marker("django_db") is None:
            item.add_marker(pytest.mark.django_db(databases=["default", "log"]))
        if "functional" in item.path.parts:
            item.add_marker(pytest.mark.functional)


def pytest_collection_finish() -> None:
    """Let the search for unused objects pass over what all tests stand on, and begin less often: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Make the test databases, whichever the tests named need: a journey in the browser declares none."""
    with django_db_blocker.unblock():
        made = databases.make()
        yield
        teardown_databases(made, verbosity=0)
