"""Files of ledgers: no cell is a formula, Chinese is read, nothing is left behind."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
from django.conf import settings

from domicile.apps import printing
from domicile.apps.screens.downloads import File, Printed, csv_file, harmless, pdf_file, xlsx_file
from tests import pdf
from tests.cast import qian_viewer

FORMULAS = ["=1+1", "+SUM(A1)", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")']


def file(rows, name="ledger"):
    return File(
        name=name, title="台账 [1/2]", mark="钱社区 register_maintenance", header=["姓名", "数"], rows=iter(rows)
    )


def content(response):
    try:
        return b"".join(response.streaming_content)
    finally:
        response.close()


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_would_be_a_formula_is_made_harmless_in_csv(text):
    rows = list(csv.reader(io.StringIO(content(csv_file(file([[text, 1]]))).decode("utf-8-sig"))))
    assert rows[3] == [f"'{text}", "1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_would_be_a_formula_is_a_text_in_a_spreadsheet(text):
    book = openpyxl.load_workbook(io.BytesIO(content(xlsx_file(file([[text, 1]])))))
    cell = book.active["A4"]
    assert (cell.data_type, cell.value) == ("s", text)


@pytest.mark.parametrize("value", [-3, 0, "", None, "张伟", dt.date(2026, 1, 1)])
def test_other_values_stay_as_they_are(value):
    assert harmless(value) == value


def test_numbers_and_days_stay_numbers_and_days_and_the_sheet_says_who_took_it():
    book = openpyxl.load_workbook(io.BytesIO(content(xlsx_file(file([["张伟", 3], [dt.date(2026, 5, 6), -1]])))))
    sheet = book.active
    assert [sheet["A1"].value, sheet["A2"].value, sheet["A3"].value] == [
        "台账 [1/2]",
        "钱社区 register_maintenance",
        "姓名",
    ]
    assert sheet["B4"].value == 3
    assert sheet["A5"].value.date() == dt.date(2026, 5, 6)
    assert "钱社区" in sheet.oddFooter.left.text
    assert sheet.title == "台账 -1-2-"


def test_a_spreadsheet_leaves_nothing_in_the_data_folder():
    response = xlsx_file(file([["张伟", number] for number in range(3000)]))
    assert content(response)
    assert list((settings.HOME / "downloads").iterdir()) == []


def test_rows_are_read_while_they_are_sent():
    read = []

    def rows():
        for number in range(20_000):
            read.append(number)
            yield ["张伟" * 10, number]

    response = csv_file(File("ledger", "台账", "", ["姓名", "数"], rows()))
    parts = iter(response.streaming_content)
    next(parts), next(parts)
    assert 0 < len(read) < 5_000


def printed(rows, count=None):
    around = Printed(qian_viewer(), count or (lambda: 1), area="河沿社区", signatures=["填表人", "审核人"])
    return File("ledger", "住户台账", "", ["姓名", "出生日期", "数"], iter(rows), around)


def test_a_printed_ledger_has_its_heads_values_areas_and_signatures():
    answer = pdf_file(printed([["张伟", dt.date(2026, 5, 6), 3], ["", None, 0]]))
    text = pdf.text(answer.content)
    for part in ("住户台账", "河沿社区", "姓名", "张伟", "2026-05-06", "填表人", "审核人", "钱社区"):
        assert part in text
    assert pdf.size(answer.content) == (297, 210)
    assert answer["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("text", [*FORMULAS, '#eval("1")', '"] #panic('])
def test_what_was_typed_stands_in_print_as_it_is(text):
    assert "".join(text.split()) in pdf.text(pdf_file(printed([[text, "", 1]])).content)


def test_too_many_rows_to_print_are_refused_before_one_is_read():
    def rows():
        raise AssertionError("read")
        yield

    with pytest.raises(printing.NotPrinted):
        pdf_file(printed(rows(), count=lambda: printing.MOST_ROWS + 1))


@pytest.mark.parametrize("text", ["＝1+1", "＋1", "－1", "＠SUM(A1)", "\n=1"])
def test_what_a_chinese_spreadsheet_takes_for_a_formula_is_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"
