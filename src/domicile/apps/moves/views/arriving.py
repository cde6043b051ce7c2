"""Arrivals: of a move that was announced, and of somebody who stands at the door."""

import uuid
from dataclasses import fields
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.collect.telling import effect
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.moves import actions, forms, words
from domicile.apps.moves.mover import selectors as mover
from domicile.apps.moves.mover.actions import take_up
from domicile.apps.moves.selectors import candidates, cards
from domicile.apps.moves.selectors.homes import households_at, places_for
from domicile.apps.moves.views.sending import handle
from domicile.apps.people.actions import NewPerson
from domicile.apps.people.views.changing import start
from domicile.apps.places.models import Dwelling
from domicile.apps.places.scope import dwelling_in_scope

PERSON = {field.name for field in fields(NewPerson)}


@requires("propose_change")
def arrive(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Those of an announced move who have come."""
    viewer = request.viewer
    viewer.require("view_person")
    move = cards.find_move(viewer, pk)
    people = cards.movers_of(move)
    record_look(viewer, question="change_form", persons=[person for person, _name in people])
    sent = request.method == "POST" and "search" not in request.POST
    word = mover.latest_arrival(viewer, move)
    find = request.POST.get("find", word.to_text if word is not None else "")
    offered = places_for(viewer, find, chosen=request.POST.get("where", ""))
    if offered.persons:
        record_look(viewer, question="change_form", persons=offered.persons)
    kept = {name: request.POST[name] for name in ("day", "reason", "where") if name in request.POST}
    everybody = request.POST.getlist("who") or [str(person) for person, _name in people]
    initial = start(viewer, day=timezone.localdate().isoformat(), who=everybody)
    if word is not None:
        initial |= mover.arrived_by(word, people) | ({"who": everybody} if "who" in request.POST else {})
    initial |= kept
    form = forms.WhoForm(request.POST if sent else None, people=people, places=offered.choices, initial=initial)

    def change(values: dict[str, Any]) -> Outcome:
        dwelling, _slash, household = values["where"].partition("/")
        home = dwelling_in_scope(viewer, uuid.UUID(dwelling))
        who = tuple(uuid.UUID(person) for person in values["who"])
        arguments = actions.Arrive(
            move_id=pk, dwelling_id=home.pk, day=values["day"], person_ids=who if len(who) < len(people) else (),
            into_id=uuid.UUID(household) if household else None,
        )  # fmt: skip
        with transaction.atomic():
            outcome = submit(
                actor=viewer, action="moves.arrive", reason=values["reason"], arguments=arguments,
                subject=Subject("move", pk, home.place_code),
            )  # fmt: skip
            if word is not None:
                take_up(actor=viewer, word_id=word.pk)
        return outcome

    context = {
        "heading": _("Register the arrival"),
        "lead": f"{'、'.join(str(name) for _person, name in people)} · {words.state(move.state)}",
        "cancel_url": reverse("moves:move", args=[pk]),
        "places": offered,
        "find": find,
        "line": mover.line_of(viewer, word) if word is not None else None,
    }
    return handle(
        request, form, change, lambda _outcome: reverse("moves:move", args=[pk]), context, template="moves/arrive.html"
    )


@requires("propose_change")
def arrival(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Somebody stands at the door of a dwelling: found by what they say, or new. Nothing is chosen for anybody."""
    viewer = request.viewer
    viewer.require("view_person")
    dwelling = dwelling_in_scope(viewer, pk)
    homes, heads = households_at(viewer, dwelling)
    if heads:
        record_look(viewer, question="change_form", persons=heads)
    initial = start(viewer, day=timezone.localdate())
    form = forms.ArrivalForm(request.POST or None, households=homes, initial=initial)
    context: dict[str, Any] = {
        "heading": _("Register an arrival"),
        "lead": dwelling.address,
        "effect": effect(viewer, "moves.ask", dwelling.place_code),
        "cancel_url": reverse("people:dwelling", args=[pk]),
    }
    if form.is_bound and form.is_valid():
        asked = candidates.Asked(
            number=form.cleaned_data["document_number"], name=form.cleaned_data["name"],
            birth_date=form.cleaned_data["birth_date"],
        )  # fmt: skip
        declared, on_file = candidates.declared_moves(viewer, asked), candidates.persons_on_file(viewer, asked)
        if declared or on_file:
            context |= {"declared": declared, "on_file": [] if declared else on_file, "new": forms.SOMEBODY_NEW}
            if "choice" not in request.POST:  # the second round: which of them is it
                return render(request, "moves/arrival.html", {"form": form, **context})
            form.offer(declared, on_file)
            form.full_clean()

    def change(values: dict[str, Any]) -> Outcome:
        return _submitted(request, dwelling, values)

    return handle(request, form, change, _back(pk), context, template="moves/arrival.html")


def _submitted(request: ViewerRequest, dwelling: Dwelling, values: dict[str, Any]) -> Outcome:
    """The arrival of whoever was chosen."""
    kind, _colon, key = values.get("choice", forms.SOMEBODY_NEW).partition(":")
    into = uuid.UUID(values["into"]) if values["into"] else None
    common = {"dwelling_id": dwelling.pk, "day": values["day"], "into_id": into}
    arguments: Any
    if kind == "move":
        arguments = actions.Arrive(move_id=uuid.UUID(key), document_number=values["document_number"], **common)
        action, subject = "moves.arrive", Subject("move", uuid.UUID(key), dwelling.place_code)
    else:
        subject = Subject("dwelling", dwelling.pk, dwelling.place_code)
        action, common["relation"], common["reason_code"] = "moves.ask", values["relation"], values["reason_code"]
        if kind == "person":
            arguments = actions.Ask(person_id=uuid.UUID(key), document_number=values["document_number"], **common)
        else:
            new = NewPerson(**{name: values[name] for name in values if name in PERSON})
            arguments = actions.Ask(people=(new,), **common)
    return submit(actor=request.viewer, action=action, subject=subject, arguments=arguments, reason=values["reason"])


def _back(dwelling: uuid.UUID) -> Any:
    def to(outcome: Outcome) -> str:
        made = isinstance(outcome.result, uuid.UUID) and not outcome.waiting
        return reverse("moves:move", args=[outcome.result]) if made else reverse("people:dwelling", args=[dwelling])

    return to
