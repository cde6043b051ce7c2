"""`domicile indicators`: reckoned in the register or over a copy of it, kept, and written as a table."""

import json
from pathlib import Path

from tests.command.running import Instance

LIVES = """
import datetime as dt
from tests import factories
for year in (1950, 1980, 1990):
    factories.spell(of=factories.person(birth_date=dt.date(year, 5, 6)), at=factories.dwelling())
"""


def test_the_register_and_a_copy_of_it_come_to_one_table(filled: Instance, tmp_path: Path) -> None:
    filled.query(LIVES)
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    told = json.loads(filled.run("indicators", "--output", str(here), "--json"))
    assert (told["engine"], told["not_counted"]) == ("register", {})
    printed = filled.run("indicators", "--engine", "duckdb", "--output", str(there))
    assert "move_timeliness not counted, the figures on file stay" in printed
    rows = there.read_text(encoding="utf-8-sig").splitlines()
    assert [row for row in rows if not row.startswith("move_timeliness")] == here.read_text("utf-8-sig").splitlines()
    assert any(row.startswith("identity_accuracy,770101,") and ",3,3,1," in row for row in rows)
    assert not list((filled.home / "snapshots").glob("[!.]*"))
    assert "is no folder" in filled.run("indicators", "--output", str(tmp_path / "none" / "x.csv"), code=3)
