"""The official layouts say the same, clean or messy."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from domicile.core.addresses import PARTS
from domicile.core.addresses.frame import parse_frame
from domicile.core.codes.lists import code_list, dropped_subject
from domicile.core.codes.text import fold_width, simplified
from domicile.core.synth import County, make_county, write_frames, write_official
from domicile.core.synth.lexicon import load
from domicile.core.synth.mess import ENCODINGS
from domicile.core.synth.sheets import PEOPLE_HEADERS

KNOWN = {
    variant: name for name, header in PEOPLE_HEADERS.items() for variant in {header, *header.rstrip(")").split("(")}
}


def _rows(path: Path) -> list[list[str]]:
    """All rows of a file as people would see them, title rows included."""
    if path.suffix == ".xlsx":
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        return [[cell if isinstance(cell, str) else str(cell) for cell in row] for row in sheet.to_python()]
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    frame = pl.read_csv(io.StringIO(text), has_header=False, infer_schema=False)
    return [[cell or "" for cell in row] for row in frame.rows()]


def _table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Headers, and rows by canonical name (unknown columns dropped)."""
    rows = _rows(path)
    names = [[KNOWN.get(fold_width(cell).replace(" ", "")) for cell in row] for row in rows[:5]]
    top = next(index for index, row in enumerate(names) if sum(name is not None for name in row) > 10)
    found = [
        {name: cell for name, cell in zip(names[top], row, strict=True) if name is not None} for row in rows[top + 1 :]
    ]
    return rows[top], found


def _day(text: str) -> date:
    digits = fold_width(text)
    if digits.isdigit():
        digits = digits if len(digits) == 8 else "19" + digits
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    year, month, day = re.findall("[0-9]+", digits)
    return date(int(year), int(month), int(day))


def test_clean_rows_are_the_records(small: County, tmp_path: Path) -> None:
    paths = write_official(small, tmp_path, clean=True)
    assert [path.name for path in paths] == ["区划代码表.csv", "网格信息表.csv", "住户人口信息采集表.csv"]
    headers, rows = _table(paths[2])
    assert headers == list(PEOPLE_HEADERS.values())
    assert len(rows) == len(small.records)
    for row, record in zip(rows, small.records.to_dicts(), strict=True):
        assert row["name"] == (record["name"] or "")
        assert row["birth_date"] == record["birth_date"].isoformat()
        assert row["document_number"] == (record["document_number"] or "")
        assert row["relation"] == code_list("relation").name(record["relation"])
        assert row["address"] == record["address"]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_messy_rows_say_what_the_records_say(form: str, today: date, tmp_path: Path) -> None:
    county = make_county(2_000, 8, today)
    paths = write_official(county, tmp_path, form=form, split="township")[2:]  # type: ignore[arg-type]
    rows = [row for path in paths for row in _table(path)[1]]
    assert len(rows) == len(county.records)
    addresses: list[str] = []
    last: dict[str, str] = {}
    for row, record in zip(rows, county.records.to_dicts(), strict=True):
        head = record["relation"] == "02"
        row = {
            name: cell if cell or head or name not in ("address", "grid") else last[name] for name, cell in row.items()
        }
        last = row
        assert simplified(row["name"].replace(" ", "").replace("　", "")) == simplified(
            (record["name"] or "").replace(" ", "")
        )
        assert fold_width(row["document_number"]).strip().upper() == (record["document_number"] or "")
        if row["birth_date"]:
            assert _day(row["birth_date"]) == record["birth_date"]
        for column in ("sex", "relation", "marital", "education", "inflow_reason"):
            match = code_list(column).match(row[column]) if row[column] else None
            assert (match.code if match else None) == record[column]
        addresses.append(row["address"])
    # The county and what is above it may be left out or added.
    read, meant = (parse_frame(texts).select(PARTS[3:]) for texts in (pl.Series(addresses), county.records["address"]))
    assert read.equals(meant)


def test_messy_files_differ_in_header_titles_and_encoding(county: County, tmp_path: Path) -> None:
    paths = write_official(county, tmp_path, split="township")[2:]
    assert len(paths) >= 3
    headers = [_table(path)[0] for path in paths]
    assert len({tuple(row) for row in headers}) == len(paths)
    assert any(dropped_subject(header) for row in headers for header in row)
    contents = [path.read_bytes() for path in paths]
    assert any(content.startswith(b"\xef\xbb\xbf") for content in contents)
    with pytest.raises(UnicodeDecodeError):
        contents[ENCODINGS.index("gb18030")].decode()


def test_the_key_tells_the_person_of_each_row(small: County, tmp_path: Path) -> None:
    path = write_official(small, tmp_path)[2]
    key = pl.read_csv(tmp_path / "record-rows.csv")
    assert key["person_id"].to_list() == small.records["person_id"].to_list()
    assert set(key["file"]) == {path.name}
    assert key["row"].to_list() == list(range(1, len(small.records) + 1))


def test_grids_list_their_buildings_and_polygon(small: County, tmp_path: Path) -> None:
    rows = _rows(write_official(small, tmp_path, clean=True)[1])
    assert len(rows) == len(small.grids) + 1
    assert all(row[rows[0].index("楼栋")] and row[rows[0].index("边界")].startswith("{") for row in rows[1:])


def test_other_words_mean_exactly_their_code() -> None:
    for name, codes in load("words.yaml").items():
        for code, words in codes.items():
            for word in words:
                match = code_list(name).match(word)
                assert match is not None
                assert (match.code, match.quality != "warning") == (code, True)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_writing_twice_gives_the_same_bytes(small: County, tmp_path: Path, form: str) -> None:
    first, second = (write_official(small, tmp_path / name, form=form) for name in ("one", "two"))  # type: ignore[arg-type]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_an_unknown_form_is_refused(small: County, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="csv or xlsx"):
        write_official(small, tmp_path, form="ods")  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_frames_are_written_whole(small: County, tmp_path: Path, form: str) -> None:
    paths = write_frames(small, tmp_path, form=form)  # type: ignore[arg-type]
    assert {path.stem for path in paths} == set(small.frames())
    if form == "parquet":
        assert pl.read_parquet(tmp_path / "truth.parquet").equals(small.truth)
