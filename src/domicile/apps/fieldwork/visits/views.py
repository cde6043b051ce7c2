"""A visit and a round, entered and shown; rounds by grid."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.areas.selectors import trails
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.visits import entering, forms, selectors, words
from domicile.apps.fieldwork.visits.ledgers import SEE
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.fieldwork.visits.rules import round_of
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.places.scope import building_in_scope, dwelling_in_scope
from domicile.apps.places.writing import building_address
from domicile.apps.screens.changing import ActionView
from domicile.apps.tasks import registry as tasks
from domicile.apps.tasks.models import Try
from domicile.apps.tasks.words import OUTCOMES, PARTS
from domicile.core.policy.parameters import parameter

MAY = (tasks.DO, tasks.MANAGE)
ROUNDS_SHOWN = 6


def page_of(visit: Visit) -> str:
    """The page of the place that was visited."""
    if visit.dwelling_id is not None:
        return reverse("people:dwelling", args=[visit.dwelling_id])
    return reverse("places:building", args=[visit.building_id])


@require_safe
@requires(*SEE)
def visit(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One visit or round: how it went, who was confirmed, what was found, which tasks it answered."""
    viewer = request.viewer
    found = selectors.visit(viewer, pk)
    confirmed = []
    if viewer.may("view_person"):
        confirmed = [row.person for row in found.confirmations.select_related("person").order_by("person_id")]
        record_look(viewer, question="visit", persons=[person.pk for person in confirmed])
    tries = Try.objects.filter(source=found.pk).select_related("task").order_by("pk")
    context = {
        "visit": found,
        "where": found.dwelling.address
        if found.dwelling
        else building_address(found.building)
        if found.building
        else "",
        "page": page_of(found),
        "outcome": words.outcome(found.outcome),
        "badge": words.BADGES.get(found.outcome, ""),
        "who": selectors.workers([found.worker_id]).get(found.worker_id, ""),
        "part": PARTS.get(found.part_of_day, ""),
        "told": words.told(found.form),
        "matters": words.matters(sorted(found.matters.values_list("kind", flat=True))),
        "confirmed": confirmed,
        "tries": [(tasks.label(one.task.kind), OUTCOMES[one.outcome], one.task) for one in tries],
        "may_take_back": entering.may_take_back(viewer, found),
        "may_see_form": viewer.may("manage_collection") and found.submission_id is not None,
    }
    return render(request, "fieldwork/visit.html", context)


@require_POST
@requires(*MAY)
def take_back(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back a visit that was entered at a desk."""
    try:
        found = entering.take_back(actor=request.viewer, visit_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("visits:visit", pk)
    messages.success(request, _now("Taken back: the visit is no longer on file, and its tasks stand as before."))
    return redirect(page_of(found))


class EnterVisit(ActionView):
    """A visit of a dwelling that was made without a phone."""

    permissions = MAY
    heading, submit_label = _("Enter a visit"), _("Keep the visit")
    saved, form_class = _("Kept. Open tasks of this door were answered with it."), forms.VisitForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Dwelling:
        return dwelling_in_scope(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Dwelling) -> dict[str, Any]:
        return {"lead": subject.address}

    def form_arguments(self, viewer: Viewer, subject: Dwelling) -> dict[str, Any]:
        if not viewer.may("view_person"):
            return {"residents": []}
        persons = selectors.residents(viewer, subject)
        record_look(viewer, question="visit", persons=list(persons))
        return {"residents": [(str(key), name) for key, name in persons.items()]}

    def act(self, viewer: Viewer, subject: Dwelling, values: dict[str, Any]) -> Visit:
        values["confirmed"] = [uuid.UUID(key) for key in values.get("confirmed", ())]
        return entering.enter_visit(actor=viewer, place=subject, **values)

    def back(self, subject: Dwelling, result: Visit | None = None) -> str:
        return reverse("visits:visit", args=[result.pk]) if result else reverse("people:dwelling", args=[subject.pk])


class EnterRound(ActionView):
    """A round of a building that was made without a phone."""

    permissions = MAY
    heading, submit_label = _("Enter a round"), _("Keep the round")
    saved, form_class = _("Kept. The building is seen in this round."), forms.RoundForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Building:
        return building_in_scope(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Building) -> dict[str, Any]:
        return {"lead": building_address(subject)}

    def act(self, viewer: Viewer, subject: Building, values: dict[str, Any]) -> Visit:
        return entering.enter_visit(actor=viewer, place=subject, outcome=Visit.Outcome.PATROLLED, **values)

    def back(self, subject: Building, result: Visit | None = None) -> str:
        return reverse("visits:visit", args=[result.pk]) if result else reverse("places:building", args=[subject.pk])


@require_safe
@requires(*SEE)
def coverage(request: ViewerRequest) -> HttpResponse:
    """Rounds by grid: of each grid, which share of its buildings was seen in a round, and what was found."""
    today = timezone.localdate()
    offered = rounds_until(today, ROUNDS_SHOWN)
    asked = request.GET.get("round", "") or offered[0][1]
    chosen = next((one for one in offered if one[1] == asked), None)
    if chosen is None:
        raise Http404
    since, name, until = chosen
    rows = selectors.coverage(request.viewer, since, until)
    places = trails({row.code for row in rows}, from_level=5)
    context = {
        "rows": [(row, " ".join(places.get(row.code, [])) or row.code) for row in rows],
        "rounds": [one[1] for one in offered],
        "round": name,
        "since": since,
        "last": min(until - dt.timedelta(days=1), today),
        "seen": sum(row.seen for row in rows),
        "buildings": sum(row.buildings for row in rows),
        "matters": sum(row.matters for row in rows),
    }
    return render(request, "fieldwork/coverage.html", context)


def rounds_until(today: dt.date, count: int) -> list[tuple[dt.date, str, dt.date]]:
    """The latest rounds, this one first: first day, name, first day of the next one."""
    found: list[tuple[dt.date, str, dt.date]] = []
    until, day = dt.date.max, today
    for _turn in range(count):
        since, name = round_of(parameter("tasks.patrol_round", day)["every"], day)
        found.append((since, name, until))
        until, day = since, since - dt.timedelta(days=1)
    return found
