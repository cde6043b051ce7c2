"""Months as text ("2026-10") and as half-open ranges of days."""

from __future__ import annotations

import re
from datetime import date

_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


def month_of(day: date) -> str:
    """The month of a day: "2026-10"."""
    return f"{day:%Y-%m}"


def bounds(month: str) -> tuple[date, date]:
    """The month as [first day, first day of the next one); ValueError for what is no month of this century."""
    found = _MONTH.fullmatch(month)
    if found is None:
        raise ValueError(f"'{month}' is no month; write it like 2026-10.")
    begin = date(int(found[1]), int(found[2]), 1)
    return begin, bounds_end(begin)


def bounds_end(begin: date) -> date:
    """The first day of the month after."""
    return date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)


def months_before(month: str, count: int) -> str:
    """The month so many months earlier."""
    begin, _end = bounds(month)
    number = begin.year * 12 + begin.month - 1 - count
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
