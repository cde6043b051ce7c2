"""What pages of moves say when something was sent: done, or waiting for somebody else's word."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from domicile.apps.collect.actions import Outcome
from domicile.apps.common.refusals import Refused


def say(request: HttpRequest, outcome: Outcome) -> None:
    """What became of it: a move is taken back by a step of its own, not by the undo of the history."""
    if outcome.waiting:
        messages.info(request, _("Sent for review. Nothing changes until somebody accepts it."))
    else:
        messages.success(request, _("Saved. If it was a mistake, correct it or take it back on the page of the move."))


def handle(
    request: HttpRequest, form: Form, change: Callable[[dict[str, Any]], Outcome], back: Callable[[Outcome], str],
    context: dict[str, Any], *, template: str,
) -> HttpResponse:  # fmt: skip
    """Show the form; when it is sent and the change is made or proposed, say so on the page that follows."""
    if form.is_bound and form.is_valid():
        try:
            outcome = change(form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            say(request, outcome)
            return redirect(back(outcome))
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)
