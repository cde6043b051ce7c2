"""The wall, from behind (P-4): every road from the census to the register is tried, and none is there.

The other side is tests/repository/test_wall.py.
"""

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connections
from django.test import Client
from django.urls import Resolver404, resolve

import domicile.apps
from domicile.apps.vault import keyring

ASK = """
import json
from domicile.site import settings
print(json.dumps({
    "names": [str(one["NAME"]) for one in settings.DATABASES.values()], "home": str(settings.HOME), "keys": str(settings.KEYS),
    "secret": settings.SECRET_KEY, "apps": settings.DOMICILE_APPS,
}))
"""
ELSEWHERE = sorted({found.name for found in pkgutil.iter_modules(domicile.apps.__path__)} - set(settings.DOMICILE_APPS))
TOP = Path(__file__).resolve().parents[2]
APPS = Path(domicile.apps.__path__[0])
WITH_TABLES = [name for name in ELSEWHERE if (APPS / name / "models.py").exists() or (APPS / name / "models").is_dir()]
OF_THE_REGISTER = (
    "/search/", "/people/", "/buildings/", "/moves/", "/imports/", "/exports/", "/peers/inbox", "/api/v1/people", "/map/",
)  # fmt: skip


def register(folder: Path, **environment: str) -> dict[str, list[str] | str]:
    """What the settings of a register say that is started in this folder, with nothing else set than here."""
    told = {name: value for name, value in os.environ.items() if not name.startswith(("DOMICILE_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=folder, env=told | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, list[str] | str] = json.loads(done.stdout)
    return found


def test_no_app_of_people_or_places_is_installed() -> None:
    installed = {config.label for config in apps.get_app_configs() if config.name.startswith("domicile.")}
    assert installed == set(settings.DOMICILE_APPS)
    assert {"people", "places", "moves", "exchange", "api", "peers", "snapshots"} <= set(ELSEWHERE)


def test_the_apps_stand_here_in_the_order_of_the_layers() -> None:
    contracts = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["id"] == "ground-first")
    assert [name for name in reversed(layers) if name in settings.DOMICILE_APPS] == settings.DOMICILE_APPS


@pytest.mark.parametrize("name", WITH_TABLES)
def test_no_model_of_the_register_can_be_read_here(name: str) -> None:
    with pytest.raises(RuntimeError, match="INSTALLED_APPS"):
        importlib.import_module(f"domicile.apps.{name}.models")


def test_no_table_of_the_register_is_made_here(db: None) -> None:
    tables = {name for alias in connections for name in connections[alias].introspection.table_names()}
    assert not {name for name in tables if name.partition("_")[0] in ELSEWHERE}


@pytest.mark.parametrize("address", ["", "postgresql://staff@127.0.0.1:5432/domicile"], ids=["files", "postgresql"])
def test_the_two_sites_started_in_one_folder_share_no_database_no_folder_and_no_key(
    tmp_path: Path, address: str
) -> None:
    settings_of = {"DOMICILE_DATABASE": address, "DOMICILE_CENSUS_DATABASE": address}
    there = register(tmp_path, **settings_of)
    here = json.loads(
        subprocess.run(
            [sys.executable, "-c", ASK.replace("import settings", "import census as settings")], cwd=tmp_path,
            env={name: value for name, value in os.environ.items() if not name.startswith(("DOMICILE_", "DJANGO_"))}
            | {"PYTHONPATH": os.pathsep.join(sys.path)} | settings_of,
            capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    assert not set(there["names"]) & set(here["names"])
    assert there["secret"] != here["secret"]
    homes = [Path(str(one)) for one in (there["home"], here["home"], there["keys"], here["keys"])]
    assert len(set(homes)) == 4
    assert not homes[1].is_relative_to(homes[0])
    assert not homes[0].is_relative_to(homes[1])
    assert {home.stat().st_mode & 0o777 for home in homes} == {0o700}


def test_a_key_of_the_register_opens_nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.make_keys()
    here = {path.name: path.read_bytes() for path in Path(settings.KEYS).iterdir() if path.is_file()}
    monkeypatch.setattr(settings, "KEYS", tmp_path / "keys")
    (tmp_path / "keys").mkdir(mode=0o700)
    keyring.make_keys()
    there = {path.name: path.read_bytes() for path in (tmp_path / "keys").iterdir() if path.is_file()}
    assert set(there) <= set(here)
    assert not [name for name in there if there[name] == here[name]]


@pytest.mark.parametrize("address", OF_THE_REGISTER)
def test_no_address_of_the_register_leads_anywhere_here(address: str) -> None:
    with pytest.raises(Resolver404):
        resolve(address)


@pytest.mark.django_db(databases=["default", "log"])
def test_who_is_signed_in_to_the_register_is_a_stranger_here(client: Client) -> None:
    client.cookies["sessionid"] = "what a browser brings along from the register"
    answer = client.get("/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/sign-in/")
    assert "sessionid" not in answer.cookies
    assert settings.SESSION_COOKIE_NAME != "sessionid"


def test_the_commands_of_the_census_carry_nothing_out() -> None:
    from domicile.cli.census import OWN

    assert not {"import", "exchange", "peers", "dedupe", "reconcile", "sources", "indicators", "synth", "demo"} & set(
        OWN
    )
