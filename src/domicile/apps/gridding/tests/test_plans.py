"""A community is divided into grids: plans beside each other, changed by hand, adopted with all that hangs on buildings, undone."""

import datetime as dt

import pytest

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas import checks
from domicile.apps.areas.actions import boundaries
from domicile.apps.areas.actions.boundaries import columns_of
from domicile.apps.areas.division import dividing
from domicile.apps.areas.models import Grid
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.gridding import grounds, jobs, plans
from domicile.apps.gridding.models import Proposal
from domicile.apps.gridding.tests import making
from domicile.apps.gridding.tests.making import DESK, TODAY, adopt, houses, plan
from domicile.apps.places.models import Building, Dwelling
from tests import factories
from tests.cast import CAST, COMMUNITY, SUN, Actor, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
LATER = dt.date(2026, 12, 20)


def open_codes() -> list[str]:
    rows = Grid.objects.filter(valid_to=None, code__startswith=COMMUNITY).order_by("code")
    return [code[12:] for code in rows.values_list("code", flat=True)]


def test_a_plan_has_grids_of_like_size_in_one_piece_and_nothing_changes():
    houses()
    row = plan()
    worth = row.worth
    assert (row.state, row.serial, len(row.labels)) == ("ready", 1, 30)
    assert (worth["sound"], worth["mean"], len(worth["areas"]), worth["people"]) == (True, 40, 3, 120)
    assert all(36 <= area["people"] <= 44 and area["state"] == "sound" for area in worth["areas"])
    assert worth["cut"] >= worth["least_cut"] >= 1
    assert not Grid.objects.exists()


def test_adopted_grids_have_no_gap_and_take_all_that_hangs_on_buildings_along():
    made = houses()
    home = factories.household(at=factories.dwelling(within=made[0]))
    row = adopt(plan())
    assert open_codes() == ["001", "002", "003"]
    assert Grid.objects.get(code=COMMUNITY + "001").name == "河沿社区第1网格"
    assert [one.code for one in checks.run(COMMUNITY)] == []
    for house in Building.objects.select_related("grid"):
        assert house.grid is not None
        assert house.grid.code == house.place_code
        assert set(house.dwellings.values_list("place_code", flat=True)) == {house.place_code}
    home.refresh_from_db()
    assert home.dwelling.place_code == Building.objects.get(pk=made[0].pk).place_code
    assert (row.state, row.adopted_on, len(row.grids)) == ("adopted", TODAY, 3)
    assert Change.objects.get(action="areas.adopt_grids").reason == "街道〔2026〕3号"


def test_an_adoption_is_taken_back_and_can_be_adopted_again():
    houses()
    row = adopt(plan())
    assert plans.undo_adoption(actor=DESK, proposal_id=row.pk).state == "ready"
    assert not Grid.objects.exists()
    assert set(Dwelling.objects.values_list("place_code", flat=True)) == {COMMUNITY + "000"}
    adopt(row)
    assert open_codes() == ["001", "002", "003"]


def test_one_that_was_taken_back_on_the_map_is_told_and_set_free():
    houses()
    row = adopt(plan())
    boundaries.undo_boundaries(actor=DESK, change_id=row.adopted_by)
    row.refresh_from_db()
    assert not plans.in_force(row)
    assert plans.undo_adoption(actor=DESK, proposal_id=row.pk).state == "ready"
    assert adopt(row).state == "adopted"


def test_few_changes_are_made_where_one_grid_grew_and_codes_names_and_staff_stay():
    made = houses()
    adopt(plan())
    grid = Grid.objects.get(code=COMMUNITY + "001")
    Grid.objects.filter(pk=grid.pk).update(name="老街网格")
    today = dict(Building.objects.values_list("pk", "place_code"))
    for _more in range(6):
        making.household(Building.objects.get(pk=made[0].pk))
    again = plan(today=LATER, given="today", stability=2.0)
    assert again.worth["sound"]
    assert again.worth["changed"] <= 3
    adopt(again, LATER, LATER)
    after = dict(Building.objects.values_list("pk", "place_code"))
    assert sum(today[key] != after[key] for key in today) == again.worth["changed"]
    assert open_codes() == ["001", "002", "003"]
    assert Grid.objects.get(pk=grid.pk).name == "老街网格"


def test_fewer_grids_end_those_that_go_from_the_day_and_undo_brings_them_back():
    houses()
    adopt(plan())
    fewer = adopt(plan(today=LATER, areas=2), LATER, LATER)
    assert len(open_codes()) == 2
    assert Grid.objects.get(valid_to=LATER).valid_from == TODAY
    assert not Building.objects.filter(place_code__endswith="000").exists()
    plans.undo_adoption(actor=DESK, proposal_id=fewer.pk)
    assert open_codes() == ["001", "002", "003"]


def test_a_day_may_be_past_but_not_to_come_and_not_before_what_ends_began():
    houses()
    row = plan()
    with pytest.raises(Refused) as refusal:
        adopt(row, on=TODAY + dt.timedelta(days=1))
    assert refusal.value.field == "on"
    adopt(row, on=TODAY - dt.timedelta(days=9))
    assert set(Grid.objects.values_list("valid_from", flat=True)) == {TODAY - dt.timedelta(days=9)}
    fewer = plan(areas=2)
    for days in (9, 12):
        with pytest.raises(Refused) as refusal:
            adopt(fewer, on=TODAY - dt.timedelta(days=days))
        assert refusal.value.field == "on"
    assert adopt(fewer, on=TODAY - dt.timedelta(days=8)).state == "adopted"


def test_special_grids_stay_with_their_buildings_and_their_ground():
    made = houses()
    school = factories.grid(code=COMMUNITY + "900", special_kind="school")
    Building.objects.filter(pk=made[14].pk).update(place_code=school.code, grid=school)
    from shapely import box

    x, y = made[14].longitude, made[14].latitude
    Grid.objects.filter(pk=school.pk).update(**columns_of(box(x - 0.0001, y - 0.0001, x + 0.0001, y + 0.0001)))
    row = adopt(plan())
    assert made[14].pk.hex not in row.labels
    school.refresh_from_db()
    assert (school.valid_to, Building.objects.get(pk=made[14].pk).place_code) == (None, school.code)
    assert not {one.code for one in checks.run(COMMUNITY)} & {"grids_overlap", "overlap"}


def test_no_grid_crosses_a_line_that_the_plan_names():
    houses()
    river = [[112.99, 23.0005], [113.01, 23.0005]]  # between the third row and the fourth
    row = plan(lines=[river])
    south = {key.hex for key in Building.objects.filter(latitude__lt=23.0005).values_list("pk", flat=True)}
    sides = {}
    for key, label in row.labels.items():
        sides.setdefault(label, set()).add(key in south)
    assert all(len(side) == 1 for side in sides.values())


def test_a_building_off_the_map_goes_with_the_nearest_number_of_its_street():
    houses()
    lost = factories.building(place_code=COMMUNITY + "000", street="和平路", plate="30号", name="后")
    making.household(lost)
    found = grounds.ground(DESK, COMMUNITY, measure="households", lines=(), today=TODAY)
    place, beside = (
        found.place()[lost.pk.hex],
        next(n for n, atom in enumerate(found.atoms) if atom.name == "和平路30号"),
    )
    assert abs(found.town.points[place] - found.town.points[beside]).max() < 2  # metres
    assert found.unplaced == 1
    row = plan()
    assert row.worth["unplaced"] == 1
    adopt(row)
    assert Building.objects.get(pk=lost.pk).grid is not None


def test_a_community_without_any_place_is_divided_in_the_order_of_addresses_without_borders():
    houses()
    Building.objects.update(longitude=None, latitude=None)
    row = plan()
    assert row.worth["unplaced"] == 30
    assert row.worth["shape"] is None
    adopt(row)
    assert set(Grid.objects.values_list("boundary", flat=True)) == {None}


def test_workload_counts_what_is_let_units_and_great_age_beside_households():
    made = houses(4, 1, homes=2)
    Dwelling.objects.filter(building=made[0]).update(use="let")
    factories.unit(building=made[1])
    factories.spell(of=factories.person(birth_date=dt.date(1940, 1, 1)), at=made[2].dwellings.first())
    found = grounds.ground(DESK, COMMUNITY, measure="workload", lines=(), today=TODAY)
    weights = {atom.house: atom.people for atom in found.atoms}
    assert sum(weights.values()) == pytest.approx(8)  # as many as there are households
    assert weights[made[0].pk] > weights[made[1].pk] == weights[made[2].pk] > weights[made[3].pk]


def test_by_hand_a_building_goes_to_a_neighbours_grid_in_a_plan_beside_the_drawn_one():
    houses()
    row = plan()
    found = plans.ground_of(DESK, row, TODAY)
    labels, wanted = found.labels(row.labels), dividing.read_wanted(row.asked)
    atom, option = next(
        (number, option)
        for number in range(30)
        for option in dividing.options(found, labels, number, wanted)
        if option.whole
    )
    assert (option.people, option.people_left) == (44, 36)
    key = found.atoms[atom].key
    changed = plans.move(actor=DESK, proposal_id=row.pk, atom=key, to=option.number, today=TODAY)
    assert (changed.serial, changed.of_id, changed.worth["cut"]) == (2, row.pk, option.cut)
    back = plans.move_back(actor=DESK, proposal_id=changed.pk, today=TODAY)
    assert (back.labels, back.moves) == (row.labels, [])


def test_no_building_goes_to_a_grid_that_is_not_beside_it():
    houses()
    row = plan()
    found = plans.ground_of(DESK, row, TODAY)
    with pytest.raises(Refused):
        plans.move(actor=DESK, proposal_id=row.pk, atom=found.atoms[0].key, to=77, today=TODAY)


def test_a_plan_made_before_buildings_came_or_went_is_not_adopted():
    made = houses()
    row = plan()
    fresh = factories.building(place_code=COMMUNITY + "000", street="和平路", plate="99号", name="")
    with pytest.raises(Refused):
        adopt(row)
    fresh.delete()
    Building.objects.filter(pk=made[3].pk).update(in_use_to=TODAY)
    with pytest.raises(Refused):
        adopt(row)
    assert not Grid.objects.exists()


def test_what_cannot_be_divided_says_so():
    houses(2, 1)
    row = plan(areas=9)
    assert (row.state, row.labels) == ("failed", {})
    assert "9" in row.problem
    with pytest.raises(Refused):
        plans.ask(
            actor=DESK, community="770101001002", measure="people", wanted=plans.usual(TODAY, "people")
        )  # no building there


def test_the_queue_draws_plans(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    houses()
    wanted = plans.usual(TODAY, "people", size=40)
    made = jobs.propose_in_background(actor=DESK, communities=[COMMUNITY], measure="households", wanted=wanted)
    assert Proposal.objects.get(pk=made[0].pk).state == "ready"


def test_nobody_else_makes_changes_or_adopts_plans():
    houses()
    row = plan()
    elsewhere = Actor("yu", "余外县", "county_operator", "770102", "register_maintenance")
    others = [viewer(actor) for actor in (*CAST, elsewhere) if actor is not SUN] + [viewer(SUN, "")]
    wanted = plans.usual(TODAY, "people")
    for actor in others:
        for work in (
            lambda who: plans.ask(actor=who, community=COMMUNITY, measure="people", wanted=wanted),
            lambda who: plans.draw(actor=who, proposal_id=row.pk, today=TODAY),
            lambda who: plans.move(actor=who, proposal_id=row.pk, atom="", to=1, today=TODAY),
            lambda who: plans.adopt(actor=who, proposal_id=row.pk, on=TODAY, today=TODAY),
            lambda who: plans.undo_adoption(actor=who, proposal_id=row.pk),
            lambda who: plans.discard(actor=who, proposal_id=row.pk),
        ):
            with pytest.raises((NotAllowed, OutOfReach)):
                work(actor)
    assert Proposal.objects.get().state == "ready"
