"""`domicile population`: figures of communities, one JSON object a line."""

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from domicile.apps.common.refusals import Refused
from domicile.cli import population
from tests import factories

pytestmark = pytest.mark.django_db


def test_each_community_and_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(population, "start_django", lambda: None)
    factories.area_tree()
    person = factories.person(registered_code="440305001001")
    factories.spell(of=person, at=factories.dwelling(), start=dt.date(2026, 1, 1))

    def run(*arguments: str) -> list[dict[str, object]]:
        done = CliRunner().invoke(population.command, ["--on", *arguments, "--json"], standalone_mode=False)
        if done.exception:
            raise done.exception
        return [json.loads(line) for line in done.stdout.splitlines()]

    here, other, together = run("2026-06-30", "--definition", "three_months")
    assert (here["code"], here["in_beyond"], here["definition"]) == (factories.COMMUNITY, 1, "three_months")
    assert (other["in_all"], together["in_all"], together["residents"]) == (0, 1, 1)
    assert len(run("2026-06-30", "--scope", factories.COMMUNITY)) == 2
    with pytest.raises(Refused):
        run("2026-06-30", "--known-on", "2026-06-01")
