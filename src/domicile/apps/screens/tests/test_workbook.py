"""The spreadsheet that ledgers are written into: what programs read is what was given, whatever stands in it."""

import datetime as dt
import io
import tracemalloc
import zipfile
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.apps.printing import NotPrinted
from domicile.apps.screens import workbook


def book(rows: Any, header: tuple[str, ...] = ("甲", "乙")) -> io.BytesIO:
    made = io.BytesIO()
    workbook.write(made, title="台账", mark="钱社区 & 登记维护", header=header, rows=rows)
    return made


def cells(rows: Any, header: tuple[str, ...] = ("甲", "乙")) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(book(rows, header)).active
    return list(sheet.iter_rows(min_row=workbook.HEAD_ROW + 2, max_col=len(header), values_only=True))


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("张伟", "张伟"),
        ("<b>&amp;\"'", "<b>&amp;\"'"),
        (" 前后 ", " 前后 "),
        ("两\n行", "两\n行"),
        ("控\x00制\x1b符", "控制符"),
        ("=1+1", "=1+1"),
        ("", None),
        (None, None),
        (0, 0),
        (-1.5, -1.5),
        (True, "True"),
        (float("nan"), "nan"),
        (dt.date(2026, 5, 6), dt.datetime.fromisoformat("2026-05-06")),
        (dt.date(1900, 3, 1), dt.datetime.fromisoformat("1900-03-01")),
        (dt.date(1898, 1, 31), "1898-01-31"),
        ("长" * 40_000, "长" * workbook.MOST_CHARACTERS),
    ],
)
def test_a_value_is_read_as_it_was_given(value: Any, read: Any) -> None:
    assert cells([["x", value]]) == [("x", read)]


@given(st.lists(st.text(max_size=20), min_size=1, max_size=4))
def test_every_text_makes_a_sheet_that_is_read(texts: list[str]) -> None:
    with zipfile.ZipFile(book([texts], tuple("abcd"[: len(texts)]))) as parts:
        ElementTree.fromstring(parts.read(workbook.SHEET))


def test_a_sheet_without_rows_has_its_head_and_no_specimen() -> None:
    sheet = openpyxl.load_workbook(book([])).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["台账", None], ["钱社区 & 登记维护", None], ["甲", "乙"],
    ]  # fmt: skip
    assert sheet.freeze_panes == "A4"


def test_rows_go_on_where_the_last_part_ended() -> None:
    many = 2 * workbook.ROWS_AT_ONCE + 1
    assert cells([["x", number] for number in range(many)]) == [("x", number) for number in range(many)]


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 10)
    assert len(cells([["x", 1]] * 7)) == 7
    with pytest.raises(NotPrinted):
        book([["x", 1]] * 8)


def test_memory_does_not_follow_the_rows() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            rows = ([f"人{number}"] for number in range(count))
            workbook.write(Nowhere(), title="台账", mark="", header=["甲"], rows=rows)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(30_000) < 1.5 * peak(3_000)


class Nowhere(io.RawIOBase):
    """Somewhere that takes bytes and keeps none."""

    place = 0

    def writable(self) -> bool:
        return True

    def write(self, some: Any) -> int:
        self.place += len(some)
        return len(some)

    def tell(self) -> int:
        return self.place


def test_columns_are_as_wide_as_what_stands_in_them_and_paper_holds_all_of_them() -> None:
    address = "安禾县柳溪镇柳溪社区新桥路1号3幢2单元501室"
    rows = [[address, "男", "长" * 500] for _ in range(300)]
    sheet = openpyxl.load_workbook(book(rows, ("本户地址", "性别", "备注"))).active
    wide = [sheet.column_dimensions[name].width for name in "ABC"]
    assert 2 * len(address) - 10 < wide[0] <= workbook.WIDE + 1
    assert wide[1] < 8
    assert wide[2] <= workbook.WIDE + 1
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", workbook.A4)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$3"
    assert sheet.freeze_panes == "A4"
