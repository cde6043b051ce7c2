"""The rules that make tasks: what each says and whence, when it ran last and what it did, a button, the calendar."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.tasks import calendars, generating, policies, registry, selectors, words
from domicile.apps.tasks.forms import CalendarForm
from domicile.apps.tasks.models import Run
from domicile.apps.tasks.registry import MANAGE
from domicile.core.policy.parameters import describe


@dataclass(frozen=True)
class Told:
    """A rule as the page tells it."""

    label: str | Promise
    says: str
    since: Any
    reference: str
    run: Run | None


@require_safe
@requires(MANAGE)
def rules(request: ViewerRequest) -> HttpResponse:
    """What each rule says, and what its last run did. It names nobody."""
    today = timezone.localdate()
    runs = selectors.latest_runs()
    told = []
    for source in registry.sources():
        edition = policies.edition(source.rule, today)
        reference = describe(f"tasks.{source.rule}").reference
        told.append(Told(source.label, _due(edition.values), edition.since, reference, runs.get(source.rule)))
    rule = policies.edition(generating.ESCALATION, today)
    says = _("raised when overdue by {count} working days, at most to the {level}").format(
        count=rule.values["working_days"], level=words.LEVELS[rule.values["highest"]]
    )
    reference = describe(f"tasks.{generating.ESCALATION}").reference
    told.append(Told(_("Overdue tasks"), says, rule.since, reference, runs.get(generating.ESCALATION)))
    years = calendars.calendar().years
    context = {
        "rules": told,
        "missing": [year for year in (today.year, today.year + 1) if year not in years],
        "may_load": calendars.may_load(request.viewer),
    }
    return render(request, "tasks/rules.html", context)


def _due(values: Any) -> str:
    days = _("{count} working days") if values["days"] == "working" else _("{count} days")
    text = _("due within {days}").format(days=days.format(count=values["due"]))
    if "months" in values:
        return _("{rule}; {due}").format(rule=_("once in {months} months").format(months=values["months"]), due=text)
    if "ahead" in values:
        return _("{rule}; {due}").format(rule=_("from {count} days before").format(count=values["ahead"]), due=text)
    return text


@require_POST
@requires(MANAGE)
def run(request: ViewerRequest) -> HttpResponse:
    """Run all rules now, inside the viewer's areas."""
    today = timezone.localdate()
    try:
        runs = generating.run_daily(actor=request.viewer, today=today)
    except DatabaseError:
        messages.error(request, _("The register is busy with a long import. Nothing was made; try again later."))
        return redirect("tasks:rules")
    for failed in runs:
        if failed.problem:
            messages.error(request, failed.problem)
    made = sum(row.made for row in runs if row.rule != generating.ESCALATION)
    settled = sum(row.settled for row in runs)
    messages.success(request, _("Tasks made: {made}; no longer needed: {settled}.").format(made=made, settled=settled))
    return redirect("tasks:rules")


@requires(MANAGE)
def load_calendar(request: ViewerRequest) -> HttpResponse:
    """Load the days off and make-up days of a year, for everybody: a matter of the county."""
    form = CalendarForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["file"].read().decode("utf-8-sig", "replace")
            years = calendars.load(actor=request.viewer, text=text)
        except Refused as refusal:
            form.add_error("file", str(refusal.message))
        else:
            loaded = _("The calendar of {years} is loaded. Run the rules that waited for it.")
            messages.success(request, loaded.format(years=", ".join(map(str, years))))
            return redirect("tasks:rules")
    context = {
        "heading": _("Load the calendar of a year"),
        "lead": _("As published by the State Council, usually in November for the year after."),
        "form": form,
        "submit_label": _("Load the file"),
        "cancel_url": reverse("tasks:rules"),
    }
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)
