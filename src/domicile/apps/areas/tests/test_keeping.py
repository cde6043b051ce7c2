"""Create, correct and end areas and grids: who may, what is refused with which cure, what is on record."""

import datetime as dt

import orjson
import pytest

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas import actions
from domicile.apps.areas.models import Area, Grid
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.places.models import Building
from tests import factories
from tests.cast import li_viewer, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])

TODAY = dt.date(2026, 11, 1)
SINCE = dt.date(2020, 1, 1)


@pytest.fixture(autouse=True)
def county():
    return factories.area_tree()


def create(code, viewer=None, **values):
    filled = {"name": "新桥社区", "valid_from": SINCE, "today": TODAY, **values}
    return actions.create_area(actor=viewer or sun_viewer(), code=code, **filled)


def create_grid(code, viewer=None, **values):
    filled = {"name": "第九网格", "valid_from": SINCE, "today": TODAY, **values}
    return actions.create_grid(actor=viewer or sun_viewer(), code=code, **filled)


def test_a_new_area_has_its_level_from_its_code_and_is_on_record():
    area = create("770101001003", urban_rural="111", reason="县政发〔2020〕1号")
    assert (area.level, area.urban_rural, area.valid_to) == (5, "111", None)
    change = Change.objects.get(action="areas.create_area")
    assert (change.subject_id, change.place_code, change.reason) == (area.pk, "770101001003", "县政发〔2020〕1号")
    assert change.actor_id == sun_viewer().user_id


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("77010100100", "12"),
        ("7701010010033", "12"),
        ("77010100100三", "12"),
        ("", "12"),
        ("770101000003", "7—9"),
        ("770101009001", "770101009000"),
        ("770101001001", "河沿社区"),
    ],
)
def test_a_code_that_cannot_be_is_refused_with_the_cure(code, says):
    with pytest.raises(Refused) as refusal:
        create(code)
    assert refusal.value.field == "code"
    assert says in str(refusal.value.message)
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"urban_rural": "110"}, "urban_rural"),
        ({"urban_rural": "999"}, "urban_rural"),
        ({"valid_from": TODAY + dt.timedelta(days=1)}, "valid_from"),
        ({"valid_from": factories.LONG_AGO - dt.timedelta(days=1)}, "code"),  # the township came later
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(values, field):
    with pytest.raises(Refused) as refusal:
        create("770101001003", **values)
    assert refusal.value.field == field


def test_only_who_keeps_areas_may_and_only_inside_their_own():
    with pytest.raises(NotAllowed):
        create("770101001003", qian_viewer())
    with pytest.raises(NotAllowed):
        create("770101001003", sun_viewer(purpose=""))
    with pytest.raises(OutOfReach):
        create("770102001000")
    for viewer in (zhao_viewer(), li_viewer()):
        with pytest.raises(NotAllowed):
            create("770101001003", viewer)
    with pytest.raises(OutOfReach):  # the county itself is larger than nothing of hers
        create("770100000000")


def test_a_correction_changes_what_differs_and_notes_it(county):
    area = county["770101001001"]
    actions.edit_area(
        actor=sun_viewer(),
        area_id=area.pk,
        name="河沿里社区",
        urban_rural="112",
        valid_from=area.valid_from,
        today=TODAY,
    )
    (entry,) = orjson.loads(Change.objects.get(action="areas.edit_area").values)
    assert entry[3] == {"name": ["河沿社区", "河沿里社区"], "urban_rural": ["", "112"]}


def test_an_area_does_not_begin_after_what_is_inside_it(county):
    with pytest.raises(Refused) as refusal:
        actions.edit_area(
            actor=sun_viewer(), area_id=county["770101001000"].pk, name="青石街道", urban_rural="", valid_from=SINCE,
            today=TODAY,
        )  # fmt: skip
    assert refusal.value.field == "valid_from"


def test_an_area_ends_when_nothing_is_left_inside_it(county):
    factories.grid()
    township, community = county["770101001000"], county["770101001001"]

    def end(area, on=TODAY):
        return actions.retire_area(actor=sun_viewer(), area_id=area.pk, on=on, today=TODAY)

    for area in (township, community):
        with pytest.raises(Refused):
            end(area)
    actions.retire_grid(actor=sun_viewer(), grid_id=Grid.objects.get().pk, on=TODAY, today=TODAY)
    for day in (factories.LONG_AGO, TODAY + dt.timedelta(days=1)):
        with pytest.raises(Refused) as refusal:
            end(community, day)
        assert refusal.value.field == "on"
    assert end(community).valid_to == TODAY
    with pytest.raises(Refused):
        end(community)


def test_a_code_is_free_again_after_its_end_and_not_before(county):
    area = county["770101001002"]
    actions.retire_area(actor=sun_viewer(), area_id=area.pk, on=SINCE, today=TODAY)
    with pytest.raises(Refused):
        create(area.code, valid_from=SINCE - dt.timedelta(days=1))
    assert create(area.code, valid_from=SINCE).pk != area.pk
    assert Area.objects.filter(code=area.code).count() == 2


@pytest.mark.parametrize("code", ["770101001001", "770101001001000", "77010100100100x", "770101001009001"])
def test_a_grid_code_that_cannot_be_is_refused(code):
    with pytest.raises(Refused) as refusal:
        create_grid(code)
    assert refusal.value.field == "code"


def test_a_grid_is_made_corrected_and_refused_a_second_time():
    grid = create_grid("770101001001009", special_kind="school", land_area=1200.0)
    assert (grid.tier, grid.special_kind) == ("small", "school")
    with pytest.raises(Refused):
        create_grid("770101001001009")
    for field, value in (("special_kind", "temple"), ("tier", "huge"), ("land_area", -1.0)):
        with pytest.raises(Refused) as refusal:
            create_grid("770101001001010", **{field: value})
        assert refusal.value.field == field
    actions.edit_grid(
        actor=sun_viewer(), grid_id=grid.pk, name="校园网格", valid_from=SINCE, today=TODAY, special_kind="school"
    )
    grid.refresh_from_db()
    assert (grid.name, grid.land_area) == ("校园网格", None)


def test_buildings_of_an_ended_grid_stay_in_the_community_in_no_grid():
    household = factories.family()
    grid = Grid.objects.get(code=factories.GRID)
    actions.retire_grid(actor=sun_viewer(), grid_id=grid.pk, on=TODAY, today=TODAY)
    building = Building.objects.get()
    household.dwelling.refresh_from_db()
    assert (building.place_code, building.grid) == (factories.COMMUNITY + "000", None)
    assert household.dwelling.place_code == factories.COMMUNITY + "000"
    lives = {row.code for member in household.members.all() for row in member.person.visibility.filter(why="lives")}
    assert lives == {factories.COMMUNITY + "000"}


def test_a_record_that_cannot_be_written_leaves_no_area(monkeypatch):
    def fails(**_values):
        raise RuntimeError("the log is full")

    monkeypatch.setattr(Change.objects, "create", fails)
    with pytest.raises(RuntimeError):
        create("770101001003")
    assert not Area.objects.filter(code="770101001003").exists()
