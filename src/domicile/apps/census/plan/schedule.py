"""When the phases of a census are, proposed from its reference moment."""

import datetime as dt

from domicile.apps.census.plan.models import Phase
from domicile.core.policy.parameters import parameter

DAY = dt.timedelta(days=1)
Spans = dict[str, tuple[dt.date, dt.date]]


def proposed(reference_on: dt.date) -> Spans:
    """First day and first day after each phase, by kind, in the order of the work."""
    offsets = parameter("census_plan.phases", reference_on)
    return {
        kind: (reference_on + offset["begins"] * DAY, reference_on + offset["ends"] * DAY)
        for kind, offset in offsets.items()
    }


def running(phases: list[Phase], today: dt.date) -> list[Phase]:
    """The phases of that day, the one that began last first."""
    return sorted(
        (one for one in phases if one.begins_on <= today < one.ends_on), key=lambda one: one.begins_on, reverse=True
    )


def coming(phases: list[Phase], today: dt.date) -> Phase | None:
    """The next phase to begin after the day."""
    return min((one for one in phases if one.begins_on > today), key=lambda one: one.begins_on, default=None)
