"""A single address and a column are read alike: two engines, one grammar."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.addresses import PARTS, Address, AddressError, grammar, parse
from domicile.core.addresses.clean import CAUSES
from domicile.core.addresses.dialect import compiled, replaced
from domicile.core.addresses.frame import parse_frame

from .test_parse import SAME_KEY, written

WRITTEN = (
    "县市区路街巷村组号幢栋座楼单元室层苑园院附之东甲一十百零〇○千两第小临号０１Ａ號樓0123AB-# ,（）\u2028\x1c\x85\n"
)
characters = st.text(alphabet=st.sampled_from(WRITTEN), max_size=14)


def check(texts: list[str | None]) -> None:
    frame = parse_frame(pl.Series("address", texts, dtype=pl.String))
    assert frame.columns == [*PARTS, "key", "building_key", "ok", "notes"]
    for text, row in zip(texts, frame.iter_rows(named=True), strict=True):
        if not row["ok"]:
            assert row["key"] is None
            with pytest.raises(AddressError):
                parse(text or "")
            continue
        found = parse(text or "")
        assert Address(**{part: row[part] for part in PARTS}) == found.address
        assert (row["key"], row["building_key"]) == (found.address.key(), found.address.building_key())
        assert row["notes"] == ",".join(found.notes)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.none() | written | characters | st.text(max_size=30), max_size=12))
def test_a_column_is_read_as_each_address_is(texts: list[str | None]) -> None:
    check(texts)


def test_every_known_spelling_is_read_alike() -> None:
    check([text for texts in SAME_KEY.values() for text in texts])


@pytest.mark.parametrize("pattern", [grammar.UPPER, grammar.LOWER, grammar.NAMED_COMPOUND, *CAUSES.values()])
def test_nothing_of_the_other_dialect_is_left_in_a_pattern(pattern: str) -> None:
    assert "&&" not in compiled(pattern).pattern
    assert "\\x{" not in compiled(pattern).pattern


def test_a_class_without_some_characters_holds_the_others() -> None:
    expression = compiled("[a-f0-2x&&[^bf1]]")
    assert "".join(character for character in "abcdefg0123xy" if expression.fullmatch(character)) == "acde02x"


def test_a_group_is_put_back() -> None:
    assert replaced("12号院附3", *grammar.PLATE_COURTS[0]) == "12附3"


@pytest.mark.parametrize("text", ["园路" * 249 + "楼", "路" * 499 + "楼", "一" * 500, "12-" * 166, "村" * 500])
def test_no_text_makes_the_reading_long(text: str) -> None:
    check([text])
