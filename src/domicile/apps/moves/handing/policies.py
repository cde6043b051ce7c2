"""Which moves can be handed on, and by whom."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves.models import Move
from domicile.apps.moves.policies import Ends
from domicile.core.moves import significant

#: States in which somebody is announced and nobody has come.
ANNOUNCED = ("declared", "told")
#: How the code of a place ends whose community is not known; where the digits of the community begin.
NO_COMMUNITY, COMMUNITY = "000000", 12


def wide(ends: Ends) -> str:
    """The county or township that the declaration names, as a place code; '' where it names a community, or none."""
    code = ends.origin.to_code
    return code if code.endswith(NO_COMMUNITY) and len(significant(code)) < COMMUNITY else ""


def lies_in(code: str, ends: Ends) -> bool:
    """Whether this is the code of a community of the area that the declaration names."""
    return len(code) == COMMUNITY and bool(wide(ends)) and code.startswith(significant(wide(ends)))


def may(viewer: Viewer, move: Move, ends: Ends) -> bool:
    """Whether the viewer answers for the whole area that they are declared to, and nobody has come yet."""
    code = wide(ends)
    return (
        move.state in ANNOUNCED
        and ends.destination.said_at is None
        and bool(ends.destination.code)
        and bool(code)
        and viewer.covers(code)
        and viewer.covers(ends.destination.code)
    )


def check(viewer: Viewer, move: Move, ends: Ends) -> None:
    """Raises OutOfReach, Refused."""
    code = wide(ends)
    if not code or not viewer.covers(code) or not viewer.covers(ends.destination.code or "-"):
        raise OutOfReach()
    if not may(viewer, move, ends):
        raise Refused(_("The move stands otherwise by now. Open it again."))
