"""Who may say of a finding that it is right as it is, and when."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.quality.models import RuleFinding

EXPLAINS = "apply_change"


def may_explain(viewer: Viewer, finding: RuleFinding) -> bool:
    """Whether the viewer could decide about a finding there."""
    return viewer.may(EXPLAINS) and viewer.covers(finding.place_code)


def check_reaches(viewer: Viewer, finding: RuleFinding) -> None:
    """Raise NotAllowed without the right, OutOfReach outside the areas."""
    viewer.require(EXPLAINS)
    if not viewer.covers(finding.place_code):
        raise OutOfReach([finding.person_id] if finding.person_id else [])


def check_open(finding: RuleFinding) -> None:
    """Raise Refused where there is nothing to explain."""
    if finding.state == RuleFinding.State.SOLVED:
        raise Refused(_("This is solved already: the record was put right."))
    if finding.state == RuleFinding.State.EXPLAINED:
        raise Refused(_("Somebody has said already that this is right as it is."))


def check_explained(finding: RuleFinding) -> None:
    """Raise Refused where nothing was said that could be taken back."""
    if finding.state != RuleFinding.State.EXPLAINED:
        raise Refused(_("Nothing was said of this that could be taken back."))
