"""A search for duplicates that is killed outright, in the middle: it leaves no pair and no lock, and is begun anew by itself."""

import json

import pytest

from tests.command.running import Instance

pytestmark = pytest.mark.slow
TWICE = """
import datetime as dt
from tests import factories
from domicile.apps.duplicates.tests.pieces import refreshed
number = factories.number_of(birth_date=dt.date(1971, 3, 9), sex="2")
found = []
for home in range(2):
    person = factories.person(name="上官玉屏", sex="2", birth_date=dt.date(1971, 3, 9), number=None)
    factories.document(of=person, number=number)
    factories.household(members=[(person, "02")])
    found.append(person)
refreshed(*found)
"""
KILLED = """
import os, signal
from django.utils import timezone
from domicile.apps.duplicates import jobs
from domicile.apps.snapshots.folders import home
def killed(*rest):
    print(len([one for one in home().iterdir() if one.is_dir()]), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
jobs.FINDERS["duckdb"] = killed
run = jobs.daily(timezone.localdate())
jobs.search_in_background.call(run.pk.hex)
"""
AFTERWARDS = """
from domicile.apps.duplicates import jobs, searching
from domicile.apps.duplicates.models import Pair, Run
print(Pair.objects.count(), Run.objects.get().state, searching.busy(), jobs.daily(Run.objects.get().day))
"""
AN_HOUR_LATER = """
import datetime as dt
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from domicile.apps.duplicates import jobs
from domicile.apps.duplicates.models import Pair, Run
from domicile.apps.tasks.models import Progress
Progress.objects.update(updated_at=timezone.now() - dt.timedelta(hours=1))
DBTaskResult.objects.all().delete()
jobs.wake()
run = Run.objects.get()
print(run.state, run.tries, DBTaskResult.objects.ready().count())
jobs.search_in_background.call(run.pk.hex)
print(Run.objects.get().state, Pair.objects.count())
"""


def test_a_search_that_is_killed_leaves_nothing_and_is_begun_anew(filled: Instance) -> None:
    filled.query(TWICE)
    assert filled.python("-c", f"import django\ndjango.setup()\n{KILLED}", code=-9).split() == ["1"]
    assert filled.query(AFTERWARDS) == "0 running False None"
    assert filled.query(AN_HOUR_LATER).splitlines() == ["waiting 2 1", "done 1"]
    told = json.loads(filled.run("dedupe", "sun", "--json").splitlines()[-1])
    assert told["found"] >= 1
