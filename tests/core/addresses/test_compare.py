"""How far two addresses agree, part by part."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.addresses import ELEMENT_TYPES, PARTS, Address, Agreement, compare, parse

values = st.none() | st.sampled_from(["桂花路", "桂花东路", "桂子路", "12", "501", "502", "A"])
addresses = st.builds(Address, street=values, plate=values, building=values, room=values)


def test_agreement_is_graded() -> None:
    left = parse("柳溪社区桂花路12号3幢501室").address
    right = parse("柳溪社区桂子路13号3幢502室").address
    found = compare(left, right)
    assert found["community"] is Agreement.EQUAL
    assert found["street"] is Agreement.SIMILAR
    assert found["plate"] is Agreement.DIFFERENT
    assert found["building"] is Agreement.EQUAL
    assert found["unit"] is Agreement.UNKNOWN
    assert found["room"] is Agreement.SIMILAR


@settings(deadline=None)
@given(addresses, addresses)
def test_comparison_does_not_depend_on_the_order(left: Address, right: Address) -> None:
    assert compare(left, right) == compare(right, left)


@settings(deadline=None)
@given(addresses)
def test_an_address_agrees_with_itself(address: Address) -> None:
    assert set(compare(address, address).values()) <= {Agreement.EQUAL, Agreement.UNKNOWN}


def test_element_types_are_those_of_known_parts() -> None:
    assert set(ELEMENT_TYPES) <= set(PARTS)
