"""`domicile rules`: a run over the register; one that is killed leaves no copy of it and no finding, and is run again."""

import json

import pytest

from tests.command.running import Instance

pytestmark = pytest.mark.slow
WRONG = """
import datetime as dt
from tests import factories
factories.household(members=[(factories.person(name="王3", birth_date=dt.date(1890, 1, 1)), "02")])
"""
KILLED = """
import os, signal
from django.utils import timezone
from domicile.apps.quality import jobs, running
from domicile.apps.snapshots.folders import home
def killed(*rest):
    print(len([one for one in home().iterdir() if one.is_dir()]), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
running.kept_columns = killed
jobs.run_now(timezone.localdate())
"""
COUNT = """
from domicile.apps.quality.models import RuleFinding, RuleRun
from domicile.apps.snapshots.folders import home, sweep
print(RuleFinding.objects.count(), sweep(), len([one for one in home().iterdir() if one.is_dir()]))
RuleRun.objects.update(asked_at="2020-01-01T00:00:00Z")
from domicile.apps.tasks.models import Progress
Progress.objects.all().delete()
"""


def test_a_killed_run_leaves_nothing_and_is_run_again(filled: Instance) -> None:
    filled.query(WRONG)
    assert filled.python("-c", f"import django\ndjango.setup()\n{KILLED}", code=-9).split() == ["1"]
    assert filled.query(COUNT) == "0 1 0"
    lines = [json.loads(line) for line in filled.run("rules", "run", "--json", code=1).splitlines()]
    failed = {line["rule"] for line in lines if line.get("failed")}
    assert {"P03", "P07"} <= failed
    assert lines[-1]["open"] >= 2
    again = [json.loads(line) for line in filled.run("rules", "run", "--json", code=1).splitlines()]
    assert (again[-1]["opened"], again[-1]["open"]) == (0, lines[-1]["open"])
    listed = [json.loads(line) for line in filled.run("rules", "list", "--language", "en", "--json").splitlines()]
    assert {line["rule"] for line in listed} >= {"P03", "N01", "H01"}
