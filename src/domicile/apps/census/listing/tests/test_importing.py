"""A sheet of the listing: all rows or none, and the same sheet twice adds nothing."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from domicile.apps.census.listing import importing
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census
from domicile.apps.census.tests.making import ENUMERATOR, LISTED, STRANGER, make_building, make_census
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.vault import sealing
from tests.cast import GRID, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
SHEET = """楼栋编号,门牌,用途,户主姓名,人数,电话,外出情况,返回日期
B1,101,有人住,林一,3,13800000000,全家外出,2030-11-20
B1,101,,林二,2,,,
B1,102,空房,,,,,
"""


@pytest.fixture
def census() -> Census:
    made = make_census()
    make_building(made)
    return made


def bring(census: Census, text: str) -> importing.Brought:
    return importing.bring(
        actor=viewer(ENUMERATOR), census=census, place_code=GRID, content=text.encode(), today=LISTED
    )


def test_doors_and_households_are_listed(census: Census) -> None:
    assert bring(census, SHEET) == importing.Brought(dwellings=2, households=2, known=0)
    first, second = Household.objects.order_by("serial")
    assert (sealing.open_value(first, "head_name"), first.absence, first.back_on.isoformat()) == (
        "林一",
        "all",
        "2030-11-20",
    )
    assert (second.dwelling_id, second.serial) == (first.dwelling_id, 2)
    assert Dwelling.objects.get(number="102").use == "empty"


def test_the_same_sheet_twice_adds_nothing(census: Census) -> None:
    bring(census, SHEET)
    assert bring(census, SHEET) == importing.Brought(dwellings=0, households=0, known=3)


def test_rows_that_are_wrong_are_named_and_nothing_is_taken(census: Census) -> None:
    with pytest.raises(importing.Faulty) as told:
        bring(census, SHEET + "B9,1,,,,,,\nB1,,,,,,,\nB1,104,城堡,,,,,\nB1,105,,林五,许多,,,\n")
    assert [fault.line for fault in told.value.faults] == [5, 6, 7, 8]
    assert not Dwelling.objects.exists()


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "楼栋编号,门牌\n", "%PDF-1.7"])
def test_what_is_no_sheet_is_refused(census: Census, text: str) -> None:
    with pytest.raises(Refused):
        bring(census, text)


def test_whoever_works_elsewhere_brings_in_nothing(census: Census) -> None:
    with pytest.raises(NotAllowed):
        importing.bring(actor=viewer(STRANGER), census=census, place_code=GRID, content=SHEET.encode(), today=LISTED)


def test_a_sheet_is_brought_in_by_screen(client: Client, census: Census) -> None:
    sign_in(client, ENUMERATOR)
    address = reverse("census:import_listing", args=["c2030", GRID])
    wrong = client.post(address, {"file": SimpleUploadedFile("a.csv", SHEET.replace("空房", "城堡").encode())})
    assert wrong.status_code == 422
    assert "城堡" in wrong.text
    right = client.post(address, {"file": io.BytesIO(SHEET.encode("gb18030"))})
    assert right["Location"] == reverse("census:listed_area", args=["c2030", GRID])
    assert Household.objects.count() == 2
