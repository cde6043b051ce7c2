"""Who works where: by census area, and within one by enumeration area; the proposal; one area given by hand."""

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
from domicile.apps.census.plan import selectors as plans
from domicile.apps.census.plan.models import Census
from domicile.apps.census.shell import shell
from domicile.apps.census.staff import forms, picture, policies, proposals, selectors
from domicile.apps.census.staff.actions import assigning
from domicile.apps.census.staff.actions.undo import undo as undo_change
from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.words import DUTIES
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.staffing.forms import given_id

AREA = 12


@require_safe
@requires(policies.VIEW)
def staff(request: ViewerRequest, code: str) -> HttpResponse:
    """Census areas with their enumeration areas and who is there for them; whoever has only one goes straight to it."""
    row = plans.census(request.viewer, code)
    names = plans.areas_of(request.viewer, row)
    if len(names) == 1:
        return redirect("census:staff_area", row.code, next(iter(names)))
    seen = picture.read(request.viewer, row, timezone.localdate())
    lines = []
    for area, name in names.items():
        areas, recruits = seen.under(area), [one for one in seen.recruited(area) if not one.gone]
        lines.append(
            {
                "code": area, "name": name, "areas": len(areas), "held": sum(one.holding is not None for one in areas),
                "recruits": len(recruits), "reserves": sum(one.recruit.reserve and not one.busy for one in recruits),
                "unfit": sum(not one.fit for one in recruits), "teams": len({one.team.pk for one in areas if one.team}),
            }
        )  # fmt: skip
    return render(request, "census/staff/areas.html", {**shell(request, row, "census:staff"), "lines": lines})


@require_safe
@requires(policies.VIEW)
def area(request: ViewerRequest, code: str, community: str) -> HttpResponse:
    """A census area: its enumeration areas by team, and its recruits with what is lacking."""
    row, today = plans.census(request.viewer, code), timezone.localdate()
    name = _name(request.viewer, row, community)
    seen = picture.read(request.viewer, row, today, within=community)
    whole = request.viewer.covers(community)
    grouped = picture.teams_of(seen.areas.values())
    teams = [
        (post, member, grouped[post.pk])
        for pk, (post, member) in seen.teams.items()
        if pk in grouped or (whole and member is not None)
    ]
    # Who supervises some areas sees who asks there, and nobody of other teams.
    recruits = [one for one in seen.members.values() if whole or one.areas]
    recruits.sort(key=lambda one: (one.gone, one.recruit.reserve, one.recruit.duty != "supervisor"))
    least, most = proposals.team_size(today)
    context = {
        **shell(request, row, "census:staff"),
        "community": community,
        "name": name,
        "teams": teams,
        "loose": grouped.get(None, []),
        "undivided": seen.undivided.get(community, (0, 0))[0],
        "areas": seen.areas,
        "recruits": [(one, DUTIES[one.recruit.duty]) for one in recruits],
        "small": [post for post, _member, own in teams if own and not least <= len(own) <= most],
        "least": least,
        "most": most,
        "work": selectors.work_done(one.worker.user_id for one in recruits),
        "may_manage": policies.may_manage(request.viewer, community),
        "history": selectors.history(request.viewer, row.pk, within=community) if whole else [],
        "undo_name": "census:undo_staff",
    }
    return render(request, "census/staff/area.html", context)


def _name(viewer: Viewer, row: Census, community: str) -> str:
    """The name of a census area. Raises NotAllowed for one in which the viewer has nothing to do."""
    inside = any(scope.startswith(community) for scope in viewer.scopes) or viewer.covers(community)
    if len(community) != AREA or not community.startswith(row.scope) or not inside:
        raise NotAllowed("community")
    return names_of([community]).get(community, community)


@require_POST
@requires(policies.MANAGE)
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo a change of the staff, then go back to where it was asked."""
    try:
        undo_change(actor=request.viewer, change_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Undone: everything is as it was before."))
    asked = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    if "/recruits/" in asked and not selectors.is_recruited(given_id(asked.rstrip("/").split("/")[-1])):
        safe = False
    return redirect(asked if safe else "census:censuses")


class AreaView(ActionView):
    """A form about a census area of a census whose staff the viewer keeps."""

    permissions = (policies.MANAGE,)

    def subject(self, viewer: Viewer, **kwargs: Any) -> tuple[Census, str]:
        row = plans.census(viewer, kwargs["code"])
        _name(viewer, row, kwargs["community"])
        policies.check_manage(viewer, row, kwargs["community"])
        return row, kwargs["community"]

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        names = names_of([subject[1]])
        return {"lead": f"{subject[0].name} · {names.get(subject[1], subject[1])}"}

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("census:staff_area", args=[subject[0].code, subject[1]])


class Propose(AreaView):
    heading, submit_label = gettext_lazy("Who asks where: a proposal"), gettext_lazy("Give the areas so")
    saved, form_class = (
        gettext_lazy("Given. Accounts see their areas once an administrator has given the access."),
        forms.ProposalForm,
    )
    template_name = "census/staff/proposal.html"

    def form_arguments(self, viewer: Viewer, subject: tuple[Census, str]) -> dict[str, Any]:
        today = timezone.localdate()
        seen = picture.read(viewer, subject[0], today, within=subject[1])
        return {"proposal": proposals.propose(seen, subject[1], today)}

    def act(self, viewer: Viewer, subject: tuple[Census, str], values: dict[str, Any]) -> Any:
        form = self.form_class(self.request.POST, **self.form_arguments(viewer, subject))
        form.full_clean()
        areas, teams = form.chosen()
        plan = assigning.Plan(areas, teams)
        return assigning.assign(actor=viewer, census_id=subject[0].pk, community=subject[1], plan=plan, on=values["on"])


class Assign(ActionView):
    """One area given by hand."""

    permissions = (policies.MANAGE,)
    heading, submit_label = gettext_lazy("Who asks in this area"), gettext_lazy("Give the area")
    saved = gettext_lazy("Given. Accounts see their areas once an administrator has given the access.")
    form_class = forms.AssignForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> tuple[Census, str]:
        row, grid = plans.census(viewer, kwargs["code"]), kwargs["grid"]
        if grid not in plans.grids_under(viewer, row):
            raise NotAllowed("enumeration area")
        policies.check_manage(viewer, row, grid)
        return row, grid

    def context(self, viewer: Viewer, subject: tuple[Census, str]) -> dict[str, Any]:
        names = names_of([subject[1], subject[1][:AREA]])
        return {"lead": " · ".join(names.get(code, code) for code in (subject[1][:AREA], subject[1]))}

    def form_arguments(self, viewer: Viewer, subject: tuple[Census, str]) -> dict[str, Any]:
        seen = picture.read(viewer, subject[0], timezone.localdate(), within=subject[1][:AREA])
        fit = selectors.reserves(seen, subject[1][:AREA], Recruit.Duty.ENUMERATOR)
        fit.sort(key=lambda one: (one.busy, one.recruit.near_code != subject[1], one.expected))
        mark = _("reserve")
        words = [
            (one.recruit.pk, f"{one.worker.name} ({one.expected}){' · ' + mark if one.recruit.reserve else ''}")
            for one in fit
        ]
        return {"recruits": words}

    def act(self, viewer: Viewer, subject: tuple[Census, str], values: dict[str, Any]) -> Any:
        plan = assigning.Plan({subject[1]: values["recruit"]})
        return assigning.assign(
            actor=viewer, census_id=subject[0].pk, community=subject[1][:AREA], plan=plan, on=values["on"]
        )

    def back(self, subject: tuple[Census, str], result: Any = None) -> str:
        return reverse("census:staff_area", args=[subject[0].code, subject[1][:AREA]])
