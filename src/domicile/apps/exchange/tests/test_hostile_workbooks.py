"""A workbook made to fill the memory is refused in words; the server goes on."""

import io
import zipfile

import pytest
import xlsxwriter

from domicile.apps.exchange import sources
from domicile.apps.exchange.messages import ImportRefused
from domicile.apps.exchange.sources.table import unique_headers
from domicile.apps.exchange.sources.workbooks import _FORMULA

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ODS = "urn:oasis:names:tc:opendocument:xmlns"


def packed(parts: dict[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return held.getvalue()


def xlsx(*cells: str) -> bytes:
    """A workbook of one sheet with a text in each of these cells, in the order of their rows."""
    rows = "".join(
        f'<row r="{cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{cell}" t="inlineStr"><is><t>x</t></is></c></row>'
        for cell in cells
    )
    return packed(
        {
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="rId1" Type="{OFFICE}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def ods(rows: int, columns: int) -> bytes:
    """One cell with a text, repeated."""
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f'<office:document-content xmlns:office="{ODS}:office:1.0" xmlns:table="{ODS}:table:1.0" '
            f'xmlns:text="{ODS}:text:1.0"><office:body><office:spreadsheet><table:table table:name="S">'
            f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell office:value-type="string" '
            f'table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell></table:table-row>'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        }
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", xlsx("A1", "XFD1048576")),
        ("a.xlsx", xlsx("XFD1048576")),
        ("a.ods", ods(1_048_576, 16_384)),
    ],
    ids=["two corners", "last corner", "repeated cell"],
)
def test_a_few_bytes_that_claim_a_full_sheet_are_refused(name: str, content: bytes) -> None:
    with pytest.raises(ImportRefused) as caught:
        sources.read(name, content)
    assert caught.value.issues[0].code in {"zip_bomb", "workbook_broken"}


def test_a_sheet_of_the_ordinary_kind_passes() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet("人口")
        sheet.write_row(0, 0, ["本户地址", "姓名"])
        sheet.write_row(1, 0, ["和平路1号", "张三"])
    assert sources.read("a.xlsx", held.getvalue()).frame["姓名"].to_list() == ["张三"]


def test_a_workbook_of_several_sheets_is_read_whole() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        for name in ("一组", "二组", "说明"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["说明"] if name == "说明" else ["本户地址", "姓名"])
            sheet.write_row(1, 0, ["x"] if name == "说明" else ["和平路1号", name])
    found = sources.read("a.xlsx", held.getvalue())
    assert found.frame["姓名"].to_list() == ["一组", "二组"]
    assert found.findings["code"].to_list() == ["sheet_skipped"]


def test_headers_with_names_of_the_programs_own_columns_are_taken() -> None:
    found = sources.read("a.csv", "本户地址,姓名,_blank,_row,_faulty\n和平路1号,张三,1,2,3\n".encode())
    assert found.headers == ["本户地址", "姓名", "_blank (2)", "_row (2)", "_faulty (2)"]


def test_tags_that_never_end_are_read_once() -> None:
    assert _FORMULA.findall(b"<f/>" + b"<c " * 200_000) == []
    assert _FORMULA.findall(b"<c " + b'r="A1" ' * 200_000) == []


def test_one_header_a_thousand_times_is_told_apart_at_once() -> None:
    names = unique_headers(["x", "", "x (2)", *["x"] * 50_000])
    assert names[:5] == ["x", "(B)", "x(2)", "x (2)", "x (3)"]
    assert len(set(names)) == len(names) == 50_003
