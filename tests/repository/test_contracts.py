"""The import contracts hold, and each of them catches a fault that is planted."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
# (module, what it must not import, the contract that says so)
PLANTED = [
    ("apps/vault/planted.py", "import domicile.apps.people.models", "An app imports only what stands before it"),
    ("apps/common/planted.py", "import domicile.site.settings", "The command above the site"),
    ("core/planted.py", "import domicile.apps.common.ids", "The command above the site"),
    ("core/planted.py", "import django.db", "The core knows no Django"),
    ("core/planted.py", "import sqlite3", "The core knows no Django"),
    ("core/planted.py", "import duckdb", "The core knows no Django"),
    ("engines/planted.py", "import domicile.apps.common.ids", "The command above the site"),
    ("apps/common/planted.py", "import duckdb", "Only the engines speak to an engine"),
    ("cli/planted.py", "import duckdb", "Only the engines speak to an engine"),
    ("apps/exchange/planted.py", "import domicile.apps.census", "no register code reads the census"),
    ("apps/web/planted.py", "import domicile.apps.census", "no register code reads the census"),
    ("apps/census/planted.py", "import domicile.apps.people.models", "the census reads no person"),
    ("apps/census/planted.py", "import domicile.apps.places.models", "the census reads no person"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and its contracts in a folder of their own, to plant faults in."""
    ignore = shutil.ignore_patterns("__pycache__", "static", "templates", "locale", "tests", "*.csv", "*.yaml")
    shutil.copytree(TOP / "src" / "domicile", tmp_path / "domicile", ignore=ignore)
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    return tmp_path


def _check(folder: Path) -> str:
    code = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_contracts_hold(copy: Path) -> None:
    assert _check(copy) == ""


def test_each_planted_import_breaks_its_contract(copy: Path) -> None:
    for module, line, _contract in PLANTED:
        with (copy / "domicile" / module).open("a") as file:
            file.write(line + "\n")
    parts = _broken(_check(copy))
    unseen = []
    for module, line, contract in PLANTED:
        importer = "domicile." + module.removesuffix(".py").replace("/", ".")
        imported = line.removeprefix("import ")
        found = [text for name, text in parts.items() if contract in name]
        # A package of others is named without its parts.
        if not any(f"{importer} -> {name} (" in text for text in found for name in (imported, imported.split(".")[0])):
            unseen.append((module, line, contract))
    assert unseen == []


def test_an_app_that_no_layer_names_breaks_the_contract(copy: Path) -> None:
    (copy / "domicile" / "apps" / "extras").mkdir()
    (copy / "domicile" / "apps" / "extras" / "__init__.py").touch()
    assert "extras" in _check(copy)


def _broken(report: str) -> dict[str, str]:
    """What the report says of each broken contract, by its name."""
    _summary, _, told = report.partition("Broken contracts")
    parts = re.split(r"^(\S.*)\n-+$", told, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_installed_app_has_its_layer_in_the_order_of_the_settings() -> None:
    from django.conf import settings

    contracts = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "ground-first")
    register = [name for name in reversed(layers) if name != "census"]  # a site of its own: tests/census/test_wall.py
    assert register == settings.DOMICILE_APPS
