"""domicile month: a month assessed and its honoraria computed from the terminal, twice without a change."""

import datetime as dt
import json

import pytest
from click.testing import CliRunner
from django.utils import timezone, translation

from domicile.apps.common.refusals import Refused
from domicile.apps.staffing import months
from domicile.apps.staffing.models import Worker
from domicile.apps.staffing.tests.working import doors, due, visited, zhao_at_work
from domicile.cli.month import command
from domicile.core.policy.months import bounds, month_of, months_before
from tests.cast import COMMUNITY

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def run(*arguments: str) -> dict[str, object]:
    with translation.override("en"):
        done = CliRunner().invoke(command, [*arguments, "--json"], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    told: dict[str, object] = json.loads(done.output)
    return told


def test_a_month_is_assessed_and_paid_from_the_terminal() -> None:
    zhao_at_work()
    month = months_before(months.last_month(timezone.localdate()), 1)
    middle = bounds(month)[0] + dt.timedelta(days=14)
    Worker.objects.update(since=middle - dt.timedelta(days=60))
    for home in doors(2):
        visited(due(home, middle), home, middle)
    told = run("assess", "--month", month)
    assert (told["workers"], told["communities"]) == (3, 1)
    assert run("assess", "--month", month)["changed"] == 0
    paid = run("pay", "--month", month, "--community", COMMUNITY)
    assert (paid["total"], paid["statements"], paid["state"]) == ("6.00", 1, "draft")
    with pytest.raises(Refused):
        run("assess", "--month", month_of(timezone.localdate()))
