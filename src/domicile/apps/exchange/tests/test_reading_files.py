"""Files of every kind come in as rows of text, or are refused with the place and the cure."""

import io
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from django.utils import translation

from domicile.apps.exchange import sources
from domicile.apps.exchange.messages import ImportRefused, catalogue

HEADER = "本户地址,姓名,与户主关系,性别,出生日期,户籍地址,身份证号(证件号码)"
ROW = "和平路1号,张三,户主,男,1980-01-01,本户,"


def refused(content: bytes, name: str = "a.csv") -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        sources.read(name, content)
    return caught.value


def workbook(fill: Callable[[xlsxwriter.Workbook, "xlsxwriter.workbook.Worksheet"], None]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        fill(book, book.add_worksheet("人口"))
    return held.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_text(encoding: str) -> None:
    found = sources.read("a.csv", f"{HEADER}\n{ROW}\n".encode(encoding))
    assert found.headers[:2] == ["本户地址", "姓名"]
    assert found.frame["姓名"].to_list() == ["张三"]
    assert ("read_gb18030" in found.findings["code"].to_list()) == (encoding == "gb18030")


@pytest.mark.parametrize("titles", [0, 1, 2, 3])
def test_title_rows_and_row_numbers(titles: int) -> None:
    top = "".join(f"标题{number},,,,,,\n" for number in range(titles))
    found = sources.read("a.csv", f"{top}{HEADER}\n{ROW}\n\n{ROW}\n".encode())
    assert found.frame["_row"].to_list() == [titles + 2, titles + 4]
    assert found.frame["_break"].to_list() == [True, True]


@pytest.mark.parametrize("delimiter", ["\t", ";", "，"])
def test_other_delimiters(delimiter: str) -> None:
    found = sources.read("a.txt", f"{HEADER}\n{ROW}\n".replace(",", delimiter).encode())
    assert found.frame["姓名"].to_list() == ["张三"]


def test_a_byte_of_no_encoding_is_named_by_row_and_column() -> None:
    lines = f"{HEADER}\n{ROW}\n{ROW}\n".encode("gb18030").split(b"\n")
    lines[2] = lines[2].replace("张三".encode("gb18030"), b"\xff\xfe\xff")
    issue = refused(b"\n".join(lines)).issues[0]
    assert (issue.code, issue.row) == ("encoding_unknown", 3)


def test_a_nul_byte_is_named_by_row_and_column() -> None:
    issue = refused(f"{HEADER}\n{ROW}\n".encode().replace("张三".encode(), b"\0")).issues[0]
    assert (issue.code, issue.row, issue.label) == ("nul_byte", 2, "姓名")


def test_a_quote_never_closed_is_named_by_row() -> None:
    issue = refused(f'{HEADER}\n{ROW}\n"和平路2号,李四\n'.encode()).issues[0]
    assert (issue.code, issue.row) == ("csv_broken", 3)


def test_more_cells_than_headers_are_an_error_of_the_row() -> None:
    found = sources.read("a.csv", f"{HEADER}\n{ROW},多,余\n".encode())
    assert found.findings.filter(found.findings["code"] == "too_many_cells")["row"].to_list() == [2]


def test_columns_that_may_not_be_held_are_gone_before_anything_is_kept() -> None:
    found = sources.drop_refused(sources.read("a.csv", f"{HEADER},民 族,政治面貌\n{ROW},甲,乙\n".encode()))
    assert found.dropped == ["民族", "政治面貌"]
    assert not {"民族", "政治面貌"} & set(found.frame.columns)
    assert "column_dropped" in found.findings["code"].to_list()


def test_merged_cells_are_filled_and_reported() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: "xlsxwriter.workbook.Worksheet") -> None:
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.merge_range(1, 0, 2, 0, "和平路1号")
        sheet.write_row(1, 1, ["张三", "户主", "男", "1980-01-01", "本户"])
        sheet.write_row(2, 1, ["李四", "妻", "女", "1981-01-01", "本户"])

    found = sources.read("a.xlsx", workbook(fill))
    assert found.frame["本户地址"].to_list() == ["和平路1号", "和平路1号"]
    assert found.findings.filter(found.findings["code"] == "merged_filled")["row"].to_list() == [3]


def test_a_number_kept_as_a_figure_keeps_its_loss_visible() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: "xlsxwriter.workbook.Worksheet") -> None:
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, ["和平路1号", "张三", "户主", "男", "1980-01-01", "本户", 770101198001010018.0])

    text = sources.read("a.xlsx", workbook(fill)).frame["身份证号(证件号码)"][0]
    assert "E+17" in text


def test_formulas_are_reported() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: "xlsxwriter.workbook.Worksheet") -> None:
        sheet.write_row(0, 0, HEADER.split(","))
        sheet.write_row(1, 0, ["和平路1号", "张三", "户主", "男"])
        sheet.write_formula(1, 1, '="张"&"三"', None, "张三")
        sheet.write_formula(1, 4, "=TODAY()", None, "")

    found = sources.read("a.xlsx", workbook(fill)).findings
    assert set(found.filter(found["row"] == 2)["code"]) == {"formula_value", "formula_empty"}


def test_a_workbook_that_unpacks_to_too_much_is_not_opened() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(64 * 1024**2))
    assert refused(held.getvalue(), "a.xlsx").issues[0].code == "zip_bomb"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.csv", "file_empty"),
        (b"PK\x03\x04 no zip", "a.xlsx", "workbook_broken"),
        (f"{HEADER}\n{ROW}\n".encode(), "a.xlsx", "workbook_not_one"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "a.csv", "no_table"),
        (b"PK\x03\x04", "a.DOCX", "no_table"),
        (f"{HEADER}\n{ROW}\n".encode("utf-16"), "a.csv", "encoding_utf16"),
        (b"PK\x03\x04" + bytes(33 * 1024**2), "a.xlsx", "workbook_too_large"),
    ],
    ids=["empty", "broken", "not a workbook", "picture", "text", "utf-16", "too large"],
)
def test_other_files_are_refused(content: bytes, name: str, code: str) -> None:
    assert refused(content, name).issues[0].code == code


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_message_has_a_cure_in_both_languages(language: str) -> None:
    with translation.override(language):
        issue = refused(b"").issues[0]
    assert issue.message
    assert issue.cure
    assert issue.message.isascii() == (language == "en")
    for code, entry in catalogue().items():
        assert set(entry) == {"severity", "zh", "cure_zh", "en", "cure_en"}, code
        assert entry["severity"] in {"error", "warning", "note"}
