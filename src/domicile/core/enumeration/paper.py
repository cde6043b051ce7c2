"""Forms on paper: what is asked of whom in words, and where two keyings of one form differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domicile.core.editing.expressions import Binary, Column, Expression, Literal, OneOf
from domicile.core.enumeration.model import PERSONS, Form, Item, items

_SIGNS: Final = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def asked_words(item: Item, language: str) -> str:
    """Of whom an item is asked, in few words: "from 15 years", "H5 = 1"; '' where of everybody."""
    return "" if item.asked is None else _words(item.asked, language)


def _words(expression: Expression, language: str) -> str:
    zh = language.startswith("zh")
    match expression:
        case Binary("and", left, right):
            return _words(left, language) + ("，且" if zh else ", ") + _words(right, language)
        case Binary("or", left, right):
            return _words(left, language) + ("，或" if zh else " or ") + _words(right, language)
        case Binary(">=", Column("age"), Literal(years)):
            return f"{years:g}周岁及以上" if zh else f"from {years:g} years"
        case Binary(sign, Column(name), Literal(value)) if sign in _SIGNS:
            return f"{_name(name, language)} {_SIGNS[sign]} {value:g}"
        case OneOf(Column(name), values):
            return f"{_name(name, language)} = " + ("或" if zh else " or ").join(f"{one:g}" for one in values)
    raise ValueError(f"paper cannot say {expression}")


def _name(name: str, language: str) -> str:
    """The number of an item on the form; its words where it has none."""
    return items()[name].number or items()[name].words.of(language)


@dataclass(frozen=True, slots=True)
class Difference:
    """An item that two people keyed otherwise; None where one keyed nothing. `person`: position from 0, None: the household."""

    item: str
    person: int | None
    first: int | str | None
    second: int | str | None

    @property
    def key(self) -> str:
        """A name for it within its form."""
        return self.item if self.person is None else f"{self.person}-{self.item}"


def compared(form: Form, first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[int, list[Difference]]:
    """How many items were keyed by at least one of the two, and those in which they differ, in the order of the form."""
    pairs: list[tuple[int | None, Sequence[Item], Mapping[str, Any], Mapping[str, Any]]]
    pairs = [(None, form.household_items, first, second)]
    people = [list(one.get(PERSONS, ())) for one in (first, second)]
    for position in range(max(map(len, people))):
        one, two = (given[position] if position < len(given) else {} for given in people)
        pairs.append((position, form.person_items, one, two))
    keyed, differing = 0, []
    for person, asked, one, two in pairs:
        for item in asked:
            values = one.get(item.name), two.get(item.name)
            keyed += values != (None, None)
            if values[0] != values[1]:
                differing.append(Difference(item.name, person, *values))
    return keyed, differing


def settled(
    form: Form, first: Mapping[str, Any], second: Mapping[str, Any], decided: Mapping[str, int | str | None]
) -> tuple[dict[str, Any], int]:
    """The content with every difference decided (by its key), and in how many of them the first was wrong.

    Raises KeyError where one is not decided.
    """
    _keyed, differing = compared(form, first, second)
    people = [dict(one) for one in first.get(PERSONS, ())]
    content: dict[str, Any] = {name: value for name, value in first.items() if name != PERSONS}
    for one in differing:
        while one.person is not None and len(people) <= one.person:
            people.append({})
        target = content if one.person is None else people[one.person]
        target.pop(one.item, None)
        if decided[one.key] is not None:
            target[one.item] = decided[one.key]
    while people and not people[-1]:  # a person whom only one of them saw, and that one wrongly
        people.pop()
    return content | {PERSONS: people}, sum(decided[one.key] != one.first for one in differing)
