"""Requests of and to the viewer's areas, and their forms."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.moves.requests import actions, rules, selectors, words
from domicile.apps.moves.requests.forms import AnswerForm, AskForm
from domicile.apps.moves.requests.models import OutsideRequest
from domicile.apps.people.models import Person
from domicile.apps.people.selectors.words import name as person_name


@require_safe
@requires(actions.ASKS)
def listed(request: ViewerRequest) -> HttpResponse:
    """What waits for the viewer's areas, and what the viewer has asked."""
    context = {
        "asked_of": selectors.asked_of(request.viewer),
        "asked_by": [(line, words.state(line.row)) for line in selectors.asked_by(request.viewer)],
        "purposes": words.PURPOSES,
        "may_ask": bool(rules.purposes_of(request.viewer.role, timezone.localdate())),
        "may_answer": request.viewer.may(actions.ANSWERS),
    }
    return render(request, "moves/requests/list.html", context)


@never_cache
@sensitive_post_parameters("number", "name")
@requires(actions.ASKS)
def new(request: ViewerRequest) -> HttpResponse:
    """Ask."""
    known = rules.purposes_of(request.viewer.role, timezone.localdate())
    form = AskForm(request.POST or None, purposes=known)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(actor=request.viewer, arguments=actions.Ask(**form.cleaned_data))
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            return redirect("moves:outside_request", pk=made.pk)
    context = {
        "heading": _("Ask another area about a person"),
        "form": form,
        "effect": _(
            "Only what the purpose needs is told, and you alone can read it for {days} days. The question stands on record "
            "in your area and in the area asked, and the person can see who looked."
        ).format(days=rules.number("answer_days", timezone.localdate())),
        "submit_label": _("Ask"),
        "cancel_url": reverse("moves:outside_requests"),
    }
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@requires(actions.ASKS)
def one(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """The own request with what was told; else one that waits for the viewer's area."""
    if selectors.is_own(request.viewer, pk):
        found = selectors.own(request.viewer, pk)
        context = {
            "found": found, "row": found.line.row, "state": words.state(found.line.row), "told": words.told(found.told),
            "stated": words.PURPOSES.get(found.line.row.purpose, found.line.row.purpose),
            "thought": words.THOUGHT[found.line.row.thought],
        }  # fmt: skip
        return render(request, "moves/requests/own.html", context)
    return _answering(request, selectors.asked(request.viewer, pk), None)


@require_POST
@requires(actions.ANSWERS)
def answer(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Tell something, or nothing."""
    found = selectors.asked(request.viewer, pk)
    outcome = request.POST.get("outcome", "")
    try:
        if outcome in {OutsideRequest.Outcome.NOT_FOUND, OutsideRequest.Outcome.DECLINED}:
            actions.refuse(actor=request.viewer, request_id=pk, outcome=outcome)
        else:
            form = _form(found, request.POST)
            if not form.is_valid():
                return _answering(request, found, form)
            actions.answer(
                actor=request.viewer, request_id=pk, person_id=uuid.UUID(form.cleaned_data["person"]),
                keys=form.cleaned_data["keys"],
            )  # fmt: skip
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("moves:outside_request", pk=pk)
    messages.success(request, _("Answered."))
    return redirect("moves:outside_requests")


def _form(found: selectors.Asked, posted: Any = None) -> AnswerForm:
    people = [(person.pk, _told_apart(person)) for person in found.people]
    first = {"person": str(people[0][0])} if len(people) == 1 else {}
    return AnswerForm(posted, people=people, may_tell=found.may_tell, initial=first)


def _told_apart(person: Person) -> str:
    return " · ".join(filter(None, [person_name(person.name), str(person.birth_date or ""), person.registered_text]))


def _answering(request: ViewerRequest, found: selectors.Asked, form: AnswerForm | None) -> HttpResponse:
    row = found.line.row
    context = {
        "found": found, "row": row, "form": form or _form(found), "stated": words.PURPOSES.get(row.purpose, row.purpose),
        "thought": words.THOUGHT[row.thought],
    }  # fmt: skip
    return render(request, "moves/requests/answer.html", context, status=422 if form is not None else 200)
