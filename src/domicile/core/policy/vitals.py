"""Vital events: whether a registration is late, and which papers are asked for. Neither conditions a registration (P-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from domicile.core.policy.parameters import parameter


def is_late(kind: str, day: date, registered_on: date) -> bool:
    """Tell whether an event of a kind, on `day`, was registered late; kinds without a term never are."""
    months = parameter("vitals.late_after_months", registered_on).get(kind)
    return months is not None and registered_on > _months_later(day, int(months))


def papers_asked(kind: str, on: date, *, found: bool = False) -> Mapping[str, tuple[str, ...]]:
    """Return the papers asked for, each with the kinds of paper that are as good. A foundling has no parents' papers."""
    asked = parameter("vitals.papers", on).get("foundling" if kind == "birth" and found else kind, {})
    return {need: tuple(kinds) for need, kinds in asked.items()}


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:  # the month is shorter: its last day
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
