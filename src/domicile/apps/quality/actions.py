"""Say of a finding that it is right as it is, and take that back."""

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.quality import policies
from domicile.apps.quality.models import RuleFinding

EXPLAIN, TAKE_BACK = "quality.explain", "quality.take_back"
LONGEST = 200
State = RuleFinding.State


def explain(*, actor: Viewer, finding_id: uuid.UUID, reason: str, today: dt.date) -> RuleFinding:
    """Keep with a finding that it is right as it is, and why. It is not shown as wrong again, also after later runs.

    Raises OutOfReach, NotAllowed, Refused. Undone by `take_back`.
    """
    finding = _locked(finding_id)
    policies.check_reaches(actor, finding)
    policies.check_open(finding)
    said = " ".join(reason.split())
    if not said:
        raise Refused(_("Say why it is right as it is: what you saw, or who told you."), "reason")
    if len(said) > LONGEST:
        raise Refused(_("Say it in at most 200 characters."), "reason")
    if without_numbers(said) != said:
        raise Refused(_("Leave numbers of documents and phones out of the reason."), "reason")
    with _recorded(actor, EXPLAIN, finding, said) as change:
        change.update(
            finding, state=State.EXPLAINED, reason=said, explained_on=today, explained_by=actor.user_id,
            explained_by_name=actor.name,
        )  # fmt: skip
    return finding


def take_back(*, actor: Viewer, finding_id: uuid.UUID) -> RuleFinding:
    """Let a finding be open again. Raises OutOfReach, NotAllowed, Refused."""
    finding = _locked(finding_id)
    policies.check_reaches(actor, finding)
    policies.check_explained(finding)
    with _recorded(actor, TAKE_BACK, finding, "") as change:
        change.update(finding, state=State.OPEN, reason="", explained_on=None, explained_by=None, explained_by_name="")
    return finding


def _locked(finding_id: uuid.UUID) -> RuleFinding:
    finding = RuleFinding.objects.filter(pk=finding_id).first()
    if finding is None:
        raise OutOfReach()
    return finding


def _recorded(actor: Viewer, action: str, finding: RuleFinding, reason: str):  # type: ignore[no-untyped-def]
    return recording(
        actor=actor, action=action, subject_kind="rule_finding", subject_id=finding.pk, place_code=finding.place_code,
        reason=reason,
    )  # fmt: skip
