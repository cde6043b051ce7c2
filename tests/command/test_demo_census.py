"""`domicile demo census`: a county carried through a census, from the map to the published tables."""

import json
import re
import stat
from pathlib import Path

import pytest

from tests.command.running import Instance
from tests.command.test_census import Census

pytestmark = pytest.mark.slow
COUNTS = """
import json
import django
django.setup()
from domicile.apps.census.models import Answer, CoverageCase, Household, SampleDraw
roads = sorted(set(Answer.objects.values_list("road", flat=True)))
kept = Answer.objects.filter(state="kept").count()
print(json.dumps([roads, kept, Household.objects.filter(form="long").count(), CoverageCase.objects.filter(outcome="open").count()]))
"""


def demo(census: Census, *more: str, code: int = 0) -> str:
    """What `domicile demo census` prints."""
    return Instance.run(census, "demo", "census", "--no-serve", "--lang", "en", *more, code=code)


def test_a_county_goes_through_the_whole_and_a_second_start_keeps_it(tmp_path: Path) -> None:
    census = Census(tmp_path / "home")
    said = demo(census, "--people", "900")
    line = said.split("coverage:")[1].splitlines()[0]
    number, low, high, truth = (int(one.replace(",", "")) for one in re.findall(r"[0-9][0-9,]*", line))
    assert low <= number <= high
    assert low <= truth <= high
    settings = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'domicile.site.census'\n"
    roads, kept, long, undecided = json.loads(census.python("-c", settings + COUNTS))
    assert roads == ["collect", "paper", "web"]
    assert kept > 0  # some answered on two roads: one counts, the other is kept
    assert long > 0
    assert undecided == 0
    page = census.home / "release" / "index.html"
    assert "演示县人口普查" in page.read_text("utf-8")
    assert not (census.home / "work").exists()  # true figures stay nowhere
    assert stat.S_IMODE((census.home / "demo-logins.txt").stat().st_mode) == 0o600
    again = demo(census)
    assert "is kept" in again
    assert str(page) in again


def test_another_census_is_never_touched(tmp_path: Path) -> None:
    census = Census(tmp_path / "home")
    census.run("migrate")
    census.run("users", "create", "lin", "--name", "林主任", "--scope", "770101")
    assert "DOMICILE_CENSUS_HOME" in demo(census, "--people", "300", code=3)
    assert "administrator 770101" in census.run("users", "list")
