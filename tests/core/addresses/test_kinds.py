"""What an element of an address is, and on which floor a room lies."""

import pytest

from domicile.core.addresses.kinds import floor_of, street_kind
from domicile.core.codes.lists import code_list


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("人民路", "41"),
        ("和平大街", "41"),
        ("槐树胡同", "41"),
        ("锦绣花园", "42"),
        ("纺织厂宿舍", "43"),
        ("柳溪村", "44"),
        ("8组", "34"),
        ("柳溪村8组", "34"),
    ],
)
def test_an_element_is_known_by_its_name(name, kind):
    assert street_kind(name) == kind
    assert kind in code_list("address_element").codes


@pytest.mark.parametrize(
    ("room", "floor"),
    [("501", 5), ("1203", 12), ("501室", 5), ("A502", 5), ("101-2", 1), ("3F", 3), ("B101", -1), ("12", None), ("东", None),
     ("", None), ("5", None), ("501~后门", 5)],
)  # fmt: skip
def test_a_room_tells_its_floor(room, floor):
    assert floor_of(room) == floor
