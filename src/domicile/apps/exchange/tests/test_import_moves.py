"""Sheets of moves: rows become declarations and arrivals by the actions of staff; what is unsure is chosen by a person."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from domicile.apps.areas.models import Area
from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.exchange import batches
from domicile.apps.exchange.messages import ImportRefused
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.movers import taking
from domicile.apps.exchange.movers.areas import Areas
from domicile.apps.exchange.tests.moving_sheets import (
    BACK,
    BORN,
    IN,
    OUT,
    address_of,
    checked,
    commit,
    counts,
    known,
    number,
    residences,
    row,
    rows_in,
)
from domicile.apps.moves import actions
from domicile.apps.moves.models import Move
from domicile.apps.moves.tests.making import DAY, LATER, WHY, declared, flat, han_viewer, home, members
from domicile.apps.people.models import Member, Person
from domicile.core.linkage.names import sound
from tests import factories
from tests.cast import Actor, qian_viewer, sun_viewer, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)


def test_a_sheet_of_who_left_becomes_declarations_once_and_is_undone() -> None:
    household = home(3)
    head, spouse, child = members(household)
    held, other = known(head, "陈大山"), known(spouse, "李晓燕", 9)
    rows = (
        row("陈大山", held, note="春节后走"),
        row("李晓燕", other, along=child.name),
        "合计,2,,,,,,,,,",
        "填表人：王五,,,,,,,,,,",
    )
    batch = checked(*rows)
    assert (batch.layout, counts(batch)) == ("outflow", (2, 0, 0))
    assert batch.report["codes"]["row_skipped"] == 2
    batch = commit(batch)
    move = Move.objects.get()
    assert (move.state, move.reason) == ("away", "01")
    assert set(move.people.values_list("person_id", flat=True)) == {head.pk, spouse.pk, child.pk}
    step = move.changes.order_by("number").first()
    assert step is not None
    assert "流出登记表，第2行" in step.evidence
    assert "春节后走" in step.reason
    again = checked(*rows)
    assert counts(again) == (0, 2, 0)
    assert commit(checked(row("陈大山", held), row("李晓燕", other, note="另一份"))).report["created"] == 0
    batches.undo(sun_viewer("import_check"), batch)
    assert not Move.objects.exists()
    assert [residences(one) for one in (head, spouse, child)] == [1, 1, 1]
    assert household.members.filter(left_on=None).count() == 3


def test_the_destination_of_this_register_is_told_and_the_head_is_followed() -> None:
    household = home(3)
    head, spouse, _child = members(household)
    held = known(head, "陈大山")
    batch = checked(row("陈大山", held, to=factories.OTHER_COMMUNITY, back=str(BACK)))
    assert batch.report["codes"]["mover_new_head"] == 1
    commit(batch)
    move = Move.objects.get()
    assert (move.state, move.new_head_id, move.expected_return) == ("told", spouse.pk, BACK)
    assert residences(head) == 1  # until the arrival


def test_what_is_wrong_in_a_cell_stops_the_file_and_names_it() -> None:
    home(1)
    batch = checked(
        row("陈大山", "3.41225E+17"), row("李四", "34122519910203", day="2026-13-45"), row("王五", day="", reason="随便"),
        row("赵六", number(), back="2001-01-01"),
    )  # fmt: skip
    assert not batch.report["ready"]
    page = batches.preview(batch)
    found = {
        (line.row, issue.column, issue.code) for line in page.rows for issue in line.issues if issue.severity == "error"
    }
    assert found == {
        (2, "document_number", "number_looks_rounded"), (3, "document_number", "number_length"), (3, "day", "date_impossible"),
        (4, "day", "mover_day_missing"), (4, "inflow_reason", "reason_unknown"), (5, "back", "mover_back_before"),
    }  # fmt: skip
    assert all(issue.cure for line in page.rows for issue in line.issues)
    assert number()[6:14] not in str(page)


def test_what_the_register_has_no_place_for_is_left_for_staff_and_said() -> None:
    household = home(2)
    head, spouse = members(household)
    held = known(head, "陈大山")
    known(spouse, "李晓燕", 9)
    Person.objects.filter(pk=spouse.pk).update(died_on=DAY)
    batch = checked(
        row("王二小", held), row("陌生人", number(3)), row("没有号码"), row("李晓燕", number(9)),
        row("陈大山", held, day=factories.LONG_AGO - dt.timedelta(days=1)),
    )  # fmt: skip
    assert counts(batch) == (0, 0, 5)
    for code in ("mover_other_name", "mover_not_here", "mover_number_missing", "mover_died", "mover_too_early"):
        assert batch.report["codes"][code] == 1, code
    commit(batch)
    assert not Move.objects.exists()
    assert rows_in(batches.error_workbook(batch)) == 6


def test_the_workbook_of_rows_left_has_no_others() -> None:
    held = known(members(home(1))[0], "陈大山")
    batch = checked(row("陌生人", number(3)), row("陈大山", held), row("没有号码"), "合计,3,,,,,,,,,")
    assert rows_in(batches.error_workbook(batch)) == 5  # nothing is loaded yet
    batch = commit(batch)
    assert counts(batch) == (1, 0, 2)
    book = openpyxl.load_workbook(io.BytesIO(batches.error_workbook(batch)))
    assert [cell.value for cell in book.active["A"]] == ["姓名", "陌生人", "没有号码"]


def test_an_address_in_full_leads_to_one_area() -> None:
    factories.area_tree()
    for code, level, name in (
        ("101000", 4, "城关镇"), ("101001", 5, "幸福村"), ("101002", 5, "东村"), ("101003", 5, "小东村"),
        ("102000", 4, "南山乡"), ("102001", 5, "幸福村"),
    ):  # fmt: skip
        Area.objects.create(code=factories.COUNTY + code, name=name, level=level, valid_from=factories.LONG_AGO)
    known_areas = Areas.load()
    assert known_areas.one("安禾县城关镇幸福村3号") == factories.COUNTY + "101001"
    assert known_areas.one("安禾县南山乡幸福村3号") == factories.COUNTY + "102001"
    assert known_areas.one("安禾县城关镇小东村5号") == known_areas.one("安禾县小东村5号") == factories.COUNTY + "101003"
    assert known_areas.one("安禾县东村5号") == factories.COUNTY + "101002"
    assert known_areas.destination("安禾县幸福村3号") is None


def test_an_old_number_of_15_digits_and_merged_heads_are_read() -> None:
    household = home(2)
    head, spouse = members(household)
    held, other = known(head, "陈大山"), known(spouse, "李晓燕", 9)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["2026年流出人口登记表"])
    sheet.append(["序号", "姓名", "证件号码", "流动情况", "", "", "联系电话"])
    sheet.append(["", "", "", "流入地", "流动原因", "流出时间", ""])
    sheet.append([1, "陈大山", held[:6] + held[8:17], "上海市", "务工", DAY.strftime("%Y.%m.%d"), ""])
    sheet.append([2, "李 晓燕", other.lower(), None, None, None, ""])
    sheet.append(["注：本表每季度报送一次"])
    for cells in ("A1:G1", "D2:F2", "B2:B3", "C2:C3", "G2:G3", "D4:D5", "E4:E5", "F4:F5"):
        sheet.merge_cells(cells)
    kept = io.BytesIO()
    book.save(kept)
    batch = batches.check(batches.upload(sun_viewer("import_check"), "流出.xlsx", kept.getvalue()))
    assert batch.layout == "outflow"
    assert counts(batch) == (2, 0, 0), batch.report
    assert batch.report["codes"]["number_upgraded"] == 1
    commit(batch)
    assert Move.objects.get().people.count() == 2


@pytest.mark.parametrize("returned", [False, True])
def test_a_colleague_undoes_a_sheet_and_its_proposals_are_withdrawn(returned: bool) -> None:
    _head, spouse = members(home(2))
    Person.objects.filter(pk=spouse.pk).update(name="吴小妹", sound=sound("吴小妹"), birth_date=BORN)
    declared(qian_viewer(), spouse)
    batch = commit(checked(row("吴小妹", number(31), address_of(flat()), LATER), head=IN))
    proposal = Proposal.objects.get()
    if returned:
        review.send_back(actor=han_viewer(), proposal_id=proposal.pk, note="请核实")
    colleague = viewer(Actor("feng", "冯县", "county_operator", factories.COUNTY, "import_check"))
    assert not colleague.may("review_change")
    batches.undo(colleague, batch)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == ("withdrawn", colleague.user_id)
    with pytest.raises(NotAllowed):
        review.withdraw_imported(actor=han_viewer(), proposal_id=proposal.pk, note="")


def test_an_undo_stops_where_somebody_went_on() -> None:
    household = home(2)
    head, spouse = members(household)
    held, other = known(head, "陈大山"), known(spouse, "李晓燕", 9)
    batch = commit(checked(row("陈大山", held), row("李晓燕", other, to="北京市")))
    gone = Move.objects.get(people__person=spouse)
    actions.return_home(actor=qian_viewer(), reason=WHY, arguments=actions.Return(gone.pk, LATER))
    (conflict,) = {one.subject_id: one for one in batches.conflicts(batch)}.values()
    assert "第3行" in conflict.label
    with pytest.raises(ImportRefused):
        batches.undo(sun_viewer("import_check"), batch)
    with pytest.raises(ImportRefused):
        batches.undo(sun_viewer("import_check"), batch, everything="overwrite")
    assert Move.objects.count() == 2
    batches.undo(sun_viewer("import_check"), batch, everything="keep")
    assert Move.objects.filter(pk=gone.pk).exists()
    assert residences(spouse) == 1


def test_who_leaves_by_the_same_sheet_does_not_succeed_the_head() -> None:
    household = home(3)
    head, spouse, child = members(household)
    held, other = known(head, "陈大山"), known(spouse, "李晓燕", 9)
    commit(checked(row("陈大山", held), row("李晓燕", other, to="北京市")))
    assert Member.objects.get(household=household, left_on=None, relation="02").person_id == child.pk


@pytest.mark.parametrize("to", ["北京市", factories.OTHER_COMMUNITY])
def test_a_whole_household_leaves_in_rows_of_its_own(to: str) -> None:
    household = home(2)
    head, spouse = members(household)
    held, other = known(head, "陈大山"), known(spouse, "李晓燕", 9)
    assert counts(commit(checked(row("陈大山", held), row("李晓燕", other, to=to)))) == (2, 0, 0)
    assert residences(head) == 0


def test_what_refuses_the_load_is_told_on_its_page_until_the_next_try(client: Any) -> None:
    from django.urls import reverse

    from tests.cast import sign_in

    (head,) = members(home(1))
    batch = checked(row("陈大山", known(head, "陈大山")))
    Person.objects.filter(pk=head.pk).update(birth_date=DAY + dt.timedelta(days=1))  # corrected after the check
    with pytest.raises(ImportRefused):
        commit(batch)
    sign_in(client, Actor("sun8", "孙县", "county_operator", factories.COUNTY, "import_check"))
    address = reverse("exchange:batch", args=[batch.pk])
    page = client.get(address).content.decode()
    assert "第 2 行" in page
    assert "早于出生日期" in page
    assert "请重试" not in page

    Person.objects.filter(pk=head.pk).update(birth_date=BORN)
    assert counts(commit(Batch.objects.get(pk=batch.pk))) == (1, 0, 0)
    assert "早于出生日期" not in client.get(address).content.decode()


def test_what_an_action_refuses_at_the_check_is_left_for_staff_and_the_rest_is_loaded() -> None:
    _head, spouse, child = members(home(3))
    held, other = known(child, "陈大山"), known(spouse, "李晓燕", 9)
    Person.objects.filter(pk=spouse.pk).update(birth_date=DAY + dt.timedelta(days=1))
    rows = (row("陈大山", held), row("李晓燕", other, to="北京市"))
    batch = checked(*rows)
    assert counts(batch) == (1, 0, 1)
    assert not Move.objects.exists()
    said = [issue for line in batches.preview(batch).rows for issue in line.issues if issue.code == "mover_unfit"]
    assert [(issue.row, issue.severity, "早于出生日期" in issue.message) for issue in said] == [(3, "warning", True)]
    batch = commit(batch)
    assert counts(batch) == (1, 0, 1)
    assert rows_in(batches.error_workbook(batch)) == 2
    Person.objects.filter(pk=spouse.pk).update(birth_date=BORN)
    assert counts(commit(checked(*rows))) == (1, 1, 0)
    batches.undo(sun_viewer("import_check"), batch)
    assert Move.objects.get().people.get().person_id == spouse.pk


@pytest.mark.parametrize("coming", [False, True])
def test_more_rows_ask_as_often(coming: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "MOST_TRIED", 0)  # a trial costs what loading does
    households = [home(1)] + [
        factories.family(size=1, at=factories.dwelling(room=f"{n}09室"), registered=False) for n in range(5)
    ]
    held = [known(members(one)[0], f"陈大{'山川江河海湖'[n]}", 7 + 2 * n) for n, one in enumerate(households)]
    to, head = (address_of(flat()), IN) if coming else ("北京市", OUT)

    def of(count: int) -> Batch:
        rows = [row(f"陈大{'山川江河海湖'[n]}", held[n], to) for n in range(count)]
        return checked(*rows, head=head)

    def asked(count: int) -> int:
        with CaptureQueriesContext(connections["default"]) as seen:
            batch = of(count)
        assert counts(batch) == (count, 0, 0)
        return len(seen)

    def asked_again(count: int) -> int:
        batch = of(count)
        with CaptureQueriesContext(connections["default"]) as seen:
            batch = commit(batch)
        assert counts(batch) == (0, count, 0)
        return len(seen)

    assert asked(1) == asked(6)
    commit(of(6))
    assert asked_again(1) == asked_again(6)  # rows that stand already
