"""A spreadsheet of one sheet, written row by row: memory stays flat, and a cell costs little more than its text.

xlsxwriter makes the book with its title, heads, formats and print settings; the rows are put into its sheet as the
standard has them (ECMA-376, part 1, 18.3.1.4 and 18.3.1.73), each text within its cell, so that nothing is kept of them.
"""

import datetime as dt
import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO, Any

from django.utils.translation import gettext as _

from domicile.apps.printing import NotPrinted
from domicile.apps.printing.tables import width

SHEET = "xl/worksheets/sheet1.xml"
#: What a sheet holds: rows, and characters of one cell (ECMA-376 leaves it open; every program stops here).
MOST_ROWS, MOST_CHARACTERS = 1_048_576, 32_767
#: Rows put into the book at a time, and how hard it is packed: harder makes it a little smaller and much slower.
ROWS_AT_ONCE, PACKED = 500, 3
A4 = 9
#: Columns are as wide as most texts of the first rows need, in half-widths, within these bounds; heads may take two lines.
MEASURED, NARROW, WIDE, WIDE_HEAD, AROUND = 200, 6, 48, 14, 2
TITLE_ROW, MARK_ROW, HEAD_ROW = 0, 1, 2
#: Days are counted from here; before March 1900 programs disagree by one, so earlier days stand as text.
FIRST_DAY, DAY_ZERO = dt.date(1900, 3, 1), dt.date(1899, 12, 30).toordinal()

# What cannot stand in a text as it is: signs of XML, characters that XML has not, and what programs read as an escape.
_ODD = re.compile("[&<>_\x00-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NO_XML = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_SIZE = re.compile(rb"<dimension [^>]*/>")
_STYLE = re.compile(r's="(\d+)"')


def write(target: IO[bytes], *, title: str, mark: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write the book: texts, numbers and days as such, nothing as no cell, all else as text; no cell is a formula.

    Raises NotPrinted where there are more rows than a sheet holds.
    """
    rows = iter(rows)
    first = list(islice(rows, MEASURED))
    with (
        zipfile.ZipFile(_frame(title, mark, header, _widths(header, first))) as frame,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=PACKED) as book,
    ):
        for part in frame.namelist():
            if part != SHEET:
                book.writestr(part, frame.read(part))
        before, specimen, after = _cut(frame.read(SHEET))
        with book.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(_SIZE.sub(b"", before))
            for some in _written(chain(first, rows), len(header), day_style=specimen):
                sheet.write(some)
            sheet.write(after)


def _widths(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[int]:
    found = []
    for place, head in enumerate(header):
        lengths = sorted(width(str(row[place])) for row in rows if row[place] is not None) or [0]
        needed = max(lengths[(len(lengths) - 1) * 95 // 100], min(width(head), WIDE_HEAD)) + AROUND
        found.append(min(max(needed, NARROW), WIDE))
    return found


def _frame(title: str, mark: str, header: Sequence[str], widths: Sequence[int]) -> io.BytesIO:
    """The book without rows but for a specimen: a day, as days are shown."""
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": title, "comments": mark})
        sheet = book.add_worksheet(title[:31].translate(dict.fromkeys(map(ord, "[]:*?/\\"), "-")))
        sheet.set_footer(f"&L{mark.replace('&', '&&')}&R&P")
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.repeat_rows(HEAD_ROW)
        sheet.freeze_panes(HEAD_ROW + 1, 0)
        sheet.fit_to_pages(1, 0)  # as many pages down as it takes
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        for place, wide in enumerate(widths):
            sheet.set_column(place, place, wide)
        sheet.write_string(TITLE_ROW, 0, title, book.add_format({"bold": True, "font_size": 16}))
        sheet.write_string(MARK_ROW, 0, mark, book.add_format({"font_color": "#515c6b"}))
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for place, label in enumerate(header):
            sheet.write_string(HEAD_ROW, place, label, bold)
        sheet.write_datetime(HEAD_ROW + 1, 0, FIRST_DAY, day)
    return made


def _cut(sheet: bytes) -> tuple[bytes, str, bytes]:
    """The sheet before its rows, the style that the specimen row has for days, and the sheet after them."""
    begin = sheet.index(f'<row r="{HEAD_ROW + 2}"'.encode())
    end = sheet.index(b"</sheetData>")
    style = _STYLE.search(sheet[begin:end].decode())
    if style is None:
        raise ValueError("the specimen of a day has no style")
    return sheet[:begin], style[1], sheet[end:]


def _written(rows: Iterable[Sequence[Any]], width: int, *, day_style: str) -> Iterator[bytes]:
    """The rows as the sheet has them, some at a time."""
    from xlsxwriter.utility import xl_col_to_name

    names, number, rest = [xl_col_to_name(place) for place in range(width)], HEAD_ROW + 2, iter(rows)
    while part := list(islice(rest, ROWS_AT_ONCE)):
        if number + len(part) - 1 > MOST_ROWS:
            raise NotPrinted(
                _("A spreadsheet holds at most {rows} rows.").format(rows=MOST_ROWS),
                _("Filter for fewer rows, or download CSV, which has no such limit."),
            )
        lines = [
            f'<row r="{place}">{"".join(_cells(names, place, row, day_style))}</row>'
            for place, row in enumerate(part, start=number)
        ]
        number += len(part)
        yield "".join(lines).encode()


def _cells(names: Sequence[str], number: int, row: Sequence[Any], day_style: str) -> Iterator[str]:
    """The cells of a row that hold something."""
    for name, value in zip(names, row, strict=True):
        if type(value) is str:
            if value:
                text = _escaped(value) if _ODD.search(value) or len(value) > MOST_CHARACTERS else value
                space = "" if text.strip() == text else ' xml:space="preserve"'
                yield f'<c r="{name}{number}" t="inlineStr"><is><t{space}>{text}</t></is></c>'
        elif value is not None:
            yield _cell(f"{name}{number}", value, day_style)


def _cell(place: str, value: Any, day_style: str) -> str:
    """A cell that is no text, or what has no other form than text."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime) and value >= FIRST_DAY:
        return f'<c r="{place}" s="{day_style}"><v>{value.toordinal() - DAY_ZERO}</v></c>'
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{_escaped(str(value))}</t></is></c>'


def _escaped(text: str) -> str:
    """A text as XML takes it; what XML has no sign for, and what a cell does not hold, is left out."""
    kept = _NO_XML.sub("", _ESCAPE.sub("_x005F_", text[:MOST_CHARACTERS]))
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
