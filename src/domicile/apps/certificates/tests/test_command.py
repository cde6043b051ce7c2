"""The command that checks certificates without a line, gives the keys away and makes a new one."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from domicile.apps.certificates import actions, keys
from domicile.apps.certificates.models import Certificate, SigningKey
from domicile.apps.certificates.tests.making import WHY, holder, issued
from domicile.apps.vault.sealing import open_value
from domicile.cli.certificate import command
from domicile.core.certificates import KeySet, RevokedList, contents, sign, write_list
from tests.cast import QIAN, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    with translation.override("zh-hans"):
        yield


def run(*arguments: Any, given: str = "") -> Result:
    return CliRunner().invoke(command, [str(one) for one in arguments], input=given, standalone_mode=False)


def state(*arguments: Any) -> tuple[int, str]:
    done = run("verify", *arguments, "--json")
    return done.return_value, json.loads(done.output)["state"]


@pytest.fixture
def row() -> Certificate:
    return issued(holder(), marital=True, residence="full")


@pytest.fixture
def keys_file(row: Certificate, tmp_path: Path) -> Path:
    file = tmp_path / "keys.json"
    file.write_text(run("keys").output)
    return file


def test_the_text_the_address_a_file_and_the_pdf_are_checked_with_files_alone(
    row: Certificate, keys_file: Path, tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = open_value(row, "text")
    sign_in(client, QIAN)
    page = tmp_path / "certificate.pdf"
    page.write_bytes(client.get(reverse("certificates:print", args=[row.pk])).content)
    written = tmp_path / "certificate.txt"
    written.write_text(text[:80] + "\n" + text[80:])
    monkeypatch.setattr("domicile.cli.certificate.start_django", lambda: pytest.fail("no register is needed"))
    for given in (text, f"https://anhe.example.cn/certificates/check#{text}", page, written):
        assert state(given, "--keys", keys_file) == (0, "valid")
    assert run("verify", "-", "--keys", keys_file, given=text).return_value == 0
    told = run("verify", text, "--keys", keys_file, "--language", "en")
    assert "Married" in told.output
    assert "not compared with a list" in told.output
    assert "已婚" in run("verify", text, "--keys", keys_file, "--language", "zh").output


def test_the_register_itself_checks_with_its_own_keys_and_list(row: Certificate) -> None:
    text = open_value(row, "text")
    assert state(text) == (0, "valid")
    actions.end(actor=qian_viewer(), certificate_id=row.pk, day=timezone.localdate(), why="asked", reason=WHY)
    assert state(text) == (1, "revoked")


def test_what_is_not_valid_is_told_apart(row: Certificate, keys_file: Path, tmp_path: Path) -> None:
    text = open_value(row, "text")
    assert state(text[:-4] + "AAAA", "--keys", keys_file)[0] == 1
    changed = text[:-6] + ("A" if text[-6] != "A" else "B") + text[-5:]
    assert state(changed, "--keys", keys_file) == (1, "forged")
    assert state(text[:-10], "--keys", keys_file) == (1, "unreadable")
    other = tmp_path / "other.json"
    key = Ed25519PrivateKey.generate()
    known = keys.PublicKey(key.public_key().public_bytes_raw(), dt.date(2020, 1, 1))
    other.write_text(json.dumps(KeySet([known]).as_jwks()))
    assert state(text, "--keys", other) == (1, "unknown_key")
    old = contents(text)
    past = sign(
        type(old)(number=old.number, issued=dt.date(2020, 1, 1), last_day=dt.date(2022, 12, 31), office="社区", name="王"),
        key, known.kid,
    )  # fmt: skip
    assert state(past, "--keys", other) == (1, "expired")


def test_a_list_is_told_with_its_date_and_a_forged_one_is_refused(row: Certificate, tmp_path: Path) -> None:
    text, file, keys_file = open_value(row, "text"), tmp_path / "revoked.json", tmp_path / "keys.json"
    signer = keys.current(timezone.localdate())
    long_ago = timezone.now() - dt.timedelta(days=30)
    SigningKey.objects.update(used_from=timezone.localdate(long_ago))
    keys_file.write_text(run("keys").output)
    file.write_text(json.dumps({"list": write_list(RevokedList(long_ago, frozenset()), signer.key, signer.kid)}))
    told = run("verify", text, "--keys", keys_file, "--revoked", file, "--language", "en")
    assert f"{long_ago:%Y-%m-%d}" in told.output
    assert "this list is old" in told.output
    actions.end(actor=qian_viewer(), certificate_id=row.pk, day=timezone.localdate(), why="asked", reason=WHY)
    file.write_text(run("revoked").output)
    assert state(text, "--keys", keys_file, "--revoked", file) == (1, "revoked")
    file.write_text(write_list(RevokedList(long_ago, frozenset()), Ed25519PrivateKey.generate(), signer.kid))
    refused = run("verify", text, "--keys", keys_file, "--revoked", file)
    assert isinstance(refused.exception, click.ClickException)
    assert refused.exception.exit_code == 3


def test_a_list_of_another_register_is_refused(row: Certificate, tmp_path: Path) -> None:
    both, file, key = tmp_path / "both.json", tmp_path / "revoked.txt", Ed25519PrivateKey.generate()
    theirs = keys.PublicKey(key.public_key().public_bytes_raw(), dt.date(2020, 1, 1))
    own = json.loads(run("keys").output)["keys"]
    both.write_text(json.dumps({"keys": own + KeySet([theirs]).as_jwks()["keys"]}))
    file.write_text(write_list(RevokedList(timezone.now(), frozenset()), key, theirs.kid))
    refused = run("verify", open_value(row, "text"), "--keys", both, "--revoked", file)
    assert isinstance(refused.exception, click.ClickException)
    assert refused.exception.exit_code == 3


def test_a_picture_and_a_file_that_holds_no_keys_are_told(row: Certificate, tmp_path: Path) -> None:
    picture, empty = tmp_path / "code.png", tmp_path / "keys.json"
    picture.write_bytes(b"\x89PNG\r\n")
    empty.write_text("{}")
    for arguments in ((picture,), ("eyJ.", "--keys", empty)):
        refused = run("verify", *arguments)
        assert isinstance(refused.exception, click.ClickException)
        assert refused.exception.exit_code == 3


def test_after_a_rotation_the_file_of_keys_has_both_and_old_certificates_stay_valid(
    row: Certificate, tmp_path: Path
) -> None:
    before = json.loads(run("rotate", "--json").output)
    file = tmp_path / "keys.json"
    file.write_text(run("keys").output)
    found = json.loads(file.read_text())["keys"]
    assert found[0]["kid"] == before["kid"]
    assert ["until" in one for one in found] == [False, True]
    text, listed = open_value(row, "text"), tmp_path / "revoked.txt"
    assert state(text, "--keys", file) == (0, "valid")
    actions.end(actor=qian_viewer(), certificate_id=row.pk, day=timezone.localdate(), why="asked", reason=WHY)
    listed.write_text(run("revoked").output)
    assert state(text, "--keys", file, "--revoked", listed) == (1, "revoked")
