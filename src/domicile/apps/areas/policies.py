"""Who may keep areas and grids, and what the state of an area allows."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from domicile.apps.access import purposes
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.roles import matrix
from domicile.apps.areas.models import Area, Grid
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.core.codes.areas import AreaCode

PERMISSION = "manage_areas"


def check_may_keep(actor: Viewer, code: str) -> None:
    """Raise NotAllowed unless the actor keeps areas and the code's own part (without the zeros below) is in scope."""
    actor.require(PERMISSION)
    if not actor.covers(AreaCode(code).prefix if len(code) == 12 else code):
        raise OutOfReach


def may_keep(actor: Viewer, code: str) -> bool:
    """Whether check_may_keep passes."""
    return actor.may(PERMISSION) and actor.covers(AreaCode(code).prefix if len(code) == 12 else code)


def check_day(day: dt.date, today: dt.date, field: str, *, begun: dt.date | None = None) -> None:
    """Raise Refused for a day to come, or one that does not come after the beginning."""
    if day > today:
        raise Refused(_("This day has not come yet. Record it on the day when it takes effect, or later."), field)
    if begun is not None and day <= begun:
        raise Refused(_("This must be after {day}, the day from which it exists.").format(day=begun.isoformat()), field)


def check_open(row: Area | Grid) -> None:
    """Raise Refused for something that has ended."""
    if row.valid_to is not None:
        raise Refused(
            _("This ended on {day}; only what exists today can be changed.").format(day=row.valid_to.isoformat())
        )


def splits_and_merges(area: Area) -> bool:
    """Whether the area can be split or merged: communities and townships can."""
    return area.level in {Area.Level.VILLAGE, Area.Level.TOWNSHIP}


def could_keep(viewer: Viewer, code: str, today: dt.date) -> bool:
    """Whether the viewer keeps this area, at once or once a purpose is stated: whether the way to it is shown."""
    return purposes.reachable(viewer, (PERMISSION,), matrix(today)) and viewer.covers(
        AreaCode(code).prefix if len(code) == 12 else code
    )
