"""Visits and rounds are kept for their time and no longer."""

import datetime as dt
import uuid

import pytest

from domicile.apps.fieldwork.models import Confirmation, Matter, Visit
from domicile.apps.fieldwork.visits.retention import erase_over
from domicile.apps.tasks.generating import MACHINE
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


def test_visits_and_rounds_are_erased_when_their_time_is_over():
    home = factories.dwelling()
    person = factories.family(size=1, at=home, registered=False).members.first().person
    common = {"form": "web", "place_code": home.place_code, "worker_id": uuid.uuid4()}
    for day in (dt.date(2023, 11, 21), dt.date(2024, 11, 21)):
        met = Visit.objects.create(dwelling=home, visited_on=day, outcome="met", **common)
        Confirmation.objects.create(visit=met, person=person)
        seen = Visit.objects.create(building=home.building, visited_on=day, outcome="patrolled", **common)
        Matter.objects.create(visit=seen, kind="gas")
    assert erase_over(actor=MACHINE, today=TODAY) == 3
    left = Visit.objects.get()
    assert (left.visited_on, left.dwelling_id) == (dt.date(2024, 11, 21), home.pk)
    assert (Confirmation.objects.count(), Matter.objects.count()) == (1, 0)
    assert erase_over(actor=MACHINE, today=TODAY) == 0
