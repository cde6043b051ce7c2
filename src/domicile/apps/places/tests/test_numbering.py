"""Codes are given out once, to what has none; an import gives them too."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domicile.apps.places import numbering
from domicile.apps.places.models import Building, Dwelling, Plate, Street
from domicile.core.addresses import codes
from tests import factories

pytestmark = pytest.mark.django_db


def test_buildings_of_a_street_share_its_record_and_those_of_a_number_its_plate():
    one = factories.building(street="人民路", plate="12", name="1")
    two = factories.building(street="人民路", plate="12", name="2")
    three = factories.building(street="人民路", plate="14", name="")
    elsewhere = factories.building(place_code=factories.FAR_GRID, street="人民路", plate="12", name="1")
    assert numbering.give_out(Building.objects.all()) == 4
    for row in (one, two, three, elsewhere):
        row.refresh_from_db()
    assert one.lies_on_id == two.lies_on_id == three.lies_on_id != elsewhere.lies_on_id
    assert one.number_plate_id == two.number_plate_id != three.number_plate_id
    assert len({one.code, two.code, three.code, elsewhere.code}) == 4
    assert {codes.kind_of(code) for code in Building.objects.values_list("code", flat=True)} == {"building"}
    assert Street.objects.count() == 2
    assert Plate.objects.count() == 3


def test_what_has_a_code_keeps_it():
    house = factories.building()
    homes = [factories.dwelling(within=house, unit=f"{unit}单元") for unit in (1, 1, 2)]
    numbering.give_out(Building.objects.all())
    before = list(Dwelling.objects.order_by("id").values_list("unit_number", "number"))
    assert [unit for unit, _ in before] == [1, 1, 2]
    assert sorted(number for _, number in before) == [1, 2, 3]
    code = Building.objects.get().code
    late = factories.dwelling(within=house, unit="2单元")
    factories.building(street="和平街")
    assert numbering.give_out(Building.objects.all()) == 1
    house.refresh_from_db()
    late.refresh_from_db()
    assert house.code == code
    assert (late.unit_number, late.number) == (2, 4)
    assert (
        list(
            Dwelling.objects.filter(pk__in=[home.pk for home in homes])
            .order_by("id")
            .values_list("unit_number", "number")
        )
        == before
    )


def test_a_building_without_street_or_number_has_a_code_of_its_own():
    factories.building(street="", plate="", name="3栋")
    numbering.give_out(Building.objects.all())
    house = Building.objects.get()
    assert codes.kind_of(house.code) == "building"
    assert (house.lies_on, house.number_plate) == (None, None)


def test_giving_out_takes_as_many_queries_for_many_as_for_few():
    def queries(street, count):
        for plate in range(count):
            factories.dwelling(within=factories.building(street=street, plate=str(plate)))
        with CaptureQueriesContext(connection) as captured:
            numbering.give_out(Building.objects.filter(street=street))
        return len(captured)

    assert queries("甲路", 2) == queries("乙路", 30)
