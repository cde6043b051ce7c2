"""The page of one plan: its worth, before and after on a map, changes by hand, adoption from a day, and the way back."""

import uuid
from typing import Any

import numpy as np
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.areas.division import dividing, drawing
from domicile.apps.areas.policies import PERMISSION as KEEP
from domicile.apps.areas.selectors import names_of
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.gridding import forms, plans, selectors, words
from domicile.apps.gridding.grounds import Ground
from domicile.apps.gridding.models import Proposal
from domicile.apps.screens.changing import ActionView

READY, ADOPTED = Proposal.State.READY, Proposal.State.ADOPTED


@require_safe
@requires(KEEP)
@never_cache
def plan(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A plan. With `atom` in the address: where that building may go, with the figures that would follow."""
    row = selectors.plan(request.viewer, pk)
    context: dict[str, Any] = {
        "plan": row,
        "name": names_of([row.community]).get(row.community, row.community),
        "state": words.STATES[row.state],
        "worth": row.worth,
        "weight": words.WEIGHTS[row.measure],
        "rows": [(area, *words.GRID_STATES[area["state"]]) for area in row.worth.get("areas", [])],
        "may_move": row.state in (READY, ADOPTED),
    }
    if row.state == ADOPTED and not plans.in_force(row):
        context["taken_back"] = True
    if row.worth:
        try:
            found = plans.ground_of(request.viewer, row, timezone.localdate())
        except Refused as refusal:
            context["problem"] = refusal.message
        else:
            context |= _drawn(row, found, request.GET.get("atom", ""))
    return render(request, "gridding/plan.html", context)


def _drawn(row: Proposal, found: Ground, atom: str) -> dict[str, Any]:
    """The certificate in words, the two drawings, and where the chosen building may go."""
    labels, before = found.labels(row.labels), found.today()
    wanted = dividing.read_wanted(row.asked)
    divided = (before >= 0).any() and row.state != ADOPTED
    today = _today(found, before, wanted) if divided else None
    context: dict[str, Any] = {
        "said": words.certificate(row.worth, found.located),
        "today": today,
        "after": drawing.of(found, labels),
        "before": drawing.of(found, before) if divided else None,
        "missing": int((labels < 0).sum()),
        "atoms": [(one.key, one.address) for one in found.atoms],
    }
    place = found.place().get(atom)
    if place is None or labels[place] < 0:
        return context
    own = int(labels[place])
    return context | {
        "chosen": found.atoms[place],
        "chosen_people": round(found.atoms[place].people),
        "own": own,
        "own_people": next((area["people"] for area in row.worth["areas"] if area["number"] == own), 0),
        "options": dividing.options(found, labels, place, wanted),
    }


def _today(found: Ground, before: Any, wanted: dividing.Wanted) -> dict[str, Any]:
    """What the grids of today are worth by the same measure; buildings in no grid count as one more piece."""
    labels = np.where(before < 0, 0, before)
    worth = dividing.worth(found, labels, dividing.certificate(found, labels, wanted))
    weights = [area["people"] for area in worth["areas"] if area["number"]]
    return worth | {
        "grids": len(weights), "mean": round(sum(weights) / len(weights), 1), "lightest": min(weights), "heaviest": max(weights),
    }  # fmt: skip


@require_POST
@requires(KEEP)
def act(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a building elsewhere, take that back, take an adoption back, or throw the plan away."""
    row, today, actor = selectors.plan(request.viewer, pk), timezone.localdate(), request.viewer
    wanted, to = request.POST.get("act", ""), request.POST.get("to", "")
    try:
        if wanted == "undo":
            plans.undo_adoption(actor=actor, proposal_id=pk)
            messages.success(request, _("Taken back: the grids are as they were before."))
        elif wanted == "move" and to.isascii() and to.isdigit():
            atom = request.POST.get("atom", "")
            row = plans.move(actor=actor, proposal_id=pk, atom=atom, to=int(to[:6]), today=today)
        elif wanted == "move_back":
            row = plans.move_back(actor=actor, proposal_id=pk, today=today)
        elif wanted == "discard":
            plans.discard(actor=actor, proposal_id=pk)
            messages.success(request, _("Thrown away."))
            return redirect("gridding:community", row.community)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect("gridding:plan", row.pk)


class Adopt(ActionView):
    """The grids of a plan become those of the community, from a day."""

    permissions = (KEEP,)
    heading = gettext_lazy("Adopt these grids")
    form_class = forms.AdoptForm
    submit_label = gettext_lazy("Adopt")
    saved = gettext_lazy(
        "Adopted. Buildings, and all that hangs on them, have their new grids. It can be taken back on this page."
    )

    def subject(self, viewer: Viewer, **kwargs: Any) -> Proposal:
        return selectors.plan(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Proposal) -> dict[str, Any]:
        name = names_of([subject.community]).get(subject.community, subject.community)
        return {"lead": _("{name}, plan {number}").format(name=name, number=subject.serial)}

    def form_arguments(self, viewer: Viewer, subject: Proposal) -> dict[str, Any]:
        return {"initial": {"on": timezone.localdate()}}

    def effect(self, viewer: Viewer, subject: Proposal) -> str:
        changed = subject.worth.get("changed")
        return _(
            "{grids} grids will be those of this community from the day below. Buildings that change their grid: {changed}. A grid "
            "that goes on keeps its code, its name and its staff; one that does not ends, and so do the duties in it."
        ).format(
            grids=len(subject.worth.get("areas", [])),
            changed=subject.worth.get("buildings", 0) if changed is None else changed,
        )

    def act(self, viewer: Viewer, subject: Proposal, values: dict[str, Any]) -> Proposal:
        return plans.adopt(actor=viewer, proposal_id=subject.pk, today=timezone.localdate(), **values)

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("gridding:plan", args=[subject.pk])
