"""A community is divided: plans beside each other, changed by hand, adopted with all that hangs on buildings, taken back."""

import datetime as dt

import pytest

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas import checks
from domicile.apps.areas.division import dividing
from domicile.apps.areas.models import Grid
from domicile.apps.census.frame import actions, jobs, plans, selectors
from domicile.apps.census.frame.models import Building, Division, Stairwell
from domicile.apps.census.frame.tests import making
from domicile.apps.census.tests.making import OFFICE, STRANGER, make_census, make_dwelling, make_household
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from tests.cast import COMMUNITY, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2030, 9, 1)
LATER = dt.date(2030, 10, 20)
ACTOR = viewer(OFFICE)


@pytest.fixture
def census():
    making.make_areas()
    row = make_census()
    load(row, making.csv_of(making.houses()))
    return row


def load(census, content):
    row = actions.read_file(actor=ACTOR, census=census, file_name="frame", content=content)
    return actions.load_file(actor=ACTOR, file_id=row.pk, today=TODAY)


def plan(census, today=TODAY, **wanted) -> Division:
    asked = plans.ask(actor=ACTOR, census=census, community=COMMUNITY, wanted=plans.usual(today, **wanted))
    return plans.draw(actor=ACTOR, division_id=asked.pk, today=today)


def adopt(row: Division, today=TODAY) -> Division:
    return plans.adopt(actor=ACTOR, division_id=row.pk, today=today)


def test_a_plan_has_areas_of_like_size_in_one_piece_and_says_so(census):
    row = plan(census)
    assert (row.state, row.serial, len(row.labels)) == ("ready", 1, 30)
    worth = row.worth
    assert (worth["sound"], worth["mean"], len(worth["areas"]), worth["people"]) == (True, 300, 3, 900)
    assert all(285 <= area["people"] <= 315 and area["state"] == "sound" for area in worth["areas"])
    assert worth["cut"] >= worth["least_cut"] >= 1
    assert 0.4 < worth["shape"] <= 1
    assert not Grid.objects.exists()


def test_adopted_areas_are_grids_without_gap_and_every_building_has_its_code(census):
    row = adopt(plan(census))
    grids = list(Grid.objects.order_by("code"))
    assert [grid.code[12:] for grid in grids] == ["001", "002", "003"]
    assert grids[0].name == "河沿社区第1普查小区"
    assert [one.code for one in checks.run(COMMUNITY)] == []
    for grid in grids:
        people = Building.objects.filter(place_code=grid.code).values_list("expected", flat=True)
        assert 285 <= sum(people) <= 315
    assert row.state == "adopted"
    assert len(row.grids) == 3


def test_what_was_listed_follows_its_building_when_a_changed_plan_is_adopted(census):
    adopt(plan(census))
    house = Building.objects.get(number="1")
    home = make_household(make_dwelling(house))
    before = home.place_code
    rows = making.houses()
    for row in rows[:6]:  # a quarter grew since
        row[4] = 90
    load(census, making.csv_of(rows))
    second = plan(census, LATER, given="today", stability=2.0)
    assert second.worth["sound"]
    assert second.worth["changed"] > 0
    adopt(second, LATER)
    for building in Building.objects.all():
        assert Grid.objects.filter(code=building.place_code, valid_to=None).exists()
    home.refresh_from_db()
    house.refresh_from_db()
    assert home.place_code == home.dwelling.place_code == house.place_code
    plans.undo_adoption(actor=ACTOR, division_id=second.pk)
    home.refresh_from_db()
    assert home.place_code == before
    assert Grid.objects.filter(valid_to=None).count() == 3


def test_few_changes_are_made_against_the_areas_of_today_and_codes_stay(census):
    adopt(plan(census))
    today = dict(Building.objects.values_list("number", "place_code"))
    rows = making.houses()
    rows[0][4] = 45
    load(census, making.csv_of(rows))
    again = plan(census, LATER, given="today", stability=2.0)
    assert again.worth["changed"] <= 2
    adopt(again, LATER)
    after = dict(Building.objects.values_list("number", "place_code"))
    assert sum(today[number] != after[number] for number in today) == again.worth["changed"]
    assert Grid.objects.filter(valid_to=None).count() == 3


def test_fewer_areas_end_those_that_go_and_undo_brings_them_back(census):
    adopt(plan(census))
    fewer = adopt(plan(census, LATER, areas=2), LATER)
    assert Grid.objects.filter(valid_to=None).count() == 2
    assert Grid.objects.get(valid_to=LATER).valid_from == TODAY
    plans.undo_adoption(actor=ACTOR, division_id=fewer.pk)
    assert Grid.objects.filter(valid_to=None).count() == 3
    assert set(Building.objects.values_list("place_code", flat=True)) == {f"{COMMUNITY}00{n}" for n in (1, 2, 3)}
    assert set(Division.objects.values_list("serial", "state")) == {(1, "adopted"), (2, "ready")}


def test_two_plans_on_one_day_leave_no_area_that_never_was(census):
    adopt(plan(census))
    adopt(plan(census, areas=2))
    assert Grid.objects.count() == 2
    assert not Building.objects.filter(place_code__endswith="000").exists()


def test_undo_of_an_adoption_leaves_the_community_undivided_and_the_plan_to_adopt_again(census):
    row = adopt(plan(census))
    assert plans.undo_adoption(actor=ACTOR, division_id=row.pk).state == "ready"
    assert not Grid.objects.exists()
    assert set(Building.objects.values_list("place_code", flat=True)) == {COMMUNITY + "000"}
    adopt(row)
    assert Grid.objects.count() == 3


def test_areas_cross_no_line(census):
    river = [["界线", "河", "112.9 23.0005, 113.1 23.0005"]]  # between the third row and the fourth
    load(census, making.csv_of(river, "lines"))
    row = plan(census)
    south = {key.hex for key in Building.objects.filter(latitude__lt=23.0005).values_list("pk", flat=True)}
    sides = {}
    for key, label in row.labels.items():
        sides.setdefault(label, set()).add(key in south)
    assert all(len(side) == 1 for side in sides.values())


def test_a_building_too_large_for_an_area_is_divided_by_its_stairwells(census):
    rows = [*making.houses(4, 1), ["99", "高楼1号", COMMUNITY, 200, 560, 113.0004, 23.0002]]
    stairs = [["99", f"{n}单元", 50, 140, "", ""] for n in range(1, 5)]
    Building.objects.all().delete()
    load(census, making.book_of({"buildings": rows, "stairwells": stairs}))
    row = plan(census)
    assert len(row.labels) == 8
    assert not row.worth["broken"]
    assert len(row.worth["areas"]) == 2
    adopt(row)
    codes = list(Stairwell.objects.values_list("place_code", flat=True))
    assert len(set(codes)) == 2
    assert Building.objects.get(number="99").place_code in codes
    held = selectors.areas(ACTOR, census, COMMUNITY)
    assert [buildings for _grid, buildings, _doors, _people in held] == [
        area["buildings"] for area in row.worth["areas"]
    ]
    assert sum(people for *_others, people in held) == 4 * 30 + 560


def test_one_that_has_no_stairwells_is_an_area_of_its_own_and_exempt(census):
    load(census, making.csv_of([["99", "高楼1号", COMMUNITY, 200, 560, 113.0004, 23.0012]]))
    states = {area["state"] for area in plan(census).worth["areas"]}
    assert states == {"sound", "exempt"}


def test_by_hand_a_building_goes_to_a_neighbours_area_in_a_plan_beside_the_drawn_one(census):
    row = plan(census)
    found = plans.ground_of(row, TODAY)
    labels, wanted = found.labels(row.labels), dividing.read_wanted(row.wanted)
    atom, option = next(
        (number, option)
        for number in range(30)
        for option in dividing.options(found, labels, number, wanted)
        if option.whole
    )
    assert option.people == 330
    assert option.people_left == 270
    key = found.atoms[atom].key
    changed = plans.move(actor=ACTOR, division_id=row.pk, atom=key, to=option.number, today=TODAY)
    assert (changed.serial, changed.of_id, changed.worth["out"]) == (2, row.pk, 2)
    assert changed.worth["cut"] == option.cut
    row.refresh_from_db()
    assert row.labels[key] != option.number
    back = plans.move_back(actor=ACTOR, division_id=changed.pk, today=TODAY)
    assert back.labels == row.labels
    assert back.moves == []


def test_no_building_goes_to_an_area_that_is_not_beside_it(census):
    row = plan(census)
    found = plans.ground_of(row, TODAY)
    labels = found.labels(row.labels)
    for number, atom in enumerate(found.atoms):
        near = {option.number for option in dividing.options(found, labels, number, dividing.read_wanted(row.wanted))}
        for far in {1, 2, 3} - near - {labels[number]}:
            with pytest.raises(Refused):
                plans.move(actor=ACTOR, division_id=row.pk, atom=atom.key, to=far, today=TODAY)
            return
    pytest.fail("every area is beside every building")


def test_a_plan_made_before_new_buildings_came_is_not_adopted(census):
    row = plan(census)
    load(census, making.csv_of(making.houses(1, 1, first=70)))
    with pytest.raises(Refused):
        adopt(row)
    assert not Grid.objects.exists()


def test_buildings_without_places_are_divided_by_their_neighbours(census):
    Building.objects.all().delete()
    rows = [[*row[:5], "", ""] for row in making.houses(10, 1, people=60)]
    ways = [[str(n), str(n + 1), 20] for n in range(1, 10)]
    load(census, making.book_of({"buildings": rows, "ways": ways}))
    row = plan(census)
    assert row.worth["sound"]
    assert row.worth["shape"] is None
    assert row.worth["unplaced"] == 10
    adopt(row)
    assert list(Grid.objects.values_list("boundary", flat=True)) == [None, None]


def test_too_many_areas_are_told_and_the_plan_says_what_to_do(census):
    row = plan(census, areas=31)
    assert (row.state, row.labels) == ("failed", {})
    assert "31" in row.problem


def test_a_census_of_the_same_place_leaves_the_areas_of_the_other_alone(census):
    adopt(plan(census))
    pilot = make_census(code="pilot", pilot=True)
    load(pilot, making.csv_of(making.houses(4, 3)))
    asked = plans.ask(actor=ACTOR, census=pilot, community=COMMUNITY, wanted=plans.usual(TODAY))
    row = plans.draw(actor=ACTOR, division_id=asked.pk, today=TODAY)
    adopt(row)
    assert Grid.objects.filter(valid_to=None).count() == 4
    assert not Building.objects.filter(place_code__endswith="000").exists()


def test_the_queue_draws_plans_and_loads_files(census, settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    made = jobs.divide_in_background(actor=ACTOR, census=census, communities=[COMMUNITY], wanted=plans.usual(TODAY))
    assert Division.objects.get(pk=made[0].pk).state == "ready"
    row = actions.read_file(
        actor=ACTOR, census=census, file_name="b", content=making.csv_of(making.houses(2, 1, first=80))
    )
    jobs.load_in_background(actor=ACTOR, file_id=row.pk)
    row.refresh_from_db()
    assert row.state == "loaded"
    jobs.undo_in_background(actor=ACTOR, file_id=row.pk)
    row.refresh_from_db()
    assert (row.state, Building.objects.count()) == ("undone", 30)


def test_nobody_else_makes_or_adopts_plans(census):
    row = plan(census)
    for actor in (viewer(STRANGER), viewer(OFFICE.__class__("yu", "余外县", "census_office", "770102", "supervision"))):
        with pytest.raises((NotAllowed, OutOfReach)):
            plans.adopt(actor=actor, division_id=row.pk, today=TODAY)
        with pytest.raises((NotAllowed, OutOfReach)):
            plans.ask(actor=actor, census=census, community=COMMUNITY, wanted=plans.usual(TODAY))
