"""The lists from outside: the same for the same county, their truth complete, nobody real."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from domicile.core.synth import make_county
from domicile.core.synth.outside import FIELDS, LISTS, make_outside
from domicile.core.synth.outside_files import STYLES, write_outside

TODAY = dt.date(2026, 11, 1)


def test_the_same_county_gives_the_same_lists() -> None:
    one, two = (make_outside(make_county(600, 5, TODAY)) for _ in range(2))
    for name in LISTS:
        assert one.lists[name].rows.equals(two.lists[name].rows)
        assert one.lists[name].truth.equals(two.lists[name].truth)
    assert one.events.equals(two.events)


@pytest.mark.parametrize("name", LISTS)
def test_every_row_has_its_truth_and_every_pile_is_there(name: str) -> None:
    found = make_outside(make_county(1500, 3, TODAY)).lists[name]
    on_list = found.truth.filter(pl.col("row").is_not_null())
    assert on_list["row"].to_list() == list(range(1, found.rows.height + 1))
    assert set(found.truth["pile"]) >= {"agree", "there", "here"}
    assert found.rows.columns == list(FIELDS)
    who = found.truth["person_id"].drop_nulls()
    assert who.n_unique() == who.len()


def test_the_files_are_written_with_what_is_no_concern_of_ours(tmp_path: Path) -> None:
    paths = write_outside(make_county(400, 2, TODAY), tmp_path)
    assert {path.name for path in paths} == {style.file for style in STYLES.values()} | {"truth.csv", "events.csv"}
    births = (tmp_path / "lists" / "医院出生名单.csv").read_bytes().decode("gb18030")
    assert "民族" in births
    assert births.startswith("安禾县人民医院出生名单")
