"""Levels, outcomes and parts of the day in the words of the reader's language."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS, QUESTIONS
from domicile.apps.tasks.models import Level, Task

OUTCOMES: dict[str, Any] = {
    Task.Outcome.DONE: _("Done"),
    Task.Outcome.NOT_AT_HOME: _("Not at home"),
    Task.Outcome.REFUSED: _("Visit refused"),
    Task.Outcome.WRONG_ADDRESS: _("Wrong address"),
    Task.Outcome.SETTLED: _("no longer needed"),
}
STATES: dict[str, Any] = {
    Task.State.OPEN: _("still open"),
    Task.State.DONE: _("done"),
    Task.State.CANCELLED: _("cancelled"),
}
LEVELS: dict[str, Any] = {
    Level.GRID: _("grid"),
    Level.COMMUNITY: _("community"),
    Level.TOWNSHIP: _("township"),
    Level.COUNTY: _("county"),
}
PARTS: dict[str, Any] = {
    "morning": _("in the morning"),
    "afternoon": _("in the afternoon"),
    "evening": _("in the evening"),
}
TOLD: dict[str, Any] = {
    "tasks.add": _("task added"),
    "tasks.outcome": _("task done or tried"),
    "tasks.undo": _("outcome of a task taken back"),
    "tasks.cancel": _("task cancelled"),
    "tasks.give": _("task given to somebody"),
    "tasks.hand_over": _("open tasks handed over"),
    "tasks.generate": _("tasks made by rules"),
    "tasks.escalate": _("overdue tasks raised a level"),
    "tasks.erase": _("closed tasks erased, their time being over"),
    "tasks.load_calendar": _("calendar of working days loaded"),
}

HELD: dict[str, Any] = {
    "tasks_task": _("tasks"),
    "tasks_try": _("tries"),
    "tasks_run": _("runs of rules"),
    "tasks_calendarday": _("days of the calendar"),
}


def part(name: str) -> str:
    """A part of the day."""
    return str(PARTS.get(name, name))


def register_all() -> None:
    """Called once at start-up: the logs say it in the same words."""
    for name, label in TOLD.items():
        ACTIONS.setdefault(name, label)
    for table, label in HELD.items():
        TABLES.setdefault(table, label)
    QUESTIONS.setdefault("tasks", _("list of tasks"))
