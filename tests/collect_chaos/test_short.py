"""A short run of the faults that `python -m tests.collect_chaos` makes at length."""

import os
import subprocess
import sys

import pytest

from tests.collect_chaos.instance import ROOT


@pytest.mark.slow
def test_every_form_is_there_once_after_kills_a_full_disk_and_a_clock_set_back() -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("DOMICILE_", "DJANGO_"))}
    command = [sys.executable, "-m", "tests.collect_chaos", "--forms", "40", "--reviews", "12", "--kills", "4"]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**environment, "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
