"""The declared set: at least forty tables, whole in both languages, and what is wrong in a set of one's own is said."""

import pytest

from domicile.core.tabulation import Undeclarable, declared_set, read
from domicile.core.tabulation.model import _text

RECODES = _text("recodes.yaml")
HEAD = """\
source: s
universes: {all: {of: persons, zh: 全部, en: All, any: [{}]}, homes: {of: households, zh: 户, en: Homes, any: [{}]}}
thresholds: {county: 1}
tables:
"""


def test_the_set_has_more_than_forty_tables_that_cover_the_subjects_of_a_census() -> None:
    tables = declared_set().tables
    assert len(tables) >= 40
    columns = {grouping.column for table in tables.values() for grouping in table.by}
    assert {"age", "sex", "education", "marital", "household_size", "away_reason", "tenure", "registered"} <= columns
    assert sum(table.long for table in tables.values()) >= 10
    assert any(table.sums for table in tables.values())
    for table in tables.values():
        assert table.words.zh != table.words.en
        for grouping in table.by:
            codes = [category.code for category in grouping.categories]
            assert len(set(codes)) == len(codes) >= 2
            assert all(category.words.zh and category.words.en for category in grouping.categories)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("{zh: 表, en: T, universe: all, by: [shoe_size], areas: county}", "no shoe_size"),
        ("{zh: 表, en: T, universe: all, by: [age1, age5], areas: county}", "age twice|one column twice"),
        ("{en: T, universe: all, by: [sex], areas: county}", "give zh and en"),
        ("{zh: 表, en: T, universe: homes, by: [dwelling], areas: county}", "does not"),
        ("{zh: 表, en: T, of: households, universe: homes, by: [sex], areas: county}", "households, which have no sex"),
        ("{zh: 表, en: T, of: households, universe: homes, by: [], sum: [rooms], long: true, areas: county}", "sums of"),
        ("{zh: 表, en: T, universe: all, by: [sex], areas: street}", "no street"),
        ("{zh: 表, en: T, universe: all, by: [sex], areas: county, threshold: 0}", "threshold"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_is_refused_with_the_table_named(table: str, said: str) -> None:
    with pytest.raises(Undeclarable, match=said) as refused:
        read(f"{HEAD}  X1: {table}\n", RECODES)
    assert "X1" in str(refused.value)


def test_a_group_by_first_character_is_one_letter() -> None:
    groups = "{A: {zh: 农, en: Farming}, BC: {zh: 矿, en: Mining}}"
    recodes = RECODES + f"  odd: {{column: industry, zh: 行业, en: Industry, prefix: true, groups: {groups}}}\n"
    with pytest.raises(Undeclarable, match=r"odd.*not BC"):
        read(HEAD + "  X1: {zh: 表, en: T, universe: all, by: [odd], areas: county}\n", recodes)


def test_bands_that_overlap_are_refused_since_somebody_would_subtract_them() -> None:
    recodes = RECODES + ("  odd: {column: age, zh: 年龄, en: Age, bands: [0, 17, 60], unit_zh: 岁, unit_en: years}\n")
    tables = HEAD + "".join(
        f"  {code}: {{zh: 表, en: T, universe: all, by: [{by}], areas: county}}\n"
        for code, by in (("X1", "odd"), ("X2", "age5"))
    )
    with pytest.raises(Undeclarable, match="overlap"):
        read(tables, recodes)


def test_asking_for_a_table_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(Undeclarable, match=r"Z99.*P01"):
        declared_set().some(["P01", "Z99"])
