"""`domicile census …` as an operator uses it: a site of its own, beside a register that it does not touch."""

import json
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.command.running import TOP, Instance

pytestmark = pytest.mark.slow


class Census(Instance):
    """A census whose data folder is `home`; the register's is another one."""

    @property
    def environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in super().environment.items() if not name.startswith(("DOMICILE_", "DJANGO_"))
        }
        return kept | {"DOMICILE_CENSUS_HOME": str(self.home), "DOMICILE_HOME": str(self.home.parent / "register")}

    def run(self, *arguments: str, code: int = 0) -> str:
        return super().run("census", *arguments, code=code)


@pytest.fixture(scope="module")
def census(tmp_path_factory: pytest.TempPathFactory) -> Census:
    made = Census(tmp_path_factory.mktemp("census") / "home")
    assert "migrations applied" in made.run("migrate")
    made.run("users", "create", "lin", "--name", "林主任", "--scope", "770101")
    return made


def test_its_commands_work_and_make_nothing_of_a_register(census: Census) -> None:
    assert "administrator 770101" in census.run("users", "list")
    assert "0 findings" in census.run("check")
    assert "0 findings" in census.run("check", "areas")
    assert "sealed" in census.run("audit", "seal")
    assert "changes: whole" in census.run("audit", "verify")
    assert "seal.key" in census.run("keys", "list")
    census.run("tasks", "generate")
    assert not (census.home.parent / "register").exists()
    assert {path.name for path in census.home.glob("*.sqlite3")} == {"census.sqlite3", "census_log.sqlite3"}


def test_what_is_not_kept_here_is_said_in_a_sentence(census: Census) -> None:
    said = census.run("check", "people", code=3)
    assert "nothing of people is kept here" in said
    assert "Traceback" not in said
    assert "No such command" in census.run("exchange", code=2)


def test_a_backup_comes_back_and_the_logs_are_whole(census: Census, tmp_path: Path) -> None:
    census.run("backup", str(tmp_path / "kept"))
    assert "proven whole" in census.run("restore", "--force", str(tmp_path / "kept"))
    assert "administrator 770101" in census.run("users", "list")


def test_it_serves_its_own_address(census: Census) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    command = [sys.executable, "-m", "domicile.cli", "census", "serve", "--port", str(port), "--workers", "1"]
    with subprocess.Popen(command, env=census.environment, cwd=TOP, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert f"serving on http://127.0.0.1:{port}" in server.stdout.readline()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20) as answer:
                assert json.load(answer) == {"status": "ok"}
        finally:
            server.terminate()
    assert server.returncode == 0
