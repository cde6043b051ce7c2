"""The ledger of units."""

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.screens.tests.checks import LedgerChecks
from tests import factories
from tests.cast import QIAN, SUN, sign_in


class TestUnits(LedgerChecks):
    url_name = "units:ledger"
    headings = ("单位台账", "Ledger of units")
    question = "ledger_units"
    named = 0

    def make(self, count):
        factories.area_tree()
        return [factories.unit(phone="13800001234", lodged=1).name for _ in range(count)]


@pytest.fixture
def three(db):
    factories.area_tree()
    other = factories.dwelling(within=factories.building(place_code=factories.OTHER_GRID, street="和平路"))
    return (
        factories.unit(name="悦来旅馆", kind="inn", lodged=3),
        factories.unit(name="顺达公司", kind="enterprise", lodged=0, at=other),
        factories.unit(name="旧书店", in_use_to="2026-01-01"),
    )


@pytest.mark.django_db(databases=["default", "log"])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["悦来旅馆", "顺达公司"]),
        ({"kind": "small_place"}, ["悦来旅馆"]),
        ({"kind": "enterprise"}, ["顺达公司"]),
        ({"lodged": "yes"}, ["悦来旅馆"]),
        ({"lodged": "no"}, ["顺达公司"]),
        ({"state": "closed"}, ["旧书店"]),
        ({"state": "both"}, ["悦来旅馆", "旧书店", "顺达公司"]),
        ({"place": factories.OTHER_GRID}, ["顺达公司"]),
        ({"text": "悦来"}, ["悦来旅馆"]),
    ],
)
def test_each_filter(client: Client, three, asked, found) -> None:
    sign_in(client, QIAN)
    answer = client.post(reverse("units:ledger"), asked)
    assert sorted(row.cells[0].value for row in answer.context["rows"]) == sorted(found)


@pytest.mark.django_db(databases=["default", "log"])
def test_the_official_sheet_has_its_columns_and_the_numbers_of_whoever_may_see_them(client: Client) -> None:
    factories.area_tree()
    factories.unit(name="悦来旅馆", kind="inn", phone="13800001234", credit_code="91110000600037341L", lodged=3)
    sign_in(client, SUN)
    answer = client.post(reverse("units:ledger"), {"format": "csv", "layout": "official"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "单位名称,统一社会信用代码,类型,地址,网格编码,负责人,电话,从业人数,住宿人数,备注" in text
    assert "悦来旅馆,91110000600037341L,小旅馆" in text
    assert "13800001234" in text
