"""The map's one answer: what is in it, for whom, how small counts are hidden, and when it is made anew."""

import csv
import gzip
import io
import json
import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from shapely.geometry import box, mapping

from domicile.apps.access.models import Look, Seen
from domicile.apps.audit.models import Change
from domicile.apps.maps import drawing, kept
from domicile.core.disclosure import SMALL
from tests import factories as make
from tests.cast import CHEN, LI, QIAN, SUN, ZHAO, chen_viewer, li_viewer, sign_in, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture(autouse=True)
def ground():
    """A grid with a building of three people and one of a single person, and a building in no grid."""
    kept.forget()
    make.area_tree()
    make.grid(boundary=mapping(box(160.0, 25.0, 160.01, 25.01)))
    full = make.building(plate="1号", longitude=160.002, latitude=25.005)
    small = make.building(plate="2号", longitude=160.008, latitude=25.005)
    lost = make.building(place_code=make.COMMUNITY + "000", plate="9号")
    make.family(size=3, at=make.dwelling(within=full))
    make.family(size=1, at=make.dwelling(within=small), surname="李")
    yield {"full": full, "small": small, "lost": lost}
    kept.forget()


def columns(document, part, *names):
    return list(zip(*(document[part][name] for name in names), strict=True))


def test_one_answer_holds_areas_grids_buildings_and_counts(client):
    sign_in(client, SUN)
    answer = client.get("/map/data/", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    document = json.loads(gzip.decompress(answer.content))
    assert columns(document, "grids", "code", "people", "households", "dwellings") == [(make.GRID, 4, 2, 2)]
    buildings = columns(document, "buildings", "label", "grid", "x", "people")
    assert buildings == [("人民路9号3栋", -1, None, 0), ("人民路1号3栋", 0, 2000, 3), ("人民路2号3栋", 0, 8000, 1)]
    assert document["origin"] == [160.0, 25.0]
    ring = document["grids"]["shape"][0][0][0]
    assert (sum(ring[0::2]) - ring[0], sum(ring[1::2]) - ring[1]) == (0, 0), "a ring ends where it began"
    assert "安禾县" in document["areas"]["name"]
    assert Look.objects.using("log").filter(question="map").count() == 1


def test_who_may_not_see_people_is_told_no_small_count_and_no_total_that_gives_it_away():
    document = drawing.document(chen_viewer(), now=timezone.localtime())
    assert not document["exact"]
    assert columns(document, "buildings", "people", "households", "dwellings") == [
        (0, 0, 0),
        (3, SMALL, 1),
        (SMALL, SMALL, 1),
    ]
    people, households, dwellings = columns(document, "grids", "people", "households", "dwellings")[0]
    assert people == -5, "about 5, whether one or two people live in the small building"
    assert households == -3
    assert dwellings == 2


def test_the_total_stays_the_same_whether_one_or_two_live_in_the_small_building(ground):
    before = drawing.document(chen_viewer(), now=timezone.localtime())
    make.family(size=1, at=make.dwelling(within=ground["small"]), surname="赵")
    after = drawing.document(chen_viewer(), now=timezone.localtime())
    assert before["grids"]["people"] == after["grids"]["people"]
    assert before["areas"]["people"] == after["areas"]["people"]


def test_file_panel_and_map_show_the_same_counts(client, ground):
    sign_in(client, CHEN, "")
    table = b"".join(client.get("/map/counts.csv").streaming_content).decode("utf-8-sig")
    rows = {row[2]: row[3:] for row in csv.reader(io.StringIO(table)) if len(row) > 3}
    assert rows["人民路2号3栋"] == ["<3", "<3", "1"]
    page = client.get(f"/map/buildings/{ground['small'].pk}/").content.decode()
    assert page.count("&lt;3") == 2
    assert "1 person" not in page
    assert client.get(f"/map/grids/{ground['small'].grid_id}/").content.decode().count("&lt;3") == 1


def test_the_panel_of_a_grid_counts_the_buildings_that_the_map_counts(client, ground):
    ground["small"].in_use_to = timezone.localdate()
    ground["small"].save()
    sign_in(client, SUN)
    document = drawing.document(sun_viewer(), now=timezone.localtime())
    shown = client.get(f"/map/grids/{ground['full'].grid_id}/").context["counts"]
    assert columns(document, "grids", "people", "households", "dwellings") == [tuple(map(int, shown))] == [(3, 1, 1)]


@pytest.mark.parametrize(("actor", "told"), [(CHEN, False), (ZHAO, True)])
def test_only_who_has_such_a_purpose_is_told_to_state_one(client, ground, actor, told):
    sign_in(client, actor, "")
    assert client.get(f"/map/buildings/{ground['full'].pk}/").context["could_see_people"] is told


def test_addresses_read_as_on_the_wall_in_the_order_of_their_numbers(client, ground):
    for plate in ("17", "5"):
        make.building(street="望江路", plate=plate, name="2")
    sign_in(client, SUN)
    page = client.get(f"/map/grids/{ground['full'].grid_id}/").content.decode()
    assert 0 < page.index("望江路5号2栋") < page.index("望江路17号2栋")
    assert "望江路5号2栋" in drawing.document(sun_viewer(), now=timezone.localtime())["buildings"]["label"]


def test_outside_the_areas_there_is_nothing(client, ground):
    document = drawing.document(li_viewer(), now=timezone.localtime())
    assert document["buildings"]["id"] == []
    assert document["grids"]["id"] == []
    sign_in(client, LI)
    assert client.get(f"/map/buildings/{ground['full'].pk}/").status_code == 403
    assert client.get(f"/map/buildings/{ground['full'].pk}/people/").status_code == 403


def test_a_grid_worker_sees_the_grid_and_the_community_around_it():
    document = drawing.document(zhao_viewer(), now=timezone.localtime())
    assert document["grids"]["code"] == [make.GRID]
    assert document["areas"]["code"] == [make.COMMUNITY]
    assert len(document["buildings"]["id"]) == 2


def test_the_browser_is_told_when_it_holds_the_answer(client):
    sign_in(client, QIAN)
    first = client.get("/map/data/")
    assert "Content-Encoding" not in first.headers
    again = client.get("/map/data/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_an_answer_is_kept_until_something_changes(monkeypatch):
    made = kept.document(sun_viewer(), now=timezone.localtime())
    assert kept.document(sun_viewer(), now=timezone.localtime()) is made
    assert kept.document(chen_viewer(), now=timezone.localtime()) is not made, "others see other counts"
    from domicile.apps.areas import actions

    actions.edit_grid(
        actor=sun_viewer(), grid_id=make.grid().pk, name="新名", valid_from=make.LONG_AGO, today=timezone.localdate()
    )
    fresh = kept.document(sun_viewer(), now=timezone.localtime())
    assert "新名" in gzip.decompress(fresh.body).decode()


def test_other_changes_show_after_a_while(monkeypatch):
    made = kept.document(sun_viewer(), now=timezone.localtime())
    Change.objects.create(
        at=timezone.now(), actor_role="x", action="people.end_stay", subject_kind="spell",
        subject_id=make.unknown_id(), values="[]",
    )  # fmt: skip
    monkeypatch.setattr(kept, "PATIENCE", 10_000)
    assert kept.document(sun_viewer(), now=timezone.localtime()) is made
    monkeypatch.setattr(kept, "PATIENCE", 0)
    assert kept.document(sun_viewer(), now=timezone.localtime()) is not made


def test_what_was_under_way_when_the_map_was_made_counts_once_it_has_ended(monkeypatch):
    """A long import on PostgreSQL writes its records under numbers that lie before the newest one."""
    at = timezone.localtime
    monkeypatch.setattr(kept, "_state", lambda: kept.State(9, frozenset({7})))
    made = kept.document(sun_viewer(), now=at())
    assert kept.document(sun_viewer(), now=at()) is made
    monkeypatch.setattr(kept, "_state", lambda: kept.State(9))
    monkeypatch.setattr(kept, "PATIENCE", 0)
    fresh = kept.document(sun_viewer(), now=at())
    assert fresh is not made
    assert kept.document(sun_viewer(), now=at()) is fresh


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes one transaction at a time")
@pytest.mark.django_db(databases=["default", "log"], transaction=True)
def test_a_transaction_under_way_is_seen():
    def write():
        with transaction.atomic():
            Change.objects.create(
                at=timezone.now(), actor_role="x", action="import", subject_kind="person", subject_id=make.unknown_id(),
                values="[]",
            )  # fmt: skip
            written.set()
            seen.wait(30)
        connection.close()

    written, seen = threading.Event(), threading.Event()
    other = threading.Thread(target=write)
    other.start()
    written.wait(30)
    under_way = kept._state().open
    seen.set()
    other.join()
    assert under_way - kept._state().open  # others of the same server may write on


def test_people_of_a_building_are_shown_with_a_purpose_and_noted(client, ground):
    sign_in(client, ZHAO, "")
    answer = client.get(f"/map/buildings/{ground['full'].pk}/people/")
    assert answer.status_code == 302
    sign_in(client, ZHAO)
    page = client.get(f"/map/buildings/{ground['full'].pk}/people/", headers={"X-Map": "1"}).content.decode()
    assert page.count("/people/") >= 3
    assert "<html" not in page
    look = Look.objects.using("log").get(question="building")
    assert Seen.objects.using("log").filter(look_id=look.pk).count() == 3


def test_the_queries_do_not_grow_with_the_buildings():
    def count():
        with CaptureQueriesContext(connection) as queries:
            drawing.document(sun_viewer(), now=timezone.localtime())
        return len(queries)

    before = count()
    for number in range(20):
        make.family(size=1, at=make.dwelling(within=make.building(plate=f"{number + 30}号")))
    assert count() == before


def test_checks_name_what_does_not_fit(client, ground):
    sign_in(client, SUN)
    ground["full"].longitude = 160.02
    ground["full"].save()
    found = client.get("/map/checks/data/").json()["findings"]
    assert {one["code"] for one in found} == {
        "building_outside_grid", "building_in_no_grid", "buildings_without_coordinates",
    }  # fmt: skip
    page = client.get("/map/checks/").content.decode()
    assert "#at=160.020000,25.005000" in page
