"""Pages of the end of a census: when resident numbers go, what is kept until when, asking, doing, the certificate."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.ending import actions, dropping, forms, words
from domicile.apps.census.ending.models import Destruction, MatchingEnd
from domicile.apps.census.plan.models import Census
from domicile.apps.census.plan.selectors import census as find_census
from domicile.apps.census.shell import shell
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.tasks.models import Progress

TAB = "census:ending"
SEE = (actions.PLAN, actions.OVERSEE)
TEMPLATE = Path(__file__).resolve().parent / "printed" / "certificate.typ"
STEPS: dict[str, Callable[..., object]] = {
    "ask": actions.ask, "destroy": actions.destroy, "keep": actions.take_back, "go-on": dropping.go_on,
}  # fmt: skip
DATED = ("ask", "destroy")


@require_safe
@requires(*SEE)
def ending(request: ViewerRequest, code: str) -> HttpResponse:
    """How long forms are kept, and what was destroyed. It names nobody but those who did it."""
    census = find_census(request.viewer, code)
    numbers = _numbers(request.viewer, census)
    if numbers["going"] and request.headers.get("HX-Request") == "true":
        return render(request, "census/ending/going.html", {"census": census, **numbers})
    row = Destruction.objects.filter(census=census).first()
    due = actions.due_on(census)
    context = {
        **shell(request, census, TAB),
        **numbers,
        "row": row,
        "due": due,
        "forms": Answer.objects.filter(census=census).count(),
        "may_ask": row is None and timezone.localdate() >= due and actions.may_ask(request.viewer, census),
        "may_destroy": row is not None and row.done_at is None and actions.may_destroy(request.viewer, census)
        and row.asked_by != request.viewer.user_id,
        "may_keep": row is not None and row.done_at is None and actions.may_destroy(request.viewer, census),
        "counts": words.counted(row.counts) if row is not None else [],
    }  # fmt: skip
    return render(request, "census/ending/ending.html", context)


def _numbers(viewer: Viewer, census: Census) -> dict[str, Any]:
    """Whether resident numbers are still kept, and how far their deletion is."""
    over = dropping.ending_of(census)
    told = Progress.objects.filter(pk=over.pk).first() if over is not None and over.done_at is None else None
    stuck = over is not None and dropping.stuck(over)
    return {
        "over": over,
        "going": over is not None and over.done_at is None and not stuck,
        "done": told.done if told else 0,
        "total": told.total if told else 0,
        "dropped": words.dropped(over.counts) if over is not None else [],
        "may_go_on": stuck and actions.may_ask(viewer, census),
        "may_end": over is None and actions.may_ask(viewer, census),
        "why_not": dropping.why_not(census) if over is None else "",
    }


class EndMatching(ActionView):
    """Say that matching is over: a page of its own with what goes and the reason, so that nobody does it by a slip."""

    permissions = (actions.PLAN,)
    heading, submit_label = _lazy("Matching is over"), _lazy("Delete the resident numbers for good")
    saved, form_class = _lazy("Matching is over. The resident numbers are being deleted."), forms.EndMatchingForm
    lead = _lazy(
        "The resident numbers on the forms served to find people counted twice or missed. They are deleted now: from the forms, "
        "from what was keyed, from the coverage survey, and with the files that phones sent. Everything else on the forms stays."
    )

    def subject(self, viewer: Viewer, **kwargs: Any) -> Census:
        census = find_census(viewer, kwargs["code"])
        if not actions.may_ask(viewer, census):
            raise NotAllowed("say that matching is over")
        return census

    def effect(self, viewer: Viewer, subject: Census) -> str:
        """What cannot be taken back, or why it cannot be done yet."""
        return str(dropping.why_not(subject) or words.FOR_GOOD)

    def act(self, viewer: Viewer, subject: Census, values: dict[str, Any]) -> MatchingEnd:
        return dropping.end(actor=viewer, census=subject, reason=values["reason"])

    def back(self, subject: Census, result: Any = None) -> str:
        return reverse(TAB, args=[subject.code])


@require_POST
@requires(*SEE)
def step(request: ViewerRequest, code: str, key: str) -> HttpResponse:
    """Ask for the destruction, destroy, or keep the forms."""
    census = find_census(request.viewer, code)
    more: dict[str, Any] = {"today": timezone.localdate()} if key in DATED else {}
    try:
        STEPS[key](actor=request.viewer, census=census, **more)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, str(words.DONE[key]))
    return redirect("census:ending", code)


@require_safe
@requires(*SEE)
def certificate(request: ViewerRequest, code: str) -> HttpResponse:
    """The certificate of destruction as PDF."""
    census = find_census(request.viewer, code)
    row = get_object_or_404(Destruction, census=census, done_at__isnull=False)
    title = _("Certificate: the forms of the census are destroyed")
    data = {
        "frame": printing.frame(
            request.viewer, title=title, area=census.name,
            day=timezone.localdate(row.done_at), watermark=False,
        ),
        "facts": [
            [_("Asked for by"), f"{row.asked_by_name}, {timezone.localtime(row.asked_at):%Y-%m-%d %H:%M}"],
            [_("Destroyed by"), f"{row.done_by_name}, {timezone.localtime(row.done_at):%Y-%m-%d %H:%M}"],
            *[[str(name), f"{count:,}"] for name, count in words.counted(row.counts)],
            [_("SHA-256 of the numbers of the forms"), row.digest],
        ],
        "told": [str(line) for line in words.TOLD],
        "sign": [_("Signed"), _("Signed")],
    }  # fmt: skip
    return printing.respond(TEMPLATE, data, name=f"{title}-{census.code}")
