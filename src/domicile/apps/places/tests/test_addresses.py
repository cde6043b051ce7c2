"""A typed address: the quick reading of the plain form agrees with the full parser, whatever the parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.apps.places.selectors.addresses import _PLAIN, AddressParts, read_address
from domicile.core.addresses import parse

STREETS = st.sampled_from(["人民路", "桂花街", "中山大道", "柳叶巷", "和平东路", "长江一路", "南门弄"])


def part(word, least, most):
    return st.one_of(st.just(""), st.integers(least, most).map(lambda number: f"{number}{word}"))


@settings(max_examples=40, deadline=None)
@given(STREETS, part("号", 1, 9999), part("栋", 1, 999), part("单元", 1, 99), part("室", 100, 9999))
def test_the_plain_form_is_read_as_the_parser_reads_it(street, plate, building, unit, room):
    text = street + plate + building + unit + room
    assert _PLAIN.fullmatch(text)
    assert read_address(text) == AddressParts(*parse(text).address.key().split("|", 4))


@pytest.mark.parametrize(
    "text", ["安禾县青石街道人民路12号", "人民路十二号", "人民路０１２号", "河沿社区人民路12号3幢501"]
)
def test_other_forms_are_left_to_the_parser(text):
    assert read_address(text) == AddressParts(*parse(text).address.key().split("|", 4))


def test_a_text_without_a_place_is_no_address():
    assert read_address("张伟") is None
