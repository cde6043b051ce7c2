"""Dwellings, rentals and units from their sheets: written once, compared, undone; what is wrong is named."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domicile.apps.audit.models import Change
from domicile.apps.exchange import batches
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.tests.conftest import TODAY, dump, operator
from domicile.apps.places.models import Dwelling, Unit
from domicile.apps.tenure.models import Holder, Holding, Rental, Tenant
from domicile.apps.vault.sealing import open_value
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
ROAD = "青石街道河沿社区人民路12号3栋2单元"
PHONE = "13800000001"
DWELLINGS = (
    "地址,网格编码,房屋用途,建筑面积,间数,产权人（单位）,产权人证件号码,产权人电话,是否出租,承租人,承租人电话,合同开始,"
    "合同结束,安全责任书,最近走访,备注"
)
UNITS = "单位名称,统一社会信用代码,类型,地址,网格编码,负责人,电话,从业人数,住宿人数,备注"


@pytest.fixture(autouse=True)
def ground(db: None) -> None:
    factories.area_tree()
    factories.grid()


def number(serial: int = 1) -> str:
    import datetime as dt

    return factories.number_of(birth_date=dt.date(1980, 5, 6), serial=serial)


def sheet(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows]).encode()


def checked(content: bytes, name: str = "房屋信息表.csv", **options: Any) -> Batch:
    return batches.check(batches.upload(operator(), name, content, **options), today=TODAY)


def loaded(content: bytes, name: str = "房屋信息表.csv") -> Batch:
    return batches.commit(operator(), checked(content, name))


def let(room: str = "301", tenant: str = "李四", **more: str) -> str:
    phone, start = more.get("phone", PHONE), more.get("start", "2026.3.1")
    return (
        f"{ROAD}{room}室,{factories.GRID},住宅,88.5㎡,3,王五,{number()},13800000002,是,{tenant},{phone},{start},2027-03-01,"
        "已签,2026年10月1日,"
    )


def test_a_let_dwelling_is_stored_with_owner_rental_and_tenant() -> None:
    batch = loaded(sheet(DWELLINGS, let()))
    assert (batch.layout, batch.report["created"]) == ("dwellings", 1)
    dwelling, rental = Dwelling.objects.get(), Rental.objects.get()
    assert (dwelling.use, str(dwelling.floor_area), dwelling.rooms) == ("let", "88.50", 3)
    owner, tenant = Holding.objects.get().holder, Tenant.objects.get().holder
    assert rental.landlord_id == owner.pk
    assert (owner.name, open_value(owner, "number"), open_value(owner, "phone")) == ("王五", number(), "13800000002")
    assert (tenant.name, open_value(tenant, "phone")) == ("李四", PHONE)
    assert (rental.safety, str(rental.contract_start), str(rental.contract_end)) == (
        "signed",
        "2026-03-01",
        "2027-03-02",
    )


def test_a_remark_on_a_dwelling_is_not_kept_and_the_report_says_so() -> None:
    batch = checked(sheet(DWELLINGS, let() + "住着一位老人", let("302", "赵六")))
    assert batch.report["codes"]["remark_not_kept"] == 1
    assert batch.report["ready"]
    batches.commit(operator(), batch)
    assert "住着一位老人" not in str(dump())
    assert not any("住着一位老人" in change.values for change in Change.objects.all())


def test_the_same_sheet_again_changes_nothing_and_a_changed_cell_one_thing() -> None:
    loaded(sheet(DWELLINGS, let(), let("302", "赵六")))
    before = dump()
    again = batches.commit(operator(), checked(sheet(DWELLINGS, let(), let("302", "赵六")), source="again"))
    assert [again.report[name] for name in ("created", "changed", "unchanged")] == [0, 0, 2]
    assert dump() == before
    batch = checked(sheet(DWELLINGS, let(), let("302", "赵六", start="2026.4.1", phone="13800000009")))
    assert [batch.report[name] for name in ("created", "changed", "unchanged")] == [0, 1, 1]
    batches.commit(operator(), batch)
    assert sorted(str(row.contract_start) for row in Rental.objects.all()) == ["2026-03-01", "2026-04-01"]
    assert open_value(Holder.objects.get(name="赵六"), "phone") == "13800000009"


def test_undo_restores_what_was_before() -> None:
    factories.dwelling(room="301室", use="vacant", within=factories.building())
    before = dump()
    batch = loaded(sheet(DWELLINGS, let(), let("302")))
    assert Dwelling.objects.get(room="301室").use == "let"
    batches.undo(operator(), batch)
    assert dump() == before


def test_a_person_of_the_register_is_the_owner_and_a_resident_the_tenant() -> None:
    owner = factories.person(name="王五", number=number())
    home = factories.dwelling(room="301室", within=factories.building())
    tenant = factories.person(name="李四", number=number(2))
    factories.household(at=home, members=[(tenant, factories.HEAD)])
    factories.visible(of=owner, code=factories.GRID)
    loaded(sheet(DWELLINGS, let()))
    assert {row.person_id for row in Holder.objects.all()} == {owner.pk, tenant.pk}
    assert not Holder.objects.exclude(name="").exists()


def test_an_owner_whom_the_importer_may_not_see_stays_a_name() -> None:
    stranger = factories.person(name="王五", number=number())
    factories.visible(of=stranger, code="880101001001001")
    loaded(sheet(DWELLINGS, let()))
    assert Holder.objects.get(name="王五").person_id is None


def test_a_rental_ledger_is_told_by_its_name_and_takes_all_rows_as_let() -> None:
    batch = checked(sheet(DWELLINGS, let().replace(",是,", ",,")), "出租房屋台账.csv")
    assert (batch.layout, batch.report["ready"], batch.report["created"]) == ("rentals", True, 1)


def test_another_tenant_of_the_whole_dwelling_is_a_rental_besides() -> None:
    loaded(sheet(DWELLINGS, let()))
    loaded(sheet(DWELLINGS, let(tenant="赵六")))
    assert Rental.objects.count() == 2
    assert Holding.objects.count() == 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("住宅", "飞船", "use_unknown"),
        ("88.5㎡", "八十八", "figure_bad"),
        (",是,", ",也许,", "yes_no_unknown"),
        (",是,", ",否,", "let_contradicts"),
        ("王五", "", "landlord_missing"),
        ("2027-03-01", "2025-03-01", "ends_before_begin"),
        ("2026年10月1日", "2030年10月1日", "date_future"),
        (PHONE, "1380000", "phone_length"),
        ("301室,", "303室,", ""),
        (ROAD + "301室", "老地方？？", "address_unparsed"),
    ],
)
def test_what_is_wrong_with_a_dwelling_is_named(old: str, new: str, code: str) -> None:
    batch = checked(sheet(DWELLINGS, let().replace(old, new, 1)))
    assert code in batch.report["codes"] if code else batch.report["ready"]
    assert batch.report["ready"] is (not code)


def test_a_wrong_number_of_the_owner_stops_or_warns() -> None:
    wrong = number()[:-1] + ("0" if number()[-1] != "0" else "1")
    batch = checked(sheet(DWELLINGS, let().replace(number(), wrong)))
    assert (batch.report["ready"], batch.report["codes"].get("number_checksum")) == (True, 1)
    batch = checked(sheet(DWELLINGS, let().replace(number(), "7701011980****0018")))
    assert "number_masked" in batch.report["codes"]
    assert not batch.report["ready"]


def unit(name: str = "惠民超市", code: str = "", kind: str = "超市", **more: str) -> str:
    people = more.get("people", "4,1")
    return f"{name},{code},{kind},青石街道河沿社区人民路12号,{factories.GRID},钱掌柜,13800000003,{people},靠近路口"


def credit(serial: int = 1) -> str:
    import numpy as np

    from domicile.core.synth.tenure import credit_codes

    return credit_codes(np.arange(serial, serial + 1))[0]


def test_units_are_stored_compared_and_undone() -> None:
    before = dump()
    batch = loaded(sheet(UNITS, unit(code=credit()), unit("老张修车", kind="个体")), "单位信息表.csv")
    assert (batch.layout, batch.report["created"]) == ("units", 2)
    shop = Unit.objects.get(credit_code=credit())
    assert (shop.kind, shop.employees, shop.lodged, shop.place_code) == ("shop", 4, 1, factories.GRID)
    assert open_value(shop, "phone") == "13800000003"
    again = checked(sheet(UNITS, unit("惠民便利店", code=credit()), unit("老张修车", kind="个体", people="5,1")))
    assert [again.report[name] for name in ("created", "changed", "unchanged")] == [0, 2, 0]
    batches.undo(operator(), batch)
    assert dump() == before


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (unit(code="92770101M0000001XX"), "credit_code_checksum"),
        (unit(code="9277"), "credit_code_length"),
        (unit(kind="魔法店"), "unit_kind_unknown"),
        (unit(name=""), "unit_name_missing"),
        (unit(people="很多,1"), "figure_bad"),
    ],
)
def test_what_is_wrong_with_a_unit_is_named(row: str, code: str) -> None:
    batch = checked(sheet(UNITS, row), "单位信息表.csv")
    assert code in batch.report["codes"]
    assert not batch.report["ready"]


def test_queries_do_not_grow_with_the_rows() -> None:
    def queries(rooms: range) -> int:
        batch = checked(sheet(DWELLINGS, *(let(str(room), f"租户{room}") for room in rooms)), source=str(rooms))
        with CaptureQueriesContext(connection) as few:
            batches.commit(operator(), batch)
        return len(few)

    assert queries(range(301, 303)) >= queries(range(401, 431))
