"""Every address of listing, sample, fieldwork and quick count, tried by whom it is not for: nothing is shown, nothing written."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.fieldwork.models import Reinterview
from domicile.apps.census.fieldwork.urls import urlpatterns as fieldwork
from domicile.apps.census.listing.urls import urlpatterns as listing
from domicile.apps.census.quickcount.urls import urlpatterns as quickcount
from domicile.apps.census.sample import drawing
from domicile.apps.census.sample.urls import urlpatterns as sample
from domicile.apps.census.tests.making import IN, OFFICE, form, make_household
from tests.cast import GRID, Actor, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
#: Of another county, of another area of this one, and one who keeps the machine.
STRANGER = Actor("shi", "施外区", "census_office", "770102", "supervision")
NEIGHBOUR = Actor("gu", "顾邻居", "enumerator", "770101001001002", "enumeration")
KEEPER = Actor("wu", "吴管理", "administrator", "770101", "oversight")
#: What a neighbour may open of the same census: counts and lists of the own area, where nothing stands yet.
OWN = {"listing", "progress", "progress_map", "daily", "call_backs"}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("actor", [STRANGER, NEIGHBOUR, KEEPER], ids=lambda actor: f"{actor.role}-{actor.scope}")
def test_nobody_reaches_what_is_not_theirs(client: Client, actor: Actor, method: str) -> None:
    home = make_household()
    told = receive(census=home.census, household=home, road="web", form="short", content=form(), instance="a", at=IN)
    again = Reinterview.objects.create(household=home, place_code=GRID, drawn_on=timezone.localdate())
    drawing.draw(actor=viewer(OFFICE), census=home.census, seed=1, interval=10, strata="whole")
    dwelling = home.dwelling
    keys: dict[str, uuid.UUID | int] = {
        "listed_building": dwelling.building_id, "check_listing": dwelling.building_id, "add_dwelling": dwelling.building_id,
        "change_dwelling": dwelling.pk, "add_household": dwelling.pk, "undo_listing": Change.objects.latest("pk").pk,
        "answer": told.pk, "let_count": told.pk, "answer_apart": told.pk, "note_reinterview": again.pk,
    }  # fmt: skip
    sign_in(client, actor)
    before, reached = Change.objects.count(), []
    for one in [*listing, *sample, *fieldwork, *quickcount]:
        known = {"code": home.census.code, "place": GRID, "pk": keys.get(str(one.name), home.pk)}
        address = reverse(f"census:{one.name}", kwargs={key: known[key] for key in one.pattern.converters})
        answer = getattr(client, method)(address)
        if actor is NEIGHBOUR and one.name in OWN:
            assert "林家主" not in answer.text
            continue
        if answer.status_code not in {403, 405}:
            reached.append((address, answer.status_code))
    assert reached == []
    assert Change.objects.count() == before
