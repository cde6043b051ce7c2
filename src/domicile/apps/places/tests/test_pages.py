"""The lists of places, the house table and plates: who sees them, what they show, how many queries they take."""

import datetime as dt

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domicile.apps.access.models import Look
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.places import actions, checks, numbering, printing
from domicile.apps.places.models import Building, Dwelling, OrderedPlate, PlateOrder
from domicile.apps.places.plates import plates_of
from domicile.apps.places.selectors import house_table
from domicile.apps.screens.tests.checks import LedgerChecks
from domicile.core.addresses import codes
from tests import factories
from tests.cast import LI, QIAN, WU, li_viewer, qian_viewer, sign_in, zhao_viewer

TODAY = dt.date(2026, 11, 20)


def houses(count: int) -> list[str]:
    """Buildings with a number each, and their numbers as they are written."""
    factories.area_tree()
    first = Building.objects.count() + 1
    for number in range(first, first + count):
        factories.dwelling(within=factories.building(plate=str(number), name=""))
    numbering.give_out(Building.objects.all())
    return [f"人民路{number}号" for number in range(first, first + count)]


class PlaceChecks(LedgerChecks):
    """About nobody: what is asked stands in the address. Whoever sees a list may download it."""

    __test__ = False
    download_by = QIAN

    def ask(self, client: Client, **asked: str) -> HttpResponse:
        return client.get(self.url, asked)


class TestBuildings(PlaceChecks):
    __test__ = True
    url_name, headings = "places:buildings", ("房屋地址", "Streets and buildings")
    make = staticmethod(houses)


class TestPlates(PlaceChecks):
    __test__ = True
    url_name, headings = "places:plates", ("门牌", "Number plates")
    make = staticmethod(houses)


class TestStreets(PlaceChecks):
    __test__ = True
    url_name, headings = "places:streets", ("街路巷和小区", "Streets, lanes and compounds")

    def make(self, count: int) -> list[str]:
        factories.area_tree()
        first = Building.objects.count() + 1
        names = [f"第{number}巷" for number in range(first, first + count)]
        for name in names:
            factories.building(street=name, plate="1", name="")
        numbering.give_out(Building.objects.all())
        return names


@pytest.mark.django_db(databases=["default", "log"])
@pytest.mark.parametrize(("plate", "found"), [("some", ["柳树巷"]), ("none", ["柳树巷"]), ("", ["人民路", "柳树巷"])])
def test_streets_are_found_by_whether_their_buildings_have_numbers(
    client: Client, plate: str, found: list[str]
) -> None:
    factories.area_tree()
    factories.building(street="人民路", plate="12")
    factories.building(street="柳树巷", plate="")
    numbering.give_out(Building.objects.all())
    factories.building(street="和平街", plate="3")  # with a number, but no code yet: it lies on no street
    sign_in(client, QIAN)
    rows = client.get(reverse("places:streets"), {"plate": plate}).context["rows"]
    assert sorted(row.cells[0].value for row in rows) == found


class TestOrders(PlaceChecks):
    __test__ = True
    url_name, headings = "places:orders", ("门牌订单", "Plate orders")

    def make(self, count: int) -> list[str]:
        factories.area_tree()
        notes = []
        for _turn in range(count):
            order = PlateOrder.objects.create(place_code=factories.COMMUNITY + "000", ordered_on=TODAY)
            order.note = f"批次{order.pk.hex[-6:]}"
            order.save()
            notes.append(order.note)
        return notes


@pytest.fixture
def house() -> Building:
    """A building of two entrances with one family."""
    factories.area_tree()
    made = factories.building(street="人民路", plate="12", name="3")
    for unit, room in (("1", "101"), ("1", "501"), ("2", "")):
        factories.dwelling(within=made, unit=unit, room=room or "东", use="let")
    factories.family(size=3, at=Dwelling.objects.get(key="1|501"))
    numbering.give_out(Building.objects.all())
    made.refresh_from_db()
    return made


@pytest.mark.django_db
def test_the_house_table_is_by_entrance_and_floor_and_counts_people(house):
    table = house_table(qian_viewer(), house.pk)
    assert [(entrance.name, [floor.number for floor in entrance.floors]) for entrance in table.entrances] == [
        ("1单元", [5, 1]), ("2单元", [None]),
    ]  # fmt: skip
    assert (table.dwellings, table.living, table.registered, table.still_tied) == (3, 3, 3, 0)
    room = table.entrances[0].floors[0].rooms[0]
    assert (room.label, room.tied.living) == ("501室", 3)
    assert codes.kind_of(codes.read(room.code)) == "room"
    actions.demolish_building(
        actor=qian_viewer(), reason="拆", arguments=actions.DemolishBuilding(house.pk, dt.date(2024, 1, 1))
    )
    assert house_table(qian_viewer(), house.pk).still_tied == 3


@pytest.mark.django_db
def test_the_house_table_takes_as_many_queries_for_many_as_for_few(house):
    with CaptureQueriesContext(connection) as few:
        house_table(qian_viewer(), house.pk)
    for room in range(30):
        factories.family(size=2, at=factories.dwelling(within=house, unit="3", room=f"{room}01"))
    with CaptureQueriesContext(connection) as many:
        house_table(qian_viewer(), house.pk)
    assert len(many) == len(few) <= 6


@pytest.mark.django_db
def test_without_the_right_to_see_dwellings_there_is_no_table(house):
    with pytest.raises(NotAllowed):
        house_table(li_viewer(), house.pk)
    with pytest.raises(NotAllowed):
        house_table(Viewer(None, "", "statistician", (factories.COMMUNITY,)), house.pk)


@pytest.mark.django_db(databases=["default", "log"])
def test_the_page_of_a_building_names_nobody(client, house):
    sign_in(client, QIAN)
    page = client.get(reverse("places:building", args=[house.pk])).content.decode()
    assert "501室" in page
    assert "王建国" not in page
    assert not Look.objects.exclude(question="refused").exists()


@pytest.mark.django_db(databases=["default", "log"])
@pytest.mark.parametrize(
    "name",
    ["building", "building_history", "correct_building", "demolish_building", "restore_building", "add_dwelling",
     "building_plates_pdf"],
)  # fmt: skip
def test_a_building_is_out_of_reach_elsewhere(client, house, name):
    url = reverse(f"places:{name}", args=[house.pk])
    sign_in(client, LI)
    assert client.get(url).status_code == 403
    sign_in(client, WU)
    assert client.get(url).status_code == 403


@pytest.mark.django_db(databases=["default", "log"])
@pytest.mark.parametrize(
    "name",
    ["dwelling_history", "particulars", "correct_dwelling", "demolish_dwelling", "restore_dwelling", "add_alias"],
)
def test_a_dwelling_is_out_of_reach_elsewhere(client, house, name):
    home = Dwelling.objects.get(key="1|501")
    url = reverse(f"places:{name}", args=[home.pk])
    sign_in(client, QIAN)
    assert client.get(url).status_code == 200
    sign_in(client, LI)
    assert client.get(url).status_code == 403


def order(house: Building, *kinds: str, **fields: object) -> PlateOrder:
    arguments = actions.Order(community=house.community_code, kinds=kinds or ("plate", "building"), **fields)
    return actions.order_plates(actor=qian_viewer(), arguments=arguments, today=TODAY)


@pytest.mark.django_db
def test_plates_are_ordered_once(house):
    factories.building(street="人民路", plate="", name="9")  # in use, without a number
    first = order(house, "street", "plate", "building", "unit", "room", note="铝板 13800000000")
    lines = {line.kind: line for line in first.lines.order_by("-text")}
    assert first.lines.count() == 1 + 1 + 2 + 2 + 3
    assert (lines["street"].text, lines["plate"].text, lines["unit"].text) == (
        "人民路",
        "人民路12号",
        "人民路12号3幢1单元",
    )
    assert "13800000000" not in first.note
    with pytest.raises(Refused):
        order(house, "plate")
    again = order(house, "plate", again=True, reason="damaged")
    assert [line.reason for line in again.lines.all()] == ["damaged"]


@pytest.mark.django_db
def test_a_plate_is_delivered_and_then_mounted(house):
    made = order(house)
    line = made.lines.first()
    actions.mark_plates(actor=qian_viewer(), order_id=made.pk, lines=[line.pk], mounted_on=TODAY, today=TODAY)
    line.refresh_from_db()
    assert (line.delivered_on, line.mounted_on) == (TODAY, TODAY)
    with pytest.raises(Refused):
        actions.cancel_order(actor=qian_viewer(), order_id=made.pk)
    with pytest.raises(Refused):
        actions.mark_plates(
            actor=qian_viewer(), order_id=made.pk, lines=[line.pk], delivered_on=dt.date(2020, 1, 1), today=TODAY
        )
    with pytest.raises(NotAllowed):
        actions.mark_plates(actor=zhao_viewer(), order_id=made.pk, lines=[line.pk], mounted_on=TODAY, today=TODAY)


@pytest.mark.django_db
def test_an_order_is_taken_back_before_delivery(house):
    made = order(house)
    actions.cancel_order(actor=qian_viewer(), order_id=made.pk)
    assert not PlateOrder.objects.exists()
    assert not OrderedPlate.objects.exists()


@pytest.mark.django_db
def test_the_qr_code_holds_the_code_and_the_address_and_nothing_else(house):
    lines = plates_of(Building.objects.filter(pk=house.pk), ["room"])
    line = next(line for line in lines if "501" in line.text)
    held = printing.qr_text(line.code, ["安禾县", "青石街道", "河沿社区"], line.text)
    assert held == f"{codes.written(line.code)}\n安禾县青石街道河沿社区人民路12号3幢1单元501室"
    assert printing.qr_svg(held).startswith("<svg")


@pytest.mark.django_db(databases=["default", "log"])
def test_plates_and_orders_are_printed(client, house):
    sign_in(client, QIAN)
    made = order(house, "plate", "building", "unit", "room")
    urls = [reverse(f"places:{name}", args=[made.pk]) for name in ("order_pdf", "order_plates_pdf")]
    for url in [*urls, reverse("places:building_plates_pdf", args=[house.pk])]:
        answer = client.get(url)
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF")


@pytest.mark.django_db
def test_the_check_names_streets_and_counts_what_is_missing():
    factories.area_tree()
    factories.building(street="人民路", plate="1", longitude=120.0, latitude=30.0)
    factories.building(street="人名路", plate="2", longitude=120.0, latitude=30.0)
    factories.building(street="和平街", plate="3")
    found = {finding.code: finding for finding in checks.run()}
    assert set(found) == {"street_spelled_twice", "buildings_without_coordinates", "buildings_without_code"}
    assert "人名路" in found["street_spelled_twice"].message_zh
    assert "1 of 3" in found["buildings_without_coordinates"].message_en
    assert list(checks.run("770102")) == []
