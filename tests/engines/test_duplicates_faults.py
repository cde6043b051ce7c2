"""Lists that are empty, monotonous, spoilt or too large: each has a clear outcome, none fills the memory."""

import datetime as dt
import math

import polars as pl
import pyarrow as pa
import pytest

from domicile.core.linkage.model import ModelRefused, shipped_model
from domicile.core.linkage.people import PEOPLE
from domicile.core.linkage.preparing import Unfit
from domicile.engines.linkage import find_duplicates, link_lists
from domicile.engines.linkage.training import train
from tests.engines.duplicates import TODAY, joined, number, person, strangers, table


def test_an_empty_list_has_no_duplicates():
    found = find_duplicates(table(), today=TODAY)
    assert (found.pairs.num_rows, found.clusters.num_rows, found.counts.records, found.counts.compared) == (
        0,
        0,
        (0,),
        0,
    )
    assert "level_number" in found.pairs.column_names


def test_a_list_of_one_and_lists_of_none_are_linked_without_fault():
    assert find_duplicates(table(person("A")), today=TODAY).counts.clusters == 0
    assert link_lists(table(), table(person("A")), today=TODAY).pairs.num_rows == 0


@pytest.mark.parametrize("changed", [{}, {"number": None}, {"number": None, "dwelling_id": "D"}])
def test_one_person_ten_thousand_times_is_one_cluster_of_few_pairs(changed):
    rows = [person(f"{n:05}", household_id="H", **({"dwelling_id": "D"} | changed)) for n in range(10_000)]
    found = find_duplicates(table(*rows), today=TODAY, memory_mb=500)
    assert found.counts.clusters == 1
    assert found.clusters.num_rows == 10_000
    assert found.pairs.num_rows < 20_000
    assert found.counts.left_out == 0


def test_where_all_names_are_missing_numbers_still_tell():
    rows = [person("A", name=None), person("B", name=None), person("C", name=None, number=number("003"))]
    found = find_duplicates(table(*rows), today=TODAY)
    assert joined(found) == {("A", "B"): "number_alone"}


def test_names_turned_to_question_marks_are_no_names_and_are_counted():
    rows = [person(f"{n}", name="??", number=None, birth_date=dt.date(1980, 1, 1 + n % 9)) for n in range(60)]
    rows += [person("A", name="??"), person("B", name="???")]
    found = find_duplicates(table(*rows), today=TODAY)
    assert found.counts.unusable["name"] == 62
    assert joined(found) == {("A", "B"): "number_alone"}


def test_an_explosion_of_pairs_is_capped_and_reported():
    rows = [person(f"{n:04}", number=None, name=None, dwelling_id="barracks", birth_date=None) for n in range(4_500)]
    found = find_duplicates(table(*rows, *strangers(100)), today=TODAY, memory_mb=500, most_pairs=100_000)
    by_rule = {one.rule: one for one in found.counts.blocked}
    assert by_rule["dwelling"].found >= 10_000_000
    assert by_rule["dwelling"].found == 4_500 * 4_499 // 2
    assert by_rule["dwelling"].blocks_left_out == 1
    assert found.counts.left_out == by_rule["dwelling"].left_out
    assert found.counts.compared <= 100_000
    assert any("dwelling" in note for note in found.counts.notes)


def test_smaller_blocks_are_compared_though_a_large_one_is_left_out():
    rows = [person(f"{n:04}", number=None, name=None, dwelling_id="barracks", birth_date=None) for n in range(2_000)]
    rows += [person("A", number=None, dwelling_id="D"), person("B", dwelling_id="D")]
    found = find_duplicates(table(*rows, *strangers(100)), today=TODAY, most_pairs=5_000)
    assert joined(found) == {("A", "B"): "probable"}


def test_tables_that_cannot_be_linked_are_refused_with_the_reason(tmp_path):
    with pytest.raises(Unfit, match="person_id"):
        find_duplicates(pl.DataFrame({"name": ["张伟"]}), today=TODAY)
    with pytest.raises(Unfit, match="of their own"):
        find_duplicates(table(person("A"), person("A")), today=TODAY)
    with pytest.raises(Unfit, match="type"):
        find_duplicates(pl.DataFrame({"person_id": ["A"], "birth_date": ["long ago"]}), today=TODAY)
    (tmp_path / "people.parquet").write_text("no such thing")
    with pytest.raises(Unfit, match=r"people\.parquet"):
        find_duplicates(tmp_path / "people.parquet", today=TODAY)


def test_a_table_may_lack_every_column_but_the_id():
    found = find_duplicates(pl.DataFrame({"person_id": ["A", "B"]}), today=TODAY)
    assert found.pairs.num_rows == 0


def test_a_file_a_folder_of_files_and_an_arrow_table_are_read_alike(tmp_path):
    people = table(person("A"), person("B"))
    people[:1].write_parquet(tmp_path / "one.parquet")
    people[1:].write_parquet(tmp_path / "two.parquet")
    people.write_parquet(tmp_path.parent / "whole.parquet")
    for given in (tmp_path, tmp_path.parent / "whole.parquet", pa.table(people.to_arrow())):
        assert joined(find_duplicates(given, today=TODAY)) == {("A", "B"): "number_name"}


def test_a_model_of_another_specification_is_refused():
    import dataclasses

    other = dataclasses.replace(shipped_model(PEOPLE), specification="cats-1")
    with pytest.raises(ModelRefused, match="cats-1"):
        find_duplicates(table(person("A")), today=TODAY, model=other)


def test_where_nothing_agrees_there_is_nothing_to_train_on():
    with pytest.raises(Unfit, match="nothing to train on"):
        train(table(*strangers(20)), today=TODAY, seed=1)


def test_the_bits_of_a_pair_are_the_sum_of_its_comparisons():
    found = find_duplicates(table(person("A"), person("B", number=None), *strangers(100)), today=TODAY)
    (pair,) = found.pairs.to_pylist()
    told = [value for name, value in pair.items() if name.startswith("bits_")]
    assert math.isclose(found.prior + sum(told), pair["bits"])
    assert math.isclose(pair["probability"], 1 / (1 + 2 ** -pair["bits"]))
