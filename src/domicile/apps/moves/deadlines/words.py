"""Whose turn it is, in the words of the reader's language."""

from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.moves import words
from domicile.apps.moves.deadlines.waiting import Duty

#: What is to be done, by matter and side.
TO_DO: dict[tuple[str, str], Any] = {
    ("arrival", "destination"): _("registers the arrival, or finds out"),
    ("answer", "origin"): _("answers whether they have left"),
    ("look", "origin"): _("confirms, corrects or objects"),
    ("look", "destination"): _("corrects, withdraws, or leaves it to the level above"),
}
#: The same, more closely, after a step.
AFTER: dict[tuple[str, str, str], Any] = {
    ("not_yet", "arrival", "destination"): _(
        "has answered that they have not arrived yet; registers the arrival, or finds out"
    ),
    ("correct", "look", "destination"): _("accepts what was corrected, or corrects or withdraws"),
    ("reopen", "look", "destination"): _("accepts what was corrected, or corrects or withdraws"),
}
MATTERS = [("arrival", _("an arrival that is announced")), ("answer", _("a question")), ("look", _("a difference"))]


def to_do(duty: Duty) -> str:
    """Which end has to do what."""
    return _now("{end}: {what}").format(end=words.SIDES[duty.side], what=what(duty))


def what(duty: Duty) -> Any:
    """What is to be done."""
    return AFTER.get((duty.step, duty.matter, duty.side)) or TO_DO[duty.matter, duty.side]


def until(duty: Duty) -> str:
    """Until when, or that it cannot be told."""
    if duty.due is None:
        return _now("the calendar of that year is still to be loaded")
    if duty.late:
        return _now("overdue since {day}").format(day=duty.due.isoformat())
    return _now("due {day}").format(day=duty.due.isoformat())


def in_columns(duty: Duty | None) -> tuple[str, str, str]:
    """The end whose turn it is, what it does, and until when; nothing where nobody is waited for."""
    return (str(words.SIDES[duty.side]), str(what(duty)), until(duty)) if duty else ("", "", "")
