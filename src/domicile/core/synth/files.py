"""Tables of text as CSV and spreadsheet files, with title rows, encodings and merged cells."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

ROWS_AT_ONCE = 100_000
MOST_ROWS_IN_A_WORKBOOK = 200_000


def write_csv(
    frame: pl.DataFrame,
    path: Path,
    *,
    titles: Sequence[str] = (),
    encoding: str = "utf-8",
    line_end: str = "\n",
    headers: Sequence[str] | None = None,
) -> None:
    """Write a table, its rows in slices so that memory stays flat."""
    width = frame.width
    with path.open("wb") as target:
        lines = [[title] + [""] * (width - 1) for title in titles] + [list(headers or frame.columns)]
        top = line_end.join(",".join(_quoted(cell) for cell in line) for line in lines) + line_end
        target.write(top.encode(encoding))
        plain = "utf-8" if encoding == "utf-8-sig" else encoding
        for start in range(0, len(frame), ROWS_AT_ONCE):
            buffer = io.BytesIO()
            frame.slice(start, ROWS_AT_ONCE).write_csv(buffer, include_header=False, line_terminator=line_end)
            content = buffer.getbuffer()
            target.write(content if plain == "utf-8" else str(content, "utf-8").encode(plain))


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if any(mark in cell for mark in ',"\n') else cell


def write_workbook(
    frame: pl.DataFrame,
    path: Path,
    *,
    titles: Sequence[str] = (),
    headers: Sequence[str] | None = None,
    merged: Sequence[int] = (),
    block: pl.Series | None = None,
) -> None:
    """Write a table to one sheet: text cells, real dates for date columns, `merged` columns merged over equal `block`.

    Raises ValueError for more rows than a workbook should hold.
    """
    if len(frame) > MOST_ROWS_IN_A_WORKBOOK:
        raise ValueError(
            f"{path.name}: {len(frame):,} rows are too many for one workbook (at most {MOST_ROWS_IN_A_WORKBOOK:,}): "
            "write one file a township, or CSV."
        )
    with xlsxwriter.Workbook(
        path, {"strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        # The same table gives the same file: no moment of writing in it.
        book.set_properties({"created": datetime(2026, 1, 1, tzinfo=UTC)})
        sheet = book.add_worksheet("Sheet1")
        top = book.add_format({"bold": True})
        # An old sheet of 2003 knew no other way to keep a long number whole.
        text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
        for row, title in enumerate(titles):
            sheet.write_string(row, 0, title, top)
        begin = len(titles)
        for column, header in enumerate(headers or frame.columns):
            sheet.write_string(begin, column, header, top)
        for column, series in enumerate(frame):
            for row, value in enumerate(series, start=begin + 1):
                if isinstance(value, date):
                    sheet.write_datetime(row, column, value, day)
                elif value is not None:
                    sheet.write_string(row, column, value, text)
        if block is not None:
            _merge(sheet, frame, block, merged, begin + 1, text)


def _merge(
    sheet: xlsxwriter.worksheet.Worksheet,
    frame: pl.DataFrame,
    block: pl.Series,
    merged: Sequence[int],
    begin: int,
    text: xlsxwriter.format.Format,
) -> None:
    runs = block.rle()
    row = 0
    for length in runs.struct.field("len"):
        if length > 1:
            for column in merged:
                value = frame[row, column]
                sheet.merge_range(begin + row, column, begin + row + length - 1, column, value or "", text)
        row += length
