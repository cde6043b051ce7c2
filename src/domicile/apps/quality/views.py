"""The overview of the rules, a run of them, and what is said of a finding."""

import uuid

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas.placefilter import place_choices
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.quality import actions, definitions, jobs, policies, selectors, words
from domicile.apps.quality.forms import ExplainForm
from domicile.apps.quality.models import RuleFinding, RuleRun
from domicile.apps.screens.widgets import LongSelect
from domicile.apps.tasks.models import Progress

QUESTION = "finding"


class AreaForm(forms.Form):
    """The township, community or grid that is looked at."""

    area = forms.ChoiceField(label=gettext_lazy("Community or grid"), required=False, widget=LongSelect)


@require_safe
@requires("view_ledger")
def rules(request: ViewerRequest) -> HttpResponse:
    """Counts by rule and by area: nobody is named. How far a run is, and when the last one was."""
    viewer = request.viewer
    form = AreaForm(request.GET or None)
    form.fields["area"].choices = [("", _("all")), *place_choices(viewer)]  # type: ignore[attr-defined]
    area = form.cleaned_data["area"] if form.is_bound and form.is_valid() else ""
    last = RuleRun.objects.filter(state=RuleRun.State.DONE).order_by("-asked_at").first()
    going_on = jobs.under_way()
    told = Progress.objects.filter(pk=going_on.pk).first() if going_on else None
    context = {
        "found": selectors.overview(viewer, area), "area": area, "form": form, "last": last, "going_on": going_on,
        "told": told, "stage": words.STAGES.get(told.stage, "") if told else "", "may_ask": viewer.may(jobs.MAY_ASK),
        "severities": [(words.BADGES[key], label) for key, label in words.SEVERITIES.items()],
    }  # fmt: skip
    return render(request, "quality/rules.html", context)


@require_POST
@requires(jobs.MAY_ASK)
def check_now(request: ViewerRequest) -> HttpResponse:
    """Put a run into the queue."""
    try:
        jobs.ask(actor=request.viewer, today=timezone.localdate())
    except Refused as refusal:
        messages.info(request, str(refusal.message))
    else:
        messages.success(request, _("The rules are being checked. This page shows how far they are."))
    return redirect("quality:rules")


@requires(policies.EXPLAINS)
def explain(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that a finding is right as it is."""
    viewer = request.viewer
    finding = RuleFinding.objects.filter(pk=pk).first()
    check = definitions.by_code().get(finding.rule) if finding else None
    if finding is None or check is None:
        raise OutOfReach()
    policies.check_reaches(viewer, finding)
    form = ExplainForm(request.POST or None)
    back = card_of(finding)
    if form.is_bound and form.is_valid():
        try:
            actions.explain(actor=viewer, finding_id=pk, reason=form.cleaned_data["reason"], today=timezone.localdate())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("Kept: this is right as it is. It can be taken back on the card."))
            return redirect(back)
    record_look(viewer, question=QUESTION, persons=[finding.person_id] if finding.person_id else [])
    context = {
        "form": form, "heading": _("Right as it is"), "lead": words.said(check.name), "explain": words.said(check.explain),
        "cure": words.said(check.cure), "cancel_url": back, "submit_label": _("This is right as it is"),
    }  # fmt: skip
    return render(request, "quality/explain.html", context, status=422 if form.errors else 200)


@require_POST
@requires(policies.EXPLAINS)
def take_back(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Let a finding be open again."""
    try:
        finding = actions.take_back(actor=request.viewer, finding_id=pk)
    except Refused as refusal:
        messages.info(request, str(refusal.message))
        return redirect("quality:rules")
    messages.success(request, _("Taken back: it is to be put right again."))
    return redirect(card_of(finding))


def card_of(finding: RuleFinding) -> str:
    """The card on which the finding is shown."""
    for kind in ("household", "person", "dwelling"):
        key = getattr(finding, f"{kind}_id")
        if key is not None:
            return reverse(f"people:{kind}", args=[key])
    return reverse("quality:rules")
