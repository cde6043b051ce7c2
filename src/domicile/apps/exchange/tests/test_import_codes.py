"""An import gives codes to the streets, plates, buildings and dwellings that it adds, and goes on where it stopped."""

from pathlib import Path

import pytest

from domicile.apps.exchange.tests.conftest import PEOPLE, loaded
from domicile.apps.exchange.tests.test_import_people import family, place, sheet
from domicile.apps.places.models import Building, Dwelling, Plate, Street

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "log"])


def test_a_sheet_leaves_nothing_without_a_code(ground: None, sheets: Path) -> None:
    loaded(sheets / f"{PEOPLE}.csv")
    assert Building.objects.exists()
    assert not Building.objects.filter(code="").exists()
    assert not Building.objects.exclude(street="").filter(lies_on=None).exists()
    assert not Building.objects.exclude(street="").exclude(plate="").filter(number_plate=None).exists()
    assert not Dwelling.objects.filter(number=None).exists()
    assert not Dwelling.objects.filter(unit="").exclude(unit_number=0).exists()
    for building in Building.objects.select_related("lies_on", "number_plate"):
        assert building.lies_on is None or building.lies_on.name == building.street
        assert building.number_plate is None or building.number_plate.text == building.plate


def test_a_later_sheet_goes_on_after_the_last_code(ground: None) -> None:
    home = place(ground)
    loaded(sheet(*family(f"{home}301室")))
    later = family(f"{home}302室", name="李四光")
    same_house, same_number = later[0].split(","), later[0].split(",")
    same_house[-3], same_house[2] = "", ""
    loaded(sheet(",".join(same_house)))
    same_number[0] = home.replace("2幢1单元", "3幢2单元") + "101室"
    same_number[-3], same_number[2], same_number[3] = "", "", "王五岳"
    loaded(sheet(",".join(same_number)))
    assert Street.objects.get().code.endswith("S00001")
    assert Plate.objects.get().code.endswith("P0000001")
    codes = list(Building.objects.order_by("key").values_list("code", flat=True))
    assert [code[6:] for code in codes] == ["B0000001", "B0000002"]
    rows = Dwelling.objects.order_by("building__key", "key").values_list("unit_number", "number")
    assert list(rows) == [(1, 1), (1, 2), (1, 1)]
