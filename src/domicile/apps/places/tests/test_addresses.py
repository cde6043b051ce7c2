"""A typed address is read into the parts by which buildings and dwellings are keyed."""

import pytest

from domicile.apps.places.selectors.addresses import AddressParts, read_address


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("人民路12号3幢2单元501室", AddressParts("人民路", "12", "3", "2", "501")),
        ("人民路 12号 3 2 501", AddressParts("人民路", "12", "3", "2", "501")),
        ("安禾县青石街道人民路十二号", AddressParts("人民路", "12", "", "", "")),
        ("河沿社区人民路０１２号3幢501", AddressParts("人民路", "12", "3", "", "501")),
        ("人民路", AddressParts("人民路", "", "", "", "")),
        ("3-2-501", AddressParts("", "", "3", "2", "501")),
    ],
)
def test_what_is_typed_gives_the_parts_of_the_key(text, parts):
    assert read_address(text) == parts


def test_a_text_without_a_place_is_no_address():
    assert read_address("张伟") is None
