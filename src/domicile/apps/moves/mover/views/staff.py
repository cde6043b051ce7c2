"""Pages of staff: give a code, print its slip, see what movers said, do it or set it aside."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.moves import actions as steps
from domicile.apps.moves import policies
from domicile.apps.moves.mover import actions, prints, selectors, words
from domicile.apps.moves.mover.forms import SetAsideForm
from domicile.apps.moves.mover.selectors import WordLine
from domicile.apps.moves.selectors import cards
from domicile.apps.moves.tabs import tabs
from domicile.apps.moves.views.sending import say
from domicile.apps.people.scope import person_in_scope
from domicile.apps.people.selectors.words import name as person_name


@never_cache
@require_POST
@requires("propose_change")
def give_for_move(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A code for the mover, shown this once."""
    cards.find_move(request.viewer, pk)
    back = reverse("moves:move", args=[pk])
    try:
        given = actions.give_for_move(actor=request.viewer, move_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect(back)
    return _shown(request, given, back)


@never_cache
@requires("propose_change")
def give_for_person(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A code with which a household declares its own move; asked first what it is for."""
    person, back = person_in_scope(request.viewer, pk), reverse("people:person", args=[pk])
    request.viewer.require("view_person")
    record_look(request.viewer, question="change_form", persons=[pk])
    if request.method == "POST":
        try:
            given = actions.give_for_person(actor=request.viewer, person_id=pk)
        except Refused as refusal:
            messages.error(request, str(refusal.message))
            return redirect(back)
        return _shown(request, given, back)
    context = {
        "heading": _("Code to declare a move oneself"),
        "lead": person_name(person.name),
        "effect": _(
            "With it this person, or somebody of the household, says on a phone who goes, when and where to. It is good once; "
            "what they say waits for you. Nobody has to use it."
        ),
        "submit_label": _("Show the code"),
        "cancel_url": back,
    }
    return render(request, "screens/form.html", context)


def _shown(request: ViewerRequest, given: actions.Given, back: str) -> HttpResponse:
    context = {
        "given": given, "picture": prints.picture(request, given.text), "page": prints.page_url(request), "back": back,
    }  # fmt: skip
    return render(request, "moves/mover/code.html", context)


@never_cache
@require_POST
@sensitive_post_parameters("code")
@requires("propose_change")
def slip(request: ViewerRequest) -> HttpResponse:
    """The slip of a code just shown. The text comes from that page; it is kept nowhere."""
    text = request.POST.get("code", "")
    code = selectors.just_given(request.viewer, text)
    if code is None:
        return redirect("moves:words")
    return prints.print_slip(request, request.viewer, code, text)


@require_safe
@requires("view_person")
def waiting(request: ViewerRequest) -> HttpResponse:
    """What movers said and nobody has seen to, in the viewer's areas."""
    lines = selectors.words_that_wait(request.viewer)
    context = {"lines": lines, "may_propose": may_propose(request), "tabs": tabs("words", request.viewer)}
    return render(request, "moves/mover/words.html", context)


def may_propose(request: ViewerRequest) -> bool:
    """Whether the buttons are for this viewer."""
    return request.viewer.may("propose_change") or request.viewer.may("apply_change")


@require_POST
@requires("propose_change")
def follow(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the step that a word asks for, or propose it; where more has to be known, its form with the word in it."""
    line = selectors.find_word(request.viewer, pk)
    if line.step == "arrive":
        return redirect(f"{reverse('moves:arrive', args=[line.move_id])}?word={pk}")
    if line.step == "declare":
        return redirect(f"{reverse('moves:declare', args=[line.first])}?word={pk}")
    back = reverse("moves:move", args=[line.move_id]) if line.move_id else reverse("moves:words")
    if not line.step:
        messages.error(request, _("Somebody has seen to this already, or the move stands otherwise by now."))
        return redirect(back)
    try:
        with transaction.atomic():
            outcome = _step(request, line)
            actions.take_up(actor=request.viewer, word_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        say(request, outcome)
    return redirect(back)


def _step(request: ViewerRequest, line: WordLine) -> Outcome:
    viewer, word = request.viewer, selectors.row_of(line.id)
    move = cards.find_move(viewer, line.move_id or uuid.UUID(int=0))
    code = policies.ends_of(move).origin.code
    arguments: Any
    if line.step == "cancel":
        arguments = steps.Cancel(move.pk)
    elif line.step == "return" and word.day is not None:
        arguments = steps.Return(move.pk, word.day)
    else:
        arriving = line.wish == "arrived"
        arguments = steps.ChangeDestination(
            move.pk, word.to_where or "area", word.to_code, word.to_text, None if arriving else word.day
        )
    return submit(
        actor=viewer, action=f"moves.{line.step}", subject=Subject("move", move.pk, code), arguments=arguments,
        reason=str(words.REASON), evidence=evidence(line),
    )  # fmt: skip


def evidence(line: WordLine) -> str:
    """What a step rests on that follows a word."""
    return _("The mover's own word, by code, of {moment}").format(moment=f"{line.said_at:%Y-%m-%d %H:%M}")


@requires("propose_change")
def set_aside(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A word is not followed; why stays in the history."""
    line = selectors.find_word(request.viewer, pk)
    back = reverse("moves:move", args=[line.move_id]) if line.move_id else reverse("moves:words")
    form = SetAsideForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            actions.set_aside(actor=request.viewer, word_id=pk, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            messages.success(request, _("Set aside. Why stays in the history."))
            return redirect(back)
    context = {
        "heading": _("Set a mover's word aside"), "lead": f"{line.names} · {line.label}", "form": form, "cancel_url": back,
        "submit_label": _("Set aside"),
    }  # fmt: skip
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)
