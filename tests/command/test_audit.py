"""`domicile audit`: exit codes that a script can trust."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.command.running import Instance

pytestmark = pytest.mark.slow


def tamper(instance: Instance, statement: str, name: str = "register") -> None:
    with closing(sqlite3.connect(instance.home / f"{name}.sqlite3")) as connection:
        connection.execute(statement)
        connection.commit()


def test_a_log_is_proven_and_a_tampered_record_is_named(filled: Instance, tmp_path: Path) -> None:
    instance = filled
    anchors = tmp_path / "anchors"
    anchors.write_text(instance.run("audit", "anchor"))
    proven = [json.loads(line) for line in instance.run("audit", "verify", "--json").splitlines()]
    assert [(one["log"], one["whole"], one["records"]) for one in proven] == [("changes", True, 3), ("looks", True, 3)]
    instance.run("audit", "verify", "--anchor", str(anchors))

    tamper(instance, "UPDATE audit_change SET reason = 'forged' WHERE id = 2")
    assert "record 2 was changed" in instance.run("audit", "verify", code=1)


def test_a_log_cut_off_at_its_end_shows_by_its_anchor(filled: Instance, tmp_path: Path) -> None:
    instance = filled
    anchors = tmp_path / "anchors"
    anchors.write_text(instance.run("audit", "anchor"))
    for table in ("access_seen", "access_look", "access_lookseal"):
        tamper(instance, f"DELETE FROM {table}", "log")
    instance.run("audit", "verify")
    assert "cut off" in instance.run("audit", "verify", "--anchor", str(anchors), code=1)
    anchors.write_text("gibberish\n")
    assert "line 1" in instance.run("audit", "verify", "--anchor", str(anchors), code=3)
