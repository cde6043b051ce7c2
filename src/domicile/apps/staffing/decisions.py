"""Decisions of meetings as tasks: what they are called, and what happens when one is done."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import Recorder
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing import policies
from domicile.apps.staffing.actions.meetings import TASK
from domicile.apps.staffing.models import Decision, Meeting
from domicile.apps.tasks import registry
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.naming import Named, register_namer


def done(change: Recorder, actor: Viewer, task: Task, outcome: str, today: dt.date) -> None:
    """The task was done: so is the decision. Undone together with it."""
    row = Decision.objects.filter(pk=task.subject_id).first()
    if row is not None and outcome == Task.Outcome.DONE:
        change.update(row, done_on=today)


def names(viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    """What decisions are called in lists. One query."""
    rows = restrict(Decision.objects.filter(pk__in=ids), viewer, "meeting__place_code")
    return {key: Named(text) for key, text in rows.values_list("pk", "text")}


def register_all() -> None:
    """Called once at start-up."""
    kind = registry.Kind(
        TASK, _("Decision of a meeting"), pages={TASK: "staffing:decision"}, outcomes=(Task.Outcome.DONE,), after=done
    )
    registry.register(kind)
    register_namer(TASK, names)


def meetings(viewer: Viewer, community: str) -> "QuerySet[Meeting]":
    """The meetings of a community, the latest first. Raises NotAllowed."""
    policies.check_view(viewer, community)
    return Meeting.objects.filter(prefix_q("place_code", community)).order_by("-held_on", "-pk")


def meeting(viewer: Viewer, pk: uuid.UUID) -> Meeting:
    """One meeting. Raises NotAllowed outside the viewer's areas."""
    found = Meeting.objects.filter(pk=pk).first()
    if found is None:
        raise NotAllowed("meeting")
    policies.check_view(viewer, found.place_code)
    return found


def open_decisions(community: str) -> "QuerySet[Decision]":
    """Decisions of a community's meetings that are not done, the first due before the others."""
    rows = Decision.objects.filter(prefix_q("meeting__place_code", community), done_on=None)
    return rows.select_related("worker", "meeting").order_by("due", "pk")


def decision(viewer: Viewer, pk: uuid.UUID) -> Decision:
    """One decision: for those who see the chain there, and for the worker who is to do it."""
    found = Decision.objects.filter(pk=pk).select_related("worker", "meeting").first()
    if found is None:
        raise NotAllowed("decision")
    own = viewer.user_id is not None and found.worker.user_id == viewer.user_id
    if not own:
        policies.check_view(viewer, found.meeting.place_code)
    return found
