"""Pages of a census and its phases."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.plan import forms, policies, schedule, selectors
from domicile.apps.census.plan.actions import plans
from domicile.apps.census.plan.actions.undo import undo as undo_change
from domicile.apps.census.plan.models import Census
from domicile.apps.census.shell import shell
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView

AREA = 12


@require_safe
@requires(policies.READ)
def censuses(request: ViewerRequest) -> HttpResponse:
    """The censuses of the viewer's areas; whoever has only one and plans none goes straight to it."""
    rows, plans_here = selectors.censuses(request.viewer), request.viewer.may(policies.PLAN)
    if len(rows) == 1 and not plans_here:
        return redirect("census:overview", rows[0].code)
    names = names_of({row.scope.ljust(AREA, "0") for row in rows})
    shown = [(row, names.get(row.scope.ljust(AREA, "0"), row.scope)) for row in rows]
    return render(request, "census/plan/censuses.html", {"rows": shown, "may_plan": plans_here})


@require_safe
@requires(policies.READ)
def overview(request: ViewerRequest, code: str) -> HttpResponse:
    """A census: moment, area, phases with their days, and what was changed."""
    row, today = selectors.census(request.viewer, code), timezone.localdate()
    whole = row.scope.ljust(AREA, "0")
    context = {
        **shell(request, row, "census:overview"),
        "area": names_of([whole]).get(whole, row.scope),
        "phases": selectors.lines(row, today),
        "may_plan": policies.may_plan(request.viewer, row.scope),
        "history": selectors.history(request.viewer, [row.pk]),
        "undo_name": "census:undo_plan",
    }
    return render(request, "census/plan/overview.html", context)


@require_POST
@requires(policies.PLAN)
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo a change of the plan, then go back to where it was asked."""
    try:
        undo_change(actor=request.viewer, change_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Undone: everything is as it was before."))
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    gone = safe and asked.startswith("/census/") and not selectors.is_planned(asked.split("/")[2])
    return redirect(asked if safe and not gone else "census:censuses")


class CreateCensus(ActionView):
    permissions = (policies.PLAN,)
    heading, submit_label = gettext_lazy("Plan a census"), gettext_lazy("Plan the census")
    saved = gettext_lazy(
        "The census is planned. Its phases have the days that are proposed; change them as your plan says."
    )
    form_class = forms.CensusForm

    def form_arguments(self, viewer: Viewer, subject: None) -> dict[str, Any]:
        return {"areas": selectors.possible_areas(viewer)}

    def act(self, viewer: Viewer, subject: None, values: dict[str, Any]) -> Census:
        return plans.create_census(actor=viewer, **values)

    def back(self, subject: None, result: Census | None = None) -> str:
        return reverse("census:overview", args=[result.code]) if result else reverse("census:censuses")


class PlanView(ActionView):
    """A form about a census that the viewer plans."""

    permissions = (policies.PLAN,)

    def subject(self, viewer: Viewer, **kwargs: Any) -> Census:
        row = selectors.census(viewer, kwargs["code"])
        policies.check_plan(viewer, row.scope)
        return row

    def back(self, subject: Census, result: Any = None) -> str:
        return reverse("census:overview", args=[subject.code])


class CorrectCensus(PlanView):
    heading, submit_label = gettext_lazy("Correct the census"), gettext_lazy("Save")
    saved, form_class = gettext_lazy("Saved."), forms.CorrectCensusForm

    def form_arguments(self, viewer: Viewer, subject: Census) -> dict[str, Any]:
        at = timezone.localtime(subject.reference_at)
        return {
            "initial": {
                "name": subject.name,
                "reference_on": at.date(),
                "reference_time": at.time(),
                "pilot": subject.pilot,
            }
        }

    def act(self, viewer: Viewer, subject: Census, values: dict[str, Any]) -> Census:
        return plans.correct_census(actor=viewer, census_id=subject.pk, **values)


class SetPhases(PlanView):
    heading, submit_label = gettext_lazy("Days of the phases"), gettext_lazy("Save the days")
    saved, form_class = gettext_lazy("Saved."), forms.PhasesForm
    template_name = "census/plan/phases.html"

    def form_arguments(self, viewer: Viewer, subject: Census) -> dict[str, Any]:
        return {"phases": selectors.lines(subject, timezone.localdate())}

    def act(self, viewer: Viewer, subject: Census, values: dict[str, Any]) -> Census:
        kinds = [name for name in values if not name.endswith("_last")]
        spans = {kind: (values[kind], values[f"{kind}_last"] + schedule.DAY) for kind in kinds}
        return plans.set_phases(actor=viewer, census_id=subject.pk, spans=spans)

    def context(self, viewer: Viewer, subject: Census) -> dict[str, Any]:
        return {"reference_at": subject.reference_at}
