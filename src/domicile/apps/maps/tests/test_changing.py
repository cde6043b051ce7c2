"""Borders by forms: first what follows, then the change; undo; buildings put on the map."""

import json

import pytest
from shapely.geometry import box, mapping, shape

from domicile.apps.areas.models import Grid
from domicile.apps.audit.models import Change
from domicile.apps.maps import kept
from domicile.apps.places.models import Building
from tests import factories as make
from tests.cast import QIAN, SUN, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture(autouse=True)
def house():
    """Two grids side by side; a building with two dwellings in the western one."""
    kept.forget()
    make.area_tree()
    for code, west in ((make.GRID, 160.0), (make.OTHER_GRID, 160.01)):
        make.grid(code=code, boundary=mapping(box(west, 25.0, west + 0.01, 25.01)))
    made = make.building(plate="2号", longitude=160.008, latitude=25.005)
    make.family(size=2, at=make.dwelling(within=made))
    make.dwelling(within=made)
    return made


@pytest.fixture
def sun(client):
    sign_in(client, SUN)
    return client


def at(code=make.GRID):
    return Grid.objects.get(code=code, valid_to=None)


def code_of(building):
    return Building.objects.get(pk=building.pk).place_code


def test_a_border_is_shown_first_and_then_written_and_undone(sun, house):
    address = f"/map/grids/{at().pk}/border/"
    values = {"boundary": box(160.0, 25.0, 160.006, 25.01).wkt, "neighbours_follow": "on", "reason": "会议纪要"}
    preview = sun.post(address, values)
    text = preview.content.decode()
    assert preview.status_code == 200
    assert "人民路2号3栋" in text
    assert "<dd>1</dd>" in text
    assert "<dd>2</dd>" in text
    assert "<path" in text
    assert code_of(house) == make.GRID
    done = sun.post(address, {**values, "confirmed": "1"})
    assert done.headers["Location"] == f"/map/#grid={at().pk.hex}"
    assert code_of(house) == make.OTHER_GRID
    change = Change.objects.get(action="areas.redraw_grid")
    assert change.reason == "会议纪要"
    assert f"/map/changes/{change.pk}/undo/" in sun.get(f"/map/grids/{at().pk}/").content.decode()
    sun.post(f"/map/changes/{change.pk}/undo/")
    assert code_of(house) == make.GRID
    assert shape(at().boundary).bounds == (160.0, 25.0, 160.01, 25.01)


def test_what_is_wrong_with_a_border_stands_at_its_field(sun):
    answer = sun.post(f"/map/grids/{at().pk}/border/", {"boundary": "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))"})
    assert answer.status_code == 422
    assert "boundary" in answer.context["form"].errors


def test_a_line_from_the_map_is_named_then_shown_then_splits(sun, house):
    address = f"/map/grids/{at().pk}/split/"
    line = json.dumps({"type": "LineString", "coordinates": [[160.005, 25.0], [160.005, 25.01]]})
    form = sun.post(address, {"line": line, "from_map": "1"})
    assert form.status_code == 200
    assert make.COMMUNITY + "003" in form.content.decode()
    assert form.context["form"].initial["name"].endswith("第3网格")
    values = {"line": line, "name": "河东格", "code": make.COMMUNITY + "003"}
    assert "path" in sun.post(address, values).content.decode()
    sun.post(address, {**values, "confirmed": "1"})
    assert at(make.COMMUNITY + "003").name == "河东格"
    assert code_of(house) == make.GRID, "the fuller part keeps the code"


def test_grids_are_merged_from_a_list(sun):
    values = {"others": [str(at(make.OTHER_GRID).pk)]}
    address = f"/map/grids/{at().pk}/merge/"
    assert at(make.OTHER_GRID).name in sun.get(address).content.decode()
    assert at(make.OTHER_GRID).code in sun.post(address, values).content.decode()
    sun.post(address, {**values, "confirmed": "1"})
    assert not Grid.objects.filter(code=make.OTHER_GRID, valid_to=None).exists()


def test_a_new_grid_is_drawn_from_a_pasted_border(sun, house):
    address = f"/map/grids/draw/?within={make.COMMUNITY}"
    values = {"boundary": box(160.007, 25.0, 160.01, 25.01).wkt, "neighbours_follow": "on", "name": "学校格",
              "code": make.COMMUNITY + "003"}  # fmt: skip
    assert sun.post(address, values).status_code == 200
    sun.post(address, {**values, "confirmed": "1"})
    assert code_of(house) == make.COMMUNITY + "003"
    assert sun.get("/map/grids/draw/").status_code == 403


def test_chosen_buildings_go_to_another_grid(sun, house):
    address = f"/map/grids/{at().pk}/buildings/"
    values = {"buildings": [str(house.pk)], "to": str(at(make.OTHER_GRID).pk)}
    assert "人民路2号3栋" in sun.post(address, values).content.decode()
    sun.post(address, {**values, "confirmed": "1"})
    assert code_of(house) == make.OTHER_GRID


def test_buildings_are_put_on_the_map_one_by_one_and_by_pasting(sun, house):
    sun.post(f"/map/buildings/{house.pk}/place/", {"longitude": "160.003", "latitude": "25.004"})
    assert (Building.objects.get(pk=house.pk).longitude, Change.objects.count()) == (160.003, 1)
    address = f"/map/communities/{make.COMMUNITY}/places/"
    assert sun.post(address, {"lines": "人民路2号3栋\t160.004\t25.002\n"}).status_code == 302
    assert Building.objects.get(pk=house.pk).latitude == 25.002
    for wrong in ("人民路2号3栋", "没有路1号,160,25", "人民路2号3栋,500,25", '"' + "路" * 140_000):
        answer = sun.post(address, {"lines": wrong})
        assert answer.status_code == 422
        assert "lines" in answer.context["form"].errors


@pytest.mark.parametrize("end", ["border", "split", "merge", "buildings"])
def test_only_who_keeps_the_area_gets_to_the_forms(client, sun, end):
    assert sun.get(f"/map/grids/{at().pk}/{end}/").status_code == 200
    sign_in(client, QIAN)
    assert client.get(f"/map/grids/{at().pk}/{end}/").status_code == 403
