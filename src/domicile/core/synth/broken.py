"""Bad files on purpose: each has one fault that an import must refuse or report, naming the place and the cure."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import xlsxwriter

from domicile.core.synth.county import make_county
from domicile.core.synth.files import write_csv, write_workbook
from domicile.core.synth.sheets import PEOPLE_HEADERS, coded_people, people_sheet

ADDRESS, BIRTH, RELATION, NUMBER = (
    PEOPLE_HEADERS[name] for name in ("address", "birth_date", "relation", "document_number")
)
MEGABYTE = 1 << 20
CHUNK = b"<row><c><v>0</v></c></row>" * 40_000


def write_broken_samples(
    folder: Path, *, seed: int, today: date, big_megabytes: int = 0, bomb_megabytes: int = 64
) -> dict[str, Path]:
    """Write one small file for each fault and return them by the fault's name.

    The files stand on the areas of `make_county(50, seed, today)`. `big_megabytes` > 0 also writes a workbook of at
    least that many megabytes on disk (it takes a while); `bomb_megabytes` is what the zip bomb unpacks to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    county = make_county(50, seed, today)
    rows = coded_people(county)
    whole = rows.filter(pl.col("block").is_in(rows["block"].unique(maintain_order=True).head(5).to_list()))
    sheet = people_sheet(whole)
    faults: dict[str, Callable[[pl.DataFrame, Path], None]] = {
        "wrong_header.csv": _wrong_header,
        "undecodable.csv": _undecodable,
        "number_lost_digits.xlsx": _number_lost_digits,
        "zip_bomb.xlsx": lambda frame, path: _zip_bomb(frame, path, bomb_megabytes),
        "formulas.xlsx": _formulas,
        "nul_byte.csv": _nul_byte,
        "birthday_2999.csv": _birthday_2999,
        "head_missing.csv": _head_missing,
        "two_heads.csv": _two_heads,
        "unparseable_address.csv": _unparseable_address,
        "not_a_workbook.xlsx": _not_a_workbook,
        "empty.csv": lambda frame, path: write_csv(frame.head(0), path),
    }
    if big_megabytes:
        faults["big_workbook.xlsx"] = lambda frame, path: _big_workbook(frame, path, big_megabytes)
    found = {}
    for name, write in faults.items():
        write(sheet, folder / name)
        found[name.partition(".")[0]] = folder / name
    return found


def _wrong_header(frame: pl.DataFrame, path: Path) -> None:
    headers = {ADDRESS: "栏一", "姓名": "栏二", RELATION: "栏三", NUMBER: "栏四"}
    write_csv(frame.rename(headers), path)


def _undecodable(frame: pl.DataFrame, path: Path) -> None:
    """GB18030 with a byte in the fourth line that is neither that nor UTF-8."""
    write_csv(frame, path, encoding="gb18030")
    lines = path.read_bytes().split(b"\n")
    lines[3] = b"\xff\xfe\xff" + lines[3]
    path.write_bytes(b"\n".join(lines))


def _number_lost_digits(frame: pl.DataFrame, path: Path) -> None:
    """Identity numbers kept as figures: a spreadsheet holds fifteen digits, the last three are gone."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        plain = book.add_format({"num_format": "0"})
        sheet.write_row(0, 0, frame.columns)
        for row, values in enumerate(frame.iter_rows(), start=1):
            for column, value in enumerate(values):
                if value is None:
                    continue
                if frame.columns[column] == NUMBER and str(value)[:17].isdigit():
                    sheet.write_number(row, column, float(str(value)[:15] + "000"), plain)
                else:
                    sheet.write_string(row, column, str(value))


def _zip_bomb(frame: pl.DataFrame, path: Path, megabytes: int) -> None:
    """A workbook whose sheet unpacks to far more than the file."""
    write_workbook(frame, path)
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, content)
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(parts["xl/worksheets/sheet1.xml"].partition(b"</sheetData>")[0])
            for _ in range(megabytes * MEGABYTE // len(CHUNK) + 1):
                sheet.write(CHUNK)
            sheet.write(b"</sheetData></worksheet>")


def _formulas(frame: pl.DataFrame, path: Path) -> None:
    """Cells that are formulas, one of them a call to another program."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, frame.columns)
        for row, values in enumerate(frame.iter_rows(), start=1):
            for column, value in enumerate(values):
                if value is not None:
                    sheet.write_string(row, column, str(value))
        column = frame.columns.index("姓名")
        sheet.write_formula(1, column, '=CONCATENATE("张","三")', value="张三")
        sheet.write_formula(2, column, '=HYPERLINK("http://example.invalid","李四")', value="李四")
        sheet.write_string(3, column, "=1+1")


def _nul_byte(frame: pl.DataFrame, path: Path) -> None:
    write_csv(frame, path)
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2].replace(b",", b",\x00", 1)
    path.write_bytes(b"\n".join(lines))


def _changed(frame: pl.DataFrame, row: int, column: str, value: str) -> pl.DataFrame:
    return frame.with_columns(frame[column].scatter(row, value).alias(column))


def _birthday_2999(frame: pl.DataFrame, path: Path) -> None:
    """A birth date in 2999, and no number that would tell another."""
    write_csv(_changed(frame.with_columns(pl.lit(None, pl.String).alias(NUMBER)), 0, BIRTH, "2999-01-01"), path)


def _family(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of the first household of more than one, or of one person made two."""
    sizes = frame.group_by(ADDRESS, maintain_order=True).len()
    large = sizes.filter(pl.col("len") > 1)
    found = frame.filter(pl.col(ADDRESS) == (large if len(large) else sizes)[ADDRESS][0])
    return found if len(found) > 1 else pl.concat([found, found])


def _head_missing(frame: pl.DataFrame, path: Path) -> None:
    family = _family(frame)
    write_csv(_changed(family, 0, RELATION, "非亲属"), path)


def _two_heads(frame: pl.DataFrame, path: Path) -> None:
    family = _family(frame)
    write_csv(_changed(family, 1, RELATION, "户主"), path)


def _unparseable_address(frame: pl.DataFrame, path: Path) -> None:
    first = frame[ADDRESS][0]
    address = pl.when(pl.col(ADDRESS) == first).then(pl.lit("老地方？？")).otherwise(pl.col(ADDRESS)).alias(ADDRESS)
    write_csv(frame.with_columns(address), path)


def _not_a_workbook(frame: pl.DataFrame, path: Path) -> None:
    write_csv(frame, path)


def _big_workbook(frame: pl.DataFrame, path: Path, megabytes: int) -> None:
    """A sound workbook of so many megabytes on disk: stored, not compressed, and padded with distinct remarks."""
    copies = -(-megabytes * MEGABYTE // (len(frame) * 1_200)) + 1
    many = pl.concat([frame] * copies)
    write_workbook(many, path)
    with zipfile.ZipFile(path) as source:
        parts = [(name, source.read(name)) for name in source.namelist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for name, content in parts:
            target.writestr(name, content)
        missing = megabytes * MEGABYTE - sum(len(content) for _, content in parts)
        if missing > 0:
            target.writestr("xl/media/image1.png", bytes(missing))
