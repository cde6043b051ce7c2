"""Lists of addresses run as people walk: 9号 before 11号."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.addresses import parse
from domicile.core.addresses.order import sort_key

NUMBERS = st.integers(0, 10**11)


def of(text: str) -> str:
    building, dwelling = (address := parse(text).address).building_key(), address.key().split("|", 3)[3]
    return sort_key(building, dwelling)


@pytest.mark.parametrize(
    "texts",
    [
        ["人民路1号", "人民路2号", "人民路11号", "人民路100号"],
        ["人民路12号", "人民路12-1号", "人民路12-2号", "人民路12-11号", "人民路12号附1号", "人民路13号"],
        ["人民路1号2幢", "人民路1号10幢", "人民路1号A座", "人民路1号B座"],
        ["人民路1号1幢2单元101室", "人民路1号1幢2单元1101室", "人民路1号1幢10单元101室"],
        ["柳溪村2组3号", "柳溪村2组12号", "柳溪村10组1号"],
    ],
)
def test_numbers_are_counted_and_not_spelt(texts: list[str]) -> None:
    keys = [of(text) for text in texts]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@given(NUMBERS, NUMBERS, st.sampled_from(["路|{}", "路|1|{}", "村|{}|2"]))
def test_the_smaller_number_stands_first(one: int, other: int, form: str) -> None:
    keys = [sort_key(form.format(number)) for number in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)


@given(st.text("0123456789|路附-A", max_size=160), st.text("0123456789|", max_size=64))
def test_the_columns_hold_the_keys_of_the_longest_addresses(building: str, dwelling: str) -> None:
    assert len(sort_key(building)) <= 2 * len(building) + 1
    assert len(sort_key(building, dwelling)) <= 2 * (len(building) + len(dwelling)) + 1
