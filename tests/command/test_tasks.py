"""`domicile tasks`: rules run from the command line; a run that is killed in the middle leaves nothing."""

import json
from pathlib import Path

import pytest

from tests.command.running import Instance

pytestmark = pytest.mark.slow
LET = """
from tests import factories
for _ in range(3):
    factories.dwelling(use="let")
"""
KILLED = """
import os, signal
from django.utils import timezone
from domicile.apps.tasks import generating
whole = generating._run
def then_killed(source, *rest):
    run = whole(source, *rest)
    if source.rule == "visit_due":
        print(run.made, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    return run
generating._run = then_killed
generating.generate(actor=generating.MACHINE, today=timezone.localdate())
"""
COUNT = """
from domicile.apps.tasks.models import Run, Task
print(Task.objects.count(), Run.objects.count())
"""


def told(text: str) -> dict[str, dict[str, object]]:
    return {line["rule"]: line for line in map(json.loads, text.splitlines())}


def test_a_killed_run_leaves_nothing_and_is_run_again_once(filled: Instance) -> None:
    filled.query(LET)
    assert filled.python("-c", f"import django\ndjango.setup()\n{KILLED}", code=-9).split() == ["3"]
    assert filled.query(COUNT) == "0 0"

    assert told(filled.run("tasks", "generate", "--rule", "visit_due", "--json"))["visit_due"]["made"] == 3
    assert told(filled.run("tasks", "generate", "--rule", "visit_due", "--json"))["visit_due"]["made"] == 0
    assert filled.query(COUNT) == "3 2"
    assert told(filled.run("tasks", "rules", "--json"))["visit_due"]["values"]["months"] == 6
    assert json.loads(filled.run("tasks", "escalate", "--json"))["raised"] == 0
    assert "there are" in filled.run("tasks", "generate", "--rule", "watch", code=2)


def test_a_calendar_is_loaded_from_a_file_and_a_wrong_one_is_told(filled: Instance, tmp_path: Path) -> None:
    file = tmp_path / "calendar.csv"
    file.write_text("date,kind\n2051-10-02,off\n2051-10-07,work\n")
    assert json.loads(filled.run("tasks", "calendar", str(file), "--json")) == {"years": [2051]}
    file.write_text("date,kind\n2051-10-02,perhaps\n")
    assert "Row 1" in filled.run("tasks", "calendar", str(file), code=3)
