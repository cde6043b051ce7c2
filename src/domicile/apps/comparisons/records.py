"""What the actions of a comparison share: its record in the log, its end, and who works in its name."""

from typing import Any

from django.utils import timezone

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.viewer import Viewer
from domicile.apps.comparisons import policies
from domicile.apps.comparisons.models import Comparison, Part
from domicile.apps.peers import directory
from domicile.apps.vault.sealing import erase

SUBJECT = "comparison"
PROPOSE, RECEIVE = "comparisons.propose", "comparisons.receive"
ACCEPT, ACCEPTED = "comparisons.accept", "comparisons.accepted"
REFUSE, STOP, FINISH = "comparisons.refuse", "comparisons.stop", "comparisons.finish"
APART, ASK, SETTLE, REOPEN = "comparisons.apart", "comparisons.ask", "comparisons.settle", "comparisons.reopen"
ERASE = "comparisons.erase"


def noting(actor: Viewer, action: str, row: Comparison, reason: str = "") -> Any:
    """The record of a change of a comparison: at the area that this register answers for."""
    own = directory.own()
    first = policies.prefixes(own)[0] if own is not None else ""
    return recording(
        actor=actor, action=action, subject_kind=SUBJECT, subject_id=row.pk, place_code=first, reason=reason
    )


def end(row: Comparison, state: str, change: Recorder, *, words: str = "", found: int = 0) -> None:
    """Let a comparison be over: what travelled goes, and the secrets with it, so that nobody can compare anything with it again."""
    change.update(row, state=state, ended_at=timezone.now(), words=words[:300], found=found)
    Part.objects.filter(comparison=row).delete()
    erase(row.pk)


def worker(row: Comparison) -> Viewer:
    """Whoever agreed here, at work in the background over all of this register."""
    own = directory.own()
    return Viewer(
        user_id=row.own_by, name=row.own_by_name, role=row.own_role,
        scopes=tuple(policies.prefixes(own)) if own is not None else (), purpose=row.own_purpose,
        permissions=policies.READS, channel="job",
    )  # fmt: skip
