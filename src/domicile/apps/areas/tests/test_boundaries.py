"""Borders drawn anew: the ground stays seamless, buildings and their people follow, and all of it can be undone."""

import datetime as dt

import pytest
import shapely
from shapely.geometry import box, mapping, shape

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas import checks
from domicile.apps.areas.actions import boundaries
from domicile.apps.areas.models import Area, Grid
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.models import Person, Visibility
from domicile.apps.places.models import Building, Dwelling
from tests import factories as make
from tests.cast import li_viewer, qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 1)
NEW = make.COMMUNITY + "003"


def polygon(*corners: float) -> str:
    return box(*corners).wkt


@pytest.fixture
def ground():
    """Two grids side by side that cover their community, 0.02° × 0.01°, with two buildings in the western one."""
    make.area_tree()
    Area.objects.filter(code=make.COMMUNITY).update(boundary=mapping(box(160.0, 25.0, 160.02, 25.01)))
    for code, west in ((make.GRID, 160.0), (make.OTHER_GRID, 160.01)):
        make.grid(code=code, boundary=mapping(box(west, 25.0, west + 0.01, 25.01)), west=west, south=25.0)
        Grid.objects.filter(code=code).update(east=west + 0.01, north=25.01)
    left = make.building(plate="1号", longitude=160.002, latitude=25.005)
    right = make.building(plate="2号", longitude=160.008, latitude=25.005)
    for place in range(3):
        make.dwelling(within=left, room=f"{place}01室")
    make.family(size=2, at=make.dwelling(within=right, room="901室"))
    return {"left": left, "right": right}


def grid(code: str = make.GRID) -> Grid:
    return Grid.objects.get(code=code, valid_to=None)


def code_of(building: Building) -> str:
    return Building.objects.get(pk=building.pk).place_code


def seams() -> list[str]:
    return [finding.code for finding in checks.run(make.COMMUNITY)]


def test_a_grid_that_takes_ground_takes_its_buildings_and_people_with_it(ground):
    plan = boundaries.plan_redraw(
        sun_viewer(), grid(make.OTHER_GRID).pk, polygon(160.006, 25.0, 160.02, 25.01), neighbours_follow=True
    )
    assert [(row.id, row.new) for row in plan.moved] == [(ground["right"].pk, make.OTHER_GRID)]
    assert code_of(ground["right"]) == make.GRID, "a plan writes nothing"
    boundaries.redraw_grid(
        actor=sun_viewer(), grid_id=grid(make.OTHER_GRID).pk, boundary=polygon(160.006, 25.0, 160.02, 25.01),
        neighbours_follow=True,
    )  # fmt: skip
    assert seams() == []
    assert code_of(ground["left"]) == make.GRID
    assert code_of(ground["right"]) == make.OTHER_GRID
    assert Building.objects.get(pk=ground["right"].pk).grid == grid(make.OTHER_GRID)
    assert set(Dwelling.objects.filter(building=ground["right"]).values_list("place_code", flat=True)) == {
        make.OTHER_GRID
    }
    lives = Visibility.objects.filter(why="lives")
    assert set(lives.values_list("code", flat=True)) == {make.OTHER_GRID}


def test_ground_that_a_grid_gives_up_goes_to_the_neighbour(ground):
    boundaries.redraw_grid(
        actor=sun_viewer(), grid_id=grid().pk, boundary=polygon(160.0, 25.0, 160.006, 25.01), neighbours_follow=True
    )
    assert seams() == []
    assert shape(grid(make.OTHER_GRID).boundary).bounds == (160.006, 25.0, 160.02, 25.01)
    assert code_of(ground["right"]) == make.OTHER_GRID


def test_a_border_drawn_a_little_off_is_put_onto_the_neighbours(ground):
    off = polygon(160.0, 25.0, 160.01001, 25.01)  # about a metre into the neighbour
    boundaries.redraw_grid(actor=sun_viewer(), grid_id=grid().pk, boundary=off, neighbours_follow=False)
    assert seams() == []
    assert shape(grid().boundary).equals(box(160.0, 25.0, 160.01, 25.01))


def test_an_overlap_is_refused_with_the_neighbours_name(ground):
    with pytest.raises(Refused, match="第2网格") as refusal:
        boundaries.redraw_grid(
            actor=sun_viewer(), grid_id=grid().pk, boundary=polygon(160.0, 25.0, 160.012, 25.01),
            neighbours_follow=False,
        )  # fmt: skip
    assert refusal.value.field == "boundary"


def test_the_community_is_not_left(ground):
    with pytest.raises(Refused, match=r"outside the community|社区"):
        boundaries.redraw_grid(
            actor=sun_viewer(), grid_id=grid().pk, boundary=polygon(159.99, 25.0, 160.01, 25.01),
            neighbours_follow=True,
        )  # fmt: skip


@pytest.mark.parametrize(
    "text", ["", "none", '{"type": "Point", "coordinates": [1, 2]}', "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "POINT(1 2)",
             "POLYGON ((160 25, 160.00001 25, 160.00001 25.00001, 160 25))", "POLYGON ((500 0, 501 0, 501 1, 500 0))",
             '{"type": "FeatureCollection", "features": []}', "[" ],
)  # fmt: skip
def test_what_is_no_area_is_refused_with_a_reason(ground, text):
    with pytest.raises(Refused) as refusal:
        boundaries.redraw_grid(actor=sun_viewer(), grid_id=grid().pk, boundary=text, neighbours_follow=True)
    assert refusal.value.field == "boundary"


def test_a_line_splits_a_grid_and_the_fuller_part_keeps_its_code(ground):
    fresh = boundaries.split_grid(
        actor=sun_viewer(), grid_id=grid().pk, line="LINESTRING (160.005 25.0, 160.005 25.01)", name="河东格",
        today=TODAY,
    )  # fmt: skip
    assert (fresh.code, fresh.name, fresh.valid_from) == (NEW, "河东格", TODAY)
    assert grid().name == "第1网格"
    assert code_of(ground["left"]) == make.GRID
    assert code_of(ground["right"]) == NEW
    assert seams() == []
    assert set(Person.objects.values_list("registered_code", flat=True)) == {make.COMMUNITY}, "named no grid before"


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(
    "line", ["LINESTRING (160.002 25.002, 160.004 25.003)", "LINESTRING (161 25, 161 26)", "POINT (160 25)",
             "LINESTRING (160.005 25.0, nan nan, 160.005 25.01)"],
)  # fmt: skip
def test_a_line_that_does_not_cut_in_two_is_refused(ground, line):
    with pytest.raises(Refused) as refusal:
        boundaries.plan_split(sun_viewer(), grid().pk, line)
    assert refusal.value.field == "line"


def test_neighbours_become_one_grid(ground):
    make.building(place_code=make.OTHER_GRID, plate="7号")
    kept = boundaries.merge_grids(actor=sun_viewer(), grid_id=grid().pk, others=[grid(make.OTHER_GRID).pk], today=TODAY)
    assert shape(kept.boundary).equals(box(160.0, 25.0, 160.02, 25.01))
    assert not Grid.objects.filter(code=make.OTHER_GRID, valid_to=None).exists()
    assert set(Building.objects.values_list("place_code", flat=True)) == {make.GRID}


def test_grids_that_do_not_touch_stay_apart(ground):
    make.grid(code=NEW, boundary=mapping(box(160.05, 25.0, 160.06, 25.01)))
    with pytest.raises(Refused, match=r"touch|相邻"):
        boundaries.plan_merge(sun_viewer(), grid().pk, [grid(NEW).pk])


def test_a_new_grid_is_drawn_on_its_neighbours_ground(ground):
    fresh = boundaries.draw_grid(
        actor=sun_viewer(), community=make.COMMUNITY, boundary=polygon(160.007, 25.0, 160.012, 25.01), name="学校格",
        today=TODAY, neighbours_follow=True,
    )  # fmt: skip
    assert fresh.code == NEW
    assert seams() == []
    assert code_of(ground["right"]) == NEW


@pytest.mark.parametrize(
    "code",
    ["770102001001003", make.OTHER_COMMUNITY + "003", make.GRID, make.COMMUNITY + "00３", make.COMMUNITY + "000"],
)
def test_a_new_grid_bears_a_free_code_of_its_own_community(ground, code):
    drawn = {"boundary": polygon(160.007, 25.0, 160.012, 25.01), "neighbours_follow": True, "code": code}
    with pytest.raises(Refused) as refusal:
        boundaries.plan_draw(sun_viewer(), make.COMMUNITY, **drawn)
    assert refusal.value.field == "code"
    with pytest.raises(Refused):
        boundaries.draw_grid(actor=sun_viewer(), community=make.COMMUNITY, name="新格", today=TODAY, **drawn)
    assert Grid.objects.count() == 2


def test_no_grid_is_drawn_in_a_community_that_is_not_there(ground):
    with pytest.raises(Refused):
        boundaries.plan_draw(
            sun_viewer(), "770101001099", polygon(161.0, 25.0, 161.01, 25.01), neighbours_follow=True
        )  # fmt: skip


def test_chosen_buildings_go_to_a_grid_without_a_map(ground):
    boundaries.move_buildings(actor=sun_viewer(), grid_id=grid(make.OTHER_GRID).pk, buildings=[ground["left"].pk])
    assert code_of(ground["left"]) == make.OTHER_GRID
    with pytest.raises(Refused):
        boundaries.move_buildings(actor=sun_viewer(), grid_id=grid().pk, buildings=[make.unknown_id()])


def state() -> tuple[object, ...]:
    grids = [
        (row.code, row.name, row.valid_to, row.boundary and shapely.to_wkt(shape(row.boundary)))
        for row in Grid.objects.order_by("code")
    ]
    return (
        grids,
        sorted(Building.objects.values_list("pk", "place_code", "grid")),
        sorted(Dwelling.objects.values_list("pk", "place_code")),
        sorted(Visibility.objects.values_list("person", "code", "why")),
        sorted(Person.objects.values_list("pk", "registered_code")),
    )


@pytest.mark.parametrize("kind", ["redraw", "split", "merge", "draw", "move"])
def test_what_was_done_can_be_undone_once(ground, kind):
    Person.objects.update(registered_code=make.GRID)
    Visibility.objects.filter(why="registered").update(code=make.GRID)
    before = state()
    viewer = sun_viewer()
    if kind == "redraw":
        boundaries.redraw_grid(
            actor=viewer, grid_id=grid().pk, boundary=polygon(160.0, 25.0, 160.006, 25.01), neighbours_follow=True
        )
    elif kind == "split":
        line = "LINESTRING (160.005 25.0, 160.005 25.01)"
        boundaries.split_grid(actor=viewer, grid_id=grid().pk, line=line, name="新格", today=TODAY)
    elif kind == "merge":
        boundaries.merge_grids(actor=viewer, grid_id=grid(make.OTHER_GRID).pk, others=[grid().pk], today=TODAY)
    elif kind == "draw":
        boundaries.draw_grid(
            actor=viewer, community=make.COMMUNITY, boundary=polygon(160.007, 25.0, 160.012, 25.01), name="新格",
            today=TODAY, neighbours_follow=True,
        )  # fmt: skip
    else:
        boundaries.move_buildings(actor=viewer, grid_id=grid(make.OTHER_GRID).pk, buildings=[ground["right"].pk])
    assert state() != before
    assert set(Person.objects.values_list("registered_code", flat=True)) != {make.GRID}
    done = Change.objects.latest("pk")
    boundaries.undo_boundaries(actor=viewer, change_id=done.pk)
    assert state() == before
    with pytest.raises(Refused):
        boundaries.undo_boundaries(actor=viewer, change_id=done.pk)


def test_a_later_change_is_undone_first(ground):
    boundaries.redraw_grid(
        actor=sun_viewer(), grid_id=grid().pk, boundary=polygon(160.0, 25.0, 160.006, 25.01), neighbours_follow=True
    )
    first = Change.objects.latest("pk")
    boundaries.redraw_grid(
        actor=sun_viewer(), grid_id=grid().pk, boundary=polygon(160.0, 25.0, 160.004, 25.01), neighbours_follow=True
    )
    with pytest.raises(Refused):
        boundaries.undo_boundaries(actor=sun_viewer(), change_id=first.pk)


def test_buildings_do_not_go_back_to_a_grid_that_ended_since(ground):
    boundaries.move_buildings(actor=sun_viewer(), grid_id=grid(make.OTHER_GRID).pk, buildings=[ground["right"].pk])
    first = Change.objects.latest("pk")
    boundaries.merge_grids(actor=sun_viewer(), grid_id=grid(make.OTHER_GRID).pk, others=[grid().pk], today=TODAY)
    with pytest.raises(Refused):
        boundaries.undo_boundaries(actor=sun_viewer(), change_id=first.pk)
    assert code_of(ground["right"]) == make.OTHER_GRID


def test_only_who_keeps_the_area_draws(ground):
    for viewer, refusal in ((qian_viewer(), NotAllowed), (li_viewer(), NotAllowed)):
        with pytest.raises(refusal):
            boundaries.redraw_grid(actor=viewer, grid_id=grid().pk, boundary="", neighbours_follow=True)
    with pytest.raises(OutOfReach):
        boundaries.redraw_grid(actor=sun_viewer(), grid_id=make.unknown_id(), boundary="", neighbours_follow=True)


def test_buildings_follow_in_a_fixed_number_of_queries(ground, django_assert_max_num_queries):
    for number in range(30):
        house = make.building(plate=f"{number + 20}号", longitude=160.008, latitude=25.004)
        make.family(size=1, at=make.dwelling(within=house))
    with django_assert_max_num_queries(45):
        boundaries.redraw_grid(
            actor=sun_viewer(), grid_id=grid().pk, boundary=polygon(160.0, 25.0, 160.006, 25.01),
            neighbours_follow=True,
        )  # fmt: skip
