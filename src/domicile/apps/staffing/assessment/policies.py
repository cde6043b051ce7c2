"""Who sees which figures, and from when on."""

import datetime as dt

from domicile.apps.common.viewer import Viewer
from domicile.apps.staffing import months
from domicile.apps.staffing.assessment.models import AssessedMonth, Figure
from domicile.core.policy.parameters import parameter


def shown_from(month: AssessedMonth) -> dt.date:
    """The day from which the office sees the figures; before it, each worker alone sees the own ones."""
    return month.told_on + dt.timedelta(days=parameter("assessment.looking_days", month.told_on))


def is_shown(month: AssessedMonth, today: dt.date) -> bool:
    """Whether the office sees the figures of the month."""
    return today >= shown_from(month)


def may_see(viewer: Viewer, figure: Figure, today: dt.date) -> bool:
    """Whether the viewer sees a figure: the own one at once, others' with the permission once they are shown."""
    if viewer.user_id is not None and figure.worker.user_id == viewer.user_id:
        return True
    return months.may(viewer, months.ASSESS, figure.month.place_code) and is_shown(figure.month, today)
