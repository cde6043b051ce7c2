"""Half-open intervals of days, what they say about where somebody lives, and working days."""

from domicile.core.spells.intervals import Spell, covers, days_in, gaps, intersection, normalise, overlaps_within, union
from domicile.core.spells.situation import Floating, Situation, floating, situation
from domicile.core.spells.working_days import Calendar, UnknownYear, national_calendar

__all__ = [
    "Calendar",
    "Floating",
    "Situation",
    "Spell",
    "UnknownYear",
    "covers",
    "days_in",
    "floating",
    "gaps",
    "intersection",
    "national_calendar",
    "normalise",
    "overlaps_within",
    "situation",
    "union",
]
