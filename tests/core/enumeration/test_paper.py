"""Forms on paper: of whom an item is asked, and where two who keyed one form differ."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.enumeration import Difference, asked_words, compared, forms, items, settled

SHORT = forms()["short"]
PART = st.fixed_dictionaries({}, optional={"kind": st.integers(1, 2), "rooms": st.integers(1, 9)})
PERSON = st.fixed_dictionaries(
    {"sex": st.integers(1, 2)}, optional={"present": st.integers(1, 7), "name": st.sampled_from("林王")}
)
CONTENT = st.builds(lambda home, people: {**home, "persons": people}, PART, st.lists(PERSON, max_size=4))


@pytest.mark.parametrize(
    ("item", "zh", "en"),
    [
        ("education", "3周岁及以上", "from 3 years"), ("rooms", "H5 = 1", "H5 = 1"), ("rent", "H17 = 1或2", "H17 = 1 or 2"),
        ("away_reason", "D8 ≠ 5，且D9 ≠ 1", "D8 ≠ 5, D9 ≠ 1"), ("name", "", ""),
    ],
)  # fmt: skip
def test_of_whom_an_item_is_asked_is_said_in_words(item: str, zh: str, en: str) -> None:
    assert (asked_words(items()[item], "zh-hans"), asked_words(items()[item], "en")) == (zh, en)


def test_every_condition_of_every_form_has_words() -> None:
    assert all(asked_words(one, language) for one in items().values() if one.asked for language in ("zh-hans", "en"))


def test_differences_are_listed_and_what_was_decided_is_the_form() -> None:
    first = {"kind": 1, "persons": [{"name": "林小明", "sex": 1}, {"name": "林小宝", "sex": 1}]}
    second = {"kind": 2, "persons": [{"name": "林小明", "sex": 2}]}
    keyed, found = compared(SHORT, first, second)
    assert keyed == 5
    assert found == [
        Difference("kind", None, 1, 2), Difference("sex", 0, 1, 2), Difference("name", 1, "林小宝", None),
        Difference("sex", 1, 1, None),
    ]  # fmt: skip
    decided = {"kind": 1, "0-sex": 2, "1-name": None, "1-sex": None}
    content, wrong = settled(SHORT, first, second, decided)
    assert content == {"kind": 1, "persons": [{"name": "林小明", "sex": 2}]}
    assert wrong == 3
    with pytest.raises(KeyError):
        settled(SHORT, first, second, {"kind": 1})


@given(CONTENT, CONTENT)
def test_deciding_for_one_of_the_two_gives_what_that_one_keyed(first: dict[str, Any], second: dict[str, Any]) -> None:
    _keyed, found = compared(SHORT, first, second)
    for side, content in (("first", first), ("second", second)):
        made, wrong = settled(SHORT, first, second, {one.key: getattr(one, side) for one in found})
        assert compared(SHORT, made, content)[1] == []
        assert wrong == (0 if side == "first" else len(found))
    assert compared(SHORT, first, first)[1] == []
