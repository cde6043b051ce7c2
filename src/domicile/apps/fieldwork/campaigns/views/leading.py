"""Campaigns: the list, the page of one with its next step, and each step."""

import datetime as dt
import secrets
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.areas.models import Area, Grid
from domicile.apps.areas.selectors import names_of
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.campaigns import forms, frames, mapping, policies, reckoning, selectors, words
from domicile.apps.fieldwork.campaigns.actions import leading
from domicile.apps.fieldwork.campaigns.models import Campaign
from domicile.apps.screens.changing import ActionView

State = Campaign.State
SEE = (policies.WORK, policies.LEAD)


@require_safe
@requires(*SEE)
def campaigns(request: ViewerRequest) -> HttpResponse:
    """Campaigns of the viewer's areas, the latest first."""
    rows = list(selectors.campaigns(request.viewer)[:100])
    names = names_of(_code(row.scope) for row in rows)
    context = {
        "rows": [(row, names.get(_code(row.scope), row.scope), words.STATES[row.state]) for row in rows],
        "may_make": request.viewer.may(policies.LEAD),
    }
    return render(request, "campaigns/campaigns.html", context)


def _code(scope: str) -> str:
    return scope if len(scope) == 15 else scope.ljust(12, "0")


def shell(request: ViewerRequest, campaign: Campaign, active: str) -> dict[str, Any]:
    """What every page of a campaign has: its facts and the tabs that its state opens."""
    pages = [("campaign", _now("Overview"))]
    if campaign.state in (State.FROZEN, State.RUNNING, State.CLOSED):
        pages += [("doors", _now("Doors")), ("frame", _now("Frame"))]
    if campaign.state == State.RUNNING:
        pages.insert(2, ("call_backs", _now("Call-backs")))
        pages.insert(3, ("sheets", _now("Sheets")))
    if campaign.state in (State.RUNNING, State.CLOSED):
        pages.append(("comparison", _now("Comparison")))
    return {
        "campaign": campaign,
        "area": selectors.area_name(campaign.scope),
        "state": words.STATES[campaign.state],
        "tabs": [(reverse(f"campaigns:{key}", args=[campaign.pk]), label, key == active) for key, label in pages],
        "may_lead": policies.may_lead(request.viewer, campaign),
    }


@require_safe
@requires(*SEE)
def campaign(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One campaign: what it will hold, then how far it is; and the next step."""
    viewer, today = request.viewer, timezone.localdate()
    found = selectors.campaign(viewer, pk)
    context = shell(request, found, "campaign")
    if found.state == State.DRAFT and context["may_lead"]:
        context["preview"] = frames.preview(found, today)
    elif found.state in (State.FROZEN, State.RUNNING, State.CLOSED):
        context |= progress_context(viewer, found)
        read = reckoning.signed_intentions if found.state == State.CLOSED else selectors.intention_counts
        context["intentions"] = [
            (words.PLANS[plan], words.KEPT[told], count) for plan, told, count in read(viewer, found)
        ]
    context["undoable"] = (
        context["may_lead"] and found.state in (State.FROZEN, State.RUNNING) and not selectors.collected(found)
    )
    context["cancellable"] = context["may_lead"] and (found.state == State.DRAFT or context["undoable"])
    return render(request, "campaigns/campaign.html", context)


def progress_context(viewer: Viewer, found: Campaign) -> dict[str, Any]:
    """Progress by grid as drawing and table, and by worker; of a campaign that was signed off as it stood then."""
    progress = reckoning.progress(viewer, found)
    if found.state == State.CLOSED:
        lines, _people = reckoning.signed(viewer, found)
        progress.grids, progress.total = lines, reckoning.Line("")
        for line in lines.values():
            progress.total.counts.update(line.counts)
    names, staff = names_of(progress.grids), selectors.worker_names(list(progress.workers))
    for code, line in progress.grids.items():
        line.name = names.get(code, code)
    for key, line in progress.workers.items():
        line.name = staff.get(key, "") or _now("whoever works the grid")
    statuses = [words.STATUSES[one] for one in selectors.STATUSES]
    for line in (*progress.grids.values(), *progress.workers.values()):
        line.labelled = list(zip(statuses, line.cells, strict=True))
    workers = sorted(progress.workers.values(), key=lambda line: (line.key is None, line.name))
    return {
        "progress": progress,
        "drawing": mapping.drawing(found.scope, progress.grids),
        "grids": list(progress.grids.values()),
        "workers": workers if found.state == State.RUNNING else [],
        "statuses": statuses,
    }


@require_safe
@requires(*SEE)
def progress(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Progress alone, asked for by the page while it is looked at."""
    found = selectors.campaign(request.viewer, pk)
    context = {"campaign": found, **progress_context(request.viewer, found)}
    return render(request, "campaigns/progress.html", context)


def areas_of(viewer: Viewer) -> list[tuple[str, str]]:
    """The townships, communities and grids of the viewer's areas, over which a campaign can be made. Two queries a scope."""
    found: dict[str, str] = {}
    for scope in viewer.scopes:
        rows = Area.objects.filter(prefix_q("code", scope), valid_to=None, level__gte=Area.Level.TOWNSHIP)
        for code, name, level in rows.order_by("code").values_list("code", "name", "level"):
            found[code[:9] if level == Area.Level.TOWNSHIP else code] = name
        if len(scope) >= 12:
            grids = Grid.objects.filter(prefix_q("code", scope), valid_to=None, tier=Grid.Tier.SMALL)
            found |= dict(grids.order_by("code").values_list("code", "name"))
    return sorted((code, f"{name} {code}") for code, name in found.items())


class Make(ActionView):
    """Make a campaign."""

    permissions = (policies.LEAD,)
    heading, form_class, submit_label = _("Make a campaign"), forms.PlanForm, _("Make it and see what it will hold")
    lead = _("A dated round of checks of all dwellings of an area. Nothing is given out yet.")

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        today = timezone.localdate()
        first = {"reference_on": today, "starts_on": today, "ends_on": today + dt.timedelta(days=29), "parts": 1}
        return {"areas": areas_of(viewer), "initial": first}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Campaign:
        return leading.make(actor=viewer, plan=leading.Plan(**values))

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("campaigns:campaign", args=[result.pk]) if result else reverse("campaigns:campaigns")


class OfCampaign(ActionView):
    """A step of one campaign."""

    permissions = (policies.LEAD,)

    def subject(self, viewer: Viewer, **kwargs: Any) -> Campaign:
        found = selectors.campaign(viewer, kwargs["pk"])
        policies.check_lead(viewer, found)
        return found

    def back(self, subject: Campaign, result: Any = None) -> str:
        return reverse("campaigns:campaign", args=[subject.pk])


class Correct(OfCampaign):
    """Correct a campaign before its frame is frozen."""

    heading, form_class, saved = _("Correct the campaign"), forms.PlanForm, _("Saved.")

    def form_arguments(self, viewer: Viewer, subject: Campaign) -> dict[str, Any]:
        names = ("name", "scope", "reference_on", "starts_on", "ends_on", "parts")
        return {"areas": areas_of(viewer), "initial": {name: getattr(subject, name) for name in names}}

    def act(self, viewer: Viewer, subject: Campaign, values: dict[str, Any]) -> Campaign:
        return leading.correct(actor=viewer, campaign_id=subject.pk, plan=leading.Plan(**values))


class Freeze(OfCampaign):
    """Freeze the frame."""

    heading, form_class, submit_label = _("Freeze the frame"), forms.SeedForm, _("Freeze")
    template_name = "campaigns/step.html"
    consequence = _(
        "The dwellings in use and who is on file in them are kept as they are now. Dwellings that come later are listed apart."
    )
    saved = _("The frame is frozen.")

    def form_arguments(self, viewer: Viewer, subject: Campaign) -> dict[str, Any]:
        return {"initial": {"seed": str(secrets.randbelow(10**8)).zfill(8)}}

    def act(self, viewer: Viewer, subject: Campaign, values: dict[str, Any]) -> Campaign:
        return leading.freeze(actor=viewer, campaign_id=subject.pk, seed=values["seed"])


class Cancel(OfCampaign):
    """Call a campaign off."""

    heading, form_class, submit_label = _("Call the campaign off"), forms.ReasonForm, _("Call it off")
    template_name = "screens/confirm.html"
    consequence = _("Its tasks leave the lists. Nothing has been collected yet, so nothing is lost.")
    saved = _("The campaign is called off.")

    def act(self, viewer: Viewer, subject: Campaign, values: dict[str, Any]) -> Campaign:
        return leading.cancel(actor=viewer, campaign_id=subject.pk, reason=values["reason"])


class Close(OfCampaign):
    """Sign a campaign off."""

    heading, form_class, submit_label = _("Sign the campaign off"), forms.CloseForm, _("Sign off")
    template_name = "screens/confirm.html"
    saved = _("Signed off. The figures are kept as they stood.")

    def context(self, viewer: Viewer, subject: Campaign) -> dict[str, Any]:
        line = reckoning.progress(viewer, subject).total
        left = line.total - line.settled
        text = ngettext(
            "{count} door has no outcome yet. Its task leaves the lists, and it stays in the list of the campaign. "
            "The figures are kept as they stand; this cannot be taken back.",
            "{count} doors have no outcome yet. Their tasks leave the lists, and they stay in the list of the campaign. "
            "The figures are kept as they stand; this cannot be taken back.",
            left,
        )
        return {"consequence": text.format(count=left)}

    def act(self, viewer: Viewer, subject: Campaign, values: dict[str, Any]) -> Campaign:
        return leading.close(actor=viewer, campaign_id=subject.pk, note=values["note"], today=timezone.localdate())


@require_POST
@requires(policies.LEAD)
def give_out(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Give out the tasks, or those that are lacking."""
    try:
        made = leading.give_out(actor=request.viewer, campaign_id=pk, today=timezone.localdate())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        text = ngettext("{count} task is given out.", "{count} tasks are given out.", made)
        messages.success(request, text.format(count=made))
    return redirect("campaigns:campaign", pk)


@require_POST
@requires(policies.LEAD)
def take_back(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the last step back."""
    try:
        leading.take_back(actor=request.viewer, campaign_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _now("Taken back: the campaign stands as it did before that step."))
    return redirect("campaigns:campaign", pk)
