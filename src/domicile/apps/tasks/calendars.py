"""The working days that due dates are counted in: the national calendar, with the years that an operator loaded."""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import yaml
from django.utils.translation import gettext as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.tasks.models import CalendarDay
from domicile.apps.tasks.registry import MANAGE
from domicile.core.spells.working_days import Calendar, calendar_from_data, national_calendar

LARGEST = 100_000
ACTION = "tasks.load_calendar"
MACHINE_ROLE, COUNTY = "machine", 6
_held: ContextVar[list[Calendar] | None] = ContextVar("calendar of a block", default=None)


@contextmanager
def read_once() -> Iterator[None]:
    """Inside the block the calendar is read once, however often it is asked for."""
    before = _held.set([])
    try:
        yield
    finally:
        _held.reset(before)


def calendar() -> Calendar:
    """The calendar in force. One query."""
    held = _held.get()
    if held:
        return held[0]
    rows = [{"date": day.isoformat(), "kind": kind} for day, kind in CalendarDay.objects.values_list("day", "kind")]
    found = calendar_from_data(rows, national_calendar())
    if held is not None:
        held.append(found)
    return found


def read(text: str) -> list[dict[str, str]]:
    """Rows of date and kind (off, work) from CSV with those heads, or from a YAML list. Raises Refused saying what to do."""
    if len(text) > LARGEST:
        raise Refused(
            _("This file is too large for a calendar. Give one year, a line for each day off or worked."), "file"
        )
    text = text.removeprefix("\ufeff")
    rows: Any
    if text.lstrip().startswith("-"):
        try:
            rows = yaml.safe_load(text)
        except yaml.YAMLError:
            rows = None
    else:
        rows = list(csv.DictReader(io.StringIO(text)))
    if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
        raise Refused(
            _("Give a CSV file with the heads date and kind, and a line for each day: 2027-01-01,off"), "file"
        )
    return [{str(name): str(value) for name, value in row.items()} for row in rows]


def load(*, actor: Viewer, text: str) -> list[int]:
    """Load the days off and make-up days of whole years, in the place of what was known of them; returns the years.

    Raises Refused naming the row that cannot be read, and for a year without both kinds of days: each year has both.
    """
    if not may_load(actor):
        raise NotAllowed(MANAGE)
    rows = read(text)
    try:
        calendar_from_data(rows, national_calendar())
    except ValueError as problem:
        raise Refused(str(problem), "file") from None
    days = {dt.date.fromisoformat(row["date"].strip()): row["kind"].strip() for row in rows}
    years = sorted({day.year for day in days})
    for year in years:
        kinds = {kind for day, kind in days.items() if day.year == year}
        if kinds != set(CalendarDay.Kind.values):
            raise Refused(
                _("The calendar of {year} is not whole: give its days off and its make-up days.").format(year=year),
                "file",
            )
    with recording(actor=actor, action=ACTION, subject_kind="calendar", subject_id=new_id()) as change:
        for row in CalendarDay.objects.filter(day__year__in=years):
            change.delete(row)
        change.create_many([CalendarDay(day=day, kind=kind) for day, kind in sorted(days.items())])
    return years


def may_load(viewer: Viewer) -> bool:
    """Whether this viewer may load a calendar: it holds for everybody, so it is a matter of the county."""
    return viewer.may(MANAGE) and (viewer.role == MACHINE_ROLE or any(len(scope) <= COUNTY for scope in viewer.scopes))
