"""Numbers planted through every entrance are found in no file: databases, WAL, sealed files, backups, logs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command.running import TOP, Instance
from tests.security.spellings import scan

PLANT = "import django; django.setup(); from tests.security.plant import main; main()"


@pytest.mark.slow
def test_no_planted_number_is_found_anywhere(tmp_path: Path) -> None:
    instance, sent, log = Instance(tmp_path / "home"), tmp_path / "sent", tmp_path / "log"
    sent.mkdir()
    with log.open("wb") as stderr:
        done = subprocess.run(
            [sys.executable, "-c", PLANT, str(sent)],
            env=instance.environment, cwd=TOP, stdout=subprocess.PIPE, stderr=stderr, check=False,
        )  # fmt: skip
    assert done.returncode == 0, log.read_text()
    planted = json.loads(done.stdout.splitlines()[-1])
    assert planted["people"] > 150
    assert len(planted["numbers"]) > 10
    assert planted["tenants"] > 0
    assert len(planted["secrets"]) == 5
    assert scan(planted["numbers"], sent), "the files that were sent do hold the numbers"
    instance.run("backup", str(tmp_path / "register.backup"))
    found = scan([*planted["numbers"], *planted["secrets"]], instance.home, log, tmp_path / "register.backup")
    assert found == []
