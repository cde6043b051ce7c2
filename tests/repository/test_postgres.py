"""The throwaway PostgreSQL cluster: made for one command, gone after it."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres

TOP = Path(__file__).resolve().parents[2]
REPORT = "import os; print(os.environ['DOMICILE_DATABASE'], flush=True)"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A temporary folder that the server's own user may enter, too."""
    with tempfile.TemporaryDirectory(prefix="domicile-test-", dir="/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_the_command_gets_an_empty_utf8_database_and_its_status_is_passed_on(folder: Path) -> None:
    code = (
        "import os, sys, psycopg\n"
        "with psycopg.connect(os.environ['DOMICILE_DATABASE']) as link:\n"
        "    print(link.execute('show server_encoding').fetchone()[0])\n"
        "    print(link.execute('select count(*) from pg_stat_user_tables').fetchone()[0])\n"
        "sys.exit(7)\n"
    )
    done = _run(folder, "--", sys.executable, "-c", code)
    assert done.returncode == 7
    assert done.stdout.split() == ["UTF8", "0"]
    assert not list(folder.iterdir())


def test_a_stop_leaves_nothing_running(folder: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres", "--", sys.executable, "-c", f"{REPORT}; import time; time.sleep(600)"],
        cwd=TOP,
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    with child.stdout as stream:
        address = stream.readline()
        child.send_signal(signal.SIGTERM)
        assert child.wait(timeout=60) == 128 + signal.SIGTERM
    assert address.startswith("postgresql://")
    assert not list(folder.iterdir())


def test_no_server_on_this_machine_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postgres.Path, "glob", lambda self, pattern: [])
    monkeypatch.setenv("PATH", str(tmp_path))
    assert postgres.main(["--", "true"]) == 3
    assert "apt-get install postgresql" in capsys.readouterr().err


def test_a_call_without_a_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert postgres.main(["--"]) == 2
    assert "usage" in capsys.readouterr().err


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.postgres", *arguments],
        cwd=TOP,
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
