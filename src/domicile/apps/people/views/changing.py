"""What all pages of changes share: the form, the change made at once or proposed, the way back, the undo."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Outcome
from domicile.apps.collect.telling import effect, level_name, reason_known
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import errands, registry

# Where the session keeps the change that the next card offers to undo.
JUST_MADE = "people_just_made"
__all__ = ["JUST_MADE", "done", "effect", "handle", "level_name", "start"]


def start(viewer: Viewer, **initial: Any) -> dict[str, Any]:
    """Initial values of a form; at the door the reason is known."""
    return {"reason": reason_known(viewer), **initial}


def handle(
    request: ViewerRequest,
    form: Form,
    change: Callable[[dict[str, Any]], Outcome],
    back: str | Callable[[Outcome], str],
    context: dict[str, Any],
    *,
    template: str = "people/change.html",
) -> HttpResponse:
    """Show the form; when it is sent and the change is made or proposed, say so where the user came from.

    `back`: where to go, perhaps depending on what became of the change. Whoever was sent here by an errand goes back to it.
    """
    sent = errands.of(request)
    if sent is not None and not form.is_bound:
        known = sent.start(request.viewer)
        form.initial = {**form.initial, **{name: value for name, value in known.items() if name in form.fields}}
    if form.is_bound and form.is_valid():
        try:
            outcome = change(form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            if sent is not None:
                return done(request, outcome, sent.ended(request.viewer, waiting=outcome.waiting))
            return done(request, outcome, back if isinstance(back, str) else back(outcome))
    status = 422 if form.errors else 200
    return render(request, template, {"form": form, **context}, status=status)


def done(request: ViewerRequest, outcome: Outcome, back: str) -> HttpResponse:
    """Say what became of the change, and offer to undo it on the card that is shown next."""
    if outcome.waiting:
        messages.info(request, _("Sent for review. Nothing changes until somebody accepts it."))
    else:
        messages.success(request, _("Saved. If it was a mistake, undo it in the history."))
        made = Change.objects.filter(actor_id=request.viewer.user_id).order_by("-id").first()
        if made is not None:
            request.session[JUST_MADE] = made.pk
            if found := registry.to_look_at(request.viewer, made):
                messages.warning(request, _("Please look at this: {what}").format(what="; ".join(found)))
    return redirect(back)
