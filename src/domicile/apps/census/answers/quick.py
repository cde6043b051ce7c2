"""What main figures need of a form, in a few bytes: packed when it comes in, read by the million.

A household is a row of eight bytes (HOUSEHOLD) followed by one row of eight bytes for each person (PERSON). There is no name,
number or text in it: whoever counts main figures opens nobody's form. 0 stands for what was not answered or makes no sense;
counts of births and deaths end at 255, and so do the minutes that the interview took, where the road knows them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

VERSION = 1
WIDTH = 8
HOUSEHOLD = np.dtype(
    [
        ("version", "u1"), ("kind", "u1"), ("births_male", "u1"), ("births_female", "u1"),
        ("deaths_male", "u1"), ("deaths_female", "u1"), ("dwelling", "u1"), ("minutes", "u1"),
    ]
)  # fmt: skip
PERSON = np.dtype(
    [
        ("birth_year", "<u2"), ("birth_month", "u1"), ("sex", "u1"),
        ("present", "u1"), ("registered", "u1"), ("away", "u1"), ("education", "u1"),
    ]
)  # fmt: skip


def persons_of(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The persons of a form; none where the form has none or something else in their place."""
    persons = content.get("persons")
    return [one for one in persons if isinstance(one, Mapping)] if isinstance(persons, list) else []


def pack(content: Mapping[str, Any]) -> bytes:
    """The rows of a household and its persons. Never raises: what is missing or odd becomes 0."""
    head = [VERSION, *(_whole(content.get(name), 255) for name in HOUSEHOLD.names[1:])]  # type: ignore[index]
    rows = [bytes(head)]
    for person in persons_of(content):
        year = _whole(person.get("birth_year"), 65_535, cut=False)
        rest = [_whole(person.get(name), 255) for name in PERSON.names[1:]]  # type: ignore[index]
        rows.append(year.to_bytes(2, "little") + bytes(rest))
    return b"".join(rows)


def _whole(value: Any, top: int, *, cut: bool = True) -> int:
    """A whole number in [0, top], from a number or its digits; 0 for all else. Above it: `top` where `cut`, else 0."""
    if isinstance(value, str):
        value = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
    if not isinstance(value, int) or value < 0:
        return 0
    return value if value <= top else top if cut else 0
