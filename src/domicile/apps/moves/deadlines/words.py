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
MATTERS = [("arrival", _("an arrival that is announced")), ("answer", _("a question")), ("look", _("a difference"))]


def to_do(duty: Duty) -> str:
    """Which end has to do what."""
    return _now("{end}: {what}").format(end=words.SIDES[duty.side], what=TO_DO[duty.matter, duty.side])


def until(duty: Duty) -> str:
    """Until when, or that it cannot be told."""
    if duty.due is None:
        return _now("the calendar of that year is still to be loaded")
    if duty.late:
        return _now("overdue since {day}").format(day=duty.due.isoformat())
    return _now("due {day}").format(day=duty.due.isoformat())


def in_columns(duty: Duty | None) -> tuple[str, str, str]:
    """The end whose turn it is, what it does, and until when; nothing where nobody is waited for."""
    return (str(words.SIDES[duty.side]), str(TO_DO[duty.matter, duty.side]), until(duty)) if duty else ("", "", "")
