"""A form that was sent again with corrections: the visit of the earlier one counts no more, and what it said of tasks is taken
back, before the new one is told. So a door closes or opens again by what was found, and is counted once.

Where that cannot be (somebody went there since, the visit was drawn for a back-check), both stay, and the form is kept aside.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.recording import recording
from domicile.apps.collect.openrosa.models import Submission
from domicile.apps.collect.openrosa.registry import Processed
from domicile.apps.collect.openrosa.storing import key_of
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.fieldwork.backcheck.models import BackCheck
from domicile.apps.fieldwork.visits.entering import untell
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.registry import DO

REPLACE = "fieldwork.replace_visit"
EDITED = "edited"


def after(processed: Sequence[Processed]) -> None:
    """What phones sent, in the transaction that processed it. Nothing is asked where no form corrects another."""
    by_earlier = {key_of(one.submission.deprecated_id): one for one in processed if one.submission.deprecated_id}
    if not by_earlier:
        return
    told = set(_told({one.submission.pk for one in by_earlier.values()}))
    for visit in Visit.objects.filter(submission_id__in=by_earlier).select_related("dwelling", "building"):
        one = by_earlier[visit.submission_id]  # type: ignore[index]
        if visit.worker_id != one.viewer.user_id or one.submission.pk not in told:
            continue
        try:
            with transaction.atomic():
                _replace(one, visit)
        except (Refused, NotAllowed, OutOfReach, ProtectedError):
            Submission.objects.filter(pk=one.submission.pk).update(state=Submission.State.ASIDE, problem=EDITED)


def _told(forms: set[uuid.UUID]) -> list[uuid.UUID | None]:
    """The forms among these that recorded a visit."""
    return list(Visit.objects.filter(submission_id__in=forms).values_list("submission_id", flat=True))


def _replace(one: Processed, visit: Visit) -> None:
    """Take the visit of the earlier form off, with who was confirmed and what was found. Raises Refused where work went on."""
    if BackCheck.objects.filter(source_id=visit.pk).exclude(state=BackCheck.State.CALLED_OFF).exists():
        raise Refused(_("Something happened since, so it cannot be taken back."))
    # A phone itself may see no tasks: what its worker told of them is told anew, not decided.
    actor = replace(one.viewer, permissions=one.viewer.permissions | {DO})
    for task in Task.objects.filter(attempts__source=visit.pk):
        untell(actor, task, visit)
    subject = ("dwelling", visit.dwelling_id) if visit.dwelling_id else ("building", visit.building_id)
    with recording(
        actor=one.viewer, action=REPLACE, subject_kind=subject[0], subject_id=subject[1] or visit.pk,
        place_code=visit.place_code, reason=f"form {one.submission.pk}",
    ) as change:  # fmt: skip
        for row in (*visit.confirmations.all(), *visit.matters.all()):
            change.delete(row)
        change.delete(visit)
