"""The pages of areas and grids: everybody's own tree, cards, forms with what is refused, the ledger of grids."""

import datetime as dt

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.areas.models import Area, Grid
from domicile.apps.screens.tests.checks import LedgerChecks
from tests import factories
from tests.cast import CHEN, LI, QIAN, SUN, ZHAO, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
A, B = factories.COMMUNITY, factories.OTHER_COMMUNITY


class TestGridLedger(LedgerChecks):
    url_name = "areas:grids"
    headings = ("网格", "Grids")
    outsider = None
    needs_purpose = False

    def make(self, count):
        factories.area_tree()
        first = Grid.objects.count() + 1
        made = [
            factories.grid(code=f"{A}{number:03d}", name=f"格子{number}号") for number in range(first, first + count)
        ]
        return [grid.name for grid in made]


@pytest.fixture
def county():
    factories.area_tree()
    factories.dwelling(within=factories.building(place_code=A + "001"))
    factories.grid(code=B + "001", name="北塔一格")
    return {row.code: row for row in Area.objects.all()}


@pytest.mark.parametrize(
    ("who", "sees", "not_there"),
    [
        (SUN, ["安禾县", "河沿社区", "北塔社区", "第1网格", "北塔一格"], []),
        (QIAN, ["安禾县", "河沿社区", "第1网格"], ["北塔社区", "北塔一格"]),
        (ZHAO, ["河沿社区", "第1网格"], ["北塔社区", "北塔一格"]),
        (CHEN, ["北塔社区"], []),
        (LI, ["云屏省", "平川市"], ["安禾县", "河沿社区", "第1网格"]),
    ],
)
def test_everybody_sees_the_tree_of_their_own_area_and_what_it_lies_in(client, county, who, sees, not_there):
    sign_in(client, who, purpose="")
    page = client.get(reverse("areas:areas")).content.decode()
    assert [name for name in sees if name not in page] == []
    assert [name for name in not_there if name in page] == []


def test_the_tree_of_a_past_day_has_the_areas_of_that_day(client, county):
    sign_in(client, SUN)
    answer = client.get(reverse("areas:areas"), {"on": "2009-12-31"})
    assert "河沿社区" not in answer.content.decode()
    assert client.get(reverse("areas:areas"), {"on": "nonsense"}).status_code == 422


def test_the_tree_takes_as_many_queries_for_many_areas_as_for_few(client, county):
    sign_in(client, SUN)

    def queries():
        with CaptureQueriesContext(connections["default"]) as told:
            assert client.get(reverse("areas:areas")).status_code == 200
        return len(told)

    queries()
    few = queries()
    for number in range(3, 15):
        code = f"{factories.TOWNSHIP}{number:03d}"
        Area.objects.create(code=code, name=f"{number}社区", level=5, valid_from=factories.LONG_AGO)
        factories.grid(code=code + "001")
    assert queries() == few


def test_a_card_tells_kind_class_and_what_lies_inside(client, county):
    sign_in(client, SUN)
    Area.objects.filter(code=A).update(urban_rural="111")
    page = client.get(reverse("areas:area", args=[county[A].pk])).content.decode()
    for text in ("居民委员会", "111 主城区", "2010-01-01 起", "第1网格", "云屏省 平川市 安禾县 青石街道"):
        assert text in page
    english = client.get(reverse("areas:area", args=[county[A].pk]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Neighbourhood committee" in english


@pytest.mark.parametrize(
    "name", ["area", "edit_area", "retire_area", "rename_area", "recode_area", "merge_area", "split_area"]
)
def test_a_stranger_reaches_no_page_of_an_area(client, county, name):
    sign_in(client, LI)
    assert client.get(reverse(f"areas:{name}", args=[county[A].pk])).status_code == 403


@pytest.mark.parametrize("name", ["edit_area", "retire_area", "rename_area", "recode_area", "merge_area", "split_area"])
def test_a_community_officer_reads_but_does_not_keep(client, county, name):
    sign_in(client, QIAN)
    card = client.get(reverse("areas:area", args=[county[A].pk]))
    assert card.status_code == 200
    assert "/rename/" not in card.content.decode()
    assert client.get(reverse(f"areas:{name}", args=[county[A].pk])).status_code == 403


@pytest.mark.parametrize("name", ["edit_area", "retire_area", "rename_area", "recode_area", "merge_area", "split_area"])
def test_an_operator_gets_every_form_and_keeps_what_was_typed_when_it_is_refused(client, county, name):
    sign_in(client, SUN)
    address = reverse(f"areas:{name}", args=[county[A].pk])
    assert client.get(address).status_code == 200
    answer = client.post(
        address, {"on": "2999-01-01", "valid_from": "2999-01-01", "name": "原样保留", "code": "770101001009"}
    )
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_the_purpose_is_asked_before_an_area_is_changed(client, county):
    sign_in(client, SUN, purpose="")
    answer = client.get(reverse("areas:edit_area", args=[county[A].pk]))
    assert answer.status_code == 302
    assert reverse("access:purpose") in answer.headers["Location"]


def test_an_area_is_made_renamed_split_merged_recoded_and_ended_through_its_pages(client, county):
    sign_in(client, SUN)
    yesterday = (timezone.localdate() - dt.timedelta(days=1)).isoformat()

    def send(address, **values):
        answer = client.post(address, {**values, "confirmed": "1"})
        assert answer.status_code == 302, answer.context["form"].errors
        return client.get(answer.headers["Location"]).content.decode()

    page = send(
        reverse("areas:add_area"), code="770101001003", name="新桥社区", urban_rural="112", valid_from="2020-01-01"
    )
    assert "新桥社区" in page
    made = Area.objects.get(code="770101001003")
    assert "新桥南社区" in send(reverse("areas:rename_area", args=[made.pk]), name="新桥南社区", on="2021-01-01")
    made = Area.objects.get(code="770101001003", valid_to=None)
    grid = Grid.objects.get(code=A + "001")
    page = send(
        reverse("areas:split_area", args=[county[A].pk]),
        code="770101001004",
        name="东岸社区",
        parts=grid.pk,
        on="2022-01-01",
    )
    assert "东岸社区" in page
    east = Area.objects.get(code="770101001004")
    assert "新桥南社区" in send(reverse("areas:merge_area", args=[east.pk]), into=made.pk, on="2023-01-01")
    page = send(reverse("areas:recode_area", args=[made.pk]), code="770101001005", on="2024-01-01")
    assert "770101001005001" in page
    grid = Grid.objects.get(code="770101001005001", valid_to=None)
    assert "停用" in send(reverse("areas:retire_grid", args=[grid.pk]), on=yesterday)
    last = Area.objects.get(code="770101001005", valid_to=None)
    assert yesterday in send(reverse("areas:retire_area", args=[last.pk]), on=yesterday)


def test_a_grid_is_made_and_corrected_through_its_pages(client, county):
    sign_in(client, SUN)
    values = {"code": A + "009", "name": "校园", "tier": "small", "special_kind": "school", "valid_from": "2020-01-01"}
    answer = client.post(reverse("areas:add_grid"), values)
    grid = Grid.objects.get(code=A + "009")
    assert answer.headers["Location"] == reverse("areas:grid", args=[grid.pk])
    address = reverse("areas:edit_grid", args=[grid.pk])
    assert client.post(address, {**values, "land_area": "-5"}).status_code == 422
    assert client.post(address, {**values, "land_area": "1250"}).status_code == 302
    assert "1,250 m²" in client.get(reverse("areas:grid", args=[grid.pk])).content.decode()
    assert client.get(reverse("areas:add_grid"), {"within": "770102001001"}).status_code == 403


def test_the_ledger_of_grids_is_filtered(client, county):
    factories.grid(code=A + "005", name="校园", special_kind="school")
    sign_in(client, SUN)

    def names(**asked):
        return [row.cells[0].value for row in client.get(reverse("areas:grids"), asked).context["rows"]]

    assert names(text="校") == ["校园"]
    assert names(text=B) == ["北塔一格"]
    assert names(special_kind="school") == ["校园"]
    assert names(sort="-code") == ["北塔一格", "校园", "第1网格"]
    assert client.get(reverse("areas:grids"), {"tier": "nonsense"}).status_code == 422


def test_the_preview_of_a_new_name_says_what_stays(client, county):
    sign_in(client, SUN)
    answers = {"name": "滨河社区", "on": timezone.localdate().isoformat()}
    preview = client.post(reverse("areas:rename_area", args=[county[A].pk]), answers)
    assert "楼栋和人员都不变" in preview.content.decode()


def test_a_merge_says_when_there_is_nothing_to_merge_with(client, county):
    Area.objects.filter(code=B).update(valid_to=dt.date(2025, 1, 1))
    sign_in(client, SUN)
    page = client.get(reverse("areas:merge_area", args=[county[A].pk])).content.decode()
    assert "没有同级的其他区划" in page
