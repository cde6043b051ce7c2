"""Take back what a sheet of moves brought in, from the last step to the first, where nothing later touched it."""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.audit.reversal import ChangedSince, reverse
from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.messages import ImportRefused, issue, refuse
from domicile.apps.exchange.models import Batch

ACTION = "import.undo"
TOUCHED = (ChangedSince, ProtectedError, IntegrityError)
Decision = Literal["keep", "overwrite"]


def own(batch: Batch) -> list[Change]:
    """What the batch wrote, the last first."""
    return list(Change.objects.filter(pk__in=batch.report.get("changes", [])).order_by("-id"))


def touched(batch: Batch) -> list[Change]:
    """Those of its changes that something later stands on: found by trying, and putting all back."""
    found: list[Change] = []
    with transaction.atomic():
        for change in own(batch):
            try:
                with transaction.atomic():
                    _reverse(Viewer(None, "", "", (), ""), change)
            except TOUCHED:
                found.append(change)
        transaction.set_rollback(True)
    return found


def undo(actor: Viewer, batch: Batch, decisions: Mapping[UUID, Decision], everything: Decision | None) -> None:
    """Restore what was before; what is to be kept stays. Raises ImportRefused, changing nothing."""
    chosen = {change.subject_id: decisions.get(change.subject_id, everything) for change in touched(batch)}
    if None in chosen.values():
        raise ImportRefused([issue("conflicts", detail=str(len(chosen)))])
    if "overwrite" in chosen.values():
        raise refuse("mover_later")
    with transaction.atomic():
        for change in own(batch):
            try:
                with transaction.atomic():
                    _reverse(actor, change)
            except TOUCHED as later:
                if change.subject_id not in chosen:
                    raise refuse("mover_later") from later
        note = str(_("The sheet that it came from was undone."))
        for proposal in Proposal.objects.filter(pk__in=batch.report.get("proposals", [])):
            review.withdraw_imported(actor=actor, proposal_id=proposal.pk, note=note)
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.UNDONE, undone_at=timezone.now())


def _reverse(actor: Viewer, change: Change) -> None:
    with recording(
        actor=actor, action=ACTION, subject_kind=change.subject_kind, subject_id=change.subject_id,
        place_code=change.place_code, reason=f"undo {change.pk}",
    ) as recorder:  # fmt: skip
        reverse(change, recorder)
