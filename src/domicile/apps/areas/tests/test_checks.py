"""Planted gaps, overlaps, orphans and missing boundaries are each found, and a sound set of grids is silent."""

import pytest

from domicile.apps.areas.checks import run
from domicile.apps.areas.models import Area
from domicile.apps.places import checks as place_checks
from tests import factories as make

pytestmark = pytest.mark.django_db


def box(west, south, east, north):
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}


WHOLE = box(110.00, 30.00, 110.02, 30.01)


@pytest.fixture
def community():
    make.area_tree()
    Area.objects.filter(code=make.COMMUNITY).update(boundary=WHOLE)


def codes(scope=""):
    return [finding.code for finding in run(scope)]


def test_grids_that_meet_seamlessly_give_no_finding(community):
    make.grid(code=make.GRID, boundary=box(110.00, 30.00, 110.01, 30.01))
    make.grid(code=make.OTHER_GRID, boundary=box(110.01, 30.00, 110.02, 30.01))
    assert codes() == []


def test_a_gap_is_found_with_its_place_and_shape(community):
    make.grid(code=make.GRID, boundary=box(110.00, 30.00, 110.01, 30.01))
    make.grid(code=make.OTHER_GRID, boundary=box(110.012, 30.00, 110.02, 30.01))
    (gap,) = run()
    assert (gap.code, gap.place, gap.geometry["type"]) == ("grid_gap", make.COMMUNITY, "Polygon")


def test_an_overlap_names_both_grids(community):
    make.grid(code=make.GRID, boundary=box(110.00, 30.00, 110.011, 30.01))
    make.grid(code=make.OTHER_GRID, boundary=box(110.01, 30.00, 110.02, 30.01))
    (overlap,) = run()
    assert overlap.code == "grid_overlap"
    assert make.GRID in overlap.message_en
    assert make.OTHER_GRID in overlap.message_en


def test_ground_outside_the_community_is_found(community):
    make.grid(code=make.GRID, boundary=box(110.00, 30.00, 110.03, 30.01))
    assert codes() == ["grid_outside"]


def test_a_sliver_of_drawing_noise_is_none(community):
    make.grid(code=make.GRID, boundary=box(110.00, 30.00, 110.01, 30.01))
    make.grid(code=make.OTHER_GRID, boundary=box(110.0100000001, 30.00, 110.02, 30.01))
    assert codes() == []


def test_a_grid_without_a_boundary_is_named(community):
    make.grid(code=make.GRID)
    assert codes() == ["grid_without_boundary"]


def test_an_area_without_its_parent_is_named():
    make.area_tree()
    Area.objects.filter(code="770101001000").delete()
    found = list(run())
    assert [finding.code for finding in found] == ["parent_missing", "parent_missing"]
    assert "770101001000" in found[0].message_zh


def test_the_scope_bounds_what_is_checked(community):
    make.grid(code=make.GRID)
    assert codes("770101001002") == []
    assert codes(make.COMMUNITY) == ["grid_without_boundary"]


def test_a_building_in_no_grid_is_named():
    make.building(place_code=make.COMMUNITY + "000")
    make.building(place_code=make.GRID, plate="99号")
    (finding,) = place_checks.in_no_grid()
    assert finding.code == "building_in_no_grid"
    assert "人民路12号" in finding.message_zh
