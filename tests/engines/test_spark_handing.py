"""What a job on a cluster lays into the folder that its machines share: nobody else reads or changes it, and it does not stay."""

from pathlib import Path

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domicile.engines.folders import folder_of_a_job, sweep
from domicile.engines.spark.handing import Unreadable, seal, unseal
from domicile.engines.spark.session import PREFIX

NAME, NUMBER = "欧阳牡丹", "77010119850304001X"
ROWS = pa.table({"name": [NAME], "number": [NUMBER]})


def test_a_part_is_read_with_its_key_alone_under_its_name_and_unchanged(tmp_path: Path) -> None:
    key, part = AESGCM.generate_key(256), tmp_path / "0001-00000"
    seal(part, ROWS, key)
    assert unseal(part, key) == ROWS
    assert part.stat().st_mode & 0o077 == 0
    content = part.read_bytes()
    assert not any(word.encode() in content for word in (NAME, NUMBER, "name"))
    with pytest.raises(Unreadable, match="not what the job laid"):
        unseal(part, AESGCM.generate_key(256))
    (tmp_path / "0001-00001").write_bytes(content)
    with pytest.raises(Unreadable, match="not what the job laid"):
        unseal(tmp_path / "0001-00001", key)
    part.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(Unreadable, match="not what the job laid"):
        unseal(part, key)
    part.unlink()
    with pytest.raises(Unreadable, match="same path on every machine"):
        unseal(part, key)


def test_what_a_killed_job_left_is_swept_and_nothing_of_others(tmp_path: Path) -> None:
    for name in (f"{PREFIX}left", "photographs"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "0001-00000").touch()
    with folder_of_a_job(tmp_path, PREFIX) as running:
        assert running.stat().st_mode & 0o077 == 0
        assert sweep(tmp_path, PREFIX) == 1
        assert {path for path in tmp_path.iterdir() if path.is_dir()} == {tmp_path / "photographs", running}
    assert not running.exists()
