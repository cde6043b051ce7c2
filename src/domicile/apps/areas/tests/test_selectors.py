"""The areas that a place lies in, by name, in one query."""

import pytest

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Grid
from domicile.apps.areas.selectors import chain, trails
from domicile.apps.common.fields import asked_first, prefix_q
from tests import factories as make
from tests.cast import sun_viewer


def test_a_grid_lies_in_five_areas_and_itself():
    assert chain("770101001001001") == [
        "770000000000", "770100000000", "770101000000", "770101001000", "770101001001", "770101001001001",
    ]  # fmt: skip


def test_a_place_in_no_grid_ends_at_the_community():
    assert chain("770101001001000")[-1] == "770101001001"


def test_a_township_whose_serial_ends_in_zeros_is_not_cut_off():
    assert chain("770101100200")[-2:] == ["770101100000", "770101100200"]


def test_a_code_of_a_county_ends_there():
    assert chain("770101000000")[-1] == "770101000000"


@pytest.mark.django_db
def test_names_run_from_the_county_down(django_assert_num_queries):
    make.area_tree()
    make.grid(code=make.GRID, name="一网格")
    with django_assert_num_queries(1):
        named = trails([make.GRID, "780203001001"])
    assert named == {make.GRID: ["安禾县", "青石街道", "河沿社区", "一网格"], "780203001001": []}


def test_the_place_asked_for_bounds_the_rows_before_the_scope():
    rows = restrict(Grid.objects.all(), sun_viewer(), "code")
    place = prefix_q("code", "770101001001")
    _sql, values = asked_first(rows.filter(place), len(place)).query.sql_with_params()
    assert [*values][:2] == ["770101001001", "770101001002"]
    assert set(values[2:]) == {"770101", "770102"}
