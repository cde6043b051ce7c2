"""Key files: made once with tight modes, refused when others may read them, told by name when they are missing."""

import hmac
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from domicile.apps.people.models import Document, Person
from domicile.apps.vault import keyring
from domicile.apps.vault.keyring import UnknownKey, blind
from domicile.apps.vault.models import SubjectKey
from domicile.apps.vault.sealing import open_value, seal
from domicile.site.migration import require_keys
from domicile.site.secrets import KeyFileError, ensure_key, read_key

NUMBER = "770101199003071236"


@pytest.fixture
def keys(tmp_path: Path, settings) -> Iterator[Path]:  # type: ignore[no-untyped-def]
    """A key folder of this test's own."""
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir(mode=0o700)
    keyring.forget()
    yield settings.KEYS
    keyring.forget()


def test_every_key_is_made_once_for_its_owner_alone(keys: Path) -> None:
    keyring.make_keys()
    made = {path.name: path.read_bytes() for path in keys.iterdir()}
    assert set(made) == {
        "wrap-0001.key",
        "certificate-0001.key",
        "blind-document.key",
        "blind-phone.key",
        "blind-term.key",
        "files.key",
        "seal.key",
        "totp.key",
    }
    assert len(set(made.values())) == len(made)
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys.iterdir()} == {0o600}
    keyring.make_keys()
    assert {path.name: path.read_bytes() for path in keys.iterdir()} == made


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_key_that_others_may_read_is_refused_with_the_cure(keys: Path, mode: int) -> None:
    path = keys / "files.key"
    ensure_key(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match=f"chmod 600 {path}"):
        read_key(path)
    with pytest.raises(KeyFileError):
        keyring.file_key()


def test_processes_that_start_at_once_agree_on_one_key(keys: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(ensure_key(keys / "seal.key"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in keys.iterdir()] == ["seal.key"]


def test_equal_values_have_equal_hashes_within_a_purpose_only(keys: Path) -> None:
    assert blind("document", NUMBER) == blind("document", NUMBER)
    assert blind("document", NUMBER) != blind("phone", NUMBER)
    assert blind("document", NUMBER) != blind("document", "770101199003071244")
    assert len(blind("document", NUMBER)) == keyring.BLIND_SIZE
    whole = hmac.digest((keys / "blind-document.key").read_bytes(), NUMBER.encode(), "sha256")
    assert blind("document", NUMBER) == whole[: keyring.BLIND_SIZE]


def test_a_hash_depends_on_the_key(keys: Path) -> None:
    before = blind("document", NUMBER)
    (keys / "blind-document.key").unlink()
    keyring.forget()
    assert blind("document", NUMBER) != before


@pytest.mark.django_db
def test_a_missing_wrapping_key_is_named(keys: Path) -> None:
    row = Document(person=Person.objects.create(), kind="resident_id", blind=b"")
    row.number = seal(row, "number", NUMBER)
    (keys / "wrap-0001.key").rename(keys / "elsewhere")
    keyring.forget()
    with pytest.raises(UnknownKey, match=r"wrap-0001\.key"):
        open_value(row, "number")


@pytest.mark.django_db
@pytest.mark.parametrize("lost", ["wrap-0001.key", "blind-document.key", "blind-phone.key", "files.key", "seal.key"])
def test_a_register_with_sealed_values_does_not_start_without_its_keys(keys: Path, lost: str) -> None:
    keyring.make_keys()
    require_keys()
    SubjectKey.objects.create(subject_id=Person.objects.create().pk, wrap_key=1, wrapped=b"x")
    require_keys()
    (keys / lost).unlink()
    with pytest.raises(UnknownKey, match=lost):
        require_keys()
