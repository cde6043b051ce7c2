"""The functions of the language: what each takes and gives, and how one record is judged. As SQL: `dialects.py`.

A function of something missing is missing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from domicile.core.editing.expressions import Type

TEXT, NUMBER, DATE, BOOL = Type.TEXT, Type.NUMBER, Type.DATE, Type.BOOL
DIGITS: Final = "0123456789０１２３４５６７８９"
#: Weights of the 17 digits and the check characters by remainder (GB 11643-1999, ISO 7064 MOD 11-2).
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS: Final = "10X98765432"
#: Years that a number may code.
YEARS: Final = (1800, 2199)
_NUMBER: Final = re.compile(r"[0-9]{17}[0-9X]")


@dataclass(frozen=True, slots=True)
class Function:
    """`takes`: the types of the arguments; `constant`: which of them must be whole numbers written out (by place)."""

    takes: tuple[Type, ...]
    gives: Type
    judge: Callable[..., Any]
    constant: tuple[int, ...] = ()


def age(birth: dt.date, on: dt.date) -> float:
    """Completed years; who was born on 29 February has the birthday on 1 March of common years. Negative before birth."""
    before = (on.month, on.day) < (birth.month, birth.day)
    return float(on.year - birth.year - before)


def number_birth(number: str) -> dt.date | None:
    """The birth date in a number of 18 places; missing where it is written otherwise or the digits are no day."""
    if not _NUMBER.fullmatch(number) or not YEARS[0] <= int(number[6:10]) <= YEARS[1]:
        return None
    try:
        return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def number_sex(number: str) -> str | None:
    """The sex in a number of 18 places: '1' or '2'; missing where it is written otherwise."""
    return "21"[int(number[16]) % 2] if _NUMBER.fullmatch(number) else None


def number_checks(number: str) -> bool | None:
    """Whether the last place of a number of 18 is the check character of the others; missing where it is written otherwise."""
    if not _NUMBER.fullmatch(number):
        return None
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return number[17] == CHECKS[total % 11]


FUNCTIONS: Final[Mapping[str, Function]] = {
    "age": Function((DATE, DATE), NUMBER, age),
    "days": Function((DATE, DATE), NUMBER, lambda one, two: float((two - one).days)),
    "year": Function((DATE,), NUMBER, lambda day: float(day.year)),
    "month": Function((DATE,), NUMBER, lambda day: float(day.month)),
    "day": Function((DATE,), NUMBER, lambda day: float(day.day)),
    "length": Function((TEXT,), NUMBER, lambda text: float(len(text))),
    "part": Function((TEXT, NUMBER, NUMBER), TEXT, lambda text, at, count: text[int(at) - 1 : int(at) - 1 + int(count)], (1, 2)),
    "begins": Function((TEXT, TEXT), BOOL, lambda text, head: text.startswith(head)),
    "contains": Function((TEXT, TEXT), BOOL, lambda text, within: within in text),
    "has_digit": Function((TEXT,), BOOL, lambda text: any(one in DIGITS for one in text)),
    "number_birth": Function((TEXT,), DATE, number_birth),
    "number_sex": Function((TEXT,), TEXT, number_sex),
    "number_checks": Function((TEXT,), BOOL, number_checks),
}  # fmt: skip
