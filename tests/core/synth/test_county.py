"""The county is whole, shaped like one, and the same every time."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from domicile.core.codes.identity import classify, parse_resident_number
from domicile.core.codes.lists import code_list
from domicile.core.synth import County, make_county
from domicile.core.synth.places import DWELLING_USES


def _ages(county: County, today: date) -> np.ndarray:
    days = (
        pl.Series([today]).extend_constant(today, len(county.people) - 1) - county.people["birth_date"]
    ).dt.total_days()
    return days.to_numpy() / 365.2425


def test_the_same_arguments_make_the_same_county(today: date) -> None:
    first, second = make_county(3_000, 9, today), make_county(3_000, 9, today)
    for name, frame in first.frames().items():
        assert_frame_equal(frame, second.frames()[name])
    assert not first.people["name"].equals(make_county(3_000, 10, today).people["name"])


@pytest.mark.parametrize("people", [1, 2, 7, 50, 5_000])
def test_any_size_works(people: int, today: date) -> None:
    county = make_county(people, 3, today)
    assert len(county.people) == people
    assert len(county.records) >= people
    assert county.households["size"].sum() == people
    assert county.areas.filter(pl.col("level") == 3)["code"].to_list() == ["770101000000"]


def test_what_cannot_be_made_is_refused(today: date) -> None:
    with pytest.raises(ValueError, match="1 to 10,000,000"):
        make_county(0, 1, today)
    with pytest.raises(ValueError, match="seed"):
        make_county(10, -1, today)


def test_progress_goes_forward(today: date) -> None:
    seen: list[float] = []
    make_county(50, 1, today, lambda stage, done: seen.append(done))
    assert seen == sorted(seen)
    assert 0 <= seen[0] <= seen[-1] <= 1


def test_ages_sexes_and_household_sizes_are_those_of_a_county(county: County, today: date) -> None:
    ages = _ages(county, today)
    assert 0.14 < (ages < 15).mean() < 0.24
    assert 0.12 < (ages >= 60).mean() < 0.22
    assert 0.10 < ((ages >= 25) & (ages < 35)).mean() < 0.26
    assert ages.min() >= 0
    assert ages.max() < 107
    assert 0.47 < (county.people["sex"] == "1").mean() < 0.54
    sizes = county.households["size"]
    assert 2.5 < sizes.mean() < 3.0
    assert 0.15 < (sizes == 1).mean() < 0.30
    per_grid = county.dwellings.filter(pl.col("use") != DWELLING_USES["vacant"]).group_by("grid").len()["len"]
    assert 250 < per_grid.median() < 400


def test_parents_are_old_enough_and_live_together(county: County) -> None:
    people = county.people
    for parent, youngest in (("mother_id", 14.5), ("father_id", 14.5)):
        pairs = people.filter(pl.col(parent).is_not_null())
        elder = people[pairs[parent].to_numpy()]
        years = (pairs["birth_date"] - elder["birth_date"]).dt.total_days() / 365.2425
        assert years.min() > youngest
        assert (pairs["household_id"] == elder["household_id"]).all()
        assert elder["sex"].unique().to_list() == (["2"] if parent == "mother_id" else ["1"])


def test_children_mostly_bear_the_fathers_name(county: County) -> None:
    children = county.people.filter(pl.col("father_id").is_not_null() & pl.col("name").is_not_null())
    fathers = county.people[children["father_id"].to_numpy()]
    assert (children["name"].str.head(1) == fathers["name"].str.head(1)).mean() > 0.9


def test_numbers_are_valid_unique_and_nobodys(county: County, today: date) -> None:
    people = county.people.filter(pl.col("document_type") == "resident_id")
    assert people["document_number"].is_unique().all()
    assert people["document_number"].str.slice(0, 2).is_in(["77", "78", "79"]).all()
    for number, born, sex in people.head(400).select("document_number", "birth_date", "sex").rows():
        read = parse_resident_number(number, today=today)
        assert read.birth_date == born
        assert str(read.sex) == sex


def test_other_documents_are_of_their_kind(county: County, today: date) -> None:
    others = county.people.filter(~pl.col("document_type").is_in(["resident_id", "none"]))
    assert set(others["document_type"]) >= {"hk_macao_permit", "hmt_residence", "foreign_pr", "passport"}
    for kind, number in others.select("document_type", "document_number").rows():
        assert classify(number, kind, today=today).kind == kind


def test_names_know_compounds_dots_and_latin(county: County) -> None:
    names = county.people["name"].drop_nulls()
    assert names.str.contains("·").any()
    assert names.str.contains("^[A-Z ]+$").any()
    assert names.str.contains("^(欧阳|上官|诸葛|司马|令狐|慕容|司徒)").any()
    assert county.people["name"].null_count() > 0


def test_codes_are_those_of_the_lists(county: County) -> None:
    for column in ("sex", "marital", "education", "relation", "inflow_reason"):
        assert set(county.people[column].drop_nulls()) <= set(code_list(column).codes)
    assert set(county.people["document_type"]) <= set(code_list("document_kind").codes)
    assert set(county.dwellings["use"]) <= set(code_list("dwelling_use").codes)
    assert set(county.units["kind"]) <= set(code_list("unit_kind").codes)


def test_arrivals_lie_between_birth_and_today(county: County, today: date) -> None:
    arrived = county.people.filter(pl.col("inflow_date").is_not_null())
    assert (arrived["inflow_date"] >= arrived["birth_date"]).all()
    assert (arrived["inflow_date"] <= today).all()
    elsewhere = county.records.filter(pl.col("registered_address") != "本户")
    assert elsewhere["inflow_date"].null_count() == 0
    shares = county.people["residence"].value_counts(normalize=True)
    elsewhere = shares.filter(pl.col("residence") == "registered_elsewhere")["proportion"].item()
    assert 0.1 < elsewhere < 0.4


def test_every_household_has_one_dwelling_and_one_head(county: County) -> None:
    assert county.households["dwelling"].is_unique().all()
    assert county.dwellings["address"].is_unique().all()
    heads = county.people.filter(pl.col("relation") == "02")
    assert heads["household_id"].is_unique().all()
    assert len(heads) == len(county.households)
    assert heads["person_id"].to_list() == county.households["head"].to_list()


def test_rentals_and_units_stand_on_what_there_is(county: County, today: date) -> None:
    assert county.rentals["dwelling"].is_in(county.dwellings["dwelling"].implode()).all()
    assert (county.rentals["contract_from"] < county.rentals["contract_to"]).all()
    assert county.units["credit_code"].is_unique().all()
    assert (county.units["credit_code"].str.len_chars() == 18).all()
