"""`domicile demo`: made through the import road, kept by a second start, made anew after a stop, never over a register."""

import datetime as dt
import json
import stat
from pathlib import Path

import pytest

from tests.command.running import Instance

pytestmark = pytest.mark.slow
COUNTS = """
from domicile.apps.people.models import Person
from domicile.apps.exchange.models import Batch
from domicile.apps.accounts.models import User
print(Person.objects.count(), sorted(Batch.objects.values_list("layout", "state")), User.objects.count())
"""
AHEAD = "import os; os.environ['DOMICILE_DEMO_DAYS_AHEAD'] = '30'\n"
DAY_NOW = "from django.utils import timezone; print(timezone.localdate())"


def test_a_stopped_start_is_made_anew_and_a_second_start_keeps_the_data(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home")
    instance.run("migrate")
    (instance.home / "files" / "half").mkdir(parents=True)
    (instance.home / "demo.json").write_text(json.dumps({"state": "making", "people": 200, "seed": 1}))
    said = instance.run("demo", "--people", "200", "--no-serve", "--lang", "en")
    assert "stopped halfway" in said
    assert not (instance.home / "files" / "half").exists()
    made = instance.query(COUNTS)
    assert "('people', 'committed')" in made
    logins = [json.loads(line) for line in (instance.home / "demo-logins.txt").read_text().splitlines()]
    assert {login["role"] for login in logins} >= {
        "grid_worker",
        "community_officer",
        "county_operator",
        "administrator",
    }
    assert stat.S_IMODE((instance.home / "demo-logins.txt").stat().st_mode) == 0o600
    assert all(login["password"] in said and login["secret"] in said for login in logins)

    again = instance.run("demo", "--people", "200", "--no-serve", "--lang", "en")
    assert "is kept" in again
    assert all(login["password"] in again for login in logins)
    assert instance.query(COUNTS) == made
    code = instance.run("demo", "--code", "county_operator").strip()
    assert len(code) == 6
    assert code.isdigit()
    ahead = instance.python("-c", f"{AHEAD}import django; django.setup()\n{DAY_NOW}").strip()
    assert dt.date.fromisoformat(ahead) - dt.date.fromisoformat(instance.query(DAY_NOW)) == dt.timedelta(30)
    assert "whole" in instance.run("audit", "verify")


def test_another_register_is_never_touched(filled: Instance) -> None:
    before = (filled.home / "register.sqlite3").read_bytes()
    assert "DOMICILE_HOME" in filled.run("demo", "--people", "200", "--no-serve", code=3)
    assert (filled.home / "register.sqlite3").read_bytes() == before


def test_only_a_demonstrations_clock_can_be_set_ahead(filled: Instance) -> None:
    command = "import sys; from domicile.cli import main; sys.argv[1:] = ['check', 'moves']; main()"
    said = filled.python("-c", AHEAD + command, code=3)
    assert "is for a demonstration alone" in said
    assert "Traceback" not in said
