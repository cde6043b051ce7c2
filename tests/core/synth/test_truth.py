"""The ledger tells every difference between what is true and what stands on the rows, and nothing else."""

from __future__ import annotations

import polars as pl
import pytest

from domicile.core.synth import County
from domicile.core.synth.error_model import kinds, rate

COLUMNS = ["name", "sex", "birth_date", "document_number", "phone"]


def _true_rows(county: County) -> pl.DataFrame:
    """For every record the values that are true of its person."""
    return county.people[county.records["person_id"].to_numpy()]


def test_records_are_numbered_in_order_and_know_their_person(county: County) -> None:
    assert county.records["record_id"].to_list() == list(range(len(county.records)))
    assert set(county.records["person_id"]) == set(county.people["person_id"])


@pytest.mark.parametrize("column", COLUMNS)
def test_the_ledger_and_only_the_ledger_tells_wrong_values(county: County, column: str) -> None:
    true, written = _true_rows(county)[column], county.records[column]
    differs = ~true.eq_missing(written)
    if column == "phone":
        # A second row of a person need not repeat the phone.
        copies = county.truth.filter(pl.col("kind") == "duplicate")["other_record_id"]
        differs = differs & ~county.records["record_id"].is_in(copies.implode())
    told = county.truth.filter(pl.col("field") == column)
    wrong = county.records.filter(differs)["record_id"].to_list()
    # A name may bear two slips, so compare sets.
    assert set(wrong) <= set(told["record_id"].to_list())
    unseen = set(told["record_id"].to_list()) - set(wrong)
    assert len(unseen) <= len(told) * 0.01


def test_before_and_after_are_what_is_true_and_what_is_written(county: County) -> None:
    for column in ("sex", "birth_date", "document_number", "phone"):
        told = county.truth.filter(pl.col("field") == column)
        assert len(told)
        written = county.records[told["record_id"].to_numpy()][column].cast(pl.String)
        true = county.people[told["person_id"].to_numpy()][column].cast(pl.String)
        assert told["after"].eq_missing(written).all()
        assert told["before"].eq_missing(true).all()
        assert (~told["before"].eq_missing(told["after"])).all()


def test_people_on_two_rows_are_in_the_ledger(county: County) -> None:
    extra = len(county.records) - len(county.people)
    told = county.truth.filter(pl.col("kind").is_in(["duplicate", "moved_address"]))
    assert len(told) == extra > 0
    first, second = (county.records[told[name].to_numpy()] for name in ("record_id", "other_record_id"))
    assert (first["person_id"] == told["person_id"]).all()
    assert (second["person_id"] == told["person_id"]).all()
    assert (first["address"] == told["before"]).all()
    assert (second["address"] == told["after"]).all()
    assert (first["dwelling"] != second["dwelling"]).all()


def test_every_block_still_has_exactly_one_head_who_stands_first(county: County) -> None:
    blocks = county.records.group_by("block", maintain_order=True).agg(
        pl.col("relation").first().alias("first"),
        (pl.col("relation") == "02").sum().alias("heads"),
        pl.col("dwelling").n_unique().alias("dwellings"),
    )
    assert (blocks["first"] == "02").all()
    assert (blocks["heads"] == 1).all()
    assert (blocks["dwellings"] == 1).all()
    assert county.records["block"].rle_id().max() == len(blocks) - 1


def test_rates_are_those_of_the_model(county: County) -> None:
    counted = dict(county.truth["kind"].value_counts().rows())
    for group in ("name", "birth", "sex", "phone"):
        for kind in kinds(group):
            if kind not in ("homophone", "day_off_by_one"):  # these also stand on second rows
                assert counted[kind] == round(len(county.people) * rate(group, kind))
    assert counted["duplicate"] == round(len(county.people) * rate("records", "duplicate"))
    assert counted["borrowed_number"] > 0


def test_natural_likenesses_are_true(county: County) -> None:
    people, truth = county.people, county.truth
    for kind in ("twins", "same_name_sibling", "namesake"):
        pairs = truth.filter(pl.col("kind") == kind)
        assert len(pairs)
        one, other = (people[pairs[name].to_numpy()] for name in ("person_id", "other_person_id"))
        if kind != "same_name_sibling":
            assert (one["birth_date"] == other["birth_date"]).all()
        if kind != "twins":
            assert (one["name"] == other["name"]).all()
        assert (one["document_number"] != other["document_number"]).all()


def test_borrowed_numbers_are_the_neighbours(county: County) -> None:
    borrowed = county.truth.filter(pl.col("kind") == "borrowed_number")
    lenders = county.people[borrowed["other_person_id"].to_numpy()]
    assert (borrowed["after"] == lenders["document_number"]).all()
