"""The scanner sees a planted number in every spelling: only then does its silence mean something."""

import base64
import gzip
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.security.spellings import scan

NUMBER = "770101199003071236"
WITH_X = "77010119650412002X"
PHONE = "15412345678"


@pytest.mark.parametrize(
    "text",
    ["770101199003071236", "７７０１０１１９９００３０７１２３６", "770101 19900307 1236", "770101-19900307-1236",
     "7 7 0 1 0 1 1 9 9 0 0 3 0 7 1 2 3 6", "7.70101199003071E+17", "770,101,199,003,071,236", "632170300991101077",
     "七七零一零一一九九零零三零七一二三六"],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "gb18030"])
def test_a_spelling_is_seen(tmp_path: Path, text: str, encoding: str) -> None:
    (tmp_path / "notes").write_bytes(b"before " + text.encode(encoding) + b" after")
    assert scan([NUMBER], tmp_path)


@pytest.mark.parametrize("text", ["77010119650412002x", "77010119650412002Ｘ", "'77010119650412002X"])
def test_a_check_character_is_seen_small_and_large(tmp_path: Path, text: str) -> None:
    (tmp_path / "notes").write_text(text, "utf-8")
    assert scan([WITH_X], tmp_path)


@given(st.binary(max_size=7), st.binary(max_size=7))
def test_base64_is_seen_wherever_the_number_begins(before: bytes, after: bytes) -> None:
    text = base64.b64encode(before + NUMBER.encode() + after).decode()
    assert scan([NUMBER], texts={"log": text})


def test_packed_files_are_opened(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "sheet.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{NUMBER}</t>" * 50)
    (tmp_path / "log.gz").write_bytes(gzip.compress(PHONE.encode() * 50))
    assert len(scan([NUMBER, PHONE], tmp_path)) == 2


@pytest.mark.parametrize("value", [NUMBER, int(NUMBER), PHONE, int(PHONE)])
def test_a_plain_row_of_a_database_is_seen(tmp_path: Path, value: str | int) -> None:
    with closing(sqlite3.connect(tmp_path / "register.sqlite3")) as connection:
        connection.execute("CREATE TABLE plain (number)")
        connection.execute("INSERT INTO plain VALUES (?)", [value])
        connection.commit()
    assert scan([NUMBER, PHONE], tmp_path)


def test_other_numbers_are_not_seen(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("770101199003071244 15412345679 2026-11-22", "utf-8")
    assert scan([NUMBER, PHONE], tmp_path) == []
