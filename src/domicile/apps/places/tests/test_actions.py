"""What can be done to buildings and dwellings: the address kept, codes kept, nobody lost, and all of it undone."""

import datetime as dt
from decimal import Decimal

import pytest

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Subject, submit
from domicile.apps.collect.undoing import undo
from domicile.apps.common.refusals import Refused
from domicile.apps.places import actions, handlers, numbering
from domicile.apps.places.models import Building, Dwelling, FormerAddress, Street, Unit
from domicile.apps.places.selectors import find_dwellings
from domicile.apps.places.writing import building_address
from tests import factories
from tests.cast import QIAN, SUN, ZHAO, li_viewer, make_user, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db
WHY = {"reason": "现场核实"}
DAY = dt.date(2020, 5, 1)


@pytest.fixture
def house() -> Building:
    """A building on a street, with two dwellings and codes."""
    factories.area_tree()
    for actor in (QIAN, SUN, ZHAO):
        make_user(actor)
    made = factories.building(street="人民路", plate="12", name="3")
    for room in ("101室", "501室"):
        factories.dwelling(within=made, room=room)
    numbering.give_out(Building.objects.all())
    made.refresh_from_db()
    return made


def take_back(viewer=None) -> None:
    undo(actor=viewer or qian_viewer(), change_id=Change.objects.latest("pk").pk, kinds=handlers.KINDS)


def addresses() -> list[str]:
    return sorted(Dwelling.objects.values_list("address", flat=True))


def test_a_building_is_added_with_its_codes_and_a_twin_refused(house):
    arguments = actions.AddBuilding(factories.GRID, "人民路", "14", "A座")
    made = Building.objects.get(pk=actions.add_building(actor=qian_viewer(), arguments=arguments, **WHY))
    assert (made.key, made.plate, made.name, made.grid.code) == ("人民路|14|A", "14", "A", factories.GRID)
    assert made.lies_on == house.lies_on
    assert made.number_plate.text == "14"
    assert made.code > house.code
    with pytest.raises(Refused):
        actions.add_building(actor=qian_viewer(), arguments=arguments, **WHY)
    take_back()
    assert Building.objects.get() == house


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("street", {"street": ""}),
        ("street", {"street": "？？"}),
        ("plate", {"street": "人民路", "plate": "ab"}),
        ("street", {"street": "人" * 65}),
        ("building", {"street": "人民路", "plate": "9", "building": "x|y"}),
    ],
)
def test_an_address_that_cannot_be_read_is_refused_at_its_field(house, field, values):
    with pytest.raises(Refused) as refused:
        actions.add_building(actor=qian_viewer(), arguments=actions.AddBuilding(factories.GRID, **values), **WHY)
    assert refused.value.field == field


def test_a_dwelling_is_added_beside_the_others(house):
    arguments = actions.AddDwelling(house.pk, unit="2", room="502", use="let")
    made = Dwelling.objects.get(pk=actions.add_dwelling(actor=qian_viewer(), arguments=arguments, **WHY))
    assert (made.key, made.use, made.number, made.place_code) == ("2|502", "let", 3, factories.GRID)
    assert made.address == "人民路12号3幢2单元502室"
    with pytest.raises(Refused):
        actions.add_dwelling(actor=qian_viewer(), arguments=arguments, **WHY)
    with pytest.raises(Refused):
        actions.add_dwelling(actor=qian_viewer(), arguments=actions.AddDwelling(house.pk), **WHY)


def test_the_first_dwelling_of_a_house_bears_the_names_of_its_areas(house):
    bare = factories.building(street="柳树巷", plate="7", name="")
    made = actions.add_dwelling(actor=qian_viewer(), arguments=actions.AddDwelling(bare.pk), **WHY)
    row = Dwelling.objects.get(pk=made)
    assert row.address == "安禾县青石街道河沿社区柳树巷7号"
    assert row.key == "|"


def test_a_corrected_building_takes_its_dwellings_along_and_keeps_its_code(house):
    unit = Unit.objects.create(
        name="小店", kind="01", dwelling=Dwelling.objects.first(), address="x", place_code=factories.GRID
    )
    before, code = addresses(), house.code
    arguments = actions.CorrectBuilding(house.pk, "和平街", "8", "3")
    actions.correct_building(actor=qian_viewer(), arguments=arguments, **WHY)
    house.refresh_from_db()
    unit.refresh_from_db()
    assert (house.key, house.code, house.lies_on.name, house.number_plate.text) == ("和平街|8|3", code, "和平街", "8")
    assert addresses() == ["和平街8号3幢2单元101室", "和平街8号3幢2单元501室"]
    assert unit.address in addresses()
    assert sorted(FormerAddress.objects.values_list("text", flat=True)) == before
    assert len(find_dwellings(qian_viewer(), "人民路12号3幢")) == 2
    assert find_dwellings(qian_viewer(), "人民路12号3幢2单元501室")[0].former
    take_back()
    house.refresh_from_db()
    assert (house.key, house.lies_on.name) == ("人民路|12|3", "人民路")
    assert addresses() == before
    assert not FormerAddress.objects.exists()


def test_a_slip_of_the_pen_leaves_no_former_address(house):
    arguments = actions.CorrectBuilding(house.pk, "人民路", "12", "5", keep_former=False)
    actions.correct_building(actor=qian_viewer(), arguments=arguments, **WHY)
    assert not FormerAddress.objects.exists()


def test_a_dwelling_is_corrected_within_its_building_and_keeps_its_number(house):
    home = Dwelling.objects.get(key="2|501")
    arguments = actions.CorrectDwelling(home.pk, "人民路", "12", "3", "1", "502")
    actions.correct_dwelling(actor=qian_viewer(), arguments=arguments, **WHY)
    number = home.number
    home.refresh_from_db()
    assert (home.key, home.number, home.unit_number) == ("1|502", number, 2)
    assert home.address == "人民路12号3幢1单元502室"
    former = FormerAddress.objects.get()
    assert former.key == "人民路|12|3|2|501"
    take_back()
    home.refresh_from_db()
    assert home.key == "2|501"


def test_an_entrance_keeps_its_number_when_its_only_dwelling_is_corrected(house):
    for unit in ("1", "3", "4"):
        factories.dwelling(within=house, unit=unit, room="101")
    numbering.give_out(Building.objects.all())
    home = Dwelling.objects.get(key="3|101")
    number = home.unit_number
    arguments = actions.CorrectDwelling(home.pk, "人民路", "12", "3", "3", "102")
    actions.correct_dwelling(actor=qian_viewer(), arguments=arguments, **WHY)
    home.refresh_from_db()
    assert (home.key, home.unit_number) == ("3|102", number)


def test_a_dwelling_that_stands_is_not_put_into_a_demolished_building(house):
    gone = factories.building(street="人民路", plate="12", name="4")
    actions.demolish_building(actor=qian_viewer(), arguments=actions.DemolishBuilding(gone.pk, DAY), **WHY)
    arguments = actions.CorrectDwelling(Dwelling.objects.get(key="2|501").pk, "人民路", "12", "4", "2", "501")
    with pytest.raises(Refused) as refused:
        actions.correct_dwelling(actor=qian_viewer(), arguments=arguments, **WHY)
    assert refused.value.field == "building"


def test_a_dwelling_may_turn_out_to_be_in_a_building_not_on_file(house):
    home = Dwelling.objects.get(key="2|501")
    arguments = actions.CorrectDwelling(home.pk, "人民路", "12", "4", "2", "501")
    actions.correct_dwelling(actor=qian_viewer(), arguments=arguments, **WHY)
    home.refresh_from_db()
    assert home.building.key == "人民路|12|4"
    assert home.building.code
    take_back()
    home.refresh_from_db()
    assert home.building == house
    assert Building.objects.count() == 1


def test_a_dwelling_changes_no_grid_by_a_correction(house):
    factories.building(place_code=factories.OTHER_GRID, street="人民路", plate="16", name="1")
    home = Dwelling.objects.get(key="2|501")
    arguments = actions.CorrectDwelling(home.pk, "人民路", "16", "1", "2", "501")
    with pytest.raises(Refused):
        actions.correct_dwelling(actor=qian_viewer(), arguments=arguments, **WHY)


def test_use_area_and_rooms_are_set_and_taken_back(house):
    home = Dwelling.objects.get(key="2|501")
    arguments = actions.SetParticulars(home.pk, "let", " 89.5 ", 3)
    actions.set_particulars(actor=qian_viewer(), arguments=arguments, **WHY)
    home.refresh_from_db()
    assert (home.use, home.floor_area, home.rooms) == ("let", Decimal("89.50"), 3)
    take_back()
    home.refresh_from_db()
    assert (home.use, home.floor_area, home.rooms) == ("owner_occupied", None, None)


@pytest.mark.parametrize(
    ("field", "values"),
    [("use", ("palace", "", None)), ("floor_area", ("let", "-3", None)), ("floor_area", ("let", "NaN", None)),
     ("floor_area", ("let", "large", None)), ("rooms", ("let", "", 0)), ("use", ("owner_occupied", "", None))],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(house, field, values):
    home = Dwelling.objects.get(key="2|501")
    with pytest.raises(Refused) as refused:
        actions.set_particulars(actor=qian_viewer(), arguments=actions.SetParticulars(home.pk, *values), **WHY)
    assert refused.value.field == field


def test_a_demolished_building_ends_its_dwellings_and_nobody_is_lost(house):
    home = Dwelling.objects.get(key="2|501")
    household = factories.family(size=2, at=home)
    actions.demolish_building(actor=qian_viewer(), arguments=actions.DemolishBuilding(house.pk, DAY), **WHY)
    assert set(Dwelling.objects.values_list("in_use_to", flat=True)) == {DAY}
    assert household.members.filter(left_on=None).count() == 2
    with pytest.raises(Refused):
        actions.demolish_building(actor=qian_viewer(), arguments=actions.DemolishBuilding(house.pk, DAY), **WHY)
    with pytest.raises(Refused):
        actions.restore_dwelling(actor=qian_viewer(), arguments=actions.RestoreDwelling(home.pk), **WHY)
    actions.restore_building(actor=qian_viewer(), arguments=actions.RestoreBuilding(house.pk), **WHY)
    assert set(Dwelling.objects.values_list("in_use_to", flat=True)) == {None}


def test_a_dwelling_is_ended_and_stands_again(house):
    home = Dwelling.objects.get(key="2|501")
    actions.demolish_dwelling(actor=qian_viewer(), arguments=actions.DemolishDwelling(home.pk, DAY), **WHY)
    home.refresh_from_db()
    assert home.in_use_to == DAY
    actions.restore_dwelling(actor=qian_viewer(), arguments=actions.RestoreDwelling(home.pk), **WHY)
    home.refresh_from_db()
    assert home.in_use_to is None


def test_a_dwelling_is_found_by_another_name(house):
    home = Dwelling.objects.get(key="2|501")
    actions.add_alias(actor=qian_viewer(), arguments=actions.AddAlias(home.pk, "老街9号"), **WHY)
    found = find_dwellings(qian_viewer(), "老街9号")
    assert [(line.id, line.former) for line in found] == [(home.pk, "老街9号")]
    assert find_dwellings(li_viewer(), "老街9号") == []
    with pytest.raises(Refused):
        actions.add_alias(actor=qian_viewer(), arguments=actions.AddAlias(home.pk, "老街9号"), **WHY)


def test_a_renamed_street_keeps_its_code_and_its_plates(house):
    street, plate = house.lies_on, house.number_plate
    arguments = actions.RenameStreet(street.pk, "人民东路")
    actions.rename_street(actor=sun_viewer(), arguments=arguments, **WHY)
    house.refresh_from_db()
    assert (house.key, house.street, house.lies_on, house.number_plate) == ("人民东路|12|3", "人民东路", street, plate)
    assert Street.objects.get(pk=street.pk).name == "人民东路"
    assert addresses() == ["人民东路12号3幢2单元101室", "人民东路12号3幢2单元501室"]
    assert len(find_dwellings(sun_viewer(), "人民路12号")) == 2
    take_back(sun_viewer())
    house.refresh_from_db()
    assert house.key == "人民路|12|3"


def test_compounds_beside_a_renamed_street_keep_their_names(house):
    for compound in ("锦绣花园", "银河花园"):
        arguments = actions.AddBuilding(factories.GRID, f"人民路{compound}", "", "3")
        actions.add_building(actor=sun_viewer(), arguments=arguments, **WHY)
    actions.rename_street(actor=sun_viewer(), arguments=actions.RenameStreet(house.lies_on_id, "东路"), **WHY)
    rows = {row.key: building_address(row) for row in Building.objects.all()}
    assert rows == {
        "东路|12|3": "东路12号3幢",
        "东路|锦绣花园|3": "东路锦绣花园3幢",
        "东路|银河花园|3": "东路银河花园3幢",
    }


def test_two_spellings_of_a_street_become_one(house):
    twin = factories.building(street="人名路", plate="14", name="1")
    numbering.give_out(Building.objects.all())
    twin.refresh_from_db()
    actions.rename_street(actor=sun_viewer(), arguments=actions.RenameStreet(twin.lies_on_id, "人民路", False), **WHY)
    twin.refresh_from_db()
    assert twin.lies_on == house.lies_on
    assert twin.number_plate.street == house.lies_on
    assert twin.key == "人民路|14|1"


def test_a_street_that_reaches_beyond_the_areas_is_not_renamed(house):
    with pytest.raises(OutOfReach):
        actions.rename_street(actor=li_viewer(), arguments=actions.RenameStreet(house.lies_on_id, "东路"), **WHY)


def test_renaming_a_street_takes_as_many_queries_for_many_as_for_few(house, django_assert_max_num_queries):
    for number in range(20):
        factories.dwelling(within=factories.building(street="人民路", plate=str(100 + number), name=""), room="101室")
    numbering.give_out(Building.objects.all())
    with django_assert_max_num_queries(16):
        actions.rename_street(actor=sun_viewer(), arguments=actions.RenameStreet(house.lies_on_id, "东路"), **WHY)


def test_a_grid_worker_proposes_what_an_officer_does(house):
    home = Dwelling.objects.get(key="2|501")
    arguments = actions.SetParticulars(home.pk, "vacant")
    outcome = submit(
        actor=zhao_viewer(), action=handlers.SET_PARTICULARS, reason="空房", arguments=arguments,
        subject=Subject("dwelling", home.pk, home.place_code),
    )  # fmt: skip
    home.refresh_from_db()
    assert outcome.waiting
    assert home.use == "owner_occupied"


@pytest.mark.parametrize("kind", handlers.KINDS)
def test_every_kind_of_change_reads_as_lines(house, kind):
    from domicile.apps.collect.registry import handler

    home = Dwelling.objects.get(key="2|501")
    made = {
        handlers.ADD_BUILDING: actions.AddBuilding(factories.GRID, "人民路", "1"),
        handlers.CORRECT_BUILDING: actions.CorrectBuilding(house.pk, "人民路", "1"),
        handlers.DEMOLISH_BUILDING: actions.DemolishBuilding(house.pk, DAY),
        handlers.RESTORE_BUILDING: actions.RestoreBuilding(house.pk),
        handlers.ADD_DWELLING: actions.AddDwelling(house.pk, "1", "101"),
        handlers.CORRECT_DWELLING: actions.CorrectDwelling(home.pk, "人民路", "1"),
        handlers.SET_PARTICULARS: actions.SetParticulars(home.pk, "let", "20", 2),
        handlers.DEMOLISH_DWELLING: actions.DemolishDwelling(home.pk, DAY),
        handlers.RESTORE_DWELLING: actions.RestoreDwelling(home.pk),
        handlers.ADD_ALIAS: actions.AddAlias(home.pk, "老街9号", DAY),
        handlers.RENAME_STREET: actions.RenameStreet(house.lies_on_id, "东路"),
    }[kind]
    assert handler(kind).describe(made)
    assert handler(kind).level() in {"grid", "community", "township"}


def test_nothing_of_another_county_is_touched(house):
    home = Dwelling.objects.get(key="2|501")
    for call in (
        lambda: actions.set_particulars(actor=li_viewer(), arguments=actions.SetParticulars(home.pk, "let"), **WHY),
        lambda: actions.add_dwelling(actor=li_viewer(), arguments=actions.AddDwelling(house.pk, "1", "9"), **WHY),
        lambda: actions.add_building(
            actor=li_viewer(), arguments=actions.AddBuilding(factories.GRID, "东路", "1"), **WHY
        ),
    ):
        with pytest.raises(OutOfReach):
            call()
