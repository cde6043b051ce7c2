"""Vital events: whether a registration is late, and which papers are asked for. Neither conditions a registration (P-1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from domicile.core.policy.parameters import parameter
from domicile.core.spells.intervals import add_months


def is_late(kind: str, day: date, registered_on: date) -> bool:
    """Tell whether an event of a kind, on `day`, was registered late; kinds without a term never are."""
    months = parameter("vitals.late_after_months", registered_on).get(kind)
    return months is not None and registered_on > add_months(day, int(months))


def papers_asked(kind: str, on: date, *, found: bool = False) -> Mapping[str, tuple[str, ...]]:
    """Return the papers asked for, each with the kinds of paper that are as good. A foundling has no parents' papers."""
    asked = parameter("vitals.papers", on).get("foundling" if kind == "birth" and found else kind, {})
    return {need: tuple(kinds) for need, kinds in asked.items()}
