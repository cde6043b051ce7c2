"""Meetings: the list with open decisions, one with its minutes, and what it decided."""

import datetime as dt
import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.staffing import decisions, forms, policies, registry, selectors
from domicile.apps.staffing.actions import correcting
from domicile.apps.staffing.actions import meetings as actions
from domicile.apps.staffing.models import Decision, Meeting
from domicile.apps.staffing.views.chain import shell
from domicile.apps.staffing.views.posts import named
from domicile.apps.staffing.words import MEETINGS, told
from domicile.apps.tasks import registry as tasks
from domicile.core.policy.parameters import parameter

SHOWN = 50


@require_safe
@requires(policies.VIEW)
def meetings(request: ViewerRequest, community: str) -> HttpResponse:
    """The meetings of a community, when the next of each kind is due, and what is still open of their decisions."""
    today = timezone.localdate()
    rows = list(decisions.meetings(request.viewer, community)[:SHOWN])
    context = {
        **shell(request, community, registry.names([community])[community], "meetings"),
        "rows": [(row, MEETINGS[row.kind]) for row in rows],
        "rhythm": rhythm(rows, today),
        "decisions": decisions.open_decisions(community),
        "today": today,
    }
    return render(request, "staffing/meetings.html", context)


def rhythm(rows: list[Meeting], today: dt.date) -> list[dict[str, Any]]:
    """Of each kind the last meeting, and the day by which the next one is due."""
    found = []
    for kind, entry in parameter("staffing.meetings", today).items():
        last = next((row.held_on for row in rows if row.kind == kind), None)
        due = last + dt.timedelta(days=entry["days"]) if last else None
        found.append({"label": told(entry), "last": last, "due": due, "late": due is not None and due < today})
    return found


@require_safe
@requires(policies.VIEW)
def meeting(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A meeting with its minutes, who was there, and what was decided."""
    found = decisions.meeting(request.viewer, pk)
    code = found.place_code[:12]
    context = {
        **shell(request, code, registry.names([code])[code], ""),
        "meeting": found,
        "kind": MEETINGS[found.kind],
        "present": list(found.present.order_by("number")),
        "decisions": found.decisions.select_related("worker").order_by("due", "pk"),
        "today": timezone.localdate(),
        "history": selectors.history(request.viewer, found.pk),
    }
    return render(request, "staffing/meeting.html", context)


@require_safe
def decision(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One decision, for whoever sees the chain and for the worker who is to do it."""
    found = decisions.decision(request.viewer, pk)
    context = {
        "decision": found,
        "today": timezone.localdate(),
        "sees": request.viewer.may(policies.VIEW),
        "may_manage": found.done_on is None and policies.may_manage(request.viewer, found.meeting.place_code),
    }
    return render(request, "staffing/decision.html", context)


class HoldMeeting(ActionView):
    permissions = (policies.MANAGE,)
    heading, submit_label = gettext_lazy("Minutes of a meeting"), gettext_lazy("Keep the minutes")
    saved, form_class = gettext_lazy("Kept. Now add what was decided."), forms.MeetingForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> str:
        policies.check_manage(viewer, kwargs["community"])
        return str(kwargs["community"])

    def context(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        return {"lead": registry.names([subject])[subject]}

    def form_arguments(self, viewer: Viewer, subject: str) -> dict[str, Any]:
        return {"workers": named(list(selectors.workers(subject, timezone.localdate())))}

    def act(self, viewer: Viewer, subject: str, values: dict[str, Any]) -> Meeting:
        return actions.hold_meeting(actor=viewer, place_code=subject, today=timezone.localdate(), **values)

    def back(self, subject: str, result: Meeting | None = None) -> str:
        return reverse("staffing:meeting", args=[result.pk]) if result else reverse("staffing:meetings", args=[subject])


class Decide(ActionView):
    permissions = (tasks.DO, tasks.MANAGE)  # a decision becomes a task
    heading, submit_label = gettext_lazy("What was decided"), gettext_lazy("Keep the decision")
    saved = gettext_lazy("Kept. It stands as a task before whoever is to do it.")
    form_class = forms.DecisionForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Meeting:
        found = decisions.meeting(viewer, kwargs["pk"])
        policies.check_manage(viewer, found.place_code)
        return found

    def context(self, viewer: Viewer, subject: Meeting) -> dict[str, Any]:
        return {"lead": f"{subject.title} · {subject.held_on.isoformat()}"}

    def form_arguments(self, viewer: Viewer, subject: Meeting) -> dict[str, Any]:
        today = timezone.localdate()
        due = today + dt.timedelta(days=parameter("staffing.decision_days", today))
        workers = list(selectors.workers(subject.place_code[:12], today))
        return {"workers": named(workers), "initial": {"due": due}}

    def act(self, viewer: Viewer, subject: Meeting, values: dict[str, Any]) -> Decision:
        return actions.decide(
            actor=viewer, meeting_id=subject.pk, decided=values["decided"], worker_id=values["worker"], due=values["due"],
            today=timezone.localdate(),
        )  # fmt: skip

    def back(self, subject: Meeting, result: Any = None) -> str:
        return reverse("staffing:meeting", args=[subject.pk])


class CorrectMeeting(ActionView):
    permissions = (policies.MANAGE,)
    heading, submit_label = gettext_lazy("Correct the minutes"), gettext_lazy("Keep the correction")
    saved, form_class = gettext_lazy("Corrected. What stood before is in the history."), forms.MeetingForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Meeting:
        found = decisions.meeting(viewer, kwargs["pk"])
        policies.check_manage(viewer, found.place_code)
        return found

    def context(self, viewer: Viewer, subject: Meeting) -> dict[str, Any]:
        return {"lead": f"{subject.title} · {subject.held_on.isoformat()}"}

    def form_arguments(self, viewer: Viewer, subject: Meeting) -> dict[str, Any]:
        there = list(subject.present.order_by("number"))
        workers = list(selectors.workers(subject.place_code[:12], timezone.localdate()))
        initial = {
            "kind": subject.kind, "held_on": subject.held_on, "title": subject.title, "minutes": subject.minutes,
            "present": [worker.pk for worker in there],
        }  # fmt: skip
        return {"workers": named(list(dict.fromkeys([*workers, *there]))), "initial": initial}

    def act(self, viewer: Viewer, subject: Meeting, values: dict[str, Any]) -> Meeting:
        today = timezone.localdate()
        return correcting.correct_meeting(actor=viewer, meeting_id=subject.pk, today=today, **values)

    def back(self, subject: Meeting, result: Any = None) -> str:
        return reverse("staffing:meeting", args=[subject.pk])


class CorrectDecision(ActionView):
    permissions = (policies.MANAGE,)
    heading, submit_label = gettext_lazy("Correct a decision"), gettext_lazy("Keep the correction")
    saved = gettext_lazy("Corrected. Its task says the same.")
    form_class = forms.DecisionForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Decision:
        found = decisions.decision(viewer, kwargs["pk"])
        policies.check_manage(viewer, found.meeting.place_code)
        return found

    def context(self, viewer: Viewer, subject: Decision) -> dict[str, Any]:
        return {"lead": subject.meeting.title}

    def form_arguments(self, viewer: Viewer, subject: Decision) -> dict[str, Any]:
        workers = list(selectors.workers(subject.meeting.place_code[:12], timezone.localdate()))
        initial = {"decided": subject.text, "worker": subject.worker_id, "due": subject.due}
        return {"workers": named(list(dict.fromkeys([*workers, subject.worker]))), "initial": initial}

    def act(self, viewer: Viewer, subject: Decision, values: dict[str, Any]) -> Decision:
        return correcting.correct_decision(
            actor=viewer, decision_id=subject.pk, decided=values["decided"], worker_id=values["worker"],
            due=values["due"], today=timezone.localdate(),
        )  # fmt: skip

    def back(self, subject: Decision, result: Any = None) -> str:
        return reverse("staffing:decision", args=[subject.pk])
