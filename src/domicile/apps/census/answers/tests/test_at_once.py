"""One household answers on several roads in the same moment: all is kept, one counts, and no road is told of a fault."""

import threading
from typing import Any

import pytest
from django.db import connection

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.tests.making import IN, form, make_household, person

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
ROADS = ("collect", "web", "paper")


def test_several_roads_at_once() -> None:
    home, faults, together = make_household(), [], threading.Barrier(6)

    def give(number: int) -> None:
        told: dict[str, Any] = {"road": ROADS[number % 3], "form": "short", "instance": f"{number % 5}", "at": IN}
        content = form(*[person()] * (1 + number % 5))
        try:
            together.wait(30)
            receive(census=home.census, household=home, content=content, **told)
        except Exception as fault:  # told below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert Answer.objects.count() == 5
    counting = Answer.objects.filter(state="counts")
    assert [one.road for one in counting] == ["collect"]
