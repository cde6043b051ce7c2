"""The command itself: quick help, exit codes, accounts, private files."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from domicile.cli import COMMANDS, command
from tests.command.running import Instance


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    done = CliRunner().invoke(command, [name, "--help"], terminal_width=200)
    assert done.exit_code == 0
    assert "Usage: " in done.output
    if name not in {"users", "audit", "keys", "demo"}:
        first = COMMANDS[name][1].split()[0].strip(",.")
        assert first in done.output


def test_help_reads_neither_django_nor_polars() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom domicile.cli import command\n"
        "done = CliRunner().invoke(command, ['--help'])\n"
        "print(done.exit_code, sorted({'django', 'polars', 'numpy', 'cryptography'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0 []"


@pytest.mark.slow
def test_wrong_calls_and_what_cannot_be_done_differ(filled: Instance, tmp_path: Path) -> None:
    instance = filled
    instance.run("serve", "--port", "many", code=2)
    instance.run("no-such-command", code=2)
    empty = Instance(tmp_path / "empty")
    assert "domicile migrate" in empty.run("users", "list", code=3)
    empty.run("migrate", "--check", code=1)
    instance.run("migrate", "--check")
    (instance.home / "keys" / "seal.key").chmod(0o644)
    assert "chmod 600" in instance.run("audit", "verify", code=3)


@pytest.mark.slow
def test_everything_that_is_made_is_for_its_owner_alone(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home")
    instance.run("keys", "list")
    instance.run("users", "list", code=3)
    loose = [
        path.name for path in [instance.home, *instance.home.rglob("*")] if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    assert loose == []


@pytest.mark.slow
def test_the_first_administrator_is_made_listed_and_closed(filled: Instance) -> None:
    instance = filled
    made = json.loads(instance.run("users", "create", "a-wu", "--name", "吴管理", "--scope", "770101", "--json"))
    assert len(made["password"]) > 20
    assert "already" in instance.run("users", "create", "a-wu", "--name", "吴管理", "--scope", "770101", code=3)
    listed, *_ = [json.loads(line) for line in instance.run("users", "list", "--json").splitlines()]
    assert listed["grants"] == ["administrator 770101"]
    again = json.loads(instance.run("users", "reset", "a-wu", "--json"))
    assert again["password"] not in {made["password"], ""}
    instance.run("users", "close", "a-wu")
    listed, *_ = [json.loads(line) for line in instance.run("users", "list", "--json").splitlines()]
    assert listed["open"] is False
