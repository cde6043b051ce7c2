"""What is lacking, and who has too much or too little: told with the way to its cure, and by no figure about people."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domicile.apps.areas import actions
from domicile.apps.areas.models import Area, Grid
from domicile.apps.staffing import coverage
from domicile.apps.staffing.actions import posts, workers
from domicile.apps.staffing.chain import chain_of
from domicile.apps.staffing.models import Holding, Worker
from domicile.apps.staffing.tests.making import BEFORE, DAY, TODAY, chain_of_three, given, homes, post, worker
from tests import factories
from tests.cast import COMMUNITY, OTHER_GRID, TOWNSHIP, qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def found() -> dict[str, list[str]]:
    listed: dict[str, list[str]] = {}
    for gap in coverage.gaps(chain_of(qian_viewer(), COMMUNITY, TODAY)):
        listed.setdefault(gap.kind, []).append(gap.what)
        assert gap.url.startswith("/staffing/")
        assert gap.cure
    return listed


def test_an_empty_community_lacks_a_lead_and_an_informant_in_each_grid() -> None:
    factories.area_tree()
    factories.grid(), factories.grid(code=OTHER_GRID)
    assert found() == {"lead": ["河沿社区"], "grid": [f"第1网格 {factories.GRID}", f"第2网格 {OTHER_GRID}"]}


def test_a_full_chain_lacks_nothing() -> None:
    _lead, _group, informant = chain_of_three()
    house = homes(9)
    given(post("head", name="1栋", above=informant, houses=((house, ""),)), worker("赵楼长"))
    assert found() == {}


def test_a_vacant_post_of_an_informant_does_not_cover_its_grid() -> None:
    chain_of_three()
    Holding.objects.filter(post__role="informant").update(end=TODAY)
    assert set(found()) == {"grid"}


def test_a_building_without_a_head_is_told_by_the_entrances_that_are_left() -> None:
    _lead, _group, informant = chain_of_three()
    house = homes(8)
    homes(10, unit="2单元")
    assert found()["house"] == ["和平路1号1栋"]
    given(post("head", name="1单元", above=informant, houses=((house, "1单元"),)), worker("赵楼长"))
    gap = next(gap for gap in coverage.gaps(chain_of(qian_viewer(), COMMUNITY, TODAY)) if gap.kind == "house")
    assert "2单元" in gap.detail
    assert "1单元" not in gap.detail
    given(post("head", name="2单元", above=informant, houses=((house, "2单元"),)), worker("钱楼长"))
    assert found() == {}


def test_heads_with_too_many_or_too_few_households_are_listed_and_a_shared_building_is_divided() -> None:
    _lead, _group, informant = chain_of_three()
    house, small = homes(16), homes(7, plate="3号")
    first = post("head", name="1栋", above=informant, houses=((house, ""),))
    few = post("head", name="3号", above=informant, houses=((small, ""),))
    given(first, worker("赵楼长")), given(few, worker("钱楼长"))
    assert set(found()) == {"many", "few"}
    given(post("head", name="1栋乙", above=informant, houses=((house, ""),)), worker("孙楼长"))
    assert set(found()) == {"few"}
    assert chain_of(qian_viewer(), COMMUNITY, TODAY).seats[first.pk].households == 8
    houses = ((small, ""), (house, "1单元"))
    posts.edit_post(actor=qian_viewer(), post_id=few.pk, name="3号", above_id=informant.pk, houses=houses, today=TODAY)
    assert chain_of(qian_viewer(), COMMUNITY, TODAY).seats[few.pk].households == 12


def test_a_post_that_answers_to_nobody_and_one_that_nobody_holds_are_told() -> None:
    chain_of_three()
    post("coordinator", name="第2组")
    assert set(found()) == {"vacant", "loose"}


def test_whoever_left_and_still_holds_a_post_is_told_with_the_way_to_hand_it_over() -> None:
    chain_of_three()
    holding = Holding.objects.select_related("worker").get(post__role="coordinator")
    workers.worker_left(actor=qian_viewer(), worker_id=holding.worker_id, on=TODAY)
    gap = next(iter(coverage.gaps(chain_of(qian_viewer(), COMMUNITY, TODAY))))
    assert gap.kind == "left"
    assert str(holding.pk) in gap.url


def test_the_chain_is_read_with_the_same_number_of_queries_however_long_it_is() -> None:
    _lead, _group, informant = chain_of_three()
    homes(2)
    with CaptureQueriesContext(connection) as few:
        coverage.gaps(chain_of(qian_viewer(), COMMUNITY, TODAY))
    for number in range(2, 7):
        house = homes(2, plate=f"{number}号")
        given(post("head", name=f"{number}号", above=informant, houses=((house, ""),)), worker(f"楼长{number}"))
    with CaptureQueriesContext(connection) as many:
        coverage.gaps(chain_of(qian_viewer(), COMMUNITY, TODAY))
    assert len(many) <= len(few) + 1  # buildings of posts are read where there are any


def test_posts_and_workers_follow_their_area_to_another_code_and_numbers_stay() -> None:
    lead, _group, informant = chain_of_three()
    office = worker("办公室", actor=sun_viewer(), place=TOWNSHIP + "000")
    numbers = list(Worker.objects.order_by("number").values_list("number", flat=True))
    area = Area.objects.get(code=COMMUNITY, valid_to=None)
    actions.recode_area(actor=sun_viewer(), area_id=area.pk, on=BEFORE, code="770101001009", today=TODAY)
    lead.refresh_from_db(), informant.refresh_from_db(), office.refresh_from_db()
    assert (lead.place_code, informant.place_code) == ("770101001009000", "770101001009001")
    assert list(Worker.objects.order_by("number").values_list("number", flat=True)) == numbers
    township = Area.objects.get(code=TOWNSHIP + "000", valid_to=None)
    actions.recode_area(actor=sun_viewer(), area_id=township.pk, on=BEFORE + DAY, code="770101007000", today=TODAY)
    office.refresh_from_db(), informant.refresh_from_db()
    assert (office.place_code, informant.place_code) == ("770101007000000", "770101007009001")


def test_a_post_of_a_grid_that_is_gone_is_told() -> None:
    chain_of_three()
    Grid.objects.update(valid_to=TODAY)
    assert set(found()) == {"gone"}
