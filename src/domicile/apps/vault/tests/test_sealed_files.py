"""Sealed files: whole, unreadable on disk, and told from files that were changed."""

from pathlib import Path

import pytest

from domicile.apps.vault import files


@pytest.mark.parametrize(
    "size", [0, 1, files.CHUNK, 2 * files.CHUNK + 17], ids=["empty", "one byte", "one chunk", "three chunks"]
)
def test_what_is_written_is_read(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    path = tmp_path / "a.sealed"
    files.write_sealed(path, [content[:size]])
    assert files.read_sealed(path) == content[:size]
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_of_it_shows_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.sealed"
    files.write_sealed(path, [b"770101198001010015" * 100])
    assert b"770101198001010015" not in path.read_bytes()


@pytest.mark.parametrize("change", ["flip", "cut a chunk", "cut inside", "swap"])
def test_a_changed_file_is_refused(tmp_path: Path, change: str) -> None:
    path = tmp_path / "a.sealed"
    files.write_sealed(path, [b"a" * files.CHUNK, b"b" * files.CHUNK])
    sealed = path.read_bytes()
    size = 4 + 12 + 16 + files.CHUNK
    changed = {
        "flip": sealed[:100] + bytes([sealed[100] ^ 1]) + sealed[101:],
        "cut a chunk": sealed[:-size],
        "cut inside": sealed[:-5],
        "swap": sealed[:24] + sealed[24 + size :] + sealed[24 : 24 + size],
    }[change]
    path.write_bytes(changed)
    with pytest.raises(files.BrokenFile):
        files.read_sealed(path)


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.sealed"
    files.write_sealed(path, [b"old"])

    def pieces():  # type: ignore[no-untyped-def]
        yield b"new"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        files.write_sealed(path, pieces())
    assert files.read_sealed(path) == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["a.sealed"]
