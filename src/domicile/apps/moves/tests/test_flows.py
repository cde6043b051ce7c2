"""The inflow and outflow sheets as ledgers: who stands in them, what a move adds, and the official layout in a file."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Look, Seen
from domicile.apps.moves.tests.making import DAY, HAN, LATER, arrived, declared, flat, han_viewer, home, members
from domicile.apps.people.models import Person, Spell
from domicile.apps.screens.tests.checks import LedgerChecks
from domicile.core.codes.lists import code_list
from tests import factories
from tests.cast import QIAN, SUN, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
HEADS = [
    "姓名",
    "证件号码",
    "户籍地址",
    "流出地",
    "流入地",
    "流动原因",
    "时间",
    "联系电话",
    "同行人",
    "预计返回",
    "备注",
]


def comers(count: int, **fields: Any) -> list[str]:
    """People registered far away, each at a dwelling of their own; the addresses."""
    factories.area_tree()
    homes = [factories.dwelling() for _ in range(count)]
    for place in homes:
        person = factories.person(registered_code="440305001001", registered_text="广东省深圳市", **fields)
        factories.household(at=place, members=[(person, "02")])
    return [place.address for place in homes]


class TestInflow(LedgerChecks):
    url_name = "moves:inflow"
    headings = ("流入人口登记表", "Inflow")
    question = "ledger_inflow"

    def make(self, count: int) -> list[str]:
        return comers(count, phone="13800001111")


class TestOutflow(LedgerChecks):
    url_name = "moves:outflow"
    headings = ("流出人口登记表", "Outflow")
    question = "ledger_outflow"

    def make(self, count: int) -> list[str]:
        factories.area_tree()
        names = [f"陈{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[number]}" for number in range(count)]
        for name in names:
            factories.visible(of=factories.person(name=name), code=factories.GRID)
        return names


def sheet(client: Client, name: str, **asked: Any) -> list[dict[str, str]]:
    """The official layout as CSV, read back as the import reads it: two rows of title, the heads, the rows."""
    answer = client.post(reverse(f"moves:{name}"), {"format": "csv", "layout": "official", **asked})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    _title, _mark, heads, *rows = csv.reader(io.StringIO(text))
    assert [
        head.removeprefix("流入").removeprefix("流出") if head.endswith("时间") else head for head in heads
    ] == HEADS
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_inflow_sheet_reads_back_as_it_was_entered(client: Client) -> None:
    (address,) = comers(1, name="赵六", phone="13800001111")
    Spell.objects.update(reason="01", start=dt.date(2026, 3, 1))
    sign_in(client, SUN)
    (row,) = sheet(client, "inflow")
    assert (row["姓名"], row["流入地"], row["户籍地址"], row["流出地"]) == (
        "赵六",
        address,
        "广东省深圳市",
        "广东省深圳市",
    )
    assert row["流入时间"] == "2026-03-01"
    assert code_list("inflow_reason").name("01", "zh") == row["流动原因"]
    assert row["联系电话"] == "13800001111"
    assert len(row["证件号码"]) == 18
    assert sheet(client, "inflow", reason="05") == []
    assert sheet(client, "inflow", since="2026-03-02") == []
    assert len(sheet(client, "inflow", since="2026-03-01", reason="01")) == 1


def test_a_move_tells_where_to_why_with_whom_and_until_when(client: Client) -> None:
    household = home(2)
    head, spouse = members(household)
    back = DAY + dt.timedelta(days=400)
    declared(
        qian_viewer(), head, spouse, to_where="elsewhere", to_code="440305", to_text="宝安区", reason_code="01",
        expected_return=back,
    )  # fmt: skip
    sign_in(client, SUN)
    rows = {row["姓名"]: row for row in sheet(client, "outflow")}
    assert set(rows) == {head.name, spouse.name}
    row = rows[head.name]
    assert "宝安区" in row["流入地"]
    assert (row["流出时间"], row["预计返回"], row["同行人"]) == (DAY.isoformat(), back.isoformat(), spouse.name)
    look = Look.objects.filter(question="download_outflow").latest("pk")
    assert {seen.person_id for seen in Seen.objects.filter(look=look)} == {head.pk, spouse.pk}


def test_somebody_who_moved_inside_the_register_stands_in_both_sheets(client: Client) -> None:
    head = members(home(1))[0]
    Person.objects.filter(pk=head.pk).update(registered_text="河沿社区1号")
    arrived(han_viewer(), declared(qian_viewer(), head), flat())
    sign_in(client, HAN)
    (came,) = sheet(client, "inflow")
    assert (came["姓名"], came["流入时间"]) == (head.name, LATER.isoformat())
    assert "河沿社区" in came["流出地"]
    sign_in(client, QIAN)
    (left,) = sheet(client, "outflow")
    assert "北塔社区" in left["流入地"]
    assert left["流出时间"] == DAY.isoformat()


def test_the_sheet_is_printed(client: Client) -> None:
    comers(1)
    sign_in(client, SUN)
    answer = client.post(reverse("moves:inflow"), {"format": "pdf", "layout": "official"})
    assert (
        b"".join(answer).startswith(b"%PDF")
        if not answer.streaming
        else b"".join(answer.streaming_content)[:4] == b"%PDF"
    )
