"""The ledger of rentals: filters, the official sheet, who is noted as seen."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.screens.tests.checks import LedgerChecks
from domicile.apps.tenure.models import Holder, Holding, Rental, Tenant
from domicile.apps.vault.sealing import seal
from tests import factories
from tests.cast import QIAN, SUN, sign_in

PHONE = "13800001234"


def rental(*, landlord="马守仁", tenant="牛大力", at=None, **fields) -> Rental:
    """A rental between two names, the landlord a person of the register."""
    home = at or factories.dwelling(use="let")
    person = factories.person(name=landlord, number=None)
    let = Rental.objects.create(dwelling=home, landlord=Holder.objects.create(person=person), **fields)
    renting = Holder(name=tenant)
    renting.phone = seal(renting, "phone", PHONE)
    renting.save(force_insert=True)
    Tenant.objects.create(rental=let, holder=renting)
    return let


class TestRentals(LedgerChecks):
    url_name = "tenure:ledger"
    headings = ("出租房屋台账", "Ledger of rentals")
    question = "ledger_rentals"

    def make(self, count):
        factories.area_tree()
        return [rental().dwelling.address for _ in range(count)]


@pytest.mark.django_db(databases=["default", "log"])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "over soon late open"),
        ({"contract": "ended"}, "over"),
        ({"contract": "30"}, "soon"),
        ({"contract": "90"}, "soon late"),
        ({"contract": "none"}, "open"),
        ({"safety": "unsigned"}, "soon"),
        ({"state": "ended"}, "gone"),
        ({"state": "both"}, "over soon late open gone"),
        ({"not_visited_since": "2026-01-01"}, "over soon late"),
        ({"name": "羊"}, "open"),
        ({"name": "牛"}, "over soon late"),
        ({"name": "没有"}, ""),
    ],
)
def test_each_filter(client: Client, asked, found) -> None:
    factories.area_tree()
    today = timezone.localdate()

    def after(days):
        return today + dt.timedelta(days=days)

    rental(part="over", contract_end=today)
    rental(part="soon", contract_end=after(10), safety="unsigned")
    rental(part="late", contract_end=after(80), last_visit=dt.date(2025, 12, 31))
    rental(part="open", tenant="羊秀英", last_visit=dt.date(2026, 1, 1))
    rental(part="gone", tenant="羊秀英", contract_end=after(-50), ended_on=after(-50))
    sign_in(client, QIAN)
    answer = client.post(reverse("tenure:ledger"), {**asked, "columns": ["address", "part"]})
    assert answer.status_code == 200
    assert sorted(row.cells[1].value for row in answer.context["rows"]) == sorted(found.split())


@pytest.mark.django_db(databases=["default", "log"])
def test_the_official_sheet(client: Client) -> None:
    factories.area_tree()
    let = rental(
        contract_start=dt.date(2026, 1, 1), contract_end=dt.date(2027, 1, 1), safety="signed",
        last_visit=dt.date(2026, 5, 6),
    )  # fmt: skip
    owner = Holder(name="羊秀英")
    owner.phone = seal(owner, "phone", "13911112222")
    owner.save(force_insert=True)
    Holding.objects.create(dwelling=let.dwelling, holder=owner, role="owner")
    sign_in(client, SUN)
    answer = client.post(reverse("tenure:ledger"), {"format": "csv", "layout": "official"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    heads = "地址,网格编码,房屋用途,建筑面积,间数,产权人(单位),产权人证件号码,产权人电话,是否出租,承租人,承租人电话"
    assert f"{heads},合同开始,合同结束,安全责任书,最近走访" in text
    line = next(row for row in text.splitlines() if row.startswith(let.dwelling.address))
    assert line.endswith("出租,,,羊秀英,,13911112222,是,牛大力,13800001234,2026-01-01,2026-12-31,已签,2026-05-06")
