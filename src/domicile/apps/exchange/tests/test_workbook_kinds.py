"""Every layout as xls, ods and xlsx: title rows, merged cells, hidden sheets, dates of both epochs."""

import datetime as dt
import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.sources import Source, read
from tests import factories

Rows = Sequence[Sequence[Any]]
DAY = dt.date(2024, 2, 29)
NUMBER = factories.number_of(birth_date=dt.date(1980, 5, 6), serial=9)
CELLS = {"code": factories.GRID, "document_number": NUMBER, "owner_number": NUMBER, "phone": "13800000001"}


def sheet_of(layout: str) -> Rows:
    """Title, headers, and two rows of which the second has an empty first cell."""
    columns = LAYOUTS[layout].columns
    days = {c.name for c in columns if c.name in ("valid_from", "contract_from", "inflow_date")}
    first = [DAY if c.name in days else CELLS.get(c.name, f"{c.zh}值") for c in columns]
    second = ["", *first[1:]]
    return [[LAYOUTS[layout].zh], [c.zh for c in columns], first, second]


def xls(rows: Rows, *, hidden: Rows = (), merged: bool = False, since_1904: bool = False) -> bytes:
    book = xlwt.Workbook()
    book.dates_1904 = since_1904
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for name, lines in (("表一", rows), ("旧表", hidden)):
        if not lines:
            continue
        sheet = book.add_sheet(name)
        for at, line in enumerate(lines):
            for place, cell in enumerate(line):
                if merged and name == "表一" and place == 0 and at in (2, 3):
                    continue
                sheet.write(at, place, cell, day) if isinstance(cell, dt.date) else sheet.write(at, place, cell)
        if merged and name == "表一":
            sheet.write_merge(2, 3, 0, 0, lines[2][0])
        if name == "旧表":
            sheet.visibility = 1
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def ods(rows: Rows, *, hidden: Rows = (), merged: bool = False, since_1904: bool = False) -> bytes:
    book = OpenDocumentSpreadsheet()
    unseen = Style(name="unseen", family="table")
    unseen.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(unseen)
    for name, lines in (("表一", rows), ("旧表", hidden)):
        table = Table(name=name, **({"stylename": unseen} if name == "旧表" else {}))
        for at, line in enumerate(lines):
            row = TableRow()
            for place, cell in enumerate(line):
                spans = merged and name == "表一" and place == 0
                row.addElement(CoveredTableCell() if spans and at == 3 else ods_cell(cell, spans=spans and at == 2))
            table.addElement(row)
        if lines:
            book.spreadsheet.addElement(table)
    held = io.BytesIO()
    book.write(held)
    return held.getvalue()


def ods_cell(value: Any, *, spans: bool) -> TableCell:
    more = {"numberrowsspanned": 2} if spans else {}
    if isinstance(value, dt.date):
        cell = TableCell(valuetype="date", datevalue=value.isoformat(), **more)
    else:
        cell = TableCell(valuetype="string", **more)
    cell.addElement(P(text=str(value)))
    return cell


def xlsx(rows: Rows, *, hidden: Rows = (), merged: bool = False, since_1904: bool = False) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"date_1904": since_1904}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, lines in (("表一", rows), ("旧表", hidden)):
            if not lines:
                continue
            sheet = book.add_worksheet(name)
            for at, line in enumerate(lines):
                for place, cell in enumerate(line):
                    if isinstance(cell, dt.date):
                        sheet.write_datetime(at, place, dt.datetime.combine(cell, dt.time()), day)
                    else:
                        sheet.write_string(at, place, cell)
            if merged and name == "表一":
                sheet.merge_range(2, 0, 3, 0, lines[2][0])
            if name == "旧表":
                sheet.hide()
    return held.getvalue()


WRITERS: dict[str, Callable[..., bytes]] = {"xls": xls, "ods": ods, "xlsx": xlsx}


def codes(source: Source) -> list[str]:
    return source.findings["code"].to_list()


@pytest.mark.parametrize("form", WRITERS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_read_beneath_its_title(form: str, layout: str) -> None:
    rows = sheet_of(layout)
    source = read(f"表.{form}", WRITERS[form](rows))
    found = LAYOUTS[layout].match(source.headers)
    assert set(found) == {column.name for column in LAYOUTS[layout].columns}
    assert "title_rows" in codes(source)
    assert source.frame["_row"].to_list() == [3, 4]
    for column, value in zip(LAYOUTS[layout].columns, rows[2], strict=True):
        assert source.frame[found[column.name]][0] == str(value), column.name


@pytest.mark.parametrize("form", WRITERS)
def test_a_hidden_sheet_is_named_and_left_out(form: str) -> None:
    source = read(f"表.{form}", WRITERS[form](sheet_of("grids"), hidden=sheet_of("grids")))
    assert source.frame.height == 2
    assert source.findings.filter(source.findings["code"] == "sheet_hidden")["sheet"].to_list() == ["旧表"]


@pytest.mark.parametrize("form", ["xls", "xlsx"])
@pytest.mark.parametrize("layout", ["grids", "dwellings", "people"])
def test_dates_of_the_epoch_of_1904_are_the_same_days(form: str, layout: str) -> None:
    source = read(f"表.{form}", WRITERS[form](sheet_of(layout), since_1904=True))
    assert any(DAY.isoformat() in source.frame[name].to_list() for name in source.headers)


@pytest.mark.parametrize("form", ["xls", "xlsx"])
@pytest.mark.parametrize("layout", ["people", "dwellings", "rentals"])
def test_an_address_merged_over_rows_is_meant_for_each(form: str, layout: str) -> None:
    source = read(f"表.{form}", WRITERS[form](sheet_of(layout), merged=True))
    header = LAYOUTS[layout].match(source.headers)["address"]
    assert len(set(source.frame[header].to_list())) == 1
    assert "merged_filled" in codes(source)


def test_an_address_merged_in_ods_stands_on_its_first_row() -> None:
    source = read("表.ods", ods(sheet_of("people"), merged=True))
    header = LAYOUTS["people"].match(source.headers)["address"]
    assert source.frame[header].to_list() == ["本户地址值", None]
