"""The core runs where there is no Django, no database and no engine."""

import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
IMPORT_ALL = """
import importlib, pkgutil, sys

ABSENT = {"django", "duckdb", "pyspark", "splink", "sqlite3", "psycopg", "allauth"}

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT or name.startswith(("domicile.apps", "domicile.engines", "domicile.site")):
            raise ModuleNotFoundError(f"{name} is not in this environment")

sys.meta_path.insert(0, Absent())
import domicile.core
entries = pkgutil.walk_packages(domicile.core.__path__, "domicile.core.")
names = [entry.name for entry in entries if ".tests" not in entry.name]
if len(sys.argv) > 1:
    names = sys.argv[1:]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def run(*modules: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", IMPORT_ALL, *modules], cwd=SOURCE, capture_output=True, text=True, check=False
    )


def test_every_module_of_the_core_is_read_without_django() -> None:
    done = run()
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20


def test_a_module_that_needs_django_is_caught() -> None:
    done = run("domicile.apps.people.models")
    assert done.returncode != 0
    assert "not in this environment" in done.stderr
