"""Who may do what with lists, and in which state of one."""

import datetime as dt

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.sources.models import ListRow, Load

LOAD, WORK = "import", "propose_change"
#: Whoever may see the piles; the figures alone may be seen by statisticians too.
SEE = ("view_ledger",)
FIGURES = ("view_ledger", "view_statistics")
#: A comparison that has not ended after so long was cut off: it may be begun again.
CUT_OFF = dt.timedelta(minutes=15)


def check_may_load(actor: Viewer, scope: str) -> None:
    """Raises NotAllowed, OutOfReach."""
    actor.require(LOAD)
    if not scope or not actor.covers(scope):
        raise OutOfReach


def check_may_see(viewer: Viewer, load: Load) -> None:
    """Whether a list touches the viewer's areas at all: it lies inside them, or they inside it. Raises OutOfReach."""
    if not touches(viewer, load.scope):
        raise OutOfReach


def touches(viewer: Viewer, scope: str) -> bool:
    return bool(viewer.scopes) and (viewer.covers(scope) or any(one.startswith(scope) for one in viewer.scopes))


def check_may_work(actor: Viewer, row: ListRow) -> None:
    """Raises NotAllowed, OutOfReach."""
    actor.require(WORK)
    if not actor.covers(row.place_code):
        raise OutOfReach([row.person] if row.person else [])


def may_begin(load: Load, now: dt.datetime) -> bool:
    """Whether a comparison can begin: it has not, or was cut off."""
    if load.state == Load.State.COMPARING:
        return load.begun_at is None or now - load.begun_at > CUT_OFF
    return load.state in {Load.State.READ, Load.State.ASKED}


def check_sees_figures(viewer: Viewer) -> None:
    """Raises NotAllowed."""
    if not any(viewer.may(permission) for permission in FIGURES):
        raise NotAllowed(f"{viewer.role or 'nobody'}/{viewer.purpose or '-'} may not: {', '.join(FIGURES)}")
