"""Each broken sample has its fault."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from domicile.core.addresses import AddressError, parse
from domicile.core.synth import write_broken_samples


@pytest.fixture
def samples(tmp_path: Path, today: date) -> dict[str, Path]:
    return write_broken_samples(tmp_path, seed=4, today=today, bomb_megabytes=8)


def test_all_faults_are_there_and_small(samples: dict[str, Path]) -> None:
    assert set(samples) == {
        "wrong_header", "undecodable", "number_lost_digits", "zip_bomb", "formulas", "nul_byte", "birthday_2999",
        "head_missing", "two_heads", "unparseable_address", "not_a_workbook", "empty",
    }  # fmt: skip
    assert all(0 < path.stat().st_size < 300_000 for path in samples.values())


def test_bytes_that_are_neither_utf8_nor_gb18030(samples: dict[str, Path]) -> None:
    content = samples["undecodable"].read_bytes()
    for encoding in ("utf-8", "gb18030"):
        with pytest.raises(UnicodeDecodeError):
            content.decode(encoding)


def test_the_bomb_unpacks_to_far_more_than_it_is(samples: dict[str, Path]) -> None:
    with zipfile.ZipFile(samples["zip_bomb"]) as bomb:
        assert bomb.getinfo("xl/worksheets/sheet1.xml").file_size > 30 * samples["zip_bomb"].stat().st_size


def test_single_faults(samples: dict[str, Path]) -> None:
    assert b"\x00" in samples["nul_byte"].read_bytes()
    assert "2999-01-01" in samples["birthday_2999"].read_text()
    heads = {
        name: pl.read_csv(samples[name], infer_schema=False)["与户主关系"].to_list()
        for name in ("two_heads", "head_missing")
    }
    assert heads["two_heads"].count("户主") == 2
    assert "户主" not in heads["head_missing"]
    address = pl.read_csv(samples["unparseable_address"], infer_schema=False)["本户地址"][0]
    with pytest.raises(AddressError):
        parse(address)


def test_a_big_workbook_is_as_big_as_asked(tmp_path: Path, today: date) -> None:
    path = write_broken_samples(tmp_path, seed=4, today=today, big_megabytes=2)["big_workbook"]
    assert path.stat().st_size >= 2 << 20
