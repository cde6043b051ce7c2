"""The page of one plan: its worth, before and after on a map, changes by hand; and what becomes of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.areas.division import dividing, drawing
from domicile.apps.areas.policies import PERMISSION as KEEP
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.frame import plans, policies, selectors, words
from domicile.apps.census.frame.grounds import Ground
from domicile.apps.census.frame.models import Division
from domicile.apps.census.shell import shell
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest

READY, ADOPTED = Division.State.READY, Division.State.ADOPTED


@require_safe
@requires(policies.VIEW)
@never_cache
def plan(request: ViewerRequest, code: str, pk: uuid.UUID) -> HttpResponse:
    """A plan. With `atom` in the address: where that building may go, with the figures that would follow."""
    row = selectors.plan(request.viewer, pk)
    if row.census.code != code:
        return redirect("census:division", row.census.code, pk)
    keeps = request.viewer.may(KEEP)
    context: dict[str, Any] = {
        **shell(request, row.census, "census:frame"),
        "plan": row,
        "name": names_of([row.community]).get(row.community, row.community),
        "state": words.PLANS[row.state],
        "worth": row.worth,
        "wanted": row.wanted,
        "keeps": keeps,
        "may_adopt": keeps and row.state == READY,
        "may_undo": keeps and row.state == ADOPTED,
        "may_discard": keeps and row.state != ADOPTED,
        "may_move": keeps and row.state in (READY, ADOPTED),
    }
    if row.worth:
        try:
            found = plans.ground_of(row, timezone.localdate())
        except Refused as refusal:
            context["problem"] = refusal.message
        else:
            context |= _drawn(row, found, request.GET.get("atom", "") if context["may_move"] else "")
    return render(request, "census/frame/plan.html", context)


def _drawn(row: Division, found: Ground, atom: str) -> dict[str, Any]:
    """The two drawings, and where the chosen building may go."""
    labels, before = found.labels(row.labels), found.today()
    went = dict(dividing.going_on(found, labels)) if row.state != ADOPTED else {}
    context: dict[str, Any] = {
        "after": drawing.of(found, labels),
        "before": drawing.of(found, before) if (before >= 0).any() and row.state != ADOPTED else None,
        "missing": int((labels < 0).sum()),
        "atoms": sorted(((one.key, f"{one.name} {one.address}") for one in found.atoms), key=lambda pair: pair[1]),
        "becomes": went,
    }
    place = found.place().get(atom)
    if place is None or labels[place] < 0:
        return context
    wanted = dividing.read_wanted(row.wanted)
    own = int(labels[place])
    people = next((area["people"] for area in row.worth["areas"] if area["number"] == own), 0)
    return context | {
        "chosen": found.atoms[place],
        "chosen_people": round(found.atoms[place].people),
        "own": own,
        "own_people": people,
        "options": dividing.options(found, labels, place, wanted),
    }


@require_POST
@requires(KEEP)
def act(request: ViewerRequest, code: str, pk: uuid.UUID) -> HttpResponse:
    """Adopt a plan, take its adoption back, put a building elsewhere, take that back, or throw the plan away."""
    row, today = selectors.plan(request.viewer, pk), timezone.localdate()
    wanted, actor = request.POST.get("act", ""), request.viewer
    home = reverse("census:frame_community", args=[row.census.code, row.community])
    try:
        if wanted == "adopt":
            plans.adopt(actor=actor, division_id=pk, today=today)
            messages.success(
                request, _("Adopted. Every building has its area; maps can be printed. It can be taken back.")
            )
            return redirect(home)
        if wanted == "undo":
            plans.undo_adoption(actor=actor, division_id=pk)
            messages.success(request, _("Taken back: the areas are as they were before."))
        elif wanted == "move" and request.POST.get("to", "").isdigit():
            row = plans.move(
                actor=actor,
                division_id=pk,
                atom=request.POST.get("atom", ""),
                to=int(request.POST["to"][:6]),
                today=today,
            )
        elif wanted == "move_back":
            row = plans.move_back(actor=actor, division_id=pk, today=today)
        elif wanted == "discard":
            plans.discard(actor=actor, division_id=pk)
            messages.success(request, _("Thrown away."))
            return redirect(home)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect("census:division", row.census.code, row.pk)
