"""Undo a change that was made through a registered kind of change."""

from collections.abc import Collection, Iterable

from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.words import names_of_action
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.audit.reversal import ChangedSince, reverse
from domicile.apps.collect.policies import reaches
from domicile.apps.collect.registry import known
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

UNDO = "collect.undo"
UNDOS = names_of_action(UNDO)
REASON = "undo "


def may_undo(viewer: Viewer, change: Change) -> bool:
    """Whether this viewer may take the change back: whoever made it, and whoever could make it at once there."""
    handler = known(change.action)
    if handler is None or not viewer.covers(change.place_code):
        return False
    if viewer.user_id is not None and change.actor_id == viewer.user_id:
        return viewer.may("propose_change") or viewer.may("apply_change")
    return viewer.may("apply_change") and reaches(viewer, change.place_code, handler.level())


def undone(changes: Iterable[Change]) -> set[int]:
    """The ids of changes that later ones among `changes` took back."""
    reasons = (change.reason for change in changes if change.action in UNDOS)
    return {int(reason.removeprefix(REASON)) for reason in reasons if reason[len(REASON) :].isdigit()}


def undo(*, actor: Viewer, change_id: int, kinds: Collection[str]) -> Change:
    """Put back what a change of one of these kinds wrote, and record that too; returns the change.

    Raises Refused when its rows were changed since, NotAllowed when the actor may not (`may_undo`).
    """
    change = Change.objects.filter(pk=change_id, action__in=kinds).first()
    if change is None or not may_undo(actor, change):
        raise NotAllowed("undo")
    try:
        with recording(
            actor=actor, action=UNDO, subject_kind=change.subject_kind, subject_id=change.subject_id,
            place_code=change.place_code, reason=f"{REASON}{change.pk}",
        ) as recorder:  # fmt: skip
            reverse(change, recorder)
    except (ChangedSince, IntegrityError, ProtectedError) as error:
        raise Refused(_("This was changed again since, so it cannot be undone. Correct it instead.")) from error
    return change
