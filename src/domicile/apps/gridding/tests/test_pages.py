"""The pages of proposals: from the communities to grids in force, who may open them, and how much they ask of the database."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from domicile.apps.areas.models import Area, Grid
from domicile.apps.audit.models import Change
from domicile.apps.gridding.forms import as_text, lines_of
from domicile.apps.gridding.models import Proposal
from domicile.apps.gridding.tests import making
from domicile.apps.places.models import Building
from tests import factories
from tests.cast import CAST, COMMUNITY, LI, SUN, Actor, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ASKED = {"measure": "households", "size": "40", "tolerance": "10", "objective": "compact", "seed": "1"}
RIVER = "LINESTRING (112.99 23.0005, 113.01 23.0005)"


@pytest.fixture(autouse=True)
def _at_once(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}


def at(name: str, *args) -> str:
    return reverse(f"gridding:{name}", args=args)


def proposed(client) -> Proposal:
    client.post(at("community", COMMUNITY), ASKED)
    return Proposal.objects.get()


def test_from_the_page_of_an_area_to_grids_in_force_and_back(client):
    making.houses()
    sign_in(client, SUN)
    for code in (COMMUNITY, "770101001000", "770101000000"):
        area = Area.objects.get(code=code)
        assert "/grids/proposals/" in client.get(reverse("areas:area", args=[area.pk])).text
    assert "河沿社区" in client.get(at("communities")).text
    row = proposed(client)
    page = client.get(at("plan", row.pk)).text
    assert page.count("<circle") == 30
    assert "每个网格都连成一片" in page
    assert "40.0" in page
    form = client.get(at("adopt", row.pk)).text
    assert "3个网格" in form
    day = timezone.localdate()
    answer = client.post(at("adopt", row.pk), {"on": day.isoformat(), "reason": "街道〔2026〕3号"})
    assert answer.url == at("plan", row.pk)
    assert set(Grid.objects.values_list("valid_from", flat=True)) == {day}
    assert "河沿社区第2网格" in client.get(at("community", COMMUNITY)).text
    assert Change.objects.filter(action="gridding.adopt", reason="街道〔2026〕3号").exists()
    client.post(at("act", row.pk), {"act": "undo"})
    assert not Grid.objects.exists()


def test_several_communities_are_asked_for_at_once(client):
    making.houses(4, 3)
    making.houses(4, 3, community="770101001002")
    sign_in(client, SUN)
    assert client.post(at("communities"), ASKED).status_code == 422
    several = ASKED | {"size": "16", "community": [COMMUNITY, "770101001002", "770102001001"]}
    assert client.post(at("communities"), several).status_code == 302
    assert list(Proposal.objects.order_by("community").values_list("community", "state")) == [
        (COMMUNITY, "ready"), ("770101001002", "ready"),
    ]  # fmt: skip
    assert "北塔社区" not in client.get(at("communities"), {"within": COMMUNITY}).text


def test_what_is_wrong_with_the_request_stands_at_its_field(client):
    making.houses(2, 1)
    sign_in(client, SUN)
    for wrong in ({"size": "many"}, {"tolerance": ""}, {"lines": "POINT (1 2)"}, {"lines": '{"type": '}):
        assert client.post(at("community", COMMUNITY), ASKED | wrong).status_code == 422
    row = making.plan(areas=1)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert client.post(at("adopt", row.pk), {"on": tomorrow.isoformat()}).status_code == 422
    assert not Grid.objects.exists()


def test_lines_are_kept_for_the_next_plan(client):
    making.houses()
    sign_in(client, SUN)
    client.post(at("community", COMMUNITY), ASKED | {"lines": RIVER})
    assert len(Proposal.objects.get().lines) == 1
    assert "23.0005" in client.get(at("community", COMMUNITY)).text


def test_lines_come_from_wkt_and_from_many_features():
    feature = '{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[113,23],[113.1,23]]}}'
    both = f'{{"type":"FeatureCollection","features":[{feature},{feature}]}}'
    assert lines_of(both) == [[[113, 23], [113.1, 23]]] * 2
    assert lines_of(as_text(lines_of(both))) == lines_of(both)
    assert lines_of("  ") == []
    assert as_text([]) == ""


def test_a_building_is_put_elsewhere_with_the_figures_that_follow(client):
    making.houses()
    sign_in(client, SUN)
    row = proposed(client)
    offered = next(key for key in row.labels if 'name="to"' in client.get(at("plan", row.pk), {"atom": key}).text)
    shown = client.get(at("plan", row.pk), {"atom": offered}).text
    to = shown.split('name="to" value="')[1].split('"')[0]
    answer = client.post(at("act", row.pk), {"act": "move", "atom": offered, "to": to})
    changed = Proposal.objects.get(of=row)
    assert answer.url == at("plan", changed.pk)
    assert changed.labels[offered] == int(to)
    client.post(at("act", changed.pk), {"act": "move_back"})
    changed.refresh_from_db()
    assert changed.labels == row.labels
    client.post(at("act", changed.pk), {"act": "discard"})
    assert Proposal.objects.count() == 1


def test_pages_ask_the_same_number_of_questions_however_many_buildings(client):
    making.houses(3, 2)
    sign_in(client, SUN)
    row = proposed(client)
    pages = [at("communities"), at("community", COMMUNITY), at("plan", row.pk)]
    client.get(pages[0])
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            found.append(len(queries))
        return found

    before = asked()
    for number in range(8):
        house = factories.building(
            place_code=COMMUNITY + "000", street="新街", plate=f"{number + 1}号", name="", longitude=113.0 + number * making.STEP,
            latitude=22.9996,
        )  # fmt: skip
        making.household(house)
    assert asked() == before
    assert max(before) <= 24


@pytest.mark.parametrize(
    "actor", [actor for actor in CAST if actor is not SUN], ids=lambda actor: actor.role + actor.username
)
def test_whoever_keeps_no_areas_sees_and_changes_nothing(client, actor):
    making.houses(3, 2)
    row = making.plan(size=10)
    sign_in(client, actor)
    area = Area.objects.get(code=COMMUNITY)
    if actor is not LI:
        assert "/grids/proposals/" not in client.get(reverse("areas:area", args=[area.pk])).text
    for page in (at("communities"), at("community", COMMUNITY), at("plan", row.pk), at("adopt", row.pk)):
        assert client.get(page).status_code in (403, 404)
    for act in ("undo", "move", "move_back", "discard"):
        assert client.post(at("act", row.pk), {"act": act, "to": "1"}).status_code in (403, 404)
    assert client.post(at("adopt", row.pk), {"on": "2026-11-20"}).status_code in (403, 404)
    assert client.post(at("community", COMMUNITY), ASKED).status_code in (403, 404)
    assert Proposal.objects.get().state == "ready"


def test_a_desk_of_another_county_and_one_without_a_purpose_get_nowhere(client):
    making.houses(3, 2)
    row = making.plan(size=10)
    sign_in(client, Actor("yu", "余外县", "county_operator", "770102", "register_maintenance"))
    assert "河沿社区" not in client.get(at("communities")).text
    for page in (at("community", COMMUNITY), at("plan", row.pk), at("adopt", row.pk)):
        assert client.get(page).status_code in (403, 404)
    client.logout()
    sign_in(client, SUN, "")
    assert client.get(at("plan", row.pk)).url.startswith("/access/purpose/")
    assert client.post(at("act", row.pk), {"act": "discard"}).url.startswith("/access/purpose/")
    assert Proposal.objects.count() == 1


def test_a_merged_community_takes_its_plans_along(client):
    from domicile.apps.areas import actions

    making.houses(3, 2)
    row = making.plan(size=10)
    area, other = Area.objects.get(code=COMMUNITY), Area.objects.get(code="770101001002")
    actions.merge_area(
        actor=making.DESK, area_id=area.pk, into_id=other.pk, on=timezone.localdate(), today=timezone.localdate()
    )
    row.refresh_from_db()
    assert row.community == other.code
    assert set(Building.objects.values_list("community_code", flat=True)) == {other.code}
    sign_in(client, SUN)
    assert client.get(at("plan", row.pk)).status_code == 200
