"""The page that asks for a search, and what the list says of the searches that were made."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import scope_names
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.duplicates import jobs, words
from domicile.apps.duplicates.forms import SearchForm
from domicile.apps.duplicates.models import Run
from domicile.apps.duplicates.policies import NUMBERS, may_search
from domicile.apps.tasks.models import Progress


@dataclass(frozen=True, slots=True)
class Searches:
    """The last search that ended, the one that goes on and how far it is, and whether the latest one was given up."""

    last: Run | None
    going_on: Run | None
    stage: str
    percent: int
    failed: Run | None
    question: str
    may_ask: bool


def told(viewer: Viewer) -> Searches:
    """What the list says of searches. Five queries at most."""
    last = Run.objects.filter(state=Run.State.DONE).order_by("-ended_at").first()
    going_on = jobs.under_way()
    progress = Progress.objects.filter(pk=going_on.pk).first() if going_on else None
    failed = None
    if going_on is None:
        failed = Run.objects.filter(state=Run.State.FAILED).order_by("-started_at").first()
        if failed and last and last.started_at > failed.started_at:
            failed = None
    asked = question(failed) if failed and failed.problem else ""
    stage = str(words.STAGES.get(progress.stage, "")) if progress else ""
    return Searches(
        last, going_on, stage, progress.done if progress else 0, failed, asked, may_search(viewer) and going_on is None
    )


def question(small: Run) -> str:
    """What is asked after a search that found the register much smaller than the one before."""
    before = Run.objects.filter(state=Run.State.DONE, scopes=small.scopes).order_by("-started_at").first()
    return _(
        "{now} people stand on file, {before} did at the search before. Was something lost, or is it right? A search of "
        "all of it that is asked for now counts it as right."
    ).format(now=small.records, before=before.records if before else "—")


@requires(NUMBERS)
def search(request: ViewerRequest) -> HttpResponse:
    """Ask for a search of the viewer's areas, with the reason."""
    viewer = request.viewer
    if not may_search(viewer):
        raise NotAllowed("search for duplicates")
    form = SearchForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            jobs.ask(actor=viewer, reason=form.cleaned_data["reason"], today=timezone.localdate())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            messages.success(request, _("The search was put into the queue. This page shows how far it is."))
            return redirect("duplicates:list")
    small = jobs.shrunk()
    effect = _(
        "A sealed copy of these areas is compared and then deleted. What is found waits in the list; nothing is merged by "
        "itself, and what was decided stays decided."
    )
    names = "、".join(scope_names(viewer).values()) or "、".join(viewer.scopes)
    context: dict[str, Any] = {
        "heading": _("Search for duplicates"), "lead": names, "form": form,
        "effect": question(small) if small else effect,
        "submit_label": _("Search"), "cancel_url": reverse("duplicates:list"),
    }  # fmt: skip
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)
