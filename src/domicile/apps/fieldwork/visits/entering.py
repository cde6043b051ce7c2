"""Enter a visit or a round at a desk, and take back what was entered."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from domicile.apps.audit.reversal import ChangedSince, reverse
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.fieldwork.visits import closing, selectors
from domicile.apps.fieldwork.visits.actions import RECORD, record_visit
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.fieldwork.visits.words import WEB
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.tasks import actions as tasks
from domicile.apps.tasks import registry
from domicile.apps.tasks.models import Task, Try

TAKE_BACK = "fieldwork.take_back_visit"


@transaction.atomic
def enter_visit(
    *, actor: Viewer, place: Dwelling | Building, visited_on: dt.date, outcome: str, part_of_day: str = "",
    notice_left: bool = False, confirmed: Collection[uuid.UUID] = (), matters: Collection[str] = (), what: str = "",
) -> Visit:  # fmt: skip
    """Keep a visit that somebody made without a phone; open tasks of the door are answered with it. Raises Refused."""
    if actor.user_id is None or not (actor.may(registry.DO) or actor.may(registry.MANAGE)):
        raise NotAllowed(registry.DO)
    if visited_on > timezone.localdate():
        raise Refused(_("This day lies in the future."), "visited_on")
    round_made = isinstance(place, Building)
    if round_made != (outcome == Visit.Outcome.PATROLLED):
        raise Refused(_("Choose from the list."), "outcome")
    same = place.visits.filter(worker_id=actor.user_id, visited_on=visited_on, outcome=outcome, part_of_day=part_of_day)
    if same.filter(form=WEB).exists():  # a form sent twice
        raise Refused(_("This visit is on file already."), "visited_on")
    met = outcome == Visit.Outcome.MET
    visit = record_visit(
        actor=actor, form=WEB, place=place, visited_on=visited_on, outcome=outcome, part_of_day=part_of_day,
        notice_left=notice_left if outcome == Visit.Outcome.NOT_AT_HOME else None, confirmed=confirmed if met else (),
        matters=matters, what=what,
    )  # fmt: skip
    closing.tell(actor=actor, visits=[visit])
    return visit


@transaction.atomic
def take_back(*, actor: Viewer, visit_id: uuid.UUID) -> Visit:
    """Take back a visit that was entered at a desk, and what it said about tasks. Raises Refused where work went on."""
    visit = selectors.visit(actor, visit_id)
    if not may_take_back(actor, visit):
        raise NotAllowed(registry.MANAGE)
    said = Change.objects.filter(subject_id__in=[visit.dwelling_id, visit.building_id], action=RECORD)
    made = next((row for row in said.order_by("-pk") if visit.pk.hex in row.values), None)
    if made is None:
        raise Refused(_("There is nothing to take back."))
    try:
        for task in Task.objects.filter(attempts__source=visit.pk):
            untell(actor, task, visit)
        with recording(
            actor=actor, action=TAKE_BACK, subject_kind=made.subject_kind, subject_id=made.subject_id,
            place_code=visit.place_code, reason=f"undo {made.pk}",
        ) as change:  # fmt: skip
            reverse(made, change)
    except ChangedSince:
        raise Refused(_("Something happened since, so it cannot be taken back.")) from None
    return visit


def may_take_back(viewer: Viewer, visit: Visit) -> bool:
    """Whether the viewer may take a visit back: it was entered at a desk, by the viewer or where tasks are arranged."""
    own = viewer.user_id is not None and visit.worker_id == viewer.user_id and viewer.may(registry.DO)
    return visit.form == WEB and (own or viewer.may(registry.MANAGE))


def untell(actor: Viewer, task: Task, visit: Visit) -> None:
    """Take back what the visit said about a task, or the task that it made. Raises Refused where more was said since."""
    if task.occurrence != visit.pk.hex:
        if task.attempts.order_by("-pk").values_list("source", flat=True).first() != visit.pk:
            raise Refused(_("Something happened since, so it cannot be taken back."))
        tasks.undo(actor=actor, task_id=task.pk)
        return
    made = Change.objects.filter(subject_id=task.pk, action=tasks.ADD).order_by("pk").first()
    if made is None or Try.objects.filter(task=task).exclude(source=visit.pk).exists():
        raise Refused(_("Something happened since, so it cannot be taken back."))
    with recording(
        actor=actor, action=TAKE_BACK, subject_kind="task", subject_id=task.pk, place_code=task.place_code,
        reason=f"undo {made.pk}",
    ) as change:  # fmt: skip
        reverse(made, change)
