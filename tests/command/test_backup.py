"""A backup brings back exactly what was, on both databases, and gives nothing away."""

import io
import json
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from domicile.site import backup
from tests.command.conftest import NUMBERS
from tests.command.running import Instance
from tests.postgres import NoPostgreSQL, cluster
from tests.security.spellings import scan

CONTENT = """
import hashlib, json
from django.apps import apps
from domicile.site.router import Router
rows = {}
for model in apps.get_models():
    if model._meta.label_lower != "sessions.session":
        alias = Router().db_for_read(model)
        found = model._default_manager.using(alias).values_list()
        values = sorted(repr([bytes(v) if isinstance(v, memoryview) else v for v in row]) for row in found)
        rows[model._meta.label] = [len(values), hashlib.sha256(json.dumps(values).encode()).hexdigest()]
print(json.dumps(rows, sort_keys=True))
"""
DAMAGE = """
from domicile.apps.people.models import Document, Person, Phone
from domicile.apps.audit.models import Change
Phone.objects.all().delete()
Document.objects.update(finding="damaged")
Change.objects.all().delete()
"""
SESSION = """
from django.contrib.sessions.backends.db import SessionStore
session = SessionStore()
session["a"] = 1
session.create()
print(session.session_key)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Instance]:
    if request.param == "sqlite":
        yield request.getfixturevalue("filled")
        return
    try:
        with cluster() as address:
            filled = Instance(tmp_path / "home", address)
            filled.fill(*NUMBERS)
            yield filled
    except NoPostgreSQL as problem:
        pytest.skip(str(problem))


@pytest.mark.slow
def test_what_was_is_restored_and_proven(instance: Instance, tmp_path: Path) -> None:
    kept = instance.home / "imports" / "batch.sealed"
    kept.parent.mkdir()
    kept.write_bytes(b"sealed bytes")
    session = instance.query(SESSION)
    before, file = instance.query(CONTENT), tmp_path / "register.backup"
    instance.run("backup", str(file))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert scan(NUMBERS, file) == []
    content = file.read_bytes()
    assert session.encode() not in content
    keys = [path.read_bytes() for path in (instance.home / "keys").iterdir()]
    assert not [key for key in keys if key in content]

    instance.query(DAMAGE)
    kept.unlink()
    assert instance.query(CONTENT) != before
    assert "--force" in instance.run("restore", str(file), code=3)
    found = json.loads(instance.run("restore", str(file), "--force", "--json"))
    assert (found["broken"], found["missing_keys"], found["migrations"]) == ([], [], 0)
    assert instance.query(CONTENT) == before
    assert kept.read_bytes() == b"sealed bytes"
    assert "whole; 3 records" in instance.run("audit", "verify")


@pytest.mark.slow
def test_a_damaged_backup_is_refused_and_touches_nothing(filled: Instance, tmp_path: Path) -> None:
    instance, file = filled, tmp_path / "register.backup"
    instance.run("backup", str(file))
    before, whole = instance.query(CONTENT), file.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:5000] + b"?" + whole[5001:]):
        file.write_bytes(damaged)
        assert str(file) in instance.run("restore", str(file), "--force", code=3)
    assert str(file) in instance.run("backup", "--check", str(file), code=3)
    assert instance.query(CONTENT) == before
    assert not [path for path in instance.home.iterdir() if path.name.startswith((".domicile-", "before-restore"))]


@pytest.mark.slow
def test_a_backup_goes_to_a_new_machine_with_its_keys_only(filled: Instance, tmp_path: Path) -> None:
    here, there, file = filled, Instance(tmp_path / "there"), tmp_path / "register.backup"
    here.run("backup", str(file))
    assert "key folder" in there.run("restore", str(file), code=3)
    for path in (there.home / "keys").iterdir():
        path.unlink()
    for path in (here.home / "keys").iterdir():
        (there.home / "keys" / path.name).write_bytes(path.read_bytes())
        (there.home / "keys" / path.name).chmod(0o600)
    there.run("restore", str(file))
    assert there.query(CONTENT) == here.query(CONTENT)


@pytest.mark.slow
def test_a_backup_never_goes_over_another_file(filled: Instance, tmp_path: Path) -> None:
    instance, file = filled, tmp_path / "register.backup"
    file.write_text("something else")
    assert "is there already" in instance.run("backup", str(file), code=3)
    assert file.read_text() == "something else"


@pytest.mark.parametrize(
    "name", ["files/keys/seal.key", "files/register.sqlite3", "files", "../x", "/x", "files/../keys/x"]
)
def test_a_file_that_aims_at_keys_or_databases_is_refused(tmp_path: Path, name: str) -> None:
    """Also where --force takes what another key signed."""
    file = tmp_path / "evil.backup"
    with tarfile.open(file, "w") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = 1
        archive.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(backup.BackupRefused, match="it holds"):
        backup._read(file, tmp_path / "place", any_key=True)
    assert not (tmp_path / "place").exists()
