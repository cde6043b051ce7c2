"""Visits and rounds go along with their building to another grid."""

import datetime as dt
import uuid

import pytest

from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
from domicile.apps.fieldwork.models import Visit
from domicile.apps.fieldwork.moves import follow
from tests import factories

pytestmark = pytest.mark.django_db


def test_visits_follow_their_building():
    home, other = factories.dwelling(), factories.dwelling(within=factories.building(plate="88号"))
    common = {
        "form": "web",
        "worker_id": uuid.uuid4(),
        "visited_on": dt.date(2026, 11, 2),
        "place_code": home.place_code,
    }
    at_door = Visit.objects.create(dwelling=home, outcome="met", **common)
    seen = Visit.objects.create(building=home.building, outcome="patrolled", **common)
    stays = Visit.objects.create(dwelling=other, outcome="met", **common)
    new = home.place_code[:12] + "009"
    follow([Moved(home.building_id, home.place_code, new)], Recorder())
    codes = dict(Visit.objects.values_list("pk", "place_code"))
    assert codes == {at_door.pk: new, seen.pk: new, stays.pk: home.place_code}
