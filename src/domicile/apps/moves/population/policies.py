"""Who is shown which figures of the population."""

import datetime as dt

from django.utils.translation import gettext as _

from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.disclosure import SmallCells
from domicile.core.policy.parameters import parameter

#: Figures, or the people themselves.
READ = ("view_statistics", "view_ledger")
#: Who may see the people is shown every count as it is.
PEOPLE = "view_person"


def check_may_see(viewer: Viewer) -> None:
    """Raise NotAllowed unless the viewer may see figures or people."""
    if not any(viewer.may(permission) for permission in READ):
        raise NotAllowed(f"{viewer.role or 'nobody'}/{viewer.purpose or '-'} may not: {', '.join(READ)}")


def sees_exact(viewer: Viewer) -> bool:
    """Whether small counts are shown as they are."""
    return viewer.may(PEOPLE)


def may_take(viewer: Viewer) -> bool:
    """Whether the figures leave as a file: exact ones are of people, and need the permission for that."""
    return not sees_exact(viewer) or viewer.may("export")


def rule(today: dt.date) -> SmallCells:
    """How small counts are hidden from everybody else (core/policy/parameters/small_cells.yaml)."""
    return SmallCells(parameter("small_cells.below", today), parameter("small_cells.counted_as", today))


def check_dates(viewer: Viewer, on: dt.date, known_on: dt.date) -> None:
    """Whoever may not see people is given month ends alone: the difference of two days is often one person. Raises Refused."""
    if sees_exact(viewer):
        return
    for day, name in ((on, "on"), (known_on, "known_on")):
        if not is_month_end(day):
            raise Refused(
                _("Choose the last day of a month: from one day to the next a figure would tell of one person."), name
            )


def is_month_end(day: dt.date) -> bool:
    """Whether the next day begins a month."""
    return (day + dt.timedelta(days=1)).day == 1


def last_month_end(today: dt.date) -> dt.date:
    """The last day of the month before."""
    return today.replace(day=1) - dt.timedelta(days=1)
