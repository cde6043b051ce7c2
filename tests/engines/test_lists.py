"""The cascade of lists, on rows that each stand for one thing that happens."""

import datetime as dt
from typing import Any

import polars as pl

from domicile.engines.lists import COLUMNS, match_lists

BORN = dt.date(2019, 5, 3)
MOTHER = "770101199001010021"
NUMBER = "770101201905030018"


def side(*rows: dict[str, Any]) -> pl.DataFrame:
    whole = [{"row": place, **dict.fromkeys(COLUMNS), **row} for place, row in enumerate(rows)]
    return pl.DataFrame(whole, schema={"row": pl.Int64, **COLUMNS})


def found(left: pl.DataFrame, right: pl.DataFrame) -> list[tuple[int, int, str, bool]]:
    return match_lists(left, right).pairs.rows()


def child(**more: Any) -> dict[str, Any]:
    return {"name": "王小明", "sex": "1", "birth": BORN, **more}


def test_the_number_decides_where_the_name_does_not_speak_against_it() -> None:
    left = side(child(number=NUMBER), child(name="李四", number=MOTHER))
    right = side(child(number=NUMBER, birth=dt.date(2019, 5, 4)), child(name="赵芳", number=MOTHER, birth=None))
    assert found(left, right) == [(0, 0, "number", True), (1, 1, "number_alone", False)]


def test_without_a_number_name_birth_and_sex_decide() -> None:
    assert found(side(child()), side(child(number=NUMBER))) == [(0, 0, "name_birth", True)]


def test_two_of_one_name_and_birth_date_are_left_to_people() -> None:
    matched = match_lists(side(child()), side(child(number=NUMBER), child(number=MOTHER)))
    assert matched.pairs.is_empty()
    assert matched.tied.rows() == [(0, 0), (0, 1)]


def test_a_newborn_is_found_by_the_mother_and_twins_by_their_sex() -> None:
    one, two = child(name=None, other_number=MOTHER), child(name=None, sex="2", other_number=MOTHER)
    right = side(child(name="王小红", sex="2", other_number=MOTHER), child(other_number=MOTHER))
    assert sorted(found(side(one, two), right)) == [(0, 1, "mother_birth", True), (1, 0, "mother_birth", True)]


def test_twins_of_one_sex_without_names_are_left_to_people() -> None:
    nameless = child(name=None, other_number=MOTHER)
    matched = match_lists(side(nameless), side(child(other_number=MOTHER), child(name="王小亮", other_number=MOTHER)))
    assert matched.pairs.is_empty()
    assert matched.tied.height == 2


def test_a_slip_is_a_question_and_no_answer() -> None:
    assert found(side(child(birth=dt.date(2019, 5, 4))), side(child(number=NUMBER))) == [
        (0, 0, "name_slip_birth", False)
    ]
    assert found(side(child(name="王晓明")), side(child())) == [(0, 0, "sound_birth", False)]


def test_a_couple_is_one_by_both_numbers_even_under_other_names() -> None:
    left = side({"name": "王大", "number": NUMBER, "other_name": "李花", "other_number": MOTHER})
    right = side({"name": "孙二", "number": NUMBER, "other_name": "周草", "other_number": MOTHER})
    assert found(left, right) == [(0, 0, "couple", True)]


def test_one_value_of_ten_thousand_rows_is_passed_over_and_told() -> None:
    """All of one birth date and sex: 10,000 times 10,000 pairs would be compared by name, and say nothing."""
    many = pl.DataFrame({"row": range(10_000)}).with_columns(
        *(pl.lit(None, dtype=kind).alias(name) for name, kind in COLUMNS.items() if name not in {"birth", "sex", "name"}),
        birth=pl.lit(BORN), sex=pl.lit("1"), name=pl.format("甲{}", "row"),
    )  # fmt: skip
    other = many.with_columns(name=pl.format("乙{}", "row"))
    matched = match_lists(many, other)
    assert matched.pairs.is_empty()
    assert matched.passed_over == 1


def test_an_empty_side_matches_nobody() -> None:
    assert match_lists(side(), side(child())).pairs.is_empty()
    assert match_lists(side(child()), side()).pairs.is_empty()
