"""From the bytes of a file to rows of texts that still know their sheet and line: CSV and other texts, xlsx, xls, ods."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import python_calamine

from domicile.apps.screens import opening

WORKBOOK_SIGNS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: How pictures and PDF begin: read as a table they would be told of in signs that nobody can read.
NO_TABLE_SIGNS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"%PDF-")
DELIMITERS = (",", "\t", ";", "|", "，")
#: Heads stand among these rows: a sheet may begin with a title and a note.
FIRST = 6


class NoTable(ValueError):
    """The file holds no table; the message is a code of `words.FINDINGS`."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts, each with the number of its line in the file or sheet (1 is the first)."""

    title: str
    rows: list[tuple[int, list[str]]]


def read(content: bytes) -> list[Table]:
    """The tables of a file that have rows. Raises NoTable."""
    if not content.strip():
        raise NoTable("file_empty")
    if content.startswith(NO_TABLE_SIGNS):
        raise NoTable("no_table")
    found = list(_workbook(content)) if content.startswith(WORKBOOK_SIGNS) else [_text(content)]
    found = [table for table in found if table.rows]
    if not found:
        raise NoTable("file_empty")
    return found


def _workbook(content: bytes) -> Iterator[Table]:
    try:
        opening.require_harmless(content)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except opening.TooLarge:
        raise NoTable("too_large") from None
    except python_calamine.PasswordError:
        raise NoTable("protected") from None
    except (opening.CannotOpen, python_calamine.CalamineError, OSError, ValueError):
        raise NoTable("broken") from None
    for one in book.sheets_metadata:
        if one.visible == python_calamine.SheetVisibleEnum.Visible:
            raw = book.get_sheet_by_name(one.name).to_python(skip_empty_area=False)
            yield Table(one.name, _filled([_cell(cell) for cell in row] for row in raw))


def _cell(cell: Any) -> str:
    """A cell as text; a whole number without its decimal point."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**15 else repr(cell)
    return "" if cell is None else str(cell).strip()


def _text(content: bytes) -> Table:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content:
        raise NoTable("encoding")
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise NoTable("encoding") from None
    head = [line for line in text.splitlines()[: FIRST * 2] if line.strip()]
    delimiter = max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in head))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if any(cells):
                rows.append((reader.line_num, cells))
    except csv.Error:
        raise NoTable("broken") from None
    return Table("", rows)


def _filled(rows: Iterator[list[str]]) -> list[tuple[int, list[str]]]:
    return [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
