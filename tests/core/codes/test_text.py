import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.codes import text

messy = st.text(alphabet="张三丰阿Ａ９（）【】 \u3000\u00a0\u200b\t·•・.AbO'-—", max_size=14)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("张 三", "张三"),
        ("张\u3000三 丰", "张三丰"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽 ・ 买买提", "阿依古丽·买买提"),
        ("John  Smith", "John Smith"),
        ("Ｊｏｈｎ Smith", "John Smith"),
        ("張三", "張三"),
        ("王\u200b五 ", "王五"),
    ],
)
def test_names_are_cleaned_but_their_characters_kept(typed: str, stored: str) -> None:
    assert text.clean_name(typed) == stored


def test_comparison_sees_through_width_script_and_blanks() -> None:
    assert text.comparison_key("張　三") == text.comparison_key("张三")
    assert text.comparison_key("ＪＯＨＮ smith") == text.comparison_key("John Smith")


@given(messy)
def test_columns_agree_with_one_value(value: str) -> None:
    read = pl.DataFrame({"t": [value]}).select(
        folded=text.fold_width_expression(pl.col("t")), name=text.clean_name_expression(pl.col("t"))
    )

    assert read.row(0) == (text.fold_width(value), text.clean_name(value))


@given(messy)
def test_cleaning_twice_changes_nothing_more(value: str) -> None:
    assert text.clean_name(text.clean_name(value)) == text.clean_name(value)


def test_nulls_stay_null() -> None:
    frame = pl.DataFrame({"t": [None, "張三"]}, schema={"t": pl.String})

    assert frame.select(text.clean_name_expression(pl.col("t")))["t"].to_list() == [None, "張三"]
    assert text.comparison_key_column(frame["t"]).to_list() == [None, "张三"]
