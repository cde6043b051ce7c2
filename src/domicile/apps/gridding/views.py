"""Pages of proposals: the communities of a township or county, and one community with its grids of today and its plans."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from domicile.apps.access.decorators import requires
from domicile.apps.areas.division import dividing
from domicile.apps.areas.policies import PERMISSION as KEEP
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.gridding import forms, jobs, plans, selectors, words
from domicile.apps.gridding.models import Proposal
from domicile.apps.maps import policies as maps
from domicile.apps.maps import words as counts
from domicile.core.policy.parameters import parameter


@requires(KEEP)
@never_cache
def communities(request: ViewerRequest) -> HttpResponse:
    """The communities that the viewer keeps, and a form that asks for a plan of several."""
    within = "".join(sign for sign in request.GET.get("within", "") if sign in "0123456789")[:12]
    rows, today = selectors.communities(request.viewer, within), timezone.localdate()
    chosen = set(request.POST.getlist("community"))
    form = forms.SeveralForm(
        request.POST if request.method == "POST" else None, today=today,
        initial={"measure": forms.usual_measure(), "keep": True},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        asked = [row.code for row in rows if row.code in chosen]
        try:
            if not asked:
                raise Refused(_("Choose at least one community."))
            made = jobs.propose_in_background(actor=request.viewer, communities=asked, **_asked(form.cleaned_data))
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Plans being made: {count}. You may leave this page.").format(count=len(made)))
            return redirect(request.get_full_path())
    context = {
        "rows": rows,
        "chosen": chosen,
        "form": form,
        "waiting": sum(row.plans.get(Proposal.State.WAITING, 0) for row in rows),
    }
    return render(request, "gridding/communities.html", context, status=422 if form.errors else 200)


@requires(KEEP)
@never_cache
def community(request: ViewerRequest, code: str) -> HttpResponse:
    """A community: its grids of today, its plans side by side in figures, and a form for another plan."""
    viewer, today = request.viewer, timezone.localdate()
    name = selectors.community(viewer, code)
    held, shown = selectors.grids(viewer, code, today), selectors.plans(viewer, code)
    form = forms.WantedForm(
        request.POST if request.method == "POST" else None, today=today, initial=_initial(shown, bool(held))
    )
    if request.method == "POST" and form.is_valid():
        try:
            lines = form.cleaned_data["lines"]
            jobs.propose_in_background(actor=viewer, communities=[code], lines=lines, **_asked(form.cleaned_data))
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return redirect("gridding:community", code)
    below = maps.rule(today).below
    context = {
        "name": name,
        "code": code,
        "grids": [
            (one.grid, one.buildings, *(counts.count(n, below) for n in (one.households, one.people, one.dwellings)))
            for one in held
        ],
        "plans": [(one, words.STATES[one.state], words.WEIGHTS[one.measure]) for one in shown],
        "waiting": any(one.state == Proposal.State.WAITING for one in shown),
        "form": form,
    }
    return render(request, "gridding/community.html", context, status=422 if form.errors else 200)


def _initial(shown: list[Proposal], keep: bool) -> dict[str, Any]:
    """What the form begins with: what weighed in the last plan of the community, and its lines."""
    measure = shown[0].measure if shown else forms.usual_measure()
    return {"measure": measure, "keep": keep, "lines": forms.as_text(shown[0].lines if shown else [])}


def _asked(values: dict[str, Any]) -> dict[str, Any]:
    today, measure, keep = timezone.localdate(), values["measure"], values["keep"]
    more = {"size": float(values["size"])} if values["size"] else {}
    wanted = plans.usual(
        today, measure, **more, tolerance=values["tolerance"] / 100, areas=values.get("grids"),
        objective=values["objective"], given=dividing.TODAY if keep else "", seed=values["seed"],
        stability=float(parameter("grids.stability", today)) if keep else 0.0,
    )  # fmt: skip
    return {"measure": measure, "wanted": wanted}
