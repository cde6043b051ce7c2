"""The house plan of a community: what stands on it, for whom, at which scale."""

import pytest
import shapely
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from shapely.geometry import box, mapping

from domicile.apps import printing
from domicile.apps.access.models import Look
from domicile.apps.areas import sheets as geometry
from domicile.apps.areas.models import Area, GridStaff
from domicile.apps.maps.printed import plan
from tests import factories as make
from tests import pdf
from tests.cast import CHEN, LI, QIAN, ZHAO, chen_viewer, qian_viewer, sign_in, zhao_viewer

WEST, SOUTH, STEP = 160.0, 25.0, 0.004
pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def community():
    """Two grids side by side; two buildings in the first, one in the second, one without a place."""
    make.area_tree()
    area = Area.objects.get(code=make.COMMUNITY)
    area.boundary = mapping(box(WEST, SOUTH, WEST + 2 * STEP, SOUTH + STEP))
    area.save()
    for column, code in enumerate((make.GRID, make.OTHER_GRID)):
        ground = box(WEST + column * STEP, SOUTH, WEST + (column + 1) * STEP, SOUTH + STEP)
        grid = make.grid(code=code, name=f"河沿社区第{column + 1}网格", boundary=mapping(ground))
        GridStaff.objects.create(grid=grid, duty="worker", name=f"网格员{column + 1}", valid_from=make.LONG_AGO)
    middle = SOUTH + STEP / 2
    first = make.building(plate="2号", longitude=WEST + STEP * 0.3, latitude=middle)
    make.building(plate="10号", longitude=WEST + STEP * 0.7, latitude=middle)
    make.building(place_code=make.OTHER_GRID, plate="21", name="5", longitude=WEST + STEP * 1.5, latitude=middle)
    make.building(plate="99号")
    make.family(size=3, at=make.dwelling(within=first))
    make.building(place_code=make.FAR_GRID, street="远路")
    return area


def data(viewer, area, paper="a3", names=True):
    with override("zh-hans"):
        return plan.plan_data(viewer, area, today=timezone.localdate(), paper=paper, names=names)


def test_the_legend_counts_each_grid_and_the_index_names_each_building(community):
    found = data(qian_viewer(), community)
    assert [(line["name"], line["cells"], line["worker"]) for line in found["legend"]] == [
        ("第1网格", ["3", "1", "1"], "网格员1"),
        ("第2网格", ["1", "0", "0"], "网格员2"),
    ]
    assert [line[1] for line in found["index"]] == ["人民路2号3栋", "人民路10号3栋", "人民路99号3栋 *", "人民路21号5栋"]
    assert len(found["drawing"]["grids"]) == 2
    assert len(found["drawing"]["marks"]) == 3


def test_the_page_names_grids_buildings_scale_and_no_resident(client: Client, community):
    sign_in(client, QIAN)
    address = reverse("printed_maps:plan", args=[community.pk])
    for paper, size in (("a3", (420, 297)), ("a4", (297, 210))):
        answer = client.get(address, {"paper": paper, "names": "on"})
        text = pdf.text(answer.content)
        for part in (
            "河沿社区房屋平面图",
            "第2网格",
            "网格员1",
            "人民路2号3栋",
            "楼栋索引",
            "比例尺",
            "北",
            "位置未登记",
        ):
            assert part in text
        assert "王" not in text.replace("网", "")
        assert "远路" not in text
        assert pdf.size(answer.content) == size
    assert not Look.objects.using("log").exists()


def test_names_of_workers_are_left_out_when_not_asked_for(community):
    assert "网格员1" not in pdf.text(printing.render(plan.TEMPLATE, data(qian_viewer(), community, names=False)))


def test_a_grid_worker_sees_the_own_grid_alone(community):
    found = data(zhao_viewer(), community)
    assert [line["name"] for line in found["legend"]] == ["第1网格"]
    assert len(found["index"]) == 3


def test_whoever_may_not_see_people_is_shown_no_small_count(community):
    found = data(chen_viewer(), community)
    assert found["legend"][0]["cells"][2].startswith("<")
    assert found["index"][0][4].startswith("<")


def test_a_community_without_any_drawing_says_what_to_do(community):
    make.grid(code=make.FAR_GRID)
    found = data(chen_viewer(), Area.objects.get(code=make.OTHER_COMMUNITY))
    assert found["drawing"] is None
    assert "请先在地图上画出" in pdf.text(printing.render(plan.TEMPLATE, found))


def test_a_building_of_no_grid_stands_in_the_legend(community):
    make.building(place_code=make.COMMUNITY + "000", plate="7号", longitude=WEST + STEP, latitude=SOUTH)
    assert data(qian_viewer(), community)["legend"][-1]["name"] == "未划入网格"


def test_the_choice_is_shown_first_and_a_wrong_one_told(client: Client, community):
    sign_in(client, ZHAO)
    address = reverse("printed_maps:plan", args=[community.pk])
    assert "打印房屋平面图" in client.get(address).content.decode()
    assert client.get(address, {"paper": "a0"}).status_code == 422


def test_strangers_and_wider_areas_get_none(client: Client, community):
    address = reverse("printed_maps:plan", args=[community.pk])
    assert client.get(address).status_code == 302
    sign_in(client, LI)
    assert client.get(address, {"paper": "a4"}).status_code == 403
    client.logout()
    sign_in(client, CHEN)
    county = Area.objects.get(code="770101000000")
    assert client.get(reverse("printed_maps:plan", args=[county.pk])).status_code == 403


def test_the_number_of_queries_does_not_grow(community, django_assert_num_queries):
    with django_assert_num_queries(8):
        data(qian_viewer(), community)
    for plate in range(30, 60):
        make.building(plate=f"{plate}号", longitude=WEST + STEP * 0.2, latitude=SOUTH + plate * 1e-5)
    with django_assert_num_queries(8):
        data(qian_viewer(), community)


def test_what_was_typed_is_text(community):
    make.building(plate='#eval("1")', name='"]$x$', longitude=WEST + STEP / 9, latitude=SOUTH + STEP / 9)
    assert '人民路#eval("1")"]$x$' in pdf.text(printing.render(plan.TEMPLATE, data(qian_viewer(), community)))


def test_the_scale_is_a_round_one_and_true():
    sheet = geometry.fitted((160.0, 25.0, 160.01, 25.01), 300.0, 249.0)
    assert sheet.denominator == 5000
    left, right = sheet.point(160.0, 25.0), sheet.point(160.01, 25.0)
    ground = 0.01 * geometry.METRES_PER_DEGREE * 0.9063  # cosine of 25 degrees
    assert right[0] - left[0] == pytest.approx(ground * 1000 / 5000, rel=0.001)
    assert sheet.point(160.0, 25.01)[1] < left[1]  # north is up
    assert sheet.bar() == (40.0, "200 m")


def test_one_building_alone_has_a_scale_too():
    assert geometry.fitted((160.0, 25.0, 160.0, 25.0), 196.0, 170.0).denominator == 200


def test_labels_cover_no_other():
    labels = geometry.Labels(100.0, 100.0)
    placed = [labels.beside((50.0, 50.0), 20.0, 4.0, 2.0) for _ in range(20)]
    found = [shapely.box(x, y, x + 20, y + 4) for x, y in filter(None, placed)]
    assert 3 <= len(found) < 20
    assert not any(a.intersection(b).area > 1e-9 for place, a in enumerate(found) for b in found[place + 1 :])


def test_neighbours_have_unlike_colours():
    shapes = [box(x, y, x + 1, y + 1) for x in range(6) for y in range(6)]
    given = geometry.colours(shapes, 7)
    touching = [(a, b) for a in range(36) for b in range(a) if shapes[a].intersects(shapes[b])]
    assert all(given[a] != given[b] for a, b in touching)
