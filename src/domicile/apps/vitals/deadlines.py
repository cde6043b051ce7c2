"""Until when a place of registration answers about a birth."""

import datetime as dt

from domicile.apps.tasks.calendars import calendar
from domicile.core.policy.parameters import parameter
from domicile.core.spells import UnknownYear


def answer_due(today: dt.date) -> dt.date | None:
    """Until when an answer is due by MO-5; None where the working days are not known."""
    try:
        return calendar().add(today, int(parameter("deadlines.answer_working_days", today)))
    except UnknownYear:
        return None
