"""The sheets of dwellings, rentals and units: clean ones say what is true, the others slip where the ledger says so."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from domicile.core.codes.credit import parse_credit_code
from domicile.core.codes.lists import code_list
from domicile.core.synth import County, make_county, write_tenure
from domicile.core.synth.lexicon import load
from domicile.core.synth.tenure_sheets import DWELLINGS, LEDGER, RENTALS, UNITS, tenure_sheets


@pytest.fixture(scope="module")
def large() -> County:
    return make_county(3_000, 5, date(2026, 11, 1))


def test_every_dwelling_rental_and_unit_has_a_row(large: County) -> None:
    sheets = tenure_sheets(large)
    assert len(sheets[DWELLINGS]) == len(large.dwellings)
    assert len(sheets[RENTALS]) == len(large.rentals)
    assert len(sheets[UNITS]) == len(large.units)
    let = sheets[DWELLINGS].filter(pl.col("let") == "是")
    assert let["tenant"].null_count() == let["owner"].null_count() == 0
    assert sheets[RENTALS]["address"].to_list() == let["address"].to_list()


def test_words_and_codes_are_those_of_the_lists(large: County) -> None:
    sheets = tenure_sheets(large)
    assert all(code_list("dwelling_use").match(word) for word in sheets[DWELLINGS]["use"].unique())
    assert all(code_list("unit_kind").match(word) for word in sheets[UNITS]["kind"].unique())
    assert all(parse_credit_code(code) == code for code in sheets[UNITS]["credit_code"])


@pytest.mark.parametrize("clean", [True, False])
def test_the_same_county_writes_the_same_bytes(clean: bool, tmp_path: Path) -> None:
    county = make_county(300, 5, date(2026, 11, 1))
    for name in ("one", "two"):
        write_tenure(county, tmp_path / name, clean=clean)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    assert (tmp_path / "one" / LEDGER).exists() is not clean


def test_the_ledger_tells_every_slip(large: County, tmp_path: Path) -> None:
    write_tenure(large, tmp_path)
    ledger = pl.read_csv(tmp_path / LEDGER, infer_schema_length=0)
    rates = load("tenure_errors.yaml")
    clean = tenure_sheets(large)
    assert set(ledger["field"]) <= {column for group in ("dwellings", "rentals", "units") for column in rates[group]}
    assert ledger.height > 10
    for file, row, field, _, before, after in ledger.rows():
        assert before != after
        assert str(clean[Path(file).stem][int(row) - 1, field]) == before
