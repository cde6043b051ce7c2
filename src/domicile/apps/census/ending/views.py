"""Pages of the end of a census: what is kept until when, asking, doing, the certificate."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps import printing
from domicile.apps.access.decorators import requires
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.ending import actions, words
from domicile.apps.census.ending.models import Destruction
from domicile.apps.census.plan.selectors import census as find_census
from domicile.apps.census.shell import shell
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest

TAB = "census:ending"
SEE = (actions.PLAN, actions.OVERSEE)
TEMPLATE = Path(__file__).resolve().parent / "printed" / "certificate.typ"
STEPS: dict[str, Callable[..., object]] = {"ask": actions.ask, "destroy": actions.destroy, "keep": actions.take_back}


@require_safe
@requires(*SEE)
def ending(request: ViewerRequest, code: str) -> HttpResponse:
    """How long forms are kept, and what was destroyed. It names nobody but those who did it."""
    census = find_census(request.viewer, code)
    row = Destruction.objects.filter(census=census).first()
    due = actions.due_on(census)
    context = {
        **shell(request, census, TAB),
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


@require_POST
@requires(*SEE)
def step(request: ViewerRequest, code: str, key: str) -> HttpResponse:
    """Ask for the destruction, destroy, or keep the forms."""
    census = find_census(request.viewer, code)
    more: dict[str, Any] = {"today": timezone.localdate()} if key != "keep" else {}
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
