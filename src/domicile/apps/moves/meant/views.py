"""The questions that wait, and the page on which somebody says who is meant."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.moves.meant import actions, selectors
from domicile.apps.people.forms.base import ChangeForm

NONE = "none"


class WhoForm(ChangeForm):
    """For everybody asked about: one of those who may be meant, or none."""

    def __init__(self, *args: Any, asked: list[selectors.Asked], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in asked:
            people = [(str(person.id), person.name) for person in one.candidates]
            self.fields[one.mover.hex] = forms.ChoiceField(label=one.name, choices=[*people, (NONE, NONE)])


@require_safe
@requires(actions.ANSWERS)
def listed(request: ViewerRequest) -> HttpResponse:
    """Questions to the viewer's areas by register and day; whom they ask about stands on the page of each."""
    return render(request, "moves/meant/list.html", {"rows": list(selectors.waiting(request.viewer))})


@never_cache
@requires(actions.ANSWERS)
def question(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose side by side."""
    try:
        found = selectors.shown(request.viewer, pk)
    except selectors.LivesElsewhere as refusal:
        actions.follow(actor=request.viewer, question_id=pk)
        messages.warning(request, str(refusal.message))
        return redirect("moves:questions")
    form = WhoForm(request.POST or None, asked=found.asked)
    if request.method == "POST" and form.is_valid():
        said = {one.mover: form.cleaned_data[one.mover.hex] for one in found.asked}
        chosen = {mover: None if text == NONE else uuid.UUID(text) for mover, text in said.items()}
        try:
            actions.choose(actor=request.viewer, question_id=pk, chosen=chosen, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Said. What becomes of it goes to the other register."))
            moved = found.row.move_key if any(chosen.values()) else None
            return redirect("moves:move", pk=moved) if moved and _kept(moved) else redirect("moves:questions")
    blocks = [(one, form[one.mover.hex].value(), form[one.mover.hex].errors) for one in found.asked]
    context = {"found": found, "form": form, "blocks": blocks, "none": NONE, "cancel_url": reverse("moves:questions")}
    return render(request, "moves/meant/question.html", context, status=422 if form.errors else 200)


def _kept(key: uuid.UUID) -> bool:
    from domicile.apps.moves.models import Move

    return Move.objects.filter(pk=key).exists()
